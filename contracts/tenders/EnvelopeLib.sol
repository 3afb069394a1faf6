// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BLS_ORDER, Bls12381Lib, POINT_LENGTH} from "../shared/Bls12381Lib.sol";
import {TenderId} from "./TenderTypes.sol";

bytes32 constant ENVELOPE_TAG = keccak256("CommonSeal.Envelope.v1");
bytes32 constant DERIVE_TAG = keccak256("CommonSeal.Envelope.Derive.v2");

/// @title EnvelopeLib
/// @notice Opens envelopes; IOpeningCommittee tells the construction.
library EnvelopeLib {
    /// @notice What all hashes within an envelope begin with.
    function contextOf(
        address house,
        TenderId tender,
        uint256 lot,
        uint256 part,
        address bidder
    ) internal view returns (bytes32) {
        return keccak256(abi.encode(ENVELOPE_TAG, block.chainid, house, tender, lot, part, bidder));
    }

    /// @notice What an envelope holds, opened with as many scalars as its threshold is.
    /// @param count number of the committee's seats
    /// @param seats whose scalars these are, none twice
    /// @param envelope longer than a point and a share for each seat
    /// @return plaintext empty where U is no point of the group
    function open(
        bytes32 context,
        uint256 count,
        uint8[] calldata seats,
        uint256[] memory scalars,
        bytes calldata envelope
    ) internal view returns (bytes memory plaintext) {
        uint256[] memory shares = new uint256[](seats.length);
        bytes calldata masked = envelope[POINT_LENGTH:POINT_LENGTH + 32 * count];
        // What is hashed to a mask: context, seat, U, p_i*U.
        bytes memory buffer = new bytes(320);
        (uint256 seatAt, uint256 pointAt) = _place(buffer, context, envelope[:POINT_LENGTH]);
        for (uint256 i = 0; i < seats.length; ++i) {
            uint256 seat = seats[i];
            _store(seatAt, seat);
            if (!Bls12381Lib.mulAt(pointAt, scalars[i])) return "";
            uint256 share = uint256(bytes32(masked[32 * seat:32 * seat + 32]) ^ keccak256(buffer));
            shares[i] = share % BLS_ORDER;
        }
        return _decrypt(context, _interpolate(seats, shares), envelope[POINT_LENGTH + 32 * count:]);
    }

    /// @notice Whether an envelope's point and a seat's share are those that the salt makes.
    /// @param threshold number of scalars that open the envelope
    /// @param seat whose share is looked at
    /// @param point the seat's, 96 bytes, valid
    /// @param envelope longer than a point and a share for each seat
    function isMadeOf(
        bytes32 context,
        bytes32 salt,
        uint256 threshold,
        uint256 seat,
        bytes calldata point,
        bytes calldata envelope
    ) internal view returns (bool) {
        uint256 nonce = _derived(context, salt, 0);
        bytes memory start = Bls12381Lib.padded(envelope[:POINT_LENGTH]);
        // Only what was multiplied convicts anyone.
        (bool valid, bytes memory product) = Bls12381Lib.mul(Bls12381Lib.generator(), nonce);
        if (valid && keccak256(start) != keccak256(product)) return false;
        if (valid) (valid, product) = Bls12381Lib.mul(Bls12381Lib.padded(point), nonce);
        if (!valid) return true;
        bytes32 mask = keccak256(abi.encodePacked(context, seat, start, product));
        uint256 share = 0;
        for (uint256 i = threshold; i > 0; --i) {
            share = addmod(mulmod(share, seat + 1, BLS_ORDER), _derived(context, salt, i), BLS_ORDER);
        }
        return bytes32(envelope[POINT_LENGTH + 32 * seat:]) == bytes32(share) ^ mask;
    }

    // A scalar that the salt makes: 0 is r_e, 1 the key, then the other coefficients. Of 512 bits, so that each is
    // as likely as any other.
    function _derived(bytes32 context, bytes32 salt, uint256 index) private pure returns (uint256) {
        uint256 high = uint256(keccak256(abi.encode(DERIVE_TAG, context, salt, index, 0)));
        uint256 low = uint256(keccak256(abi.encode(DERIVE_TAG, context, salt, index, 1)));
        uint256 shift = addmod(type(uint256).max, 1, BLS_ORDER);
        return addmod(mulmod(high, shift, BLS_ORDER), low, BLS_ORDER);
    }

    // The value at 0 of the polynomial with these values at seat + 1: the sum of s_i * n_i / d_i, where n_i is the
    // product of the other places and d_i of their differences. One inversion, of the product of all d_i.
    function _interpolate(uint8[] calldata seats, uint256[] memory shares) private view returns (uint256 sum) {
        uint256 product = 1;
        for (uint256 i = 0; i < seats.length; ++i) {
            (uint256 x, uint256 numerator, uint256 denominator) = (uint256(seats[i]) + 1, 1, 1);
            for (uint256 j = 0; j < seats.length; ++j) {
                if (j == i) continue;
                uint256 other = uint256(seats[j]) + 1;
                numerator = mulmod(numerator, other, BLS_ORDER);
                denominator = mulmod(denominator, BLS_ORDER + other - x, BLS_ORDER);
            }
            uint256 term = mulmod(shares[i], numerator, BLS_ORDER);
            sum = addmod(mulmod(sum, denominator, BLS_ORDER), mulmod(term, product, BLS_ORDER), BLS_ORDER);
            product = mulmod(product, denominator, BLS_ORDER);
        }
        return mulmod(sum, Math.invModPrime(product, BLS_ORDER), BLS_ORDER);
    }

    function _decrypt(bytes32 context, uint256 key, bytes calldata body) private pure returns (bytes memory plaintext) {
        plaintext = body;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let block_ := mload(0x40)
            mstore(block_, context)
            mstore(add(block_, 32), key)
            let length := mload(plaintext)
            // The last block may reach behind the text, into memory that nobody has taken yet.
            for {
                let i := 0
            } lt(i, length) {
                i := add(i, 32)
            } {
                mstore(add(block_, 64), div(i, 32))
                let word := add(add(plaintext, 32), i)
                mstore(word, xor(mload(word), keccak256(block_, 96)))
            }
        }
    }

    function _place(
        bytes memory buffer,
        bytes32 context,
        bytes calldata point
    ) private pure returns (uint256 seatAt, uint256 pointAt) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(add(buffer, 32), context)
            seatAt := add(buffer, 64)
            pointAt := add(buffer, 96)
            calldatacopy(add(pointAt, 16), point.offset, 48)
            calldatacopy(add(pointAt, 80), add(point.offset, 48), 48)
        }
    }

    function _store(uint256 place, uint256 word) private pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(place, word)
        }
    }
}
