// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {KeySlot} from "../shared/KeyLib.sol";

/// @notice Number of a public body in the registry; the first one is 1, so 0 is nobody.
type AgencyId is uint32;

// A permission is one bit per kind of act. The bits of rooms to come are added here, never renumbered.
uint48 constant TENDER_PUBLISH = 1 << 0;
uint48 constant TENDER_REJECT = 1 << 1;
uint48 constant TENDER_AWARD = 1 << 2;
uint48 constant TENDER_CANCEL = 1 << 3;
uint48 constant DOCUMENT_SCHEMA = 1 << 4;
uint48 constant DOCUMENT_ACCREDIT = 1 << 5;
uint48 constant DOCUMENT_ATTEST = 1 << 6;
uint48 constant DOCUMENT_REVOKE = 1 << 7;
uint48 constant DOCUMENT_REVOKE_ROOT = 1 << 8;
uint48 constant ACCESS_ANCHOR = 1 << 9;
// Signs requests, answers and receipts of exchanges, off chain.
uint48 constant ACCESS_EXCHANGE = 1 << 10;
uint48 constant MARKET_LIST = 1 << 11;
// Sends keys of data sold; for the account of a service.
uint48 constant MARKET_DELIVER = 1 << 12;
// Confirms what another key of the body with TENDER_PUBLISH proposed: a later deadline.
uint48 constant TENDER_EXTEND = 1 << 13;
// Holds a seat of an opening committee.
uint48 constant COMMITTEE_SIT = 1 << 14;
// Decides complaints that the body hears.
uint48 constant TENDER_REVIEW = 1 << 15;

/// @notice A public body.
/// @param admin account that manages the body's keys
/// @param suspended whether the body may act at present
/// @param keyCount number of keys ever added; a key's index is below it
/// @param nameHash keccak256 of the body's official name, UTF-8
/// @param metadata SHA-256 digest of the body's metadata file: its CIDv1 with codec raw
struct Agency {
    address admin;
    bool suspended;
    uint16 keyCount;
    bytes32 nameHash;
    bytes32 metadata;
}

/// @notice A signing key of a body. Times are seconds, UTC; `until` is the last second in which the key is valid.
/// @param permissions the acts the key may do, one bit each
/// @param from first second of validity, never before the block that added the key
/// @param until last second of validity
/// @param compromisedSince first second in which the key may have been in other hands; 0 = none known
/// @param compromiseKnown block time at which a compromise was first recorded; 0 = never
/// @param index position among the body's keys, in order of adding
/// @param previous index plus one of the same account's earlier key in this body; 0 = none
/// @param suspended whether the body is suspended, mirrored here while the key is active
/// @param everSuspended whether the body was suspended at any time while the key was active
struct AgencyKey {
    uint48 permissions;
    uint40 from;
    uint40 until;
    uint40 compromisedSince;
    uint40 compromiseKnown;
    uint16 index;
    uint16 previous;
    bool suspended;
    bool everSuspended;
}

/// @title Registry of public bodies and of the keys that may act for them
/// @notice Every other room asks here who may act for whom. The platform's authority registers and suspends
/// bodies; each body's admin manages its own keys.
interface IAgencyRegistry {
    /// @notice A body was registered.
    event AgencyRegistered(AgencyId indexed agency, address indexed admin, bytes32 nameHash, bytes32 metadata);
    /// @notice A body's metadata file was replaced.
    event AgencyMetadataChanged(AgencyId indexed agency, bytes32 metadata);
    /// @notice A body has a new admin.
    event AgencyAdminChanged(AgencyId indexed agency, address indexed previousAdmin, address indexed admin);
    /// @notice A body was suspended: none of its keys may act until it is resumed.
    event AgencySuspended(AgencyId indexed agency);
    /// @notice A suspended body may act again.
    event AgencyResumed(AgencyId indexed agency);
    /// @notice A key was added to a body.
    event AgencyKeyAdded(
        AgencyId indexed agency,
        address indexed account,
        uint16 index,
        uint48 permissions,
        uint40 from,
        uint40 until
    );
    /// @notice A key was ended; it is valid no more after `until` (never was, if it had yet to begin).
    event AgencyKeyEnded(AgencyId indexed agency, address indexed account, uint16 index, uint40 until);
    /// @notice A key is known, from this block on, to have been compromised since `since`.
    event AgencyKeyCompromised(AgencyId indexed agency, address indexed account, uint16 index, uint40 since);

    /// @notice There is no body with this number.
    /// @custom:fix Look the number up with `agency list`.
    error AgencyUnknown(AgencyId agency);
    /// @notice The account is not the body's admin.
    /// @custom:fix Send from the admin's account, shown by `agency show`.
    error AgencyAdminOnly(AgencyId agency, address account);
    /// @notice The admin of a body cannot be the zero address.
    /// @custom:fix Name an account that the body controls.
    error AgencyAdminZero();
    /// @notice The name hash of a body cannot be zero.
    /// @custom:fix Pass keccak256 of the official name.
    error AgencyNameZero();
    /// @notice The body is suspended already.
    /// @custom:fix Nothing is left to do.
    error AgencyAlreadySuspended(AgencyId agency);
    /// @notice The body is not suspended.
    /// @custom:fix Nothing is left to do.
    error AgencyNotSuspended(AgencyId agency);
    /// @notice The account may not do this act for the body now: it has no key, the key lacks the permission, is
    /// outside its validity or compromised, or the body is suspended.
    /// @custom:fix Compare `agency show`: add a key with this permission, or wait until the body is resumed.
    error AgencyKeyNotPermitted(AgencyId agency, address account, uint48 permission);
    /// @notice The account never had a key of this body.
    /// @custom:fix Look the keys up with `agency show`.
    error AgencyKeyUnknown(AgencyId agency, address account);
    /// @notice The body has no key with this index.
    /// @custom:fix Look the keys up with `agency show`.
    error AgencyKeyIndexUnknown(AgencyId agency, uint16 index);
    /// @notice The account has a key of this body that is still valid, or will be.
    /// @custom:fix End that key first.
    error AgencyKeyExists(AgencyId agency, address account);
    /// @notice The key's validity is empty or starts in the past, the account is the zero address, or no permission is
    /// given.
    /// @custom:fix Let it start now (0) or later and end after its start; give at least one permission.
    error AgencyKeyInvalid(address account, uint48 permissions, uint40 from, uint40 until);
    /// @notice The key is over already.
    /// @custom:fix Nothing is left to do.
    error AgencyKeyOver(AgencyId agency, address account, uint40 until);
    /// @notice The body has as many active keys as it may have.
    /// @custom:fix End a key that is no longer used.
    error AgencyKeysFull(AgencyId agency, uint256 most);
    /// @notice The time of compromise is zero, lies in the future, or is not before the one already recorded.
    /// @custom:fix Give the earliest second known; it can be moved back, never forward.
    error AgencyCompromiseInvalid(AgencyId agency, address account, uint40 since);

    /// @notice The second asked for is not over yet, so what was on chain at its end is not known.
    /// @custom:fix Ask for a second before the latest block, or use `may` for now.
    error AgencyTimeNotPast(uint40 time);

    /// @notice Registers a body. Only the platform's registrars.
    /// @param nameHash keccak256 of the official name, UTF-8
    /// @param metadata SHA-256 digest of the metadata file
    /// @param admin account that will manage the body's keys
    /// @return agency the body's number
    function register(bytes32 nameHash, bytes32 metadata, address admin) external returns (AgencyId agency);

    /// @notice Suspends a body: from this block on none of its keys may act. Only the platform's supervisors.
    function suspend(AgencyId agency) external;

    /// @notice Lets a suspended body act again. Only the platform's supervisors.
    function resume(AgencyId agency) external;

    /// @notice Gives a body whose admin key is lost another admin. Only the platform's recovery role.
    function replaceAdmin(AgencyId agency, address admin) external;

    /// @notice Hands a body over to another admin. Only its admin.
    function transferAdmin(AgencyId agency, address admin) external;

    /// @notice Replaces a body's metadata file. Only its admin.
    function setMetadata(AgencyId agency, bytes32 metadata) external;

    /// @notice Adds a key. Only the body's admin. An account whose earlier key is over may get a new one.
    /// @param account the key: an EOA or a contract account
    /// @param permissions the acts it may do, one bit each
    /// @param from first second of validity; 0 = this block
    /// @param until last second of validity
    /// @return index the key's position among the body's keys
    function addKey(
        AgencyId agency,
        address account,
        uint48 permissions,
        uint40 from,
        uint40 until
    ) external returns (uint16 index);

    /// @notice Ends a key: the last second in which it was valid is the one before this block. Only the body's admin.
    function endKey(AgencyId agency, address account) external;

    /// @notice Records that a key has been in other hands since `since`, and ends it if it is not over. Only the
    /// body's admin. What was known at a past time is not changed: `mayAt` counts it from this block on.
    /// @param index the key's position among the body's keys: an earlier key of an account can be marked too
    function markCompromised(AgencyId agency, uint16 index, uint40 since) external;

    /// @notice Whether an account may do an act for a body now. One cold read.
    /// @param permission one bit, or several that must all be there
    function may(AgencyId agency, address account, uint48 permission) external view returns (bool);

    /// @notice As `may`, but reverts with AgencyKeyNotPermitted. For the other rooms.
    /// @return index the key's position among the body's keys, by which the room can ask for it later
    function requireMay(AgencyId agency, address account, uint48 permission) external view returns (uint16 index);

    /// @notice Whether an account was allowed an act at the end of a past second, by what was on chain then: keys
    /// ended, compromises recorded and suspensions made later do not count.
    /// @param time seconds, UTC; before this block's
    function mayAt(AgencyId agency, address account, uint48 permission, uint40 time) external view returns (bool);

    /// @notice Whether a body was suspended at the end of a past second (before this block's).
    function suspendedAt(AgencyId agency, uint40 time) external view returns (bool);

    /// @notice The body with this number.
    function agencyOf(AgencyId agency) external view returns (Agency memory);

    /// @notice Number of bodies registered; the newest one has this number.
    function agencyCount() external view returns (uint32);

    /// @notice The latest key of an account in a body.
    function keyOf(AgencyId agency, address account) external view returns (AgencyKey memory);

    /// @notice A body's key by its position, and the account it belongs to.
    function keyAt(AgencyId agency, uint16 index) external view returns (address account, AgencyKey memory key);

    /// @notice A body's key by its position, in one word; zero if there is none. For rooms that recorded who acted: it
    /// answers for the body's suspension too as long as the key is active (`until` is not past) and not everSuspended.
    function keySlot(AgencyId agency, uint16 index) external view returns (KeySlot);
}
