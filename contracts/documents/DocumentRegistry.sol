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
import {Accreditations} from "./Accreditations.sol";
import {DocumentLib} from "./DocumentLib.sol";
import {SchemaId} from "./IAccreditations.sol";
import {
    Attestation,
    Disclosure,
    DocumentKind,
    DocumentMark,
    DocumentRecord,
    DocumentRef,
    DocumentStatus,
    IDocumentRegistry,
    MAX_LEAVES,
    Requirement,
    SignedDocument,
    Verdict
} from "./IDocumentRegistry.sol";

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
// Forms of a proof: lacking, a document of its own, and from LEAF_FORM on one under a root of that many levels more.
uint256 constant RECORD_FORM = 1;
uint256 constant LEAF_FORM = 2;
uint256 constant MAX_DEPTH = 20;

/// @title DocumentRegistry
/// @notice See IDocumentRegistry. `multicall` does several acts, or answers several checks, in one call.
contract DocumentRegistry is IDocumentRegistry, Accreditations, EIP712, Multicall {
    /* STORAGE */

    mapping(AgencyId agency => mapping(bytes32 hash => DocumentRecord)) private _records;
    mapping(AgencyId agency => mapping(bytes32 root => mapping(uint256 word => uint256 bits))) private _leaves;
    mapping(AgencyId agency => mapping(bytes32 list => mapping(uint256 word => uint256 bits))) private _listed;

    constructor(IAgencyRegistry agencies) Accreditations(agencies) EIP712("Common Seal Documents", "1") {}

    /* ATTEST */

    /// @inheritdoc IDocumentRegistry
    function attest(AgencyId agency, SchemaId schema, bytes32 docHash, uint40 expires) external {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_ATTEST);
        _attest(agency, schema, docHash, 0, expires, key);
        emit DocumentAttested(agency, docHash, schema, key, expires);
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
        emit RootAttested(agency, root, schema, key, count, expires);
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
        if (count == 0) emit DocumentAttested(agency, hash, schema, key, expires);
        else emit RootAttested(agency, hash, schema, key, count, expires);
    }

    /* REVOKE */

    /// @inheritdoc IDocumentRegistry
    function revoke(AgencyId agency, bytes32 docHash, uint8 reason) external {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        _revoke(agency, docHash, DocumentKind.Document, key, reason);
        emit DocumentRevoked(agency, docHash, key, reason);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeMany(AgencyId agency, uint8 reason, bytes32[] calldata docHashes) external {
        require(docHashes.length != 0, DocumentHashMissing());
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        for (uint256 i = 0; i < docHashes.length; ++i) {
            _revoke(agency, docHashes[i], DocumentKind.Document, key, reason);
        }
        emit DocumentsRevoked(agency, key, reason, docHashes);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeRoot(AgencyId agency, bytes32 root, uint8 reason) external {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE_ROOT);
        _revoke(agency, root, DocumentKind.Root, key, reason);
        emit RootRevoked(agency, root, key, reason);
    }

    /// @inheritdoc IDocumentRegistry
    function revokeLeaves(AgencyId agency, bytes32 root, uint256 word, uint256 mask, uint8 reason) external {
        DocumentRecord storage record = _records[agency][root];
        require(record.kind == DocumentKind.Root, DocumentKindMismatch(agency, root, record.kind));
        uint256 count = record.count;
        // A root barred before it was attested has no documents.
        require(word < MAX_LEAVES / 256 && 256 * word < count, DocumentMaskInvalid(root, word, mask));
        uint256 within = count - 256 * word;
        require(within >= 256 || mask >> within == 0, DocumentMaskInvalid(root, word, mask));
        uint16 key = AGENCIES.requireMay(agency, msg.sender, DOCUMENT_REVOKE);
        uint256 added = _setBits(_leaves[agency][root], agency, root, word, mask, reason);
        if (!record.leavesRevoked) record.leavesRevoked = true;
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
        _revoke(agency, docHash, DocumentKind.Document, key, reason);
        emit DocumentRevoked(agency, docHash, key, reason);
    }

    /* CHECK */

    /// @inheritdoc IDocumentRegistry
    function verify(AgencyId agency, bytes32 docHash) external view returns (Verdict memory) {
        return _verdict(agency, docHash, DocumentKind.Document, uint40(block.timestamp));
    }

    /// @inheritdoc IDocumentRegistry
    function verifyAt(AgencyId agency, bytes32 docHash, uint40 time) external view returns (Verdict memory) {
        require(time < block.timestamp, DocumentTimeNotPast(time));
        return _verdict(agency, docHash, DocumentKind.Document, time);
    }

    /// @inheritdoc IDocumentRegistry
    function verifyMany(DocumentRef[] calldata documents) external view returns (Verdict[] memory verdicts) {
        verdicts = new Verdict[](documents.length);
        for (uint256 i = 0; i < documents.length; ++i) {
            (AgencyId agency, bytes32 docHash) = (documents[i].agency, documents[i].docHash);
            verdicts[i] = _verdict(agency, docHash, DocumentKind.Document, uint40(block.timestamp));
        }
    }

    /// @inheritdoc IDocumentRegistry
    function verifyLeaf(
        AgencyId agency,
        bytes32 root,
        uint256 index,
        bytes32 docHash,
        bytes32[] calldata proof
    ) external view returns (Verdict memory) {
        return _leafVerdict(agency, root, index, docHash, proof, uint40(block.timestamp));
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
        return _leafVerdict(agency, root, index, docHash, proof, time);
    }

    /// @inheritdoc IDocumentRegistry
    function verifyFields(AgencyId agency, Disclosure calldata disclosure) external view returns (Verdict memory) {
        bytes32 docHash = DocumentLib.disclosedHash(disclosure);
        return _verdict(agency, docHash, DocumentKind.Document, uint40(block.timestamp));
    }

    /// @inheritdoc IDocumentRegistry
    function verifySigned(
        SignedDocument calldata document,
        address signer,
        bytes calldata signature
    ) external view returns (Verdict memory verdict) {
        if (!_isSignature(_hashTypedDataV4(_typedDocument(document)), signer, signature)) return verdict;
        (AgencyId agency, SchemaId schema, uint40 expires) = (document.agency, document.schema, document.expires);
        AgencyKey memory key;
        try AGENCIES.keyOf(agency, signer) returns (AgencyKey memory found) {
            key = found;
        } catch {
            return verdict;
        }
        (verdict.schema, verdict.expires, verdict.key) = (schema, expires, key.index);
        verdict.compromised = key.compromisedSince != 0;
        bool may =
            key.permissions & DOCUMENT_ATTEST != 0 && key.from <= block.timestamp && block.timestamp <= key.until;
        if (_isSet(_listed[agency][document.list], document.index)) verdict.status = DocumentStatus.Revoked;
        else if (!may) verdict.status = DocumentStatus.SignerNotAuthorised;
        else
            verdict.status = _standing(
                agency,
                schema,
                uint40(block.timestamp),
                expires,
                block.timestamp,
                key.suspended
            );
    }

    /// @inheritdoc IDocumentRegistry
    function marksOf(
        Requirement[] calldata requirements,
        bytes calldata proofs,
        address holder,
        uint40 time
    ) external view returns (uint256 marks) {
        if (time > block.timestamp) time = uint40(block.timestamp);
        for (uint256 i = 0; i < requirements.length; ++i) {
            DocumentMark mark;
            (mark, proofs) = _mark(requirements[i], proofs, holder, time);
            marks |= uint256(mark) << (4 * i);
        }
    }

    /// @inheritdoc IDocumentRegistry
    function disclosedHash(Disclosure calldata disclosure) external pure returns (bytes32) {
        return DocumentLib.disclosedHash(disclosure);
    }

    /// @inheritdoc IDocumentRegistry
    function recordOf(AgencyId agency, bytes32 hash) external view returns (DocumentRecord memory) {
        return _records[agency][hash];
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
        require(_records[agency][hash].kind == DocumentKind.None, DocumentExists(agency, hash));
        _records[agency][hash] = DocumentRecord({
            schema: schema,
            issued: uint40(block.timestamp),
            expires: expires,
            revoked: 0,
            reason: 0,
            key: key,
            revoker: 0,
            count: uint24(count),
            kind: count == 0 ? DocumentKind.Document : DocumentKind.Root,
            leavesRevoked: false
        });
    }

    function _revoke(AgencyId agency, bytes32 hash, DocumentKind kind, uint16 key, uint8 reason) private {
        require(hash != 0, DocumentHashMissing());
        require(reason != 0, DocumentReasonMissing());
        DocumentRecord memory record = _records[agency][hash];
        require(
            record.kind == DocumentKind.None || record.kind == kind,
            DocumentKindMismatch(agency, hash, record.kind)
        );
        require(record.revoked == 0, DocumentAlreadyRevoked(agency, hash));
        (record.kind, record.revoked, record.revoker) = (kind, uint40(block.timestamp), key);
        record.reason = reason;
        _records[agency][hash] = record;
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
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
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

    // What holds of a record at the end of a second; now where that is the present one.
    function _verdict(
        AgencyId agency,
        bytes32 hash,
        DocumentKind kind,
        uint40 time
    ) private view returns (Verdict memory verdict) {
        return _judge(agency, _records[agency][hash], kind, time);
    }

    function _judge(
        AgencyId agency,
        DocumentRecord memory record,
        DocumentKind kind,
        uint40 time
    ) private view returns (Verdict memory verdict) {
        bool revoked = record.revoked != 0 && record.revoked <= time;
        if (record.kind != kind || (!revoked && (record.issued == 0 || record.issued > time))) return verdict;
        verdict.schema = record.schema;
        verdict.issued = record.issued;
        verdict.expires = record.expires;
        verdict.key = record.key;
        if (revoked) {
            (verdict.status, verdict.revoked, verdict.reason) = (DocumentStatus.Revoked, record.revoked, record.reason);
            (, , verdict.compromised) = AGENCIES.standingAt(agency, record.revoker, 0, record.revoked, time);
            return verdict;
        }
        bool authorised;
        bool suspended;
        (authorised, suspended, verdict.compromised) = AGENCIES.standingAt(
            agency,
            record.key,
            DOCUMENT_ATTEST,
            record.issued,
            time
        );
        if (!authorised) verdict.status = DocumentStatus.SignerNotAuthorised;
        else verdict.status = _standing(agency, record.schema, record.issued, record.expires, time, suspended);
    }

    // The status of a document that was signed by who may, and not revoked.
    function _standing(
        AgencyId agency,
        SchemaId schema,
        uint40 issued,
        uint40 expires,
        uint256 time,
        bool suspended
    ) private view returns (DocumentStatus) {
        if (!_accreditedAt(schema, agency, issued)) return DocumentStatus.IssuerNotAccredited;
        if (expires != 0 && expires < time) return DocumentStatus.Expired;
        return suspended ? DocumentStatus.IssuerSuspended : DocumentStatus.Valid;
    }

    function _leafVerdict(
        AgencyId agency,
        bytes32 root,
        uint256 index,
        bytes32 docHash,
        bytes32[] calldata proof,
        uint40 time
    ) private view returns (Verdict memory verdict) {
        bytes32 leaf = DocumentLib.leafHash(index, docHash);
        bytes calldata siblings = DocumentLib.bytesOf(proof);
        if (DocumentLib.rootOf(leaf, index, siblings) != root) return verdict;
        return _judgeLeaf(agency, root, index, proof.length, time);
    }

    // What holds of a leaf that climbs to the root by `depth` siblings.
    function _judgeLeaf(
        AgencyId agency,
        bytes32 root,
        uint256 index,
        uint256 depth,
        uint40 time
    ) private view returns (Verdict memory verdict) {
        DocumentRecord memory record = _records[agency][root];
        if (index >= record.count || DocumentLib.depthOf(record.count) != depth) return verdict;
        verdict = _judge(agency, record, DocumentKind.Root, time);
        if (verdict.status == DocumentStatus.Unknown || !record.leavesRevoked) return verdict;
        if (_isSet(_leaves[agency][root], index)) verdict.status = DocumentStatus.Revoked;
    }

    function _isSet(mapping(uint256 word => uint256 bits) storage words, uint256 index) private view returns (bool) {
        return (words[index >> 8] >> (index & 0xff)) & 1 == 1;
    }

    // Judges the proof of one required document and returns the proofs after it. What cannot be read ends them all.
    function _mark(
        Requirement requirement,
        bytes calldata proofs,
        address holder,
        uint40 time
    ) private view returns (DocumentMark mark, bytes calldata rest) {
        uint256 form = proofs.length == 0 ? 0 : uint8(proofs[0]);
        if (form == 0) return (DocumentMark.Lacking, proofs[proofs.length == 0 ? 0 : 1:]);
        uint256 depth = form < LEAF_FORM ? 0 : form - LEAF_FORM;
        uint256 length = PROOF_LENGTH + (form < LEAF_FORM ? 0 : PROOF_INDEX_LENGTH + 32 * depth);
        if (depth > MAX_DEPTH || length > proofs.length) return (DocumentMark.Lacking, proofs[proofs.length:]);
        rest = proofs[length:];

        uint256 head = uint256(DocumentLib.wordAt(proofs, 0));
        AgencyId issuer = AgencyId.wrap(uint32(head >> 216));
        uint32 wanted = uint32(Requirement.unwrap(requirement));
        if (wanted != 0 && wanted != AgencyId.unwrap(issuer)) return (DocumentMark.OtherIssuer, rest);
        bytes32 docHash = DocumentLib.fieldsHash(
            DocumentLib.holderLeaf(bytes16(bytes32(head << 48)), holder),
            uint8(head >> 208),
            DocumentLib.wordAt(proofs, PROOF_ROOT_AT)
        );
        Verdict memory verdict =
            form == RECORD_FORM
                ? _verdict(issuer, docHash, DocumentKind.Document, time)
                : _provenLeaf(issuer, docHash, proofs[PROOF_LENGTH:length], time);
        uint256 schema = (Requirement.unwrap(requirement) >> 32) & 0x7fffffff;
        if (verdict.status == DocumentStatus.Unknown) mark = DocumentMark.Unknown;
        else if (SchemaId.unwrap(verdict.schema) != schema) mark = DocumentMark.OtherSchema;
        else mark = _markOf(verdict.status);
    }

    // What holds of a document whose proof is an index and siblings.
    function _provenLeaf(
        AgencyId agency,
        bytes32 docHash,
        bytes calldata proof,
        uint40 time
    ) private view returns (Verdict memory) {
        uint256 index = uint24(bytes3(proof[:PROOF_INDEX_LENGTH]));
        bytes calldata siblings = proof[PROOF_INDEX_LENGTH:];
        bytes32 root = DocumentLib.rootOf(DocumentLib.leafHash(index, docHash), index, siblings);
        return _judgeLeaf(agency, root, index, siblings.length / 32, time);
    }

    // Of the statuses after Unknown.
    function _markOf(DocumentStatus status) private pure returns (DocumentMark) {
        if (status == DocumentStatus.Valid) return DocumentMark.None;
        if (status == DocumentStatus.Expired) return DocumentMark.Expired;
        if (status == DocumentStatus.Revoked) return DocumentMark.Revoked;
        if (status == DocumentStatus.IssuerSuspended) return DocumentMark.IssuerSuspended;
        if (status == DocumentStatus.IssuerNotAccredited) return DocumentMark.IssuerNotAccredited;
        return DocumentMark.SignerNotAuthorised;
    }
}
