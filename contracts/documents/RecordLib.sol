// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {SchemaId} from "./IAccreditations.sol";
import {DocumentRecord, DocumentStatus, Verdict} from "./IDocumentRegistry.sol";

/// @notice A DocumentRecord in one word, read and written as a whole: from the lowest bit 32 bits of schema, 40 each of
/// issued, expires and revoked, 8 of reason, 16 each of key and revoker, 24 of count, 1 of leavesRevoked.
type RecordSlot is uint256;

using RecordLib for RecordSlot global;

/// @title RecordLib
/// @notice The one storage slot of a document or a root.
library RecordLib {
    uint256 private constant _ISSUED_AT = 32;
    uint256 private constant _EXPIRES_AT = 72;
    uint256 private constant _REVOKED_AT = 112;
    uint256 private constant _REASON_AT = 152;
    uint256 private constant _KEY_AT = 160;
    uint256 private constant _REVOKER_AT = 176;
    uint256 private constant _COUNT_AT = 192;
    uint256 private constant _LEAVES_REVOKED = 1 << 216;

    /// @notice The record of an attestation: of a document where `count` is 0, else of a root.
    function attested(
        SchemaId schemaId,
        uint40 time,
        uint40 expiry,
        uint16 keyIndex,
        uint32 documents
    ) internal pure returns (RecordSlot) {
        uint256 places = (uint256(keyIndex) << _KEY_AT) | (uint256(documents) << _COUNT_AT);
        uint256 times = (uint256(time) << _ISSUED_AT) | (uint256(expiry) << _EXPIRES_AT);
        return RecordSlot.wrap(SchemaId.unwrap(schemaId) | times | places);
    }

    /// @notice A revocation: a record that is not revoked gets it by `|`.
    function revocation(uint40 time, uint8 code, uint16 keyIndex) internal pure returns (uint256) {
        return (uint256(time) << _REVOKED_AT) | (uint256(code) << _REASON_AT) | (uint256(keyIndex) << _REVOKER_AT);
    }

    /// @notice The record with a revocation.
    function withRevocation(RecordSlot slot, uint256 added) internal pure returns (RecordSlot) {
        return RecordSlot.wrap(RecordSlot.unwrap(slot) | added);
    }

    /// @notice The record of a root of which a document was revoked by itself.
    function withLeavesRevoked(RecordSlot slot) internal pure returns (RecordSlot) {
        return RecordSlot.wrap(RecordSlot.unwrap(slot) | _LEAVES_REVOKED);
    }

    function unpack(RecordSlot slot) internal pure returns (DocumentRecord memory) {
        return
            DocumentRecord({
                schema: slot.schema(),
                issued: uint40(slot.issued()),
                expires: uint40(slot.expires()),
                revoked: uint40(slot.revoked()),
                reason: uint8(slot.reason()),
                key: uint16(slot.key()),
                revoker: uint16(slot.revoker()),
                count: uint24(slot.count()),
                leavesRevoked: slot.leavesRevoked()
            });
    }

    function schema(RecordSlot slot) internal pure returns (SchemaId) {
        return SchemaId.wrap(uint32(RecordSlot.unwrap(slot)));
    }

    function issued(RecordSlot slot) internal pure returns (uint256) {
        return (RecordSlot.unwrap(slot) >> _ISSUED_AT) & 0xffffffffff;
    }

    function expires(RecordSlot slot) internal pure returns (uint256) {
        return (RecordSlot.unwrap(slot) >> _EXPIRES_AT) & 0xffffffffff;
    }

    function revoked(RecordSlot slot) internal pure returns (uint256) {
        return (RecordSlot.unwrap(slot) >> _REVOKED_AT) & 0xffffffffff;
    }

    function reason(RecordSlot slot) internal pure returns (uint256) {
        return (RecordSlot.unwrap(slot) >> _REASON_AT) & 0xff;
    }

    function key(RecordSlot slot) internal pure returns (uint256) {
        return (RecordSlot.unwrap(slot) >> _KEY_AT) & 0xffff;
    }

    function revoker(RecordSlot slot) internal pure returns (uint256) {
        return (RecordSlot.unwrap(slot) >> _REVOKER_AT) & 0xffff;
    }

    function count(RecordSlot slot) internal pure returns (uint256) {
        return (RecordSlot.unwrap(slot) >> _COUNT_AT) & 0xffffff;
    }

    function leavesRevoked(RecordSlot slot) internal pure returns (bool) {
        return RecordSlot.unwrap(slot) & _LEAVES_REVOKED != 0;
    }

    /// @notice What a check says of a record at the end of a second; of one that is unknown nothing.
    function verdict(
        RecordSlot slot,
        uint256 status,
        bool compromised,
        uint256 time
    ) internal pure returns (Verdict memory found) {
        if (status == 0) return found;
        bool over = slot.revoked() <= time;
        return
            Verdict({
                status: DocumentStatus(status),
                compromised: compromised,
                schema: slot.schema(),
                issued: uint40(slot.issued()),
                expires: uint40(slot.expires()),
                revoked: over ? uint40(slot.revoked()) : 0,
                reason: over ? uint8(slot.reason()) : 0,
                key: uint16(slot.key())
            });
    }

    /// @notice Ends the call with the verdict of the present time, encoded. By way of the struct it would cost as much
    /// as a check; whatever a record says of a revocation is from now or before.
    function answer(RecordSlot slot, uint256 status, bool compromised) internal pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let known := mul(slot, iszero(iszero(status)))
            let encoded := mload(0x40)
            mstore(encoded, status)
            mstore(add(encoded, 0x20), compromised)
            mstore(add(encoded, 0x40), and(known, 0xffffffff))
            mstore(add(encoded, 0x60), and(shr(_ISSUED_AT, known), 0xffffffffff))
            mstore(add(encoded, 0x80), and(shr(_EXPIRES_AT, known), 0xffffffffff))
            mstore(add(encoded, 0xa0), and(shr(_REVOKED_AT, known), 0xffffffffff))
            mstore(add(encoded, 0xc0), and(shr(_REASON_AT, known), 0xff))
            mstore(add(encoded, 0xe0), and(shr(_KEY_AT, known), 0xffff))
            return(encoded, 0x100)
        }
    }
}
