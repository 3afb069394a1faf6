// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";

/// @title Consents revoked, and logs anchored
/// @notice Consents and records of access stay off chain. On chain is only what nobody can deny later: that a secret
/// was shown which revokes a consent (which one, nobody can tell), and the roots of bodies' logs.
///
/// A consent holds commitments keccak256(CONSENT_TAG || chainid || this contract || secret) of the secrets that revoke
/// it: the person's and those of guardians. A log is anchored period by period: `root` is the root over the records of
/// the period (the tree of IDocumentRegistry, each record's hash as docHash), `count` the number of all records so far.
interface IAccessLog {
    /// @notice A secret was shown: consents that hold its commitment are revoked.
    event ConsentRevoked(bytes32 indexed commitment);
    /// @notice A body anchored a period of one of its logs.
    /// @param previousRoot root of the period before; zero for the first one
    /// @param previousCount number of records before this period
    /// @param root root of the records of this period
    /// @param count number of records with this period
    /// @param key position among the body's keys of the one that acted
    event LogAnchored(
        AgencyId indexed agency,
        bytes32 indexed log,
        bytes32 previousRoot,
        uint64 previousCount,
        bytes32 root,
        uint64 count,
        uint16 key
    );

    /// @notice The secret was shown before.
    /// @custom:fix Nothing is left to do.
    error AccessRevokedBefore(bytes32 commitment, uint40 time);
    /// @notice The root is zero, or the count does not grow.
    /// @custom:fix Anchor at least one new record.
    error AccessAnchorInvalid(bytes32 root, uint64 previousCount, uint64 count);
    /// @notice The previous root and count are not those of the log's latest anchor.
    /// @custom:fix Read the latest anchor from the log's events and go on from there.
    error AccessAnchorStale(AgencyId agency, bytes32 log, bytes32 previousRoot, uint64 previousCount);

    /// @notice Revokes all consents that hold the secret's commitment. Anyone who knows the secret; nobody is named.
    /// @param secret 256 random bits, used for this alone
    function revokeConsent(bytes32 secret) external;

    /// @notice Anchors a period of a log. A key of the body with ACCESS_ANCHOR.
    /// @param log identifier of the log, chosen by the body
    /// @param previousRoot root of its latest anchor; zero for the first one
    /// @param previousCount count of its latest anchor; zero for the first one
    /// @param root root of the new records
    /// @param count number of all records, the new ones included; larger than before
    function anchor(
        AgencyId agency,
        bytes32 log,
        bytes32 previousRoot,
        uint64 previousCount,
        bytes32 root,
        uint64 count
    ) external;

    /// @notice Block time at which a commitment's secret was shown; 0 = it was not.
    function revokedAt(bytes32 commitment) external view returns (uint40);

    /// @notice The commitment of a secret, which a consent holds.
    function commitmentOf(bytes32 secret) external view returns (bytes32);

    /// @notice Whether this is the latest anchor of a log.
    function isLatest(AgencyId agency, bytes32 log, bytes32 root, uint64 count) external view returns (bool);
}
