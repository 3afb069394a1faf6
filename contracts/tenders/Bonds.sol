// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TokenLib} from "../shared/TokenLib.sol";
import {BondLedger} from "./BondLedger.sol";
import {IBonds} from "./IBonds.sol";

/// @title Bonds
/// @notice See IBonds. The part of the tender house that moves money in and out.
abstract contract Bonds is BondLedger, IBonds, ReentrancyGuardTransient {
    /* EXTERNAL */

    /// @inheritdoc IBonds
    function depositBond(address token, uint128 amount) external nonReentrant {
        _deposit(token, amount);
    }

    /// @inheritdoc IBonds
    function depositBondWithPermit(
        address token,
        uint128 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        TokenLib.requireToken(token);
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(token, amount);
    }

    /// @inheritdoc IBonds
    function withdrawBond(address token, uint128 amount) external nonReentrant {
        require(amount != 0, BondNothing(token, msg.sender));
        _debit(token, msg.sender, amount);
        emit BondWithdrawn(token, msg.sender, amount);
        TokenLib.pay(token, msg.sender, amount);
    }

    /// @inheritdoc IBonds
    function payDue(address token, address treasury) external nonReentrant {
        uint128 amount = _due[token][treasury];
        require(amount != 0, BondNothing(token, treasury));
        _due[token][treasury] = 0;
        emit BondDuePaid(token, treasury, amount);
        TokenLib.pay(token, treasury, amount);
    }

    /// @inheritdoc IBonds
    function bondBalance(address token, address account) external view returns (uint128 free, uint128 locked) {
        return _balanceOf(token, account);
    }

    /// @inheritdoc IBonds
    function bondDue(address token, address treasury) external view returns (uint128) {
        return _due[token][treasury];
    }

    /* INTERNAL */

    function _deposit(address token, uint128 amount) private {
        require(amount != 0, BondNothing(token, msg.sender));
        TokenLib.take(token, msg.sender, amount);
        _credit(token, msg.sender, amount);
        emit BondDeposited(token, msg.sender, amount);
    }
}
