// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {
    AgencyId,
    AgencyKey,
    DOCUMENT_ATTEST,
    DOCUMENT_REVOKE,
    DOCUMENT_REVOKE_ROOT,
    IAgencyRegistry
} from "../agencies/IAgencyRegistry.sol";
import {KeySlot} from "../shared/KeyLib.sol";
import {Accreditations} from "./Accreditations.sol";
import {ATTEST_TYPEHASH, DocumentLib, FIELDS_TAG, HOLDER_TAG, REVOKE_TYPEHASH} from "./DocumentLib.sol";
import {SchemaId} from "./IAccreditations.sol";
import {
    Attestation,
    Disclosure,
    DocumentMark,
    DocumentRecord,
    DocumentRef,
    DocumentStatus,
    IDocumentRegistry,
    MAX_LEAVES,
    Requirements,
    SignedDocument,
    Verdict
} from "./IDocumentRegistry.sol";
import {Bits, LEAVES_SLOT, LISTED_SLOT, PlaceLib, Record} from "./PlaceLib.sol";
import {RecordLib, RecordSlot} from "./RecordLib.sol";

// The bytes of a required document's proof: form, issuer, number of fields and salt, then the root of the fields; under
// a root, an index and the siblings.
uint256 constant PROOF_LENGTH = 54;
uint256 constant PROOF_INDEX_LENGTH = 3;
uint256 constant LEAF_PROOF_LENGTH = PROOF_LENGTH + PROOF_INDEX_LENGTH;
uint256 constant REQUIREMENT_BITS = 48;
// The DocumentMark of each DocumentStatus, 4 bits, the first one lowest: Unknown, None, Expired, Revoked,
// IssuerSuspended, IssuerNotAccredited, SignerNotAuthorised.
uint256 constant MARK_OF_STATUS = 0x9876502;
// A DocumentStatus as a number: comparing and converting the enum itself costs a check each time.
uint256 constant UNKNOWN = uint256(DocumentStatus.Unknown);
uint256 constant VALID = uint256(DocumentStatus.Valid);
uint256 constant EXPIRED = uint256(DocumentStatus.Expired);
uint256 constant REVOKED = uint256(DocumentStatus.Revoked);
uint256 constant ISSUER_SUSPENDED = uint256(DocumentStatus.IssuerSuspended);
uint256 constant ISSUER_NOT_ACCREDITED = uint256(DocumentStatus.IssuerNotAccredited);
uint256 constant SIGNER_NOT_AUTHORISED = uint256(DocumentStatus.SignerNotAuthorised);
uint256 constant UNKNOWN_MARK = uint256(DocumentMark.Unknown);
uint256 constant LACKING = uint256(DocumentMark.Lacking);
uint256 constant OTHER_ISSUER = uint256(DocumentMark.OtherIssuer);
uint256 constant OTHER_SCHEMA = uint256(DocumentMark.OtherSchema);
// Forms of a proof: lacking, a document of its own, and from LEAF_FORM on one under a root of that many levels more.
uint256 constant RECORD_FORM = 1;
uint256 constant LEAF_FORM = 2;

/// @title DocumentRegistry
/// @notice See IDocumentRegistry. `multicall` does several acts, or answers several checks, in one call.
contract DocumentRegistry is IDocumentRegistry, Accreditations, EIP712, Multicall {
    constructor(IAgencyRegistry agencies) Accreditations(agencies) EIP712("Common Seal Documents", "1") {}

    /* ATTEST */

    /// @inheritdoc IDocumentRegistry
    function attest(AgencyId agency, SchemaId schema, bytes32 docHash, uint40 expires) external {
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_ATTEST);
        _attest(agency, schema, docHash, 0, expires, key);
        emit DocumentAttested(agency, docHash);
    }

    /// @inheritdoc IDocumentRegistry
    function attestMany(AgencyId agency, SchemaId schema, uint40 expires, bytes32[] calldata docHashes) external {
        require(docHashes.length != 0, DocumentHashMissing());
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_ATTEST);
        for (uint256 i = 0; i < docHashes.length; ++i) _attest(agency, schema, docHashes[i], 0, expires, key);
        emit DocumentsAttested(agency, schema, key, expires, docHashes);
    }

    /// @inheritdoc IDocumentRegistry
    function attestRoot(AgencyId agency, SchemaId schema, bytes32 root, uint32 count, uint40 expires) external {
        require(count != 0, DocumentCountInvalid(count, MAX_LEAVES));
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_ATTEST);
        _attest(agency, schema, root, count, expires, key);
        emit RootAttested(agency, root, count);
    }

    /// @inheritdoc IDocumentRegistry
    function attestDelegated(
        Attestation calldata attestation,
        address signer,
        uint40 deadline,
        bytes calldata signature
    ) external {
        (AgencyId agency, SchemaId schema, bytes32 hash, uint32 count, uint40 expires) = (
            attestation.agency,
            attestation.schema,
            attestation.hash,
            attestation.count,
            attestation.expires
        );
        bytes32 typed = keccak256(abi.encode(ATTEST_TYPEHASH, agency, schema, hash, count, expires, deadline));
        _requireSigned(typed, signer, deadline, signature);
        uint16 key = _requireMay(agency, signer, DOCUMENT_ATTEST);
        _attest(agency, schema, hash, count, expires, key);
        if (count == 0) emit DocumentAttested(agency, hash);
        else emit RootAttested(agency, hash, count);
    }

    /* REVOKE */

    /// @inheritdoc IDocumentRegistry
    function revoke(AgencyId agency, bytes32 docHash, uint8 reason) external {
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        _revoke(agency, docHash, _revocation(key, reason));
        emit DocumentRevoked(agency, docHash);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeMany(AgencyId agency, uint8 reason, bytes32[] calldata docHashes) external {
        require(docHashes.length != 0, DocumentHashMissing());
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        uint256 revocation = _revocation(key, reason);
        for (uint256 i = 0; i < docHashes.length; ++i) _revoke(agency, docHashes[i], revocation);
        emit DocumentsRevoked(agency, key, reason, docHashes);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeRoot(AgencyId agency, bytes32 root, uint8 reason) external {
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_REVOKE_ROOT);
        uint256 revocation = _revocation(key, reason);
        require(root != 0, DocumentHashMissing());
        Record storage stored = PlaceLib.recordAt(AgencyId.unwrap(agency), root);
        RecordSlot record = stored.slot;
        require(record.issued() == 0 || record.count() != 0, DocumentKindMismatch(agency, root));
        require(record.revoked() == 0, DocumentAlreadyRevoked(agency, root));
        stored.slot = record.withRevocation(revocation);
        emit RootRevoked(agency, root);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeLeaves(AgencyId agency, bytes32 root, uint256 word, uint256 mask, uint8 reason) external {
        Record storage stored = PlaceLib.recordAt(AgencyId.unwrap(agency), root);
        RecordSlot record = stored.slot;
        uint256 count = record.count();
        unchecked {
            // The documents that the word and those after it stand for.
            uint256 within = word > count >> 8 ? 0 : count - (word << 8);
            if (mask >> within != 0) {
                if (count == 0) revert DocumentKindMismatch(agency, root);
                revert DocumentMaskInvalid(root, word, mask);
            }
        }
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        uint256 added = _setBits(PlaceLib.bitsAt(LEAVES_SLOT, agency, root, word), mask);
        if (added == 0 || reason == 0) _refuse(agency, root, word, mask, reason);
        if (!record.leavesRevoked()) stored.slot = record.withLeavesRevoked();
        emit LeavesRevoked(agency, root, added, (word << 24) | (uint256(key) << 8) | reason);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeListed(AgencyId agency, bytes32 list, uint256 word, uint256 mask, uint8 reason) external {
        uint16 key = _requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        uint256 added = _setBits(PlaceLib.bitsAt(LISTED_SLOT, agency, list, word), mask);
        if (added == 0 || reason == 0) _refuse(agency, list, word, mask, reason);
        emit ListedRevoked(agency, list, word, added, key, reason);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeDelegated(
        AgencyId agency,
        bytes32 docHash,
        uint8 reason,
        address signer,
        uint40 deadline,
        bytes calldata signature
    ) external {
        bytes32 typed = keccak256(abi.encode(REVOKE_TYPEHASH, agency, docHash, reason, deadline));
        _requireSigned(typed, signer, deadline, signature);
        uint16 key = _requireMay(agency, signer, DOCUMENT_REVOKE);
        _revoke(agency, docHash, _revocation(key, reason));
        emit DocumentRevoked(agency, docHash);
    }

    /* CHECK */

    /// @inheritdoc IDocumentRegistry
    function verify(
        AgencyId agency,
        bytes32 docHash
    )
        external
        view
        returns (
            DocumentStatus status,
            bool compromised,
            SchemaId schema,
            uint40 issued,
            uint40 expires,
            uint40 revoked,
            uint8 reason,
            uint16 key
        )
    {
        RecordSlot record = _documentOf(AgencyId.unwrap(agency), docHash);
        (uint256 found, bool flagged) = _status(AgencyId.unwrap(agency), record, block.timestamp);
        // The parts have names for the ABI's sake; `answer` writes them.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            pop(or(or(or(status, compromised), or(schema, issued)), or(or(expires, revoked), or(reason, key))))
        }
        record.answer(found, flagged);
    }

    /// @inheritdoc IDocumentRegistry
    function verifyAt(AgencyId agency, bytes32 docHash, uint40 time) external view returns (Verdict memory) {
        require(time < block.timestamp, DocumentTimeNotPast(time));
        return _verdict(agency, docHash, time);
    }

    /// @inheritdoc IDocumentRegistry
    function verifyMany(DocumentRef[] calldata documents) external view returns (Verdict[] memory verdicts) {
        verdicts = new Verdict[](documents.length);
        for (uint256 i = 0; i < documents.length; ++i) {
            verdicts[i] = _verdict(documents[i].agency, documents[i].docHash, block.timestamp);
        }
    }

    /// @inheritdoc IDocumentRegistry
    function verifyLeaf(
        AgencyId agency,
        bytes32 root,
        uint256 index,
        bytes32 docHash,
        bytes32[] calldata proof
    )
        external
        view
        returns (
            DocumentStatus status,
            bool compromised,
            SchemaId schema,
            uint40 issued,
            uint40 expires,
            uint40 revoked,
            uint8 reason,
            uint16 key
        )
    {
        RecordSlot record = PlaceLib.recordAt(AgencyId.unwrap(agency), root).slot;
        bytes calldata siblings = DocumentLib.bytesOf(proof);
        (uint256 found, bool flagged) = _leafStatus(agency, root, record, index, docHash, siblings, block.timestamp);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            pop(or(or(or(status, compromised), or(schema, issued)), or(or(expires, revoked), or(reason, key))))
        }
        record.answer(found, flagged);
    }

    /// @inheritdoc IDocumentRegistry
    function verifyLeafAt(
        AgencyId agency,
        bytes32 root,
        uint256 index,
        bytes32 docHash,
        bytes32[] calldata proof,
        uint40 time
    ) external view returns (Verdict memory) {
        require(time < block.timestamp, DocumentTimeNotPast(time));
        RecordSlot record = PlaceLib.recordAt(AgencyId.unwrap(agency), root).slot;
        bytes calldata siblings = DocumentLib.bytesOf(proof);
        (uint256 status, bool compromised) = _leafStatus(agency, root, record, index, docHash, siblings, time);
        return record.verdict(status, compromised, time);
    }

    /// @inheritdoc IDocumentRegistry
    function verifyFields(AgencyId agency, Disclosure calldata disclosure) external view returns (Verdict memory) {
        return _verdict(agency, DocumentLib.disclosedHash(disclosure), block.timestamp);
    }

    /// @inheritdoc IDocumentRegistry
    function verifySigned(
        SignedDocument calldata document,
        address signer,
        bytes calldata signature
    ) external view returns (Verdict memory verdict) {
        // The key comes first: a signer that is no key of the body is never called.
        try AGENCIES.keyOf(document.agency, signer) returns (AgencyKey memory key) {
            bytes32 digest = _hashTypedDataV4(DocumentLib.typedHash(document));
            if (!_isSignature(digest, signer, signature)) return verdict;
            (verdict.schema, verdict.expires, verdict.key) = (document.schema, document.expires, key.index);
            verdict.compromised = key.compromisedSince != 0;
            verdict.status = _signedStatus(document, key);
        } catch {
            return verdict;
        }
    }

    /// @inheritdoc IDocumentRegistry
    function documentMarks(
        Requirements required,
        bytes calldata proofs,
        address holder,
        uint40 time
    ) external view returns (uint256 marks) {
        uint256 rest = Requirements.unwrap(required);
        (uint256 place, uint256 end) = DocumentLib.placesOf(proofs);
        unchecked {
            for (uint256 shift = 0; rest != 0; shift += 4) {
                uint256 mark = LACKING;
                uint256 proof = place;
                uint256 form;
                (form, place) = DocumentLib.formOf(proof, end);
                if (form != 0) mark = _mark(rest, form, proof, place, holder, time);
                marks |= mark << shift;
                rest >>= REQUIREMENT_BITS;
            }
        }
    }

    /// @inheritdoc IDocumentRegistry
    function disclosedHash(Disclosure calldata disclosure) external pure returns (bytes32) {
        return DocumentLib.disclosedHash(disclosure);
    }

    /// @inheritdoc IDocumentRegistry
    function recordOf(AgencyId agency, bytes32 hash) external view returns (DocumentRecord memory) {
        return PlaceLib.recordAt(AgencyId.unwrap(agency), hash).slot.unpack();
    }

    /// @inheritdoc IDocumentRegistry
    function revokedLeaves(AgencyId agency, bytes32 root, uint256 word) external view returns (uint256) {
        return PlaceLib.bitsAt(LEAVES_SLOT, agency, root, word).word;
    }

    /// @inheritdoc IDocumentRegistry
    function revokedListed(AgencyId agency, bytes32 list, uint256 word) external view returns (uint256) {
        return PlaceLib.bitsAt(LISTED_SLOT, agency, list, word).word;
    }

    /* INTERNAL: ACTS */

    // Writes a record: of a document, or of a root of `count` documents.
    function _attest(AgencyId agency, SchemaId schema, bytes32 hash, uint32 count, uint40 expires, uint16 key) private {
        require(hash != 0, DocumentHashMissing());
        require(count <= MAX_LEAVES, DocumentCountInvalid(count, MAX_LEAVES));
        require(expires == 0 || expires >= block.timestamp, DocumentExpiryPast(expires, block.timestamp));
        Record storage stored = PlaceLib.recordAt(AgencyId.unwrap(agency), hash);
        require(RecordSlot.unwrap(stored.slot) == 0, DocumentExists(agency, hash));
        stored.slot = RecordLib.attested(schema, uint40(block.timestamp), expires, key, count);
    }

    function _revocation(uint16 key, uint8 reason) private view returns (uint256) {
        require(reason != 0, DocumentReasonMissing());
        return RecordLib.revocation(uint40(block.timestamp), reason, key);
    }

    function _revoke(AgencyId agency, bytes32 docHash, uint256 revocation) private {
        require(docHash != 0, DocumentHashMissing());
        Record storage stored = PlaceLib.recordAt(AgencyId.unwrap(agency), docHash);
        RecordSlot record = stored.slot;
        require(record.count() == 0, DocumentKindMismatch(agency, docHash));
        require(record.revoked() == 0, DocumentAlreadyRevoked(agency, docHash));
        stored.slot = record.withRevocation(revocation);
    }

    // Sets bits of revocation and returns those that were not set before.
    function _setBits(Bits storage bits, uint256 mask) private returns (uint256 added) {
        uint256 before = bits.word;
        added = mask & ~before;
        bits.word = before | mask;
    }

    // What is wrong with a revocation of documents by their places that would change nothing, or has no reason.
    function _refuse(AgencyId agency, bytes32 hash, uint256 word, uint256 mask, uint8 reason) private pure {
        if (reason == 0) revert DocumentReasonMissing();
        if (mask == 0) revert DocumentMaskInvalid(hash, word, mask);
        revert DocumentAlreadyRevoked(agency, hash);
    }

    function _requireSigned(bytes32 typed, address signer, uint40 deadline, bytes calldata signature) private view {
        require(block.timestamp <= deadline, DocumentDeadlinePast(deadline, block.timestamp));
        require(_isSignature(_hashTypedDataV4(typed), signer, signature), DocumentSignatureInvalid(signer));
    }

    // By the key itself, which spares asking whether it is a contract; else by the contract that it is.
    function _isSignature(bytes32 digest, address signer, bytes calldata signature) private view returns (bool) {
        (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        // What cannot be recovered is the zero address, which is nobody's key.
        if (recovered == signer) return true;
        return SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }

    /* INTERNAL: CHECKS */

    // What holds of a document at the end of a second; now where that is the present one.
    function _verdict(AgencyId agency, bytes32 docHash, uint256 time) private view returns (Verdict memory) {
        RecordSlot record = _documentOf(AgencyId.unwrap(agency), docHash);
        (uint256 status, bool compromised) = _status(AgencyId.unwrap(agency), record, time);
        return record.verdict(status, compromised, time);
    }

    // The record of a document; none where the hash is a root's.
    function _documentOf(uint256 agency, bytes32 docHash) private view returns (RecordSlot record) {
        record = PlaceLib.recordAt(agency, docHash).slot;
        uint256 count = record.count();
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            record := mul(record, iszero(count))
        }
    }

    // What holds of a record, a DocumentStatus as a number, and whether the key that counts is recorded as compromised.
    function _status(
        uint256 agency,
        RecordSlot record,
        uint256 time
    ) private view returns (uint256 status, bool compromised) {
        uint256 revoked = record.revoked();
        if (revoked != 0) {
            if (revoked <= time) return (REVOKED, _revoker(agency, record).compromisedAt(revoked));
        }
        uint256 issued = record.issued();
        // Zero, which means never, wraps to the highest number and so lies after any time.
        unchecked {
            if (issued - 1 >= time) return (UNKNOWN, false);
        }
        bytes4 selector = IAgencyRegistry.keySlot.selector;
        address agencies = address(AGENCIES);
        uint256 index = record.key();
        uint256 may = DOCUMENT_ATTEST;
        KeySlot key;
        bool flawed;
        // What every check costs: all conditions joined into one, without jumps; _flaw has the same one by one.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // key = AGENCIES.keySlot(agency, index)
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 4), agency)
            mstore(add(data, 36), index)
            if iszero(staticcall(gas(), agencies, data, 68, 0, 32)) {
                revert(0, 0)
            }
            key := mload(0)
            // period = _latest[schema and agency]
            mstore(0, or(shl(32, and(record, 0xffffffff)), agency))
            mstore(32, _latest.slot)
            let period := sload(keccak256(0, 64))
            // The key was valid at issue and may attest; it is active now, and its body was not suspended meanwhile.
            let until := and(shr(88, key), 0xffffffffff)
            flawed := or(gt(and(shr(48, key), 0xffffffffff), issued), gt(issued, until))
            flawed := or(flawed, iszero(and(key, may)))
            flawed := or(flawed, or(gt(timestamp(), until), shr(241, key)))
            // The body was accredited at issue, in the latest period: first second above the 40 bits of the last one.
            flawed := or(flawed, or(gt(shr(40, period), issued), gt(issued, and(period, 0xffffffffff))))
            // The document has a last second, which is over.
            let expires := and(shr(72, record), 0xffffffffff)
            flawed := or(flawed, mul(expires, lt(expires, time)))
            // As compromisedAt.
            compromised := lt(sub(and(shr(128, key), 0xffffffffff), 1), issued)
        }
        status = VALID;
        if (flawed) status = _flaw(agency, record, key, time);
    }

    // The key that revoked a document or root.
    function _revoker(uint256 agency, RecordSlot record) private view returns (KeySlot) {
        return AGENCIES.keySlot(AgencyId.wrap(uint32(agency)), uint16(record.revoker()));
    }

    // What is wrong with a document that was issued and not revoked by then, by the key in this slot.
    function _flaw(uint256 agency, RecordSlot record, KeySlot key, uint256 time) private view returns (uint256) {
        uint256 issued = record.issued();
        if (!key.validAt(DOCUMENT_ATTEST, issued)) return SIGNER_NOT_AUTHORISED;
        if (!_accreditedAt(record.schema(), agency, issued)) return ISSUER_NOT_ACCREDITED;
        uint256 expires = record.expires();
        if (expires != 0 && expires < time) return EXPIRED;
        // A key that is active answers for its body; of one that is not, or that has seen a suspension, the body knows.
        if (key.until() >= block.timestamp && !key.everSuspended()) return VALID;
        return _suspendedAt(AgencyId.wrap(uint32(agency)), time) ? ISSUER_SUSPENDED : VALID;
    }

    function _signedStatus(
        SignedDocument calldata document,
        AgencyKey memory key
    ) private view returns (DocumentStatus) {
        if (_isSet(LISTED_SLOT, document.agency, document.list, document.index)) return DocumentStatus.Revoked;
        uint256 agency = AgencyId.unwrap(document.agency);
        if (PlaceLib.recordAt(agency, document.docHash).slot.revoked() != 0) return DocumentStatus.Revoked;
        bool valid = key.from <= block.timestamp && block.timestamp <= key.until;
        // A signature does not tell under which of an account's keys it was made, so none of an account with an earlier
        // key holds: what ended with that key must not come back.
        bool first = key.previous == 0;
        if (!valid || !first || key.permissions & DOCUMENT_ATTEST == 0) return DocumentStatus.SignerNotAuthorised;
        bool accredited = _accreditedAt(document.schema, agency, block.timestamp);
        if (!accredited) return DocumentStatus.IssuerNotAccredited;
        if (document.expires != 0 && document.expires < block.timestamp) return DocumentStatus.Expired;
        return key.suspended ? DocumentStatus.IssuerSuspended : DocumentStatus.Valid;
    }

    function _suspendedAt(AgencyId agency, uint256 time) private view returns (bool) {
        if (time < block.timestamp) return AGENCIES.suspendedAt(agency, uint40(time));
        return AGENCIES.agencyOf(agency).suspended;
    }

    // What holds of a document under a root whose record this is; Unknown where the siblings do not lead there.
    function _leafStatus(
        AgencyId agency,
        bytes32 root,
        RecordSlot record,
        uint256 index,
        bytes32 docHash,
        bytes calldata siblings,
        uint256 time
    ) private view returns (uint256 status, bool compromised) {
        uint256 count = record.count();
        if (index >= count || DocumentLib.depthOf(count) * 32 != siblings.length) return (status, false);
        bytes32 leaf = DocumentLib.leafHash(index, docHash);
        if (DocumentLib.rootOf(leaf, index, siblings) != root) return (status, false);
        (status, compromised) = _status(AgencyId.unwrap(agency), record, time);
        if (status == UNKNOWN || !record.leavesRevoked()) return (status, compromised);
        if (_isSet(LEAVES_SLOT, agency, root, index)) status = REVOKED;
    }

    function _isSet(uint256 base, AgencyId agency, bytes32 hash, uint256 index) private view returns (bool) {
        return (PlaceLib.bitsAt(base, agency, hash, index >> 8).word >> (index & 0xff)) & 1 == 1;
    }

    // Judges the proof of the document that the lowest bits require: it stands in calldata from `proof` to `end`.
    function _mark(
        uint256 required,
        uint256 form,
        uint256 proof,
        uint256 end,
        address holder,
        uint256 time
    ) private view returns (uint256) {
        unchecked {
            (bytes32 holderTag, bytes32 fieldsTag, uint256 who) = (HOLDER_TAG, FIELDS_TAG, uint160(holder));
            (uint256 wanted, uint256 schema, uint256 issuer, bytes32 docHash) = (0, 0, 0, 0);
            // As DocumentLib.fieldsHash(keccak256(abi.encodePacked(HOLDER_TAG, salt, who)), number of fields, root), in
            // one piece of memory: what stands behind the salt is overwritten by the holder.
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                wanted := and(required, 0x7fffff)
                schema := and(shr(23, required), 0xffffff)
                let head := calldataload(proof)
                issuer := and(shr(216, head), 0xffffffff)
                let data := mload(0x40)
                mstore(data, holderTag)
                mstore(add(data, 32), shl(48, head))
                mstore(add(data, 48), who)
                mstore(add(data, 32), keccak256(data, 80))
                mstore(data, fieldsTag)
                mstore(add(data, 64), byte(5, head))
                mstore(add(data, 96), calldataload(add(proof, 22)))
                docHash := keccak256(data, 128)
            }
            if (wanted != 0) {
                if (wanted != issuer) return OTHER_ISSUER;
            }
            RecordSlot record;
            uint256 status;
            if (form == RECORD_FORM) {
                record = PlaceLib.recordAt(issuer, docHash).slot;
                if (record.count() != 0) return UNKNOWN_MARK;
                (status, ) = _status(issuer, record, time);
            } else {
                (status, record) = _provenStatus(issuer, docHash, proof + PROOF_LENGTH, end, time);
            }
            if (RecordSlot.unwrap(record) & 0xffffffff != schema) {
                if (status != UNKNOWN) return OTHER_SCHEMA;
            }
            if (status == VALID) return 0;
            return (MARK_OF_STATUS >> (4 * status)) & 0xf;
        }
    }

    // Of a document whose proof goes on with an index and siblings.
    function _provenStatus(
        uint256 agency,
        bytes32 docHash,
        uint256 place,
        uint256 end,
        uint256 time
    ) private view returns (uint256 status, RecordSlot record) {
        uint256 index = DocumentLib.wordAt(place) >> 232;
        bytes calldata siblings = DocumentLib.bytesBetween(place + PROOF_INDEX_LENGTH, end);
        bytes32 root = DocumentLib.rootOf(DocumentLib.leafHash(index, docHash), index, siblings);
        record = PlaceLib.recordAt(agency, root).slot;
        (status, ) = _leafStatus(AgencyId.wrap(uint32(agency)), root, record, index, docHash, siblings, time);
    }
}
