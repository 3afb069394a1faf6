// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {
    DataSetId,
    Delivery,
    IDataMarket,
    Offer,
    OfferKind,
    Order,
    Purchase,
    Version,
    VersionId
} from "../../contracts/market/IDataMarket.sol";
import {Requirements} from "../../contracts/documents/IDocumentRegistry.sol";
import {vm} from "../shared/Vm.sol";
import {OneKeyRegistry, VmCode} from "../tenders/Support.sol";

uint256 constant NOWHERE = type(uint256).max;

struct Chunk {
    bytes32 plainHash;
    bytes data;
}

/// @notice Data as their seller keeps them.
struct Sealed {
    bytes32 key;
    Version version;
    Chunk[] chunks;
}

/// @dev A market in which `key` acts for every body. From the artifact, so that the code deployed for real is tested.
function deployDataMarket(address key) returns (IDataMarket market) {
    bytes memory code = VmCode(address(vm)).getCode("contracts/market/DataMarket.sol:DataMarket");
    code = abi.encodePacked(code, abi.encode(address(1), new OneKeyRegistry(key), address(0)));
    // Hardhat has getCode, but not deployCode.
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        market := create(0, add(code, 32), mload(code))
    }
    require(address(market) != address(0), "the market was not deployed");
}

/// @dev Seals random data of this size as IDataMarket describes it; the chunk `corrupt` is not what is listed, in one
/// of four ways.
function sealData(uint256 seed, uint64 size, uint8 words, uint256 corrupt) pure returns (Sealed memory made) {
    uint256 count = size == 0 ? 1 : (uint256(size) + (uint256(words) - 1) * 32 - 1) / ((uint256(words) - 1) * 32);
    made.key = keccak256(abi.encode("key", seed));
    made.chunks = new Chunk[](count);
    for (uint256 i = 0; i < count; ++i) {
        made.chunks[i] = _chunk(made.key, seed, i, words);
        if (i == corrupt) _corrupt(made.chunks[i], seed);
    }
    (bytes32 root, ) = rootAndProof(leavesOf(made.chunks), 0);
    made.version = Version({
        root: root,
        content: keccak256("content"),
        keyCommit: keccak256(abi.encode(made.key)),
        sellerKey: keccak256("seller"),
        manifest: keccak256("manifest"),
        size: size,
        count: uint32(count),
        words: words
    });
}

function _chunk(bytes32 key, uint256 seed, uint256 index, uint256 words) pure returns (Chunk memory chunk) {
    bytes memory plain = new bytes(words * 32);
    chunk.data = new bytes(words * 32);
    for (uint256 j = 0; j < words; ++j) {
        bytes32 word = keccak256(abi.encode("plain", seed, index, j));
        put(plain, j, word);
        put(chunk.data, j, word ^ keccak256(abi.encode(key, index * words + j)));
    }
    chunk.plainHash = keccak256(plain);
}

function _corrupt(Chunk memory chunk, uint256 seed) pure {
    uint256 place = (seed >> 8) % chunk.data.length;
    if (seed % 4 == 0) chunk.data[place] ^= bytes1(uint8(1 << ((seed >> 64) % 8)));
    else if (seed % 4 == 1) chunk.plainHash ^= bytes32(1 << ((seed >> 72) % 256));
    else if (seed % 4 == 2) put(chunk.data, place / 32, keccak256(abi.encode("other", seed)));
    else chunk.data = abi.encodePacked(keccak256(chunk.data), new bytes(chunk.data.length - 32));
}

function put(bytes memory data, uint256 index, bytes32 word) pure {
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        mstore(add(add(data, 32), mul(index, 32)), word)
    }
}

function leavesOf(Chunk[] memory chunks) pure returns (bytes32[] memory leaves) {
    leaves = new bytes32[](chunks.length);
    for (uint256 i = 0; i < leaves.length; ++i) {
        leaves[i] = keccak256(abi.encodePacked(i, chunks[i].plainHash, keccak256(chunks[i].data)));
    }
}

/// @dev The root over leaves, which are overwritten, and the siblings of one of them from the leaf up.
function rootAndProof(bytes32[] memory level, uint256 index) pure returns (bytes32, bytes32[] memory proof) {
    bytes32[] memory siblings = new bytes32[](32);
    uint256 height = 0;
    uint256 length = level.length;
    for (; length > 1; length = (length + 1) / 2) {
        if (index ^ 1 < length) siblings[height++] = level[index ^ 1];
        for (uint256 i = 0; i < length; i += 2) {
            level[i / 2] = i + 1 == length ? level[i] : _node(level[i], level[i + 1]);
        }
        index /= 2;
    }
    proof = new bytes32[](height);
    for (uint256 i = 0; i < height; ++i) proof[i] = siblings[i];
    return (level[0], proof);
}

function _node(bytes32 a, bytes32 b) pure returns (bytes32) {
    return a < b ? keccak256(abi.encodePacked(a, b)) : keccak256(abi.encodePacked(b, a));
}

function restOf(Version memory version) pure returns (bytes32) {
    return keccak256(abi.encode(version.content, version.sellerKey, version.manifest, version.size, version.count));
}

/// @dev The hash of a version, the lowest bit of which tells whether it is sealed.
function sealOf(Version memory version) pure returns (bytes32) {
    bytes32 hash = keccak256(abi.encode(version.root, version.keyCommit, uint256(version.words), restOf(version)));
    return version.root == 0 ? hash & ~bytes32(uint256(1)) : hash | bytes32(uint256(1));
}

/// @dev A sale without end; free where there is no token.
function saleOf(address token, uint128 price, address payee) pure returns (Offer memory offer) {
    offer.kind = OfferKind.Sale;
    offer.tier = 7;
    (offer.token, offer.price, offer.payee) = (token, price, payee);
    offer.window = 1 hours;
    offer.delivery = 24 hours;
    offer.required = Requirements.wrap(0);
    offer.terms = keccak256("terms");
}

function idOf(DataSetId dataSet, uint32 number) pure returns (VersionId) {
    return VersionId.wrap((uint64(DataSetId.unwrap(dataSet)) << 32) | number);
}

/// @dev The call that disputes a chunk.
function disputeCall(
    Order memory order,
    Delivery memory delivery,
    Sealed memory made,
    bytes32 m,
    uint256 index
) pure returns (bytes memory) {
    (, bytes32[] memory proof) = rootAndProof(leavesOf(made.chunks), index);
    Chunk memory chunk = made.chunks[index];
    bytes32 rest = restOf(made.version);
    return
        abi.encodeCall(IDataMarket.disputeChunk, (order, delivery, rest, m, index, chunk.plainHash, chunk.data, proof));
}

/// @dev The order that a purchase under an offer becomes now.
function orderFrom(Purchase memory purchase, Offer memory offer) view returns (Order memory order) {
    order.version = idOf(purchase.dataSet, purchase.version);
    (order.nonce, order.buyer, order.offer) = (purchase.nonce, purchase.buyer, purchase.offer);
    (order.token, order.price, order.payee) = (offer.token, offer.price, offer.payee);
    order.deliverBy = uint40(block.timestamp) + offer.delivery;
    order.window = offer.window;
    order.tier = offer.tier;
    if (offer.period != 0) order.until = order.deliverBy + offer.period;
}
