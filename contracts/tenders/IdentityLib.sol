// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {TenderId} from "./TenderTypes.sol";

// Gas that a verifier is given: more than P-256 needs where the chain has no precompile for it.
uint256 constant VERIFY_GAS = 600_000;
bytes32 constant IDENTITY_TYPEHASH = keccak256("BidIdentity(uint64 tender,uint16 lot,address bidder)");

/// @title IdentityLib
/// @notice The vendor on whose behalf an account bids, by its signature inside the bid. Only signatures whose validity
/// never changes count, so that nobody decides after the deadline whether a bid is its own: of accounts, and of keys
/// that the house's verifier, which has no state, knows by ERC-7913; no ERC-1271.
library IdentityLib {
    // Length of an address, alone or before a key; and of an account's signature.
    uint256 private constant _ADDRESS = 20;
    uint256 private constant _SIGNATURE = 65;

    /// @notice Too little gas is left to check a signature.
    /// @custom:fix Send the transaction with more gas; the SDK's estimate suffices.
    error IdentityGasShort(uint256 left, uint256 needed);

    /// @notice The EIP-712 struct hash that a vendor signs.
    function messageOf(TenderId tender, uint16 lot, address bidder) internal pure returns (bytes32) {
        return keccak256(abi.encode(IDENTITY_TYPEHASH, tender, lot, bidder));
    }

    /// @notice Who signed: an account; or a key, whose address is the last 20 bytes of keccak256(signer).
    /// @param identity length of the signer (1), signer, signature. The signer is an account (20), or the verifier and
    /// the key (ERC-7913)
    /// @param verifier the only one that is asked
    function vendorOf(
        bytes32 digest,
        bytes calldata identity,
        address verifier
    ) internal view returns (bool valid, address vendor) {
        uint256 end = 1 + uint256(uint8(identity[0]));
        if (identity.length <= end || end <= _ADDRESS) return (false, address(0));
        bytes calldata signer = identity[1:end];
        bytes calldata signature = identity[end:];
        address first = address(bytes20(signer[:_ADDRESS]));
        if (signer.length > _ADDRESS) {
            valid = first == verifier && _verifies(verifier, signer[_ADDRESS:], digest, signature);
            return (valid, address(uint160(uint256(keccak256(signer)))));
        }
        if (signature.length != _SIGNATURE) return (false, address(0));
        (address recovered, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, signature);
        return (err == ECDSA.RecoverError.NoError && recovered == first, first);
    }

    // The same for everyone who opens the bid: lack of gas reverts.
    function _verifies(
        address verifier,
        bytes calldata key,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool) {
        uint256 needed = (VERIFY_GAS * 64) / 63 + 10_000;
        require(gasleft() >= needed, IdentityGasShort(gasleft(), needed));
        try IERC7913SignatureVerifier(verifier).verify{gas: VERIFY_GAS}(key, digest, signature) returns (bytes4 magic) {
            return magic == IERC7913SignatureVerifier.verify.selector;
        } catch {
            return false;
        }
    }
}
