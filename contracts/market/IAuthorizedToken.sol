// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title The part of EIP-3009 that a receiver uses
/// @notice A token whose owner signs a transfer that only the receiver can send.
interface IAuthorizedToken {
    /// @notice Moves `value` to the caller, who must be `to`.
    /// @param nonce here the hash of all that the payment is for
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}
