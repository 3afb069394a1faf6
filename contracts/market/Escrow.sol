// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {TokenLib} from "../shared/TokenLib.sol";
import {IEscrow} from "./IEscrow.sol";

/// @title Escrow
/// @notice See IEscrow. The part of the market that holds money. What is due waits to be fetched, so that no receiver
/// can stop an act of others.
abstract contract Escrow is IEscrow, ReentrancyGuardTransient {
    mapping(address token => mapping(address account => uint256)) private _due;

    /// @inheritdoc IEscrow
    function withdraw(address token, address account) external nonReentrant {
        uint256 amount = _due[token][account];
        require(amount != 0, MarketNothingDue(token, account));
        _due[token][account] = 0;
        emit DuePaid(token, account, amount);
        TokenLib.pay(token, account, amount);
    }

    /// @inheritdoc IEscrow
    function dueOf(address token, address account) external view returns (uint256) {
        return _due[token][account];
    }

    function _credit(address token, address account, uint256 amount) internal {
        if (amount != 0) _due[token][account] += amount;
    }
}
