// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {AgencyRegistry} from "../../contracts/agencies/AgencyRegistry.sol";
import {AgencyId, AgencyKey, IAgencyRegistry} from "../../contracts/agencies/IAgencyRegistry.sol";
import {KeySlot} from "../../contracts/shared/KeyLib.sol";
import {vm} from "../shared/Vm.sol";

// One thing that became known in the second `known`.
struct Fact {
    Kind kind;
    uint40 known;
    uint256 body;
    address account;
    uint16 index;
    uint48 permissions;
    uint40 from;
    uint40 until;
}

enum Kind {
    Added,
    Ended,
    Suspended,
    Resumed
}

/// @notice Plays random histories and compares the registry with a plain list of facts, each with the second in which
/// it became known. The test contract administers the platform and both bodies.
contract AgencyRegistryTest {
    uint256 private constant BODIES = 2;
    uint48 private constant ALL = 7;
    uint256 private constant MOST_ACTIVE = 32;

    AgencyRegistry private _registry;
    Fact[] private _facts;
    uint256 private _accounts;
    uint256 private _seed;

    function setUp() public {
        vm.warp(1_000_000);
        _registry = new AgencyRegistry(address(new AccessManager(address(this))));
        for (uint256 body = 0; body < BODIES; ++body) _registry.register(bytes32(body + 1), 0, address(this));
    }

    /* TESTS */

    /// hardhat-config: fuzz.runs = 100
    // Few accounts, so that each gets several keys one after the other; many acts in the same second.
    function testFuzz_AnswersAreThoseOfThePlainModel(uint256 seed) public {
        _begin(seed, 3);
        for (uint256 step = 0; step < 40; ++step) {
            _act(_random(BODIES), _random(10));
            _checkNow(uint48(_random(ALL + 1)));
            _pass();
        }
        for (uint256 body = 0; body < BODIES; ++body) _checkMirrors(body);
        vm.warp(block.timestamp + 1);
        _checkPast();
    }

    /// hardhat-config: fuzz.runs = 100
    // Many accounts, so that the limit of active keys is met, with keys that end, expire and begin later.
    function testFuzz_LimitOfActiveKeysIsThatOfThePlainModel(uint256 seed) public {
        _begin(seed, 40);
        for (uint256 step = 0; step < 70; ++step) {
            uint256 kind = _random(20);
            _act(0, kind < 16 ? 0 : kind - 10);
            if (_random(4) == 0) _pass();
        }
        for (uint48 permission = 0; permission <= ALL; ++permission) _checkNow(permission);
        _checkMirrors(0);
    }

    // A reversed comparison in the model would make both sides agree on nothing: this history is known by heart.
    function test_ModelKnowsAPlainHistory() public {
        _begin(1, 1);
        address account = _account(0);
        _add(0, account, 3, 1_000_010, 1_000_020);
        vm.warp(1_000_015);
        _suspend(0, true);
        vm.warp(1_000_017);
        _suspend(0, false);
        vm.warp(1_000_019);
        _end(0, account);
        vm.warp(1_000_100);
        require(!_expectedAt(0, account, 1, 1_000_009), "before the first second");
        require(_expectedAt(0, account, 1, 1_000_010), "first second");
        require(_expectedAt(0, account, 3, 1_000_014), "before the suspension");
        require(!_expectedAt(0, account, 1, 1_000_015), "second of the suspension");
        require(_expectedAt(0, account, 1, 1_000_017), "second of the return");
        require(!_expectedAt(0, account, 4, 1_000_018), "permission not given");
        require(_expectedAt(0, account, 1, 1_000_018), "last second");
        require(!_expectedAt(0, account, 1, 1_000_019), "second of the end");
        require(!_expectedAt(1, account, 1, 1_000_018), "another body");
        _checkPast();
    }

    /* ACTS, TRIED WHETHER ALLOWED OR NOT; THE MODEL SAYS WHICH ERROR TO EXPECT */

    function _act(uint256 body, uint256 kind) private {
        address account = _account(_random(_accounts));
        if (kind < 5) {
            uint40 from = uint40(_random(2) == 0 ? 0 : block.timestamp + _random(12) - 2);
            uint40 start = from == 0 ? uint40(block.timestamp) : from;
            _add(body, account, uint48(_random(8)), from, start + uint40(_random(30)) - 1);
        } else if (kind == 5) {
            _end(body, account);
        } else if (kind == 6) {
            _compromise(body);
        } else {
            _suspend(body, kind % 2 == 1);
        }
    }

    function _add(uint256 body, address account, uint48 permissions, uint40 from, uint40 until) private {
        uint40 start = from == 0 ? uint40(block.timestamp) : from;
        (uint256 active, uint16 count) = _counts(body);
        bytes4 expected;
        if (permissions == 0 || start < block.timestamp || until < start) {
            expected = IAgencyRegistry.AgencyKeyInvalid.selector;
        } else if (_open(body, account) < _facts.length) {
            expected = IAgencyRegistry.AgencyKeyExists.selector;
        } else if (active == MOST_ACTIVE) {
            expected = IAgencyRegistry.AgencyKeysFull.selector;
        }
        bytes memory call = abi.encodeCall(IAgencyRegistry.addKey, (_id(body), account, permissions, from, until));
        if (!_try(call, expected)) return;
        _facts.push(Fact(Kind.Added, uint40(block.timestamp), body, account, count, permissions, start, until));
    }

    function _end(uint256 body, address account) private {
        uint256 open = _open(body, account);
        bytes4 expected;
        if (open == _facts.length) {
            expected =
                _everHad(body, account)
                    ? IAgencyRegistry.AgencyKeyOver.selector
                    : IAgencyRegistry.AgencyKeyUnknown.selector;
        }
        bytes memory call = abi.encodeCall(IAgencyRegistry.endKey, (_id(body), account));
        if (!_try(call, expected)) return;
        _facts.push(Fact(Kind.Ended, uint40(block.timestamp), body, account, _facts[open].index, 0, 0, 0));
    }

    // Marks any key of the body, over or not, as in other hands since a second that may lie in the future.
    function _compromise(uint256 body) private {
        (, uint16 count) = _counts(body);
        uint16 index = uint16(_random(uint256(count) + 1));
        uint40 since = uint40(block.timestamp + 1 - _random(20));
        bytes4 expected;
        AgencyKey memory key;
        address account;
        if (index == count) {
            expected = IAgencyRegistry.AgencyKeyIndexUnknown.selector;
        } else {
            (account, key) = _registry.keyAt(_id(body), index);
            bool later = key.compromisedSince != 0 && since >= key.compromisedSince;
            if (since > block.timestamp || later) expected = IAgencyRegistry.AgencyCompromiseInvalid.selector;
        }
        bool over = index == count || _over(body, index);
        bytes memory call = abi.encodeCall(IAgencyRegistry.markCompromised, (_id(body), index, since));
        if (!_try(call, expected)) return;
        if (!over) _facts.push(Fact(Kind.Ended, uint40(block.timestamp), body, account, index, 0, 0, 0));
        (, AgencyKey memory marked) = _registry.keyAt(_id(body), index);
        require(marked.compromisedSince == since, "compromised since");
        uint40 known = key.compromiseKnown == 0 ? uint40(block.timestamp) : key.compromiseKnown;
        require(marked.compromiseKnown == known, "compromise first known");
    }

    function _suspend(uint256 body, bool suspended) private {
        bytes4 expected;
        if (_suspendedAt(_facts, body, uint40(block.timestamp)) == suspended) {
            expected =
                suspended
                    ? IAgencyRegistry.AgencyAlreadySuspended.selector
                    : IAgencyRegistry.AgencyNotSuspended.selector;
        }
        bytes memory call =
            suspended
                ? abi.encodeCall(IAgencyRegistry.suspend, (_id(body)))
                : abi.encodeCall(IAgencyRegistry.resume, (_id(body)));
        if (!_try(call, expected)) return;
        Kind kind = suspended ? Kind.Suspended : Kind.Resumed;
        _facts.push(Fact(kind, uint40(block.timestamp), body, address(0), 0, 0, 0, 0));
    }

    function _try(bytes memory call, bytes4 expected) private returns (bool done) {
        bytes memory answer;
        (done, answer) = address(_registry).call(call);
        require(done == (expected == 0), "done or refused, unlike the model");
        if (!done) require(bytes4(answer) == expected, "refused for another reason than the model's");
    }

    /* COMPARISONS */

    function _checkNow(uint48 permission) private view {
        Fact[] memory facts = _facts;
        for (uint256 body = 0; body < BODIES; ++body) {
            for (uint256 i = 0; i < _accounts; ++i) {
                bool expected = _expected(facts, body, _account(i), permission, uint40(block.timestamp));
                require(_registry.may(_id(body), _account(i), permission) == expected, "may, unlike the model");
            }
        }
    }

    // Every second in which the answer can change, and the ones beside it, for every account in both bodies.
    function _checkPast() private view {
        Fact[] memory facts = _facts;
        for (uint256 f = 0; f < facts.length; ++f) {
            _checkAround(facts, facts[f].known);
            if (facts[f].kind == Kind.Added) {
                _checkAround(facts, facts[f].from);
                _checkAround(facts, facts[f].until);
            }
        }
    }

    function _checkAround(Fact[] memory facts, uint40 time) private view {
        for (uint40 t = time - 1; t <= time + 1; ++t) {
            if (t >= block.timestamp) continue;
            for (uint256 body = 0; body < BODIES; ++body) {
                bool suspended = _registry.suspendedAt(_id(body), t);
                require(suspended == _suspendedAt(facts, body, t), "suspendedAt, unlike the model");
                for (uint256 i = 0; i < _accounts; ++i) {
                    bool expected = _expected(facts, body, _account(i), 1, t);
                    bool actual = _registry.mayAt(_id(body), _account(i), 1, t);
                    require(actual == expected, "mayAt, unlike the model");
                }
            }
        }
    }

    // Both slots of a key are the same, in one word too, and the body's suspensions stand in each key that is not over.
    function _checkMirrors(uint256 body) private view {
        bool suspended = _registry.agencyOf(_id(body)).suspended;
        (, uint16 count) = _counts(body);
        require(_registry.agencyOf(_id(body)).keyCount == count, "number of keys");
        for (uint16 index = 0; index < count; ++index) {
            (address account, AgencyKey memory key) = _registry.keyAt(_id(body), index);
            require(key.until < block.timestamp || key.suspended == suspended, "suspension mirrored");
            bool ever = _everSuspended(body, index);
            require(key.everSuspended == ever || (key.until < block.timestamp && !ever), "suspensions seen");
            require(_inOneWord(key) == KeySlot.unwrap(_registry.keySlot(_id(body), index)), "one word");
            AgencyKey memory latest = _registry.keyOf(_id(body), account);
            if (latest.index != index) continue;
            require(keccak256(abi.encode(latest)) == keccak256(abi.encode(key)), "slots differ");
        }
        require(KeySlot.unwrap(_registry.keySlot(_id(body), count)) == 0, "no key has this index");
    }

    // The layout that KeyLib tells, from the highest bit.
    function _inOneWord(AgencyKey memory key) private pure returns (uint256) {
        bytes memory low = abi.encodePacked(
            key.previous,
            key.index,
            key.compromiseKnown,
            key.compromisedSince,
            key.until,
            key.from,
            key.permissions
        );
        uint16 flags = (key.suspended ? 1 : 0) + (key.everSuspended ? 2 : 0);
        return uint256(bytes32(abi.encodePacked(flags, low)));
    }

    /* THE MODEL */

    function _expectedAt(uint256 body, address account, uint48 permission, uint40 time) private view returns (bool) {
        return _expected(_facts, body, account, permission, time);
    }

    // By the facts known at `time`: a key that holds, no end of it, no suspension.
    function _expected(
        Fact[] memory facts,
        uint256 body,
        address account,
        uint48 permission,
        uint40 time
    ) private pure returns (bool allowed) {
        bool suspended;
        for (uint256 f = 0; f < facts.length; ++f) {
            Fact memory fact = facts[f];
            if (fact.body != body || fact.known > time) continue;
            if (fact.kind == Kind.Suspended) suspended = true;
            else if (fact.kind == Kind.Resumed) suspended = false;
            else if (fact.account != account) continue;
            else if (fact.kind == Kind.Ended) allowed = false;
            else allowed = allowed || (_covers(fact, permission) && fact.from <= time && time <= fact.until);
        }
        return allowed && !suspended;
    }

    function _covers(Fact memory fact, uint48 permission) private pure returns (bool) {
        if (permission == 0) return false;
        for (uint48 bit = 1; bit <= permission; bit *= 2) {
            if ((permission / bit) % 2 == 1 && (fact.permissions / bit) % 2 == 0) return false;
        }
        return true;
    }

    function _suspendedAt(Fact[] memory facts, uint256 body, uint40 time) private pure returns (bool suspended) {
        for (uint256 f = 0; f < facts.length; ++f) {
            if (facts[f].body != body || facts[f].known > time) continue;
            if (facts[f].kind == Kind.Suspended) suspended = true;
            if (facts[f].kind == Kind.Resumed) suspended = false;
        }
    }

    // Whether a suspension fell into the time from a key's adding to its end or last second. One that expired may have
    // kept its place for longer.
    function _everSuspended(uint256 body, uint16 index) private view returns (bool ever) {
        bool suspended;
        bool active;
        uint40 until;
        for (uint256 f = 0; f < _facts.length; ++f) {
            Fact memory fact = _facts[f];
            if (fact.body != body) continue;
            if (fact.kind == Kind.Suspended) suspended = true;
            else if (fact.kind == Kind.Resumed) suspended = false;
            else if (fact.index != index) continue;
            else if (fact.kind == Kind.Ended) return ever;
            else (active, until) = (true, fact.until);
            if (active && suspended && fact.known <= until) ever = true;
        }
    }

    // Position of the fact that added the account's key that is not over; the number of facts if there is none.
    function _open(uint256 body, address account) private view returns (uint256 open) {
        open = _facts.length;
        for (uint256 f = 0; f < _facts.length; ++f) {
            Fact storage fact = _facts[f];
            if (fact.body != body || fact.account != account || fact.kind != Kind.Added) continue;
            if (!_over(body, fact.index)) open = f;
        }
    }

    function _over(uint256 body, uint16 index) private view returns (bool over) {
        for (uint256 f = 0; f < _facts.length; ++f) {
            Fact storage fact = _facts[f];
            if (fact.body != body || fact.account == address(0) || fact.index != index) continue;
            if (fact.kind == Kind.Ended || fact.until < block.timestamp) return true;
        }
    }

    function _everHad(uint256 body, address account) private view returns (bool) {
        for (uint256 f = 0; f < _facts.length; ++f) {
            if (_facts[f].body == body && _facts[f].account == account) return true;
        }
        return false;
    }

    function _counts(uint256 body) private view returns (uint256 active, uint16 ever) {
        for (uint256 f = 0; f < _facts.length; ++f) {
            if (_facts[f].body != body || _facts[f].kind != Kind.Added) continue;
            ++ever;
            if (!_over(body, _facts[f].index)) ++active;
        }
    }

    /* CHANCE */

    function _begin(uint256 seed, uint256 accounts) private {
        _seed = seed;
        _accounts = accounts;
    }

    function _random(uint256 below) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % below;
    }

    // Half of the time the next act falls into the same second.
    function _pass() private {
        uint256 chance = _random(8);
        if (chance > 3) vm.warp(block.timestamp + (chance == 7 ? _random(40) : chance - 3));
    }

    function _account(uint256 i) private pure returns (address) {
        return address(uint160(0xa000 + i));
    }

    function _id(uint256 body) private pure returns (AgencyId) {
        return AgencyId.wrap(uint32(body + 1));
    }
}
