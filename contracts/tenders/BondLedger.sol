// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBonds} from "./IBonds.sol";

/// @title BondLedger
/// @notice Who has how much in the house. For each token, balance >= free + locked + due, equal where nobody sent
/// tokens directly.
abstract contract BondLedger {
    /* STORAGE */

    // What is free in the lower 128 bits, what is locked in the upper ones, so that locking writes once.
    mapping(address token => mapping(address account => uint256)) private _balances;
    mapping(address token => mapping(address treasury => uint128)) internal _due;

    /* INTERNAL */

    function _balanceOf(address token, address account) internal view returns (uint128 free, uint128 locked) {
        uint256 balance = _balances[token][account];
        return (uint128(balance), uint128(balance >> 128));
    }

    function _credit(address token, address account, uint128 amount) internal {
        (uint128 free, uint128 locked) = _balanceOf(token, account);
        _balances[token][account] = (uint256(locked) << 128) | (free + amount);
    }

    function _debit(address token, address account, uint128 amount) internal {
        _balances[token][account] = _having(token, account, amount) - amount;
    }

    function _lock(address token, address account, uint128 amount) internal {
        _balances[token][account] = _having(token, account, amount) - amount + (uint256(amount) << 128);
    }

    function _unlock(address token, address account, uint128 amount) internal {
        (uint128 free, uint128 locked) = _balanceOf(token, account);
        _balances[token][account] = (uint256(locked - amount) << 128) | (free + amount);
    }

    function _forfeit(address token, address account, address treasury, uint128 amount) internal {
        _balances[token][account] -= uint256(amount) << 128;
        _due[token][treasury] += amount;
    }

    // A balance of which so much is free.
    function _having(address token, address account, uint128 amount) private view returns (uint256 balance) {
        balance = _balances[token][account];
        uint128 free = uint128(balance);
        require(free >= amount, IBonds.BondInsufficient(token, account, free, amount));
    }
}
