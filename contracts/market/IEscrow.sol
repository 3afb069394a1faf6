// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Money held for orders
/// @notice Amounts in base units of the token. For each token, balance >= prices of open orders and subscriptions +
/// amounts due; equal where nobody sent tokens directly.
interface IEscrow {
    /// @notice An amount due was paid out.
    event DuePaid(address indexed token, address indexed account, uint256 amount);

    /// @notice Nothing is due to the account.
    /// @custom:fix See `market licences`; prices are due once they are settled or refunded.
    error MarketNothingDue(address token, address account);

    /// @notice Pays what is due to an account; anyone may call.
    function withdraw(address token, address account) external;

    /// @notice What is due to an account.
    function dueOf(address token, address account) external view returns (uint256);
}
