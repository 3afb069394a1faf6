// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {DocumentLib} from "../../contracts/documents/DocumentLib.sol";
import {SchemaId} from "../../contracts/documents/IAccreditations.sol";
import {DocumentStatus, Requirements, Verdict} from "../../contracts/documents/IDocumentRegistry.sol";
import {vm} from "../shared/Vm.sol";
import {DocumentModel, Fact, Finding, History, Kind} from "./DocumentModel.sol";
import {DocumentsHandler} from "./DocumentsHandler.sol";

/// @notice Plays random histories of bodies, keys, documents and roots, and compares what the registry finds, now and
/// at past seconds, with a plain list of facts.
contract DocumentRegistryTest is DocumentsHandler {
    using DocumentModel for History;

    uint256 private constant _MOST_ACTS = 20;

    function setUp() public {
        _deploy();
    }

    /* TESTS */

    function testFuzz_FindsWhatThePlainModelFinds(uint256 seed) public {
        History memory history = _begin(seed);
        for (uint256 acts = 12 + _random(_MOST_ACTS - 11); acts > 0; --acts) {
            _act(history);
            _check(history, block.timestamp);
            _pass();
        }
        vm.warp(block.timestamp + 1 + _random(3));
        for (uint256 i = 0; i < 20; ++i) _check(history, _time(history));
    }

    // A reversed comparison in the model would make both sides agree on nothing: this history is known by heart.
    function test_ModelKnowsAPlainHistory() public {
        History memory history = _begin(1);
        (AgencyId body, bytes32 hash) = (_id(0), bytes32(uint256(1)));
        uint256 start = block.timestamp;
        _attestNow(history, hash, 0, start + 10);
        _attestNow(history, _root(1), 3, 0);
        vm.warp(start + 3);
        _suspend(history, 0);
        vm.warp(start + 5);
        _suspend(history, 0);
        vm.warp(start + 20);
        vm.prank(_account(0, 0));
        _documents.revoke(body, hash, 7);
        Fact memory revoked = _fact(Kind.Revoked, 0);
        revoked.hash = hash;
        history.add(revoked);
        vm.warp(start + 30);
        DocumentStatus[7] memory expected = [
            DocumentStatus.Unknown,
            DocumentStatus.Valid,
            DocumentStatus.IssuerSuspended,
            DocumentStatus.Valid,
            DocumentStatus.Valid,
            DocumentStatus.Expired,
            DocumentStatus.Revoked
        ];
        uint256[7] memory times = [start - 1, start, start + 3, start + 5, start + 10, start + 11, start + 20];
        for (uint256 i = 0; i < times.length; ++i) {
            require(history.judge(0, hash, false, times[i]).status == expected[i], "the model, by heart");
            _compare(history.judge(0, hash, false, times[i]), _documents.verifyAt(body, hash, uint40(times[i])));
            require(history.judge(1, hash, false, times[i]).status == DocumentStatus.Unknown, "another body");
            require(history.judge(0, hash, true, times[i]).status == DocumentStatus.Unknown, "another kind");
        }
        require(history.judgeLeaf(0, _root(1), 2, start + 20).status == DocumentStatus.Valid, "a leaf");
        require(history.judgeLeaf(0, _root(1), 2, start + 4).status == DocumentStatus.IssuerSuspended, "suspended");
        require(history.judgeLeaf(0, _root(0), 1, start + 20).status == DocumentStatus.Unknown, "another root");
        require(!history.judge(0, hash, false, start).compromised, "in good hands");
        Fact memory compromised = _fact(Kind.Compromised, 0);
        compromised.from = start + 1;
        history.add(compromised);
        require(!history.judge(0, hash, false, start).compromised, "a second before the compromise");
        require(history.judge(0, hash, false, start + 20).compromised, "of the key that revoked");
    }

    /// hardhat-config: fuzz.runs = 2000
    function testFuzz_DocumentMarksNeverRevert(
        uint256 seed,
        uint256 required,
        bytes calldata proofs,
        address holder,
        uint40 time
    ) public {
        History memory history = _begin(seed);
        for (uint256 acts = 0; acts < 4; ++acts) _act(history);
        bytes memory given = proofs;
        // A form and an issuer that exist lead further than chance would.
        if (given.length > 4) (given[0], given[4]) = (bytes1(uint8(seed % 6)), bytes1(uint8(1 + ((seed >> 8) % 3))));
        uint40 near = uint40(block.timestamp - _random(3));
        for (uint256 i = 0; i < 2; ++i) {
            uint256 marks = _documents.documentMarks(Requirements.wrap(required), given, holder, i == 0 ? time : near);
            for (uint256 place = 0; place < 64; ++place) {
                uint256 mark = (marks >> (4 * place)) & 0xf;
                require(mark <= 9 && (mark == 0 || required >> (48 * place) != 0), "a mark that there is not");
            }
        }
    }

    /* COMPARISONS */

    // Mostly a document or a root of which something happened, or one under it; now and then any.
    function _check(History memory history, uint256 time) private {
        Fact memory fact = history.facts[_random(history.count)];
        for (uint256 tries = _random(8); tries > 0 && fact.hash == 0; --tries) {
            fact = history.facts[_random(history.count)];
        }
        uint256 body = fact.hash == 0 ? _random(BODIES) : fact.body;
        uint256 tree = _random(ROOTS);
        if (fact.hash == _root(1 - tree)) tree = 1 - tree;
        if (fact.hash == _root(tree) && _random(5) != 0) _checkLeaf(history, body, tree, time);
        else if (fact.hash != 0) _checkDocument(history, body, fact.hash, time);
        else if (_random(2) == 0) _checkLeaf(history, body, tree, time);
        else _checkDocument(history, body, bytes32(1 + _random(HASHES)), time);
    }

    function _checkDocument(History memory history, uint256 body, bytes32 hash, uint256 time) private view {
        bytes memory call =
            time == block.timestamp
                ? abi.encodeCall(_documents.verify, (_id(body), hash))
                : abi.encodeCall(_documents.verifyAt, (_id(body), hash, uint40(time)));
        Finding memory expected = history.judge(body, hash, false, time);
        _compare(expected, _ask(call));
    }

    function _checkLeaf(History memory history, uint256 body, uint256 tree, uint256 time) private {
        uint256 place = _random(_size(tree) + 1);
        Verdict memory found = _ask(_leafCall(body, tree, place, time));
        // Beyond the last one stands the zero that fills the tree, or nothing.
        Finding memory expected;
        if (place < _size(tree)) expected = history.judgeLeaf(body, _root(tree), place, time);
        _compare(expected, found);
    }

    function _leafCall(uint256 body, uint256 tree, uint256 place, uint256 time) private view returns (bytes memory) {
        (AgencyId agency, bytes32 root, bytes32 hash) = (_id(body), _root(tree), _document(tree, place));
        bytes32[] memory proof = _proof(tree, place);
        if (time == block.timestamp) return abi.encodeCall(_documents.verifyLeaf, (agency, root, place, hash, proof));
        return abi.encodeCall(_documents.verifyLeafAt, (agency, root, place, hash, proof, uint40(time)));
    }

    function _ask(bytes memory call) private view returns (Verdict memory) {
        (bool done, bytes memory answer) = address(_documents).staticcall(call);
        require(done, "a check that reverts");
        return abi.decode(answer, (Verdict));
    }

    function _compare(Finding memory expected, Verdict memory found) private pure {
        require(found.status == expected.status, "status, unlike the model");
        require(found.compromised == expected.compromised, "compromised, unlike the model");
        require(found.issued == expected.issued, "issued, unlike the model");
        require(found.expires == expected.expires, "expires, unlike the model");
        require(found.revoked == expected.revoked, "revoked, unlike the model");
        require(found.key == expected.key, "key, unlike the model");
    }

    // A second near the end, or that of a fact, or of a fact's end, or one beside it, or any since the beginning.
    function _time(History memory history) private returns (uint256 time) {
        Fact memory fact = history.facts[_random(history.count)];
        uint256 choice = _random(8);
        if (choice == 0) time = 1_000_000 + _random(block.timestamp - 1_000_000);
        else if (choice < 4) time = block.timestamp - _random(5);
        else time = (choice == 4 && fact.until != 0 ? fact.until : fact.known) + _random(3) - 1;
        return time > block.timestamp ? block.timestamp : time;
    }

    function _attestNow(History memory history, bytes32 hash, uint32 count, uint256 last) private {
        vm.prank(_account(0, 0));
        if (count == 0) _documents.attest(_id(0), SchemaId.wrap(1), hash, uint40(last));
        else _documents.attestRoot(_id(0), SchemaId.wrap(1), hash, count, uint40(last));
        Fact memory fact = _fact(Kind.Attested, 0);
        (fact.hash, fact.schema, fact.until, fact.count) = (hash, 1, last, count);
        history.add(fact);
    }

    /* TREES */

    function _root(uint256 tree) internal pure override returns (bytes32) {
        bytes32 left = DocumentLib.nodeHash(_leaf(tree, 0), _leaf(tree, 1));
        return tree == 0 ? left : DocumentLib.nodeHash(left, DocumentLib.nodeHash(_leaf(tree, 2), 0));
    }

    function _proof(uint256 tree, uint256 place) private pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1 + tree);
        if (place < 2) proof[0] = _leaf(tree, 1 - place);
        if (place == 3) proof[0] = _leaf(tree, 2);
        if (tree == 0) return proof;
        proof[1] =
            place < 2 ? DocumentLib.nodeHash(_leaf(tree, 2), 0) : DocumentLib.nodeHash(_leaf(tree, 0), _leaf(tree, 1));
    }

    function _leaf(uint256 tree, uint256 place) private pure returns (bytes32) {
        return DocumentLib.leafHash(place, _document(tree, place));
    }

    function _document(uint256 tree, uint256 place) private pure returns (bytes32) {
        return keccak256(abi.encode("document", tree, place));
    }
}
