// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Vendors' bond balances
/// @notice A vendor pays into a balance of its own, in any well-behaved ERC-20, and the flat bonds of its bids are
/// locked from it, so that no payment shows which tender it bids in or for how much. Amounts are token base units.
/// @dev Assumed of a token: a transfer moves exactly the amount asked for, balances change by transfers only. The
/// transfer in which a token takes a fee is refused; one that shrinks balances by itself harms its own holders only.
interface IBonds {
    /// @notice Tokens were paid into an account's balance.
    event BondDeposited(address indexed token, address indexed account, uint128 amount);
    /// @notice An account took tokens out of its free balance.
    event BondWithdrawn(address indexed token, address indexed account, uint128 amount);
    /// @notice Forfeited bonds were paid out to the treasury they are due to.
    event BondDuePaid(address indexed token, address indexed treasury, uint128 amount);

    /// @notice The account's free balance is smaller than what is needed.
    /// @custom:fix Pay in the difference with `tender bond deposit`, or settle the bonds of tenders that are over.
    error BondInsufficient(address token, address account, uint128 free, uint128 needed);
    /// @notice The amount is zero, or nothing is due.
    /// @custom:fix Give an amount above zero; see `tender bond show`.
    error BondNothing(address token, address account);

    /// @notice Pays into the caller's free balance. Needs an allowance.
    function depositBond(address token, uint128 amount) external;

    /// @notice As `depositBond`, with an EIP-2612 permit of the caller's. A permit that fails (somebody sent it first)
    /// is ignored where the allowance suffices.
    function depositBondWithPermit(
        address token,
        uint128 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Pays out of the caller's free balance, to the caller.
    function withdrawBond(address token, uint128 amount) external;

    /// @notice Pays all forfeited bonds due to a treasury out to it. Anyone may call.
    function payDue(address token, address treasury) external;

    /// @notice An account's balance: what it can withdraw or lock, and what is locked for its bids.
    function bondBalance(address token, address account) external view returns (uint128 free, uint128 locked);

    /// @notice Forfeited bonds due to a treasury and not yet paid out.
    function bondDue(address token, address treasury) external view returns (uint128);
}
