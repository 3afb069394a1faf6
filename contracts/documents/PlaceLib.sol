// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {RecordSlot} from "./RecordLib.sol";

// A body has mappings of its own, at these slots plus its number: that costs one hash to look up less than a mapping by
// body. They are derived from hashes, as in ERC-7201, so that no other mapping comes near.
uint256 constant RECORDS_SLOT = uint256(keccak256("CommonSeal.Document.Records.v1")) & ~uint256(type(uint32).max);
uint256 constant LEAVES_SLOT = uint256(keccak256("CommonSeal.Document.Leaves.v1")) & ~uint256(type(uint32).max);
uint256 constant LISTED_SLOT = uint256(keccak256("CommonSeal.Document.Listed.v1")) & ~uint256(type(uint32).max);

// Words of storage by reference: one is read and then written without looking for its place twice.
struct Record {
    RecordSlot slot;
}
struct Bits {
    uint256 word;
}

/// @title PlaceLib
/// @notice Where the registry of documents keeps its words.
library PlaceLib {
    /// @notice As mapping(bytes32 hash => Record) at the body's slot.
    function recordAt(uint256 agency, bytes32 hash) internal pure returns (Record storage record) {
        uint256 records = RECORDS_SLOT | agency;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(0, hash)
            mstore(32, records)
            record.slot := keccak256(0, 64)
        }
    }

    /// @notice As mapping(bytes32 hash => mapping(uint256 word => Bits)) at the body's slot above `base`.
    function bitsAt(
        uint256 base,
        AgencyId agency,
        bytes32 hash,
        uint256 word
    ) internal pure returns (Bits storage bits) {
        uint256 words = base | AgencyId.unwrap(agency);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(0, hash)
            mstore(32, words)
            mstore(32, keccak256(0, 64))
            mstore(0, word)
            bits.slot := keccak256(0, 64)
        }
    }
}
