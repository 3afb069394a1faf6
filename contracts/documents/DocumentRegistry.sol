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
import {DocumentLib} from "./DocumentLib.sol";
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
import {RecordLib, RecordSlot} from "./RecordLib.sol";

bytes32 constant ATTEST_TYPEHASH = keccak256(
    "Attest(uint32 agency,uint32 schema,bytes32 hash,uint32 count,uint40 expires,uint40 deadline)"
);
bytes32 constant REVOKE_TYPEHASH = keccak256("Revoke(uint32 agency,bytes32 docHash,uint8 reason,uint40 deadline)");
bytes32 constant SIGNED_TYPEHASH = keccak256(
    "SignedDocument(uint32 agency,uint32 schema,bytes32 list,uint32 index,bytes32 docHash,uint40 expires)"
);

// The bytes of a required document's proof: form, issuer, number of fields and salt, then the root of the fields; under
// a root, an index and the siblings.
uint256 constant PROOF_ROOT_AT = 22;
uint256 constant PROOF_LENGTH = 54;
uint256 constant PROOF_INDEX_LENGTH = 3;
uint256 constant LEAF_PROOF_LENGTH = PROOF_LENGTH + PROOF_INDEX_LENGTH;
uint256 constant REQUIREMENT_BITS = 48;
// The DocumentMark of each DocumentStatus, 4 bits, the first one lowest: Unknown, None, Expired, Revoked,
// IssuerSuspended, IssuerNotAccredited, SignerNotAuthorised.
uint256 constant MARK_OF_STATUS = 0x9876502;
// Forms of a proof: lacking, a document of its own, and from LEAF_FORM on one under a root of that many levels more.
uint256 constant RECORD_FORM = 1;
uint256 constant LEAF_FORM = 2;

/// @title DocumentRegistry
/// @notice See IDocumentRegistry. `multicall` does several acts, or answers several checks, in one call.
contract DocumentRegistry is IDocumentRegistry, Accreditations, EIP712, Multicall {
    /* STORAGE */

    mapping(AgencyId agency => mapping(bytes32 hash => RecordSlot)) private _records;
    mapping(AgencyId agency => mapping(bytes32 root => mapping(uint256 word => uint256 bits))) private _leaves;
    mapping(AgencyId agency => mapping(bytes32 list => mapping(uint256 word => uint256 bits))) private _listed;

    constructor(IAgencyRegistry agencies) Accreditations(agencies) EIP712("Common Seal Documents", "1") {}

    /* ATTEST */

    /// @inheritdoc IDocumentRegistry
    function attest(AgencyId agency, SchemaId schema, bytes32 docHash, uint40 expires) external {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_ATTEST);
        _attest(agency, schema, docHash, 0, expires, key);
        emit DocumentAttested(agency, docHash);
    }

    /// @inheritdoc IDocumentRegistry
    function attestMany(AgencyId agency, SchemaId schema, uint40 expires, bytes32[] calldata docHashes) external {
        require(docHashes.length != 0, DocumentHashMissing());
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_ATTEST);
        for (uint256 i = 0; i < docHashes.length; ++i) _attest(agency, schema, docHashes[i], 0, expires, key);
        emit DocumentsAttested(agency, schema, key, expires, docHashes);
    }

    /// @inheritdoc IDocumentRegistry
    function attestRoot(AgencyId agency, SchemaId schema, bytes32 root, uint32 count, uint40 expires) external {
        require(count != 0, DocumentCountInvalid(count, MAX_LEAVES));
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_ATTEST);
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
        uint16 key = AGENCIES.requireMay(agency, signer, DOCUMENT_ATTEST);
        _attest(agency, schema, hash, count, expires, key);
        if (count == 0) emit DocumentAttested(agency, hash);
        else emit RootAttested(agency, hash, count);
    }

    /* REVOKE */

    /// @inheritdoc IDocumentRegistry
    function revoke(AgencyId agency, bytes32 docHash, uint8 reason) external {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        _revoke(agency, docHash, _revocation(key, reason));
        emit DocumentRevoked(agency, docHash);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeMany(AgencyId agency, uint8 reason, bytes32[] calldata docHashes) external {
        require(docHashes.length != 0, DocumentHashMissing());
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        uint256 revocation = _revocation(key, reason);
        for (uint256 i = 0; i < docHashes.length; ++i) _revoke(agency, docHashes[i], revocation);
        emit DocumentsRevoked(agency, key, reason, docHashes);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeRoot(AgencyId agency, bytes32 root, uint8 reason) external {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE_ROOT);
        uint256 revocation = _revocation(key, reason);
        require(root != 0, DocumentHashMissing());
        RecordSlot record = _records[agency][root];
        require(record.issued() == 0 || record.count() != 0, DocumentKindMismatch(agency, root));
        require(record.revoked() == 0, DocumentAlreadyRevoked(agency, root));
        _records[agency][root] = record.withRevocation(revocation);
        emit RootRevoked(agency, root);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeLeaves(AgencyId agency, bytes32 root, uint256 word, uint256 mask, uint8 reason) external {
        mapping(bytes32 => RecordSlot) storage records = _records[agency];
        RecordSlot record = records[root];
        uint256 count = record.count();
        require(count != 0, DocumentKindMismatch(agency, root));
        // The documents that the word and those after it stand for.
        uint256 within = word < MAX_LEAVES && 256 * word < count ? count - 256 * word : 0;
        require(within >= 256 || mask >> within == 0, DocumentMaskInvalid(root, word, mask));
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        uint256 added = _setBits(_leaves[agency][root], agency, root, word, mask, reason);
        if (!record.leavesRevoked()) records[root] = record.withLeavesRevoked();
        emit LeavesRevoked(agency, root, word, added, key, reason);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeListed(AgencyId agency, bytes32 list, uint256 word, uint256 mask, uint8 reason) external {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        uint256 added = _setBits(_listed[agency][list], agency, list, word, mask, reason);
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
        uint16 key = AGENCIES.requireMay(agency, signer, DOCUMENT_REVOKE);
        _revoke(agency, docHash, _revocation(key, reason));
        emit DocumentRevoked(agency, docHash);
    }

    /* CHECK */

    /// @inheritdoc IDocumentRegistry
    function verify(
        AgencyId agency,
        bytes32 docHash
    ) external view returns (DocumentStatus, bool, SchemaId, uint40, uint40, uint40, uint8, uint16) {
        RecordSlot record = _records[agency][docHash];
        DocumentStatus status;
        bool compromised;
        if (record.count() == 0) (status, compromised) = _status(agency, record, block.timestamp);
        record.answer(status, compromised);
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
    ) external view returns (DocumentStatus, bool, SchemaId, uint40, uint40, uint40, uint8, uint16) {
        RecordSlot record = _records[agency][root];
        bytes calldata siblings = DocumentLib.bytesOf(proof);
        (DocumentStatus status, bool compromised) = _leafStatus(
            agency,
            root,
            record,
            index,
            docHash,
            siblings,
            block.timestamp
        );
        record.answer(status, compromised);
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
        RecordSlot record = _records[agency][root];
        bytes calldata siblings = DocumentLib.bytesOf(proof);
        (DocumentStatus status, bool compromised) = _leafStatus(agency, root, record, index, docHash, siblings, time);
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
            bytes32 digest = _hashTypedDataV4(_typedDocument(document));
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
        uint256 then = time < block.timestamp ? time : block.timestamp;
        uint256 rest = Requirements.unwrap(required);
        for (uint256 shift = 0; rest != 0; shift += 4) {
            (bool readable, uint256 length) = _proofLength(proofs);
            uint256 mark = readable ? _mark(rest, proofs[:length], holder, then) : uint256(DocumentMark.Lacking);
            marks |= mark << shift;
            proofs = proofs[length:];
            rest >>= REQUIREMENT_BITS;
        }
    }

    /// @inheritdoc IDocumentRegistry
    function disclosedHash(Disclosure calldata disclosure) external pure returns (bytes32) {
        return DocumentLib.disclosedHash(disclosure);
    }

    /// @inheritdoc IDocumentRegistry
    function recordOf(AgencyId agency, bytes32 hash) external view returns (DocumentRecord memory) {
        return _records[agency][hash].unpack();
    }

    /// @inheritdoc IDocumentRegistry
    function revokedLeaves(AgencyId agency, bytes32 root, uint256 word) external view returns (uint256) {
        return _leaves[agency][root][word];
    }

    /// @inheritdoc IDocumentRegistry
    function revokedListed(AgencyId agency, bytes32 list, uint256 word) external view returns (uint256) {
        return _listed[agency][list][word];
    }

    /* INTERNAL: ACTS */

    // Writes a record: of a document, or of a root of `count` documents.
    function _attest(AgencyId agency, SchemaId schema, bytes32 hash, uint32 count, uint40 expires, uint16 key) private {
        require(hash != 0, DocumentHashMissing());
        require(count <= MAX_LEAVES, DocumentCountInvalid(count, MAX_LEAVES));
        require(expires == 0 || expires >= block.timestamp, DocumentExpiryPast(expires, block.timestamp));
        mapping(bytes32 => RecordSlot) storage records = _records[agency];
        require(RecordSlot.unwrap(records[hash]) == 0, DocumentExists(agency, hash));
        records[hash] = RecordLib.attested(schema, uint40(block.timestamp), expires, key, count);
    }

    function _revocation(uint16 key, uint8 reason) private view returns (uint256) {
        require(reason != 0, DocumentReasonMissing());
        return RecordLib.revocation(uint40(block.timestamp), reason, key);
    }

    function _revoke(AgencyId agency, bytes32 docHash, uint256 revocation) private {
        require(docHash != 0, DocumentHashMissing());
        mapping(bytes32 => RecordSlot) storage records = _records[agency];
        RecordSlot record = records[docHash];
        require(record.count() == 0, DocumentKindMismatch(agency, docHash));
        require(record.revoked() == 0, DocumentAlreadyRevoked(agency, docHash));
        records[docHash] = record.withRevocation(revocation);
    }

    // Sets bits of revocation and returns those that were not set before.
    function _setBits(
        mapping(uint256 word => uint256 bits) storage words,
        AgencyId agency,
        bytes32 hash,
        uint256 word,
        uint256 mask,
        uint8 reason
    ) private returns (uint256 added) {
        require(reason != 0, DocumentReasonMissing());
        require(mask != 0, DocumentMaskInvalid(hash, word, mask));
        uint256 bits = words[word];
        added = mask & ~bits;
        require(added != 0, DocumentAlreadyRevoked(agency, hash));
        words[word] = bits | mask;
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

    function _typedDocument(SignedDocument calldata document) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    SIGNED_TYPEHASH,
                    document.agency,
                    document.schema,
                    document.list,
                    document.index,
                    document.docHash,
                    document.expires
                )
            );
    }

    // What holds of a document at the end of a second; now where that is the present one.
    function _verdict(AgencyId agency, bytes32 docHash, uint256 time) private view returns (Verdict memory) {
        RecordSlot record = _records[agency][docHash];
        if (record.count() != 0) return record.verdict(DocumentStatus.Unknown, false, time);
        (DocumentStatus status, bool compromised) = _status(agency, record, time);
        return record.verdict(status, compromised, time);
    }

    function _status(
        AgencyId agency,
        RecordSlot record,
        uint256 time
    ) private view returns (DocumentStatus, bool compromised) {
        uint256 done = record.revoked();
        if (done != 0) {
            if (done <= time) {
                return (DocumentStatus.Revoked, _keySlot(agency, record.revoker()).compromisedAt(done));
            }
        }
        done = record.issued();
        if (done == 0) return (DocumentStatus.Unknown, false);
        if (done > time) return (DocumentStatus.Unknown, false);
        KeySlot key = _keySlot(agency, record.key());
        return (_issuedStatus(agency, record, key, time), key.compromisedAt(done));
    }

    // Of a document that was issued and not revoked by then, by the key in this slot.
    function _issuedStatus(
        AgencyId agency,
        RecordSlot record,
        KeySlot key,
        uint256 time
    ) private view returns (DocumentStatus) {
        uint256 issued = record.issued();
        if (!key.validAt(DOCUMENT_ATTEST, issued)) return DocumentStatus.SignerNotAuthorised;
        if (!_accreditedAt(record.schema(), agency, issued)) return DocumentStatus.IssuerNotAccredited;
        uint256 expires = record.expires();
        if (expires != 0) {
            if (expires < time) return DocumentStatus.Expired;
        }
        // A key that is active answers for its body; of one that is not, or that has seen a suspension, the body knows.
        if (key.until() >= block.timestamp) {
            if (!key.everSuspended()) return DocumentStatus.Valid;
        }
        return _suspendedAt(agency, time) ? DocumentStatus.IssuerSuspended : DocumentStatus.Valid;
    }

    // AGENCIES.keySlot(agency, index), without what Solidity adds to a call of which the answer is one word.
    function _keySlot(AgencyId agency, uint256 index) private view returns (KeySlot key) {
        bytes4 selector = IAgencyRegistry.keySlot.selector;
        address agencies = address(AGENCIES);
        uint256 body = AgencyId.unwrap(agency);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 4), body)
            mstore(add(data, 36), index)
            if iszero(staticcall(gas(), agencies, data, 68, 0, 32)) {
                revert(0, 0)
            }
            key := mload(0)
        }
    }

    function _signedStatus(
        SignedDocument calldata document,
        AgencyKey memory key
    ) private view returns (DocumentStatus) {
        if (_isSet(_listed[document.agency][document.list], document.index)) return DocumentStatus.Revoked;
        if (_records[document.agency][document.docHash].revoked() != 0) return DocumentStatus.Revoked;
        bool valid = key.from <= block.timestamp && block.timestamp <= key.until;
        // A signature does not tell under which of an account's keys it was made, so none of an account with an earlier
        // key holds: what ended with that key must not come back.
        bool first = key.previous == 0;
        if (!valid || !first || key.permissions & DOCUMENT_ATTEST == 0) return DocumentStatus.SignerNotAuthorised;
        bool accredited = _accreditedAt(document.schema, document.agency, block.timestamp);
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
    ) private view returns (DocumentStatus status, bool compromised) {
        uint256 count = record.count();
        if (index >= count || DocumentLib.depthOf(count) * 32 != siblings.length) return (status, false);
        bytes32 leaf = DocumentLib.leafHash(index, docHash);
        if (DocumentLib.rootOf(leaf, index, siblings) != root) return (status, false);
        (status, compromised) = _status(agency, record, time);
        if (status == DocumentStatus.Unknown || !record.leavesRevoked()) return (status, compromised);
        if (_isSet(_leaves[agency][root], index)) status = DocumentStatus.Revoked;
    }

    function _isSet(mapping(uint256 word => uint256 bits) storage words, uint256 index) private view returns (bool) {
        return (words[index >> 8] >> (index & 0xff)) & 1 == 1;
    }

    // Length of the first proof among those of required documents; not readable where it is lacking or cut off.
    function _proofLength(bytes calldata proofs) private pure returns (bool readable, uint256 length) {
        if (proofs.length == 0) return (false, 0);
        uint256 form = uint256(DocumentLib.wordAt(proofs, 0)) >> 248;
        if (form == 0) return (false, 1);
        length = form == RECORD_FORM ? PROOF_LENGTH : LEAF_PROOF_LENGTH + 32 * (form - LEAF_FORM);
        // What cannot be read ends all of them: where the next one would begin is not known.
        return length > proofs.length ? (false, proofs.length) : (true, length);
    }

    // Judges the proof of the document that the lowest bits require.
    function _mark(
        uint256 required,
        bytes calldata proof,
        address holder,
        uint256 time
    ) private view returns (uint256) {
        uint256 head = uint256(DocumentLib.wordAt(proof, 0));
        uint256 issuer = uint32(head >> 216);
        uint256 wanted = required & 0x7fffff;
        if (wanted != 0) {
            if (wanted != issuer) return uint256(DocumentMark.OtherIssuer);
        }
        bytes32 docHash = DocumentLib.heldHash(
            bytes16(uint128(head >> 80)),
            holder,
            uint8(head >> 208),
            DocumentLib.wordAt(proof, PROOF_ROOT_AT)
        );
        (uint256 status, RecordSlot record) = head >> 248 == RECORD_FORM
            ? _ownStatus(AgencyId.wrap(uint32(issuer)), docHash, time)
            : _provenStatus(AgencyId.wrap(uint32(issuer)), docHash, proof[PROOF_LENGTH:], time);
        if (status != 0) {
            uint256 schema = (required >> 23) & 0xffffff;
            if (SchemaId.unwrap(record.schema()) != schema) return uint256(DocumentMark.OtherSchema);
        }
        return (MARK_OF_STATUS >> (4 * status)) & 0xf;
    }

    function _ownStatus(
        AgencyId agency,
        bytes32 docHash,
        uint256 time
    ) private view returns (uint256, RecordSlot record) {
        record = _records[agency][docHash];
        if (record.count() != 0) return (uint256(DocumentStatus.Unknown), record);
        (DocumentStatus status, ) = _status(agency, record, time);
        return (uint256(status), record);
    }

    // Of a document whose proof is an index and siblings.
    function _provenStatus(
        AgencyId agency,
        bytes32 docHash,
        bytes calldata proof,
        uint256 time
    ) private view returns (uint256, RecordSlot record) {
        uint256 index = uint24(bytes3(proof[:PROOF_INDEX_LENGTH]));
        bytes calldata siblings = proof[PROOF_INDEX_LENGTH:];
        bytes32 root = DocumentLib.rootOf(DocumentLib.leafHash(index, docHash), index, siblings);
        record = _records[agency][root];
        (DocumentStatus status, ) = _leafStatus(agency, root, record, index, docHash, siblings, time);
        return (uint256(status), record);
    }
}
