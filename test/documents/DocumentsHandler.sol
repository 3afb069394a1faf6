// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {AgencyId, IAgencyRegistry} from "../../contracts/agencies/IAgencyRegistry.sol";
import {SchemaId} from "../../contracts/documents/IAccreditations.sol";
import {IDocumentRegistry} from "../../contracts/documents/IDocumentRegistry.sol";
import {vm} from "../shared/Vm.sol";
import {DocumentModel, Fact, History, Kind} from "./DocumentModel.sol";

interface VmCode {
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
}

/// @dev From the artifact, so that the code deployed for real is tested.
function deployed(string memory artifact, address argument) returns (address instance) {
    bytes memory code = abi.encodePacked(VmCode(address(vm)).getCode(artifact), abi.encode(argument));
    // Hardhat has getCode, but not deployCode.
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        instance := create(0, add(code, 32), mload(code))
    }
    require(instance != address(0), "not deployed");
}

/// @notice Tries acts of bodies by their keys, whether allowed or not; the model says whether each will be done. The
/// contract administers the platform and all bodies. One more body, which nothing happens to, accredits the others.
abstract contract DocumentsHandler {
    using DocumentModel for History;

    uint256 internal constant BODIES = 2;
    uint256 internal constant SCHEMAS = 2;
    uint256 internal constant HASHES = 3;
    uint256 internal constant ROOTS = 2;
    uint256 private constant _ACCOUNTS = 2;
    uint256 private constant _MOST_FACTS = 80;

    IAgencyRegistry internal _agencies;
    IDocumentRegistry internal _documents;
    uint256 private _seed;

    /// @dev Bodies are 0 and 1, the accrediting one is 2; each has one key.
    function _deploy() internal returns (History memory history) {
        vm.warp(1_000_000);
        address authority = address(new AccessManager(address(this)));
        _agencies = IAgencyRegistry(deployed("contracts/agencies/AgencyRegistry.sol:AgencyRegistry", authority));
        _documents = IDocumentRegistry(
            deployed("contracts/documents/DocumentRegistry.sol:DocumentRegistry", address(_agencies))
        );
        history = _begin(0);
        for (uint256 body = 0; body <= BODIES; ++body) {
            _agencies.register(bytes32(body + 1), 0, address(this));
            _agencies.addKey(_id(body), _account(body, 0), type(uint48).max, 0, type(uint40).max);
        }
        for (uint256 schema = 1; schema <= SCHEMAS; ++schema) {
            vm.prank(_account(BODIES, 0));
            _documents.registerSchema(_id(BODIES), bytes32(schema), _id(BODIES));
        }
        for (uint256 body = 0; body < BODIES; ++body) {
            vm.prank(_account(BODIES, 0));
            _documents.accredit(SchemaId.wrap(1), _id(body), type(uint40).max);
        }
    }

    /// @dev The history of what `_deploy` did.
    function _begin(uint256 seed) internal returns (History memory history) {
        _seed = seed;
        history.facts = new Fact[](_MOST_FACTS);
        for (uint256 body = 0; body < BODIES; ++body) {
            Fact memory key = _fact(Kind.KeyAdded, body);
            (key.account, key.from, key.until) = (_account(body, 0), block.timestamp, type(uint40).max);
            history.add(key);
            Fact memory accredited = _fact(Kind.Accredited, body);
            (accredited.schema, accredited.until) = (1, type(uint40).max);
            history.add(accredited);
        }
    }

    /* ACTS */

    function _act(History memory history) internal {
        uint256 body = _random(4) / 3;
        // Bodies that cannot act are mostly helped, so that more than refusals happen.
        uint256 help = _random(3);
        if (help != 0 && history.suspended(body, block.timestamp)) return _suspend(history, body);
        if (help != 0 && !_anyKey(history, body)) return _addKey(history, body);
        if (_random(3) != 0) _actOnDocuments(history, body, _random(18));
        else _actOnBodies(history, body, _random(9));
    }

    function _actOnDocuments(History memory history, uint256 body, uint256 kind) private {
        if (kind < 7) _attestHash(history, body, _hash(), 0);
        else if (kind < 11) _attestRoot(history, body);
        else if (kind == 11) _attestMany(history, body);
        else if (kind < 14) _revoke(history, body, _random(5) == 0 ? _root(0) : _hash());
        else if (kind == 14) _revokeRoot(history, body);
        else _revokeLeaf(history, body);
    }

    function _actOnBodies(History memory history, uint256 body, uint256 kind) private {
        if (kind < 3) _suspend(history, body);
        else if (kind == 3) _addKey(history, body);
        else if (kind == 4) _endKey(history, body);
        else if (kind == 5) _compromise(history, body);
        else if (kind < 8) _accredit(history, body);
        else _endAccreditation(history, body);
    }

    function _attestRoot(History memory history, uint256 body) private {
        uint256 tree = _random(ROOTS);
        // Now and then a root is attested as a document, which is none of the tree's then.
        bool document = _random(6) == 0;
        _attestHash(history, body, _root(tree), document ? 0 : _size(tree));
    }

    function _attestHash(History memory history, uint256 body, bytes32 hash, uint256 count) private {
        (Fact memory fact, bool may) = _by(history, Kind.Attested, body);
        (fact.hash, fact.schema, fact.until, fact.count) = (hash, _schema(), _last(), count);
        bool possible = may && _isNew(history, body, hash) && (fact.until == 0 || fact.until >= block.timestamp);
        bytes memory call =
            count == 0
                ? abi.encodeCall(_documents.attest, (_id(body), _schemaId(fact), hash, uint40(fact.until)))
                : abi.encodeCall(
                    _documents.attestRoot,
                    (_id(body), _schemaId(fact), hash, uint32(count), uint40(fact.until))
                );
        _try(history, fact, address(_documents), call, possible);
    }

    function _attestMany(History memory history, uint256 body) private {
        (Fact memory fact, bool may) = _by(history, Kind.Attested, body);
        bytes32[] memory hashes = new bytes32[](2);
        (hashes[0], hashes[1]) = (_hash(), _hash());
        (fact.schema, fact.until, fact.hash) = (_schema(), _last(), hashes[0]);
        bool possible = may && hashes[0] != hashes[1] && (fact.until == 0 || fact.until >= block.timestamp);
        possible = possible && _isNew(history, body, hashes[0]) && _isNew(history, body, hashes[1]);
        bytes memory call = abi.encodeCall(
            _documents.attestMany,
            (_id(body), _schemaId(fact), uint40(fact.until), hashes)
        );
        if (!_try(history, fact, address(_documents), call, possible)) return;
        Fact memory second = _fact(Kind.Attested, body);
        (second.key, second.schema, second.until, second.hash) = (fact.key, fact.schema, fact.until, hashes[1]);
        history.add(second);
    }

    function _revoke(History memory history, uint256 body, bytes32 hash) private {
        (Fact memory fact, bool may) = _by(history, Kind.Revoked, body);
        fact.hash = hash;
        bool revoked = history.last(Kind.Revoked, body, hash).known != 0;
        bool root = history.last(Kind.Attested, body, hash).count != 0;
        bytes memory call = abi.encodeCall(_documents.revoke, (_id(body), hash, 7));
        _try(history, fact, address(_documents), call, may && !revoked && !root);
    }

    function _revokeRoot(History memory history, uint256 body) private {
        (Fact memory fact, bool may) = _by(history, Kind.Revoked, body);
        fact.hash = _root(_random(ROOTS));
        Fact memory attested = history.last(Kind.Attested, body, fact.hash);
        bool revoked = history.last(Kind.Revoked, body, fact.hash).known != 0;
        bool document = attested.known != 0 && attested.count == 0;
        bytes memory call = abi.encodeCall(_documents.revokeRoot, (_id(body), fact.hash, 7));
        _try(history, fact, address(_documents), call, may && !revoked && !document);
    }

    function _revokeLeaf(History memory history, uint256 body) private {
        uint256 tree = _random(ROOTS);
        (Fact memory fact, bool may) = _by(history, Kind.LeafRevoked, body);
        (fact.hash, fact.count) = (_root(tree), _random(_size(tree) + 1));
        bool possible = may && fact.count < history.last(Kind.Attested, body, fact.hash).count;
        possible = possible && !history.leafRevoked(body, fact.hash, fact.count);
        bytes memory call = abi.encodeCall(
            _documents.revokeLeaves,
            (_id(body), fact.hash, fact.count >> 8, 1 << (fact.count & 255), 7)
        );
        _try(history, fact, address(_documents), call, possible);
    }

    function _suspend(History memory history, uint256 body) internal {
        bool suspended = history.suspended(body, block.timestamp);
        bytes memory call =
            suspended ? abi.encodeCall(_agencies.resume, (_id(body))) : abi.encodeCall(_agencies.suspend, (_id(body)));
        Kind kind = suspended ? Kind.Resumed : Kind.Suspended;
        _try(history, _fact(kind, body), address(_agencies), call, true);
    }

    function _addKey(History memory history, uint256 body) private {
        Fact memory fact = _fact(Kind.KeyAdded, body);
        fact.account = _account(body, _random(_ACCOUNTS));
        (, bool over) = history.latest(body, fact.account);
        (fact.key, fact.from) = (history.keys(body), block.timestamp + (_random(3) == 0 ? _random(4) : 0));
        fact.until = fact.from + (_random(3) == 0 ? type(uint32).max : _random(12));
        bytes memory call = abi.encodeCall(
            _agencies.addKey,
            (_id(body), fact.account, type(uint48).max, uint40(fact.from), uint40(fact.until))
        );
        _try(history, fact, address(_agencies), call, over);
    }

    function _endKey(History memory history, uint256 body) internal {
        address account = _account(body, _random(_ACCOUNTS));
        (Fact memory key, bool over) = history.latest(body, account);
        Fact memory fact = _fact(Kind.KeyEnded, body);
        fact.key = key.key;
        bytes memory call = abi.encodeCall(_agencies.endKey, (_id(body), account));
        _try(history, fact, address(_agencies), call, !over);
    }

    function _compromise(History memory history, uint256 body) internal {
        Fact memory fact = _fact(Kind.Compromised, body);
        fact.key = _random(history.keys(body));
        fact.from = block.timestamp - _random(12);
        bool possible = !history.inOtherHands(body, fact.key, fact.from);
        bytes memory call = abi.encodeCall(_agencies.markCompromised, (_id(body), uint16(fact.key), uint40(fact.from)));
        if (!_try(history, fact, address(_agencies), call, possible)) return;
        // The second fact is without effect where the key is over.
        Fact memory ended = _fact(Kind.KeyEnded, body);
        ended.key = fact.key;
        history.add(ended);
    }

    function _accredit(History memory history, uint256 body) internal {
        Fact memory fact = _fact(Kind.Accredited, body);
        (fact.schema, fact.until) = (1 + _random(SCHEMAS), block.timestamp + _random(20) - 1);
        bytes memory call = abi.encodeCall(_documents.accredit, (_schemaId(fact), _id(body), uint40(fact.until)));
        fact.account = _account(BODIES, 0);
        _try(history, fact, address(_documents), call, fact.until >= block.timestamp);
    }

    function _endAccreditation(History memory history, uint256 body) internal {
        Fact memory fact = _fact(Kind.AccreditationEnded, body);
        fact.schema = 1 + _random(SCHEMAS);
        bytes memory call = abi.encodeCall(_documents.endAccreditation, (_schemaId(fact), _id(body)));
        bool possible = history.accredited(fact.schema, body, block.timestamp);
        fact.account = _account(BODIES, 0);
        _try(history, fact, address(_documents), call, possible);
    }

    function _try(
        History memory history,
        Fact memory fact,
        address target,
        bytes memory call,
        bool possible
    ) private returns (bool done) {
        if (target == address(_documents)) vm.prank(fact.account);
        (done, ) = target.call(call);
        require(done == possible, "done or refused, unlike the model");
        if (done) history.add(fact);
    }

    // An act of one of the body's accounts, and whether its key may act now: every key has every permission.
    function _by(History memory history, Kind kind, uint256 body) private returns (Fact memory fact, bool may) {
        fact = _fact(kind, body);
        // Mostly by an account that has a valid key, if there is one.
        for (uint256 tries = 0; tries < 3 && !may; ++tries) {
            fact.account = _account(body, _random(_ACCOUNTS));
            (Fact memory key, bool over) = history.latest(body, fact.account);
            fact.key = key.key;
            may = !over && key.from <= block.timestamp && !history.suspended(body, block.timestamp);
        }
    }

    function _anyKey(History memory history, uint256 body) private view returns (bool any) {
        for (uint256 i = 0; i < _ACCOUNTS; ++i) {
            (, bool over) = history.latest(body, _account(body, i));
            any = any || !over;
        }
    }

    function _isNew(History memory history, uint256 body, bytes32 hash) private pure returns (bool) {
        return history.last(Kind.Attested, body, hash).known == 0 && history.last(Kind.Revoked, body, hash).known == 0;
    }

    /* WHAT ACTS ARE ABOUT */

    /// @dev The trees of two and of three documents.
    function _size(uint256 tree) internal pure returns (uint256) {
        return 2 + tree;
    }

    function _root(uint256 tree) internal pure virtual returns (bytes32);

    function _fact(Kind kind, uint256 body) internal pure returns (Fact memory fact) {
        (fact.kind, fact.body) = (kind, body);
    }

    function _hash() private returns (bytes32) {
        return bytes32(1 + _random(HASHES));
    }

    function _schema() private returns (uint256) {
        return 1 + _random(4) / 3;
    }

    // A last second: none, or a near one, which may be past.
    function _last() private returns (uint256) {
        return _random(3) == 0 ? 0 : block.timestamp + _random(20) - 1;
    }

    function _schemaId(Fact memory fact) private pure returns (SchemaId) {
        return SchemaId.wrap(uint32(fact.schema));
    }

    function _account(uint256 body, uint256 i) internal pure returns (address) {
        return address(uint160(0xa000 + 16 * body + i));
    }

    function _id(uint256 body) internal pure returns (AgencyId) {
        return AgencyId.wrap(uint32(body + 1));
    }

    /* CHANCE */

    function _random(uint256 below) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % below;
    }

    // Half of the time the next act falls into the same second.
    function _pass() internal {
        uint256 chance = _random(8);
        if (chance > 3) vm.warp(block.timestamp + (chance == 7 ? _random(12) : chance - 3));
    }
}
