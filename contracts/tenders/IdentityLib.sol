// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {TenderId} from "./TenderTypes.sol";

bytes32 constant IDENTITY_TYPEHASH = keccak256("BidIdentity(uint64 tender,uint16 lot,address bidder)");

/// @title IdentityLib
/// @notice The vendor on whose behalf an account bids, by its signature inside the bid. Only signatures whose validity
/// never changes count, so that nobody decides after the deadline whether a bid is its own: no ERC-1271.
library IdentityLib {
    // Length of an address that signs, and of its signature.
    uint256 private constant _ADDRESS = 20;
    uint256 private constant _SIGNATURE = 65;

    /// @notice The EIP-712 struct hash that a vendor signs.
    function messageOf(TenderId tender, uint16 lot, address bidder) internal pure returns (bytes32) {
        return keccak256(abi.encode(IDENTITY_TYPEHASH, tender, lot, bidder));
    }

    /// @notice Who signed.
    /// @param identity length of the signer (1), signer, signature
    function vendorOf(bytes32 digest, bytes calldata identity) internal pure returns (bool valid, address vendor) {
        if (identity.length != 1 + _ADDRESS + _SIGNATURE || uint8(identity[0]) != _ADDRESS) return (false, address(0));
        vendor = address(bytes20(identity[1:1 + _ADDRESS]));
        (address signer, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, identity[1 + _ADDRESS:]);
        valid = err == ECDSA.RecoverError.NoError && signer == vendor;
    }
}
