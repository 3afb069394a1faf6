// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {IAccreditations, SchemaId} from "./IAccreditations.sol";

// A root stands for at most this many documents.
uint32 constant MAX_LEAVES = 1 << 20;

/// @notice What a check finds. The first that applies of: Unknown (never attested here, or the proof does not fit),
/// Revoked, SignerNotAuthorised and IssuerNotAccredited (at issue), Expired, IssuerSuspended, Valid.
enum DocumentStatus {
    Unknown,
    Valid,
    Expired,
    Revoked,
    IssuerSuspended,
    IssuerNotAccredited,
    SignerNotAuthorised
}

/// @notice What the registry keeps of a document or a root: one slot. Times are seconds, UTC.
/// @param schema its kind
/// @param issued block time of the attestation; 0 = never attested (revoked beforehand)
/// @param expires last second in which it is valid; 0 = it does not expire
/// @param revoked block time of the revocation; 0 = not revoked
/// @param reason code of the revocation's reason
/// @param key position among the body's keys of the one that attested
/// @param revoker position among the body's keys of the one that revoked
/// @param count number of documents under a root; 0 for a document, and for a hash barred before it was attested. Every
/// check of a document refuses a root, and the other way round
/// @param leavesRevoked whether any document under a root was revoked by itself
struct DocumentRecord {
    SchemaId schema;
    uint40 issued;
    uint40 expires;
    uint40 revoked;
    uint8 reason;
    uint16 key;
    uint16 revoker;
    uint24 count;
    bool leavesRevoked;
}

/// @notice The answer of a check. Times are seconds, UTC; of an unknown document all is zero.
/// @param status what holds
/// @param compromised whether the key that attested (of a revoked document: the one that revoked; of a leaf revoked by
/// itself, of which the events tell who did: the one that attested) is recorded by now as having been in other hands at
/// that time. The status does not change by it
/// @param schema the document's kind
/// @param issued block time of the attestation; 0 = revoked before it was ever attested, or only signed
/// @param expires last second in which it is valid; 0 = it does not expire
/// @param revoked block time of the revocation; 0 = not revoked by then, or a leaf revoked by itself (see the events)
/// @param reason code of the revocation's reason; 0 as `revoked`
/// @param key position among the body's keys of the one that attested
struct Verdict {
    DocumentStatus status;
    bool compromised;
    SchemaId schema;
    uint40 issued;
    uint40 expires;
    uint40 revoked;
    uint8 reason;
    uint16 key;
}

/// @notice A document by who issued it.
struct DocumentRef {
    AgencyId agency;
    bytes32 docHash;
}

/// @notice What a delegated attestation covers.
/// @param count 0 for a document, the number of documents for a root
struct Attestation {
    AgencyId agency;
    SchemaId schema;
    bytes32 hash;
    uint32 count;
    uint40 expires;
}

/// @notice A document that its issuer has only signed.
/// @param list identifier of the revocation list it stands in, chosen by the issuer
/// @param index its place in that list
struct SignedDocument {
    AgencyId agency;
    SchemaId schema;
    bytes32 list;
    uint32 index;
    bytes32 docHash;
    uint40 expires;
}

/// @notice A field shown of a document: keccak256 of its name, its salt, keccak256 of its value as canonical JSON.
struct DisclosedField {
    uint256 index;
    bytes32 nameHash;
    bytes32 salt;
    bytes32 valueHash;
}

/// @notice Fields shown of a document, in rising order of index, with the siblings that lead to its hash.
/// @param holderLeaf the leaf of the field `holder`; zero where the document has none
/// @param count number of the document's fields, `holder` not among them
/// @param siblings nodes that the shown fields do not yield, level by level from the leaves, from left to right; where
/// no field is shown, the root alone
struct Disclosure {
    bytes32 holderLeaf;
    uint256 count;
    DisclosedField[] fields;
    bytes32[] siblings;
}

/// @notice Up to four documents that somebody must hold, 48 bits each from the lowest on: 23 bits of issuer (0 = any
/// accredited body), 24 of schema, and a bit that the asking room may use. Zero where there is none, and then no more.
type Requirements is uint256;

/// @notice Why a required document is not held. Unknown includes every proof that does not fit, and a document of
/// somebody else.
enum DocumentMark {
    None,
    Lacking,
    Unknown,
    OtherSchema,
    OtherIssuer,
    Expired,
    Revoked,
    IssuerSuspended,
    IssuerNotAccredited,
    SignerNotAuthorised
}

/// @title Registry of documents: attest, check, revoke
/// @notice A body attests hashes; whoever has the document can ask what holds. Nothing of a document is on chain but
/// its salted hash. Hashes are typed, so that none passes for another (bytes32 each unless said, || is concatenation):
///
///   FILE   = keccak256(FILE_TAG || salt || bytes of the file)
///   HOLDER = keccak256(HOLDER_TAG || salt, 16 bytes || holder), holder an address as uint256 or a person's key hash
///   FIELD  = keccak256(keccak256(FIELD_TAG || keccak256(name) || salt || keccak256(value as RFC 8785 JSON)))
///   FIELDS = keccak256(FIELDS_TAG || HOLDER or 0 || uint256 count || root of the FIELD leaves in order of name)
///   LEAF   = keccak256(keccak256(LEAF_TAG || uint256 index || docHash)), docHash a FILE or FIELDS
///   NODE   = keccak256(NODE_TAG || left || right)
///
/// with XYZ_TAG = keccak256("CommonSeal.Document.Xyz.v1"). Trees are filled with zero leaves up to a power of two; a
/// root's record keeps the number of its documents, so that a proof has one length only.
///
/// Revocation is final, no record is ever cleared, and an unknown hash can be revoked: it can then never be attested.
/// So a delegated act needs no nonce.
interface IDocumentRegistry is IAccreditations {
    // What the events of single documents do not say stands in the document's record, which is never cleared.

    /// @notice A document was attested.
    event DocumentAttested(AgencyId indexed agency, bytes32 indexed docHash);
    /// @notice Documents were attested together.
    event DocumentsAttested(
        AgencyId indexed agency,
        SchemaId indexed schema,
        uint16 key,
        uint40 expires,
        bytes32[] docHashes
    );
    /// @notice A root was attested: `count` documents at once.
    event RootAttested(AgencyId indexed agency, bytes32 indexed root, uint32 count);
    /// @notice A document was revoked, or a hash never attested was barred.
    event DocumentRevoked(AgencyId indexed agency, bytes32 indexed docHash);
    /// @notice Documents were revoked together.
    event DocumentsRevoked(AgencyId indexed agency, uint16 key, uint8 reason, bytes32[] docHashes);
    /// @notice A root was revoked, with all documents under it.
    event RootRevoked(AgencyId indexed agency, bytes32 indexed root);
    /// @notice Documents under a root were revoked: index = 256 * word + position of the bit in the mask.
    /// @param act from the lowest bit 8 bits of reason, 16 of key, then the word: one word of data where three would
    /// cost as much as the check of the key
    event LeavesRevoked(AgencyId indexed agency, bytes32 indexed root, uint256 mask, uint256 act);
    /// @notice Documents of a list, only signed, were revoked: index = 256 * word + position of the bit in the mask.
    event ListedRevoked(
        AgencyId indexed agency,
        bytes32 indexed list,
        uint256 word,
        uint256 mask,
        uint16 key,
        uint8 reason
    );

    /// @notice No hash is given, or one is zero.
    /// @custom:fix Let the SDK compute the hashes.
    error DocumentHashMissing();
    /// @notice The hash was attested or revoked before by this body; a record is never written twice.
    /// @custom:fix See `document verify`; issue a revoked document anew with another salt.
    error DocumentExists(AgencyId agency, bytes32 hash);
    /// @notice The document would be over before it is attested.
    /// @custom:fix Give a later last second, or 0 for none.
    error DocumentExpiryPast(uint40 expires, uint256 time);
    /// @notice A root stands for 1 to 2^20 documents.
    /// @custom:fix Split the batch.
    error DocumentCountInvalid(uint32 count, uint32 most);
    /// @notice The reason's code is zero.
    /// @custom:fix Give a code; docs/rooms/documents.md lists them.
    error DocumentReasonMissing();
    /// @notice Everything named was revoked before.
    /// @custom:fix Nothing is left to do.
    error DocumentAlreadyRevoked(AgencyId agency, bytes32 hash);
    /// @notice The hash is attested as the other kind, or not at all: a root is no document, a document no root.
    /// @custom:fix Use the act for that kind.
    error DocumentKindMismatch(AgencyId agency, bytes32 hash);
    /// @notice The word lies beyond the root's documents, or the mask is empty or reaches beyond them.
    /// @custom:fix Compute word and mask from the index: 256 bits a word.
    error DocumentMaskInvalid(bytes32 root, uint256 word, uint256 mask);
    /// @notice The signature is not the signer's over exactly these arguments, on this chain, for this registry.
    /// @custom:fix Sign again with the account named as the signer.
    error DocumentSignatureInvalid(address signer);
    /// @notice The signed act was to be sent by then.
    /// @custom:fix Sign again with a later deadline.
    error DocumentDeadlinePast(uint40 deadline, uint256 time);
    /// @notice The second asked for is not over yet, so what was on chain at its end is not known.
    /// @custom:fix Ask for a second before the latest block, or use `verify` for now.
    error DocumentTimeNotPast(uint40 time);

    /// @notice Attests a document. A key of the body with DOCUMENT_ATTEST. A check will say IssuerNotAccredited unless
    /// the body is accredited for the schema in this block.
    /// @param docHash its FILE or FIELDS hash
    /// @param expires last second in which it is valid; 0 = it does not expire
    function attest(AgencyId agency, SchemaId schema, bytes32 docHash, uint40 expires) external;

    /// @notice Attests documents of one kind and one expiry; as `attest`.
    function attestMany(AgencyId agency, SchemaId schema, uint40 expires, bytes32[] calldata docHashes) external;

    /// @notice Attests the root of a tree of documents; as `attest`.
    /// @param count number of documents, 1 to 2^20
    function attestRoot(AgencyId agency, SchemaId schema, bytes32 root, uint32 count, uint40 expires) external;

    /// @notice Attests a document or a root that a key of the body has signed (EIP-712 `Attest`); anyone may send it.
    /// @param signer the key: an EOA, or a contract account (ERC-1271)
    /// @param deadline last second in which it may be sent
    function attestDelegated(
        Attestation calldata attestation,
        address signer,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Revokes a document for good; a hash not known is barred: it can never be attested, as a document or as a
    /// root, and does not hold as a document only signed. What stands under a root is revoked there (`revokeLeaves`). A
    /// key of the body with DOCUMENT_REVOKE.
    /// @param reason code of the reason, not 0
    function revoke(AgencyId agency, bytes32 docHash, uint8 reason) external;

    /// @notice Revokes documents; as `revoke`. All or none: one that is revoked already makes the call fail.
    function revokeMany(AgencyId agency, uint8 reason, bytes32[] calldata docHashes) external;

    /// @notice Revokes a root with all its documents; a root not known is barred. A key of the body with
    /// DOCUMENT_REVOKE_ROOT.
    function revokeRoot(AgencyId agency, bytes32 root, uint8 reason) external;

    /// @notice Revokes documents under a root: those whose bit stands in the mask. A key of the body with
    /// DOCUMENT_REVOKE.
    /// @param word number of 256 documents: index / 256
    /// @param mask a bit for each of them: 1 << (index % 256)
    function revokeLeaves(AgencyId agency, bytes32 root, uint256 word, uint256 mask, uint8 reason) external;

    /// @notice Revokes documents that were only signed, by their places in a list; as `revokeLeaves`.
    function revokeListed(AgencyId agency, bytes32 list, uint256 word, uint256 mask, uint8 reason) external;

    /// @notice Revokes a document by the signature of a key of the body (EIP-712 `Revoke`); anyone may send it.
    function revokeDelegated(
        AgencyId agency,
        bytes32 docHash,
        uint8 reason,
        address signer,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice What holds of a document now: the parts of a Verdict.
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
        );

    /// @notice What held of a document at the end of a past second, by what was on chain then.
    function verifyAt(AgencyId agency, bytes32 docHash, uint40 time) external view returns (Verdict memory);

    /// @notice What holds of documents now, in the order asked.
    function verifyMany(DocumentRef[] calldata documents) external view returns (Verdict[] memory);

    /// @notice What holds now of a document under a root: the parts of a Verdict.
    /// @param index its place, from 0 on
    /// @param proof siblings from the leaf to the root
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
        );

    /// @notice What held at the end of a past second of a document under a root. Of a leaf revoked by itself the chain
    /// does not keep the time: it counts as revoked however early `time` is.
    function verifyLeafAt(
        AgencyId agency,
        bytes32 root,
        uint256 index,
        bytes32 docHash,
        bytes32[] calldata proof,
        uint40 time
    ) external view returns (Verdict memory);

    /// @notice What holds now of the document of which these fields are shown. For one under a root, pass
    /// `disclosedHash` to `verifyLeaf`.
    function verifyFields(AgencyId agency, Disclosure calldata disclosure) external view returns (Verdict memory);

    /// @notice What holds now of a document that a key of the body has only signed (EIP-712 `SignedDocument`). It holds
    /// while the key is valid: ending the key ends it. An account that had an earlier key of the body cannot sign
    /// documents: give such a task to a fresh one.
    function verifySigned(
        SignedDocument calldata document,
        address signer,
        bytes calldata signature
    ) external view returns (Verdict memory);

    /// @notice Whether somebody held required documents at the end of a second; of one to come, whether they will hold
    /// then as far as is known now. Never reverts, whatever the proofs are.
    /// @param proofs for each requirement in order: a byte, 0 = lacking, 1 = a document of its own, 2 + d = one under a
    /// root of depth d; then, unless lacking, issuer (4 bytes), number of fields (1), the holder's salt (16), the root
    /// of the fields (32); then, under a root, index (3) and d siblings (32 each)
    /// @param holder whose documents they must be
    /// @return marks a DocumentMark for each requirement, 4 bits, the first one lowest; 0 = all are held
    function documentMarks(
        Requirements required,
        bytes calldata proofs,
        address holder,
        uint40 time
    ) external view returns (uint256 marks);

    /// @notice The hash of the document of which these fields are shown; zero where the proof does not fit.
    function disclosedHash(Disclosure calldata disclosure) external pure returns (bytes32);

    /// @notice What the registry keeps under a hash; all zero if nothing.
    function recordOf(AgencyId agency, bytes32 hash) external view returns (DocumentRecord memory);

    /// @notice 256 bits of revocation of the documents under a root.
    function revokedLeaves(AgencyId agency, bytes32 root, uint256 word) external view returns (uint256);

    /// @notice 256 bits of revocation of a list of documents only signed.
    function revokedListed(AgencyId agency, bytes32 list, uint256 word) external view returns (uint256);
}
