// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title TokenLib
/// @notice Moves exactly the amount asked, or reverts: a token that keeps a fee, or takes more, would take it from
/// others whose money the contract holds.
library TokenLib {
    using SafeERC20 for IERC20;

    /// @notice There is no contract at the token's address.
    /// @custom:fix Check the address and the network.
    error TokenInvalid(address token);
    /// @notice A transfer of the token did not move exactly the amount asked for.
    /// @custom:fix Use a token that takes no fee on transfer.
    error TokenAmountMismatch(address token, uint256 asked, uint256 moved);

    /// @notice Takes an amount out of the allowance that an account gave to this contract.
    function take(address token, address from, uint256 amount) internal {
        requireToken(token);
        uint256 before = balance(token);
        IERC20(token).safeTransferFrom(from, address(this), amount);
        requireMoved(token, amount, balance(token) - before);
    }

    /// @notice Pays an amount out of this contract's balance.
    function pay(address token, address to, uint256 amount) internal {
        uint256 before = balance(token);
        IERC20(token).safeTransfer(to, amount);
        requireMoved(token, amount, before - balance(token));
    }

    /// @notice This contract's balance.
    function balance(address token) internal view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    /// @notice Refuses an address without code, at which any call would seem to succeed.
    function requireToken(address token) internal view {
        require(token.code.length != 0, TokenInvalid(token));
    }

    /// @notice Refuses a transfer that moved another amount than was asked.
    function requireMoved(address token, uint256 amount, uint256 moved) internal pure {
        require(moved == amount, TokenAmountMismatch(token, amount, moved));
    }
}
