// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {KeyLib, KeySlot} from "../shared/KeyLib.sol";
import {Agency, AgencyId, AgencyKey, IAgencyRegistry} from "./IAgencyRegistry.sol";

// Suspending a body writes the two slots of each active key, so their number is bounded.
uint256 constant MAX_ACTIVE_KEYS = 32;

/// @title AgencyRegistry
/// @notice See IAgencyRegistry.
contract AgencyRegistry is IAgencyRegistry, AccessManaged {
    using Checkpoints for Checkpoints.Trace208;

    /* STORAGE */

    uint32 private _agencyCount;
    mapping(AgencyId agency => Agency) private _agencies;
    // A key's slot stands twice: by account, for the acts; by index, for those who recorded who acted.
    mapping(uint256 agencyAndAccount => KeySlot) private _keys;
    mapping(uint256 agencyAndIndex => KeySlot) private _keysByIndex;
    mapping(AgencyId agency => mapping(uint16 index => address account)) private _accounts;
    // Indexes of the keys that may still act now or later; expired ones leave when room is needed.
    mapping(AgencyId agency => uint16[] indexes) private _active;
    mapping(AgencyId agency => Checkpoints.Trace208) private _suspensions;

    /* MODIFIERS */

    modifier onlyAdmin(AgencyId agency) {
        _requireKnown(agency);
        require(_agencies[agency].admin == msg.sender, AgencyAdminOnly(agency, msg.sender));
        _;
    }

    modifier known(AgencyId agency) {
        _requireKnown(agency);
        _;
    }

    constructor(address authority) AccessManaged(authority) {}

    /* ACTS OF THE PLATFORM */

    /// @inheritdoc IAgencyRegistry
    function register(bytes32 nameHash, bytes32 metadata, address admin) external restricted returns (AgencyId agency) {
        require(admin != address(0), AgencyAdminZero());
        require(nameHash != 0, AgencyNameZero());
        agency = AgencyId.wrap(++_agencyCount);
        _agencies[agency] = Agency(admin, false, 0, nameHash, metadata);
        emit AgencyRegistered(agency, admin, nameHash, metadata);
    }

    /// @inheritdoc IAgencyRegistry
    function suspend(AgencyId agency) external restricted known(agency) {
        require(!_agencies[agency].suspended, AgencyAlreadySuspended(agency));
        _setSuspended(agency, true);
        emit AgencySuspended(agency);
    }

    /// @inheritdoc IAgencyRegistry
    function resume(AgencyId agency) external restricted known(agency) {
        require(_agencies[agency].suspended, AgencyNotSuspended(agency));
        _setSuspended(agency, false);
        emit AgencyResumed(agency);
    }

    /// @inheritdoc IAgencyRegistry
    function replaceAdmin(AgencyId agency, address admin) external restricted known(agency) {
        _setAdmin(agency, admin);
    }

    /* ACTS OF A BODY'S ADMIN */

    /// @inheritdoc IAgencyRegistry
    function transferAdmin(AgencyId agency, address admin) external onlyAdmin(agency) {
        _setAdmin(agency, admin);
    }

    /// @inheritdoc IAgencyRegistry
    function setMetadata(AgencyId agency, bytes32 metadata) external onlyAdmin(agency) {
        _agencies[agency].metadata = metadata;
        emit AgencyMetadataChanged(agency, metadata);
    }

    /// @inheritdoc IAgencyRegistry
    function addKey(
        AgencyId agency,
        address account,
        uint48 permissions,
        uint40 from,
        uint40 until
    ) external onlyAdmin(agency) returns (uint16 index) {
        uint40 start = from == 0 ? uint40(block.timestamp) : from;
        require(
            account != address(0) && permissions != 0 && start >= block.timestamp && until >= start,
            AgencyKeyInvalid(account, permissions, from, until)
        );
        KeySlot earlier = _keys[_place(agency, uint160(account))];
        uint16 previous;
        if (earlier.permissions() != 0) {
            require(earlier.until() < block.timestamp, AgencyKeyExists(agency, account));
            previous = uint16(earlier.index() + 1);
        }
        Agency storage body = _agencies[agency];
        index = body.keyCount++;
        _accounts[agency][index] = account;
        _activate(agency, index);
        _store(
            agency,
            account,
            AgencyKey(permissions, start, until, 0, 0, index, previous, body.suspended, body.suspended)
        );
        emit AgencyKeyAdded(agency, account, index, permissions, start, until);
    }

    /// @inheritdoc IAgencyRegistry
    function endKey(AgencyId agency, address account) external onlyAdmin(agency) {
        AgencyKey memory key = _unpack(_keys[_place(agency, uint160(account))]);
        require(key.permissions != 0, AgencyKeyUnknown(agency, account));
        require(key.until >= block.timestamp, AgencyKeyOver(agency, account, key.until));
        _end(agency, account, key);
        _store(agency, account, key);
    }

    /// @inheritdoc IAgencyRegistry
    function markCompromised(AgencyId agency, uint16 index, uint40 since) external onlyAdmin(agency) {
        address account = _accounts[agency][index];
        require(account != address(0), AgencyKeyIndexUnknown(agency, index));
        AgencyKey memory key = _unpack(_keysByIndex[_place(agency, index)]);
        require(
            since != 0 && since <= block.timestamp && (key.compromisedSince == 0 || since < key.compromisedSince),
            AgencyCompromiseInvalid(agency, account, since)
        );
        if (key.until >= block.timestamp) _end(agency, account, key);
        if (key.compromiseKnown == 0) key.compromiseKnown = uint40(block.timestamp);
        key.compromisedSince = since;
        _store(agency, account, key);
        emit AgencyKeyCompromised(agency, account, index, since);
    }

    /* VIEWS */

    /// @inheritdoc IAgencyRegistry
    function may(AgencyId agency, address account, uint48 permission) external view returns (bool) {
        return _may(_keys[_place(agency, uint160(account))], permission);
    }

    /// @inheritdoc IAgencyRegistry
    function requireMay(AgencyId agency, address account, uint48 permission) external view returns (uint16 index) {
        KeySlot key = _keys[_place(agency, uint160(account))];
        if (!_may(key, permission)) revert AgencyKeyNotPermitted(agency, account, permission);
        return uint16(key.index());
    }

    /// @inheritdoc IAgencyRegistry
    function mayAt(AgencyId agency, address account, uint48 permission, uint40 time) external view returns (bool) {
        require(time < block.timestamp, AgencyTimeNotPast(time));
        KeySlot key = _keys[_place(agency, uint160(account))];
        while (key.from() > time && key.previous() != 0) key = _keysByIndex[_place(agency, key.previous() - 1)];
        return key.validAt(permission, time) && !_suspendedAt(agency, time);
    }

    /// @inheritdoc IAgencyRegistry
    function suspendedAt(AgencyId agency, uint40 time) external view returns (bool) {
        require(time < block.timestamp, AgencyTimeNotPast(time));
        return _suspendedAt(agency, time);
    }

    /// @inheritdoc IAgencyRegistry
    function agencyOf(AgencyId agency) external view known(agency) returns (Agency memory) {
        return _agencies[agency];
    }

    /// @inheritdoc IAgencyRegistry
    function agencyCount() external view returns (uint32) {
        return _agencyCount;
    }

    /// @inheritdoc IAgencyRegistry
    function keyOf(AgencyId agency, address account) external view returns (AgencyKey memory key) {
        key = _unpack(_keys[_place(agency, uint160(account))]);
        require(key.permissions != 0, AgencyKeyUnknown(agency, account));
    }

    /// @inheritdoc IAgencyRegistry
    function keyAt(AgencyId agency, uint16 index) external view returns (address account, AgencyKey memory key) {
        account = _accounts[agency][index];
        require(account != address(0), AgencyKeyIndexUnknown(agency, index));
        key = _unpack(_keysByIndex[_place(agency, index)]);
    }

    /// @inheritdoc IAgencyRegistry
    function keySlot(AgencyId agency, uint16 index) external view returns (KeySlot key) {
        key = _keysByIndex[_place(agency, index)];
        // Ends the call here: a check asks for each document, and by way of the return it costs more.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(0, key)
            return(0, 32)
        }
    }

    /* INTERNAL */

    function _requireKnown(AgencyId agency) private view {
        require(_agencies[agency].admin != address(0), AgencyUnknown(agency));
    }

    function _may(KeySlot key, uint48 permission) private view returns (bool) {
        if (key.suspended()) return false;
        return key.validAt(permission, block.timestamp);
    }

    function _suspendedAt(AgencyId agency, uint40 time) private view returns (bool) {
        return _suspensions[agency].upperLookup(time) == 1;
    }

    function _setAdmin(AgencyId agency, address admin) private {
        require(admin != address(0), AgencyAdminZero());
        address previous = _agencies[agency].admin;
        _agencies[agency].admin = admin;
        emit AgencyAdminChanged(agency, previous, admin);
    }

    function _setSuspended(AgencyId agency, bool suspended) private {
        _agencies[agency].suspended = suspended;
        _suspensions[agency].push(uint48(block.timestamp), suspended ? 1 : 0);
        uint16[] storage active = _active[agency];
        for (uint256 i = 0; i < active.length; ++i) {
            AgencyKey memory key = _unpack(_keysByIndex[_place(agency, active[i])]);
            key.suspended = suspended;
            key.everSuspended = true;
            _store(agency, _accounts[agency][active[i]], key);
        }
    }

    // Puts a key among the active ones, in the place of an expired one where all places are taken.
    function _activate(AgencyId agency, uint16 index) private {
        uint16[] storage active = _active[agency];
        if (active.length < MAX_ACTIVE_KEYS) {
            active.push(index);
            return;
        }
        for (uint256 i = 0; i < MAX_ACTIVE_KEYS; ++i) {
            if (_keysByIndex[_place(agency, active[i])].until() < block.timestamp) {
                active[i] = index;
                return;
            }
        }
        revert AgencyKeysFull(agency, MAX_ACTIVE_KEYS);
    }

    // Ends a key that is not over, in memory, and takes it from the active ones; the caller stores it.
    function _end(AgencyId agency, address account, AgencyKey memory key) private {
        key.until = uint40(block.timestamp - 1);
        uint16[] storage active = _active[agency];
        for (uint256 i = 0; i < active.length; ++i) {
            if (active[i] == key.index) {
                active[i] = active[active.length - 1];
                active.pop();
                break;
            }
        }
        emit AgencyKeyEnded(agency, account, key.index, key.until);
    }

    function _store(AgencyId agency, address account, AgencyKey memory key) private {
        KeySlot slot = _pack(key);
        _keysByIndex[_place(agency, key.index)] = slot;
        KeySlot latest = _keys[_place(agency, uint160(account))];
        if (latest.permissions() == 0 || latest.index() <= key.index) _keys[_place(agency, uint160(account))] = slot;
    }

    // A body's account or index in one word, which costs one hash to look up instead of two.
    function _place(AgencyId agency, uint256 within) private pure returns (uint256) {
        return (uint256(AgencyId.unwrap(agency)) << 160) | within;
    }

    function _pack(AgencyKey memory key) private pure returns (KeySlot) {
        uint256 times = uint256(key.from) << KeyLib.FROM_AT;
        times |= uint256(key.until) << KeyLib.UNTIL_AT;
        times |= uint256(key.compromisedSince) << KeyLib.SINCE_AT;
        times |= uint256(key.compromiseKnown) << KeyLib.KNOWN_AT;
        uint256 places = uint256(key.index) << KeyLib.INDEX_AT;
        places |= uint256(key.previous) << KeyLib.PREVIOUS_AT;
        uint256 flags = uint256(key.suspended ? 1 : 0) << KeyLib.SUSPENDED_AT;
        flags |= uint256(key.everSuspended ? 1 : 0) << KeyLib.EVER_AT;
        return KeySlot.wrap(key.permissions | times | places | flags);
    }

    function _unpack(KeySlot slot) private pure returns (AgencyKey memory) {
        return
            AgencyKey({
                permissions: uint48(slot.permissions()),
                from: uint40(slot.from()),
                until: uint40(slot.until()),
                compromisedSince: uint40(slot.compromisedSince()),
                compromiseKnown: uint40(slot.compromiseKnown()),
                index: uint16(slot.index()),
                previous: uint16(slot.previous()),
                suspended: slot.suspended(),
                everSuspended: slot.everSuspended()
            });
    }
}
