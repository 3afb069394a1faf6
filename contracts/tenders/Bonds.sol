// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TokenLib} from "../shared/TokenLib.sol";
import {IBonds} from "./IBonds.sol";

/// @title Bonds
/// @notice See IBonds. The part of the tender house that holds money: for each token,
/// balance >= free + locked + due, equal where nobody sent tokens directly.
abstract contract Bonds is IBonds, ReentrancyGuardTransient {
    // One slot, so that locking writes once.
    struct Balance {
        uint128 free;
        uint128 locked;
    }

    /* STORAGE */

    mapping(address token => mapping(address account => Balance)) private _balances;
    mapping(address token => mapping(address treasury => uint128)) private _due;

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
        Balance storage balance = _balances[token][msg.sender];
        uint128 free = balance.free;
        require(free >= amount, BondInsufficient(token, msg.sender, free, amount));
        balance.free = free - amount;
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
        Balance storage balance = _balances[token][account];
        return (balance.free, balance.locked);
    }

    /// @inheritdoc IBonds
    function bondDue(address token, address treasury) external view returns (uint128) {
        return _due[token][treasury];
    }

    /* INTERNAL */

    function _lock(address token, address account, uint128 amount) internal {
        Balance memory balance = _balances[token][account];
        require(balance.free >= amount, BondInsufficient(token, account, balance.free, amount));
        _balances[token][account] = Balance(balance.free - amount, balance.locked + amount);
    }

    function _unlock(address token, address account, uint128 amount) internal {
        Balance memory balance = _balances[token][account];
        _balances[token][account] = Balance(balance.free + amount, balance.locked - amount);
    }

    function _forfeit(address token, address account, address treasury, uint128 amount) internal {
        _balances[token][account].locked -= amount;
        _due[token][treasury] += amount;
    }

    function _deposit(address token, uint128 amount) private {
        require(amount != 0, BondNothing(token, msg.sender));
        TokenLib.take(token, msg.sender, amount);
        _balances[token][msg.sender].free += amount;
        emit BondDeposited(token, msg.sender, amount);
    }
}
