// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {
    DataSetId,
    Delivery,
    IDataMarket,
    ListingState,
    Offer,
    Order,
    Payment,
    Pins,
    Purchase,
    Seal,
    Version
} from "../../contracts/market/IDataMarket.sol";
import {vm} from "../shared/Vm.sol";
import {
    deployDataMarket,
    disputeCall,
    NOWHERE,
    orderFrom,
    put,
    restOf,
    saleOf,
    Sealed,
    sealData,
    sealOf
} from "./Support.sol";

/// @notice Sells random data, honestly or with one chunk that is not what was listed, and disputes them.
contract DataMarketTest {
    IDataMarket private _market;
    uint256 private _entropy;
    uint256 private _seed;
    Order private _order;
    Delivery private _delivery;
    DataSetId private _dataSet;

    bytes32 private constant _M = keccak256("mask");

    function setUp() public {
        _market = deployDataMarket(address(this));
    }

    /// @dev No dispute of an honest sale succeeds, on any chunk, with the parts that are right or others.
    function testFuzz_AnHonestSaleIsNeverDisputed(uint256 seed) public {
        _entropy = seed;
        Sealed memory made = _sold(NOWHERE);
        for (uint256 i = 0; i < made.chunks.length; ++i) {
            bytes memory right = abi.encodeWithSelector(IDataMarket.MarketChunkRight.selector, i);
            _refused(disputeCall(_order, _delivery, made, _M, i), right);
        }
        for (uint256 i = 0; i < 8; ++i) _refused(_spoiled(made), "");
        Seal memory seal = Seal(made.version.root, made.version.keyCommit, made.version.words, restOf(made.version));
        bytes memory keyRight = abi.encodeWithSelector(IDataMarket.MarketKeyRight.selector, made.key);
        _refused(abi.encodeCall(IDataMarket.disputeKey, (_order, _delivery, seal, _M)), keyRight);
        require(_state() == ListingState.Open, "an honest sale was disputed");
    }

    /// @dev Wherever and however a chunk is not what was listed, its dispute succeeds, and that of no other chunk does.
    function testFuzz_ACorruptedSaleIsAlwaysDisputed(uint256 seed) public {
        _entropy = seed;
        (uint64 size, uint8 words) = _shape();
        uint256 count = sealData(0, size, words, NOWHERE).chunks.length;
        uint256 bad = _random(count);
        Sealed memory made = _sell(size, words, bad);
        for (uint256 i = 0; i < count; ++i) {
            if (i != bad) _refused(disputeCall(_order, _delivery, made, _M, i), "");
        }
        require(_state() == ListingState.Open, "disputed for a good chunk");
        (bool success, ) = address(_market).call(disputeCall(_order, _delivery, made, _M, bad));
        require(success, "the dispute was refused");
        require(_state() == ListingState.Disproved, "the version is not closed");
        _expectRefund(made);
    }

    /// @dev A wrong key is always disputed, and nothing else can be made of it.
    function testFuzz_AWrongKeyIsAlwaysDisputed(uint256 seed, bytes32 key) public {
        _entropy = seed;
        Sealed memory made = _sold(NOWHERE);
        vm.assume(key != made.key);
        Seal memory seal = Seal(made.version.root, made.version.keyCommit, made.version.words, restOf(made.version));
        _place(made);
        _deliver(made, key ^ _M);
        _refused(disputeCall(_order, _delivery, made, _M, _random(made.chunks.length)), "");
        _market.disputeKey(_order, _delivery, seal, _M);
        require(_market.dueOf(_order.token, _order.buyer) == _order.price, "the price is not due");
    }

    /// @dev Exactly the categories of four capital letters are taken; each byte is tried in each place.
    function test_ACategoryIsFourCapitalLetters() public {
        for (uint256 i = 0; i < 4 * 256; ++i) {
            bytes memory low = "AAAA";
            bytes memory high = "ZZZZ";
            low[i / 256] = high[i / 256] = bytes1(uint8(i));
            bool capitals = uint8(i) >= 0x41 && uint8(i) <= 0x5a;
            _describe(bytes4(low), capitals);
            _describe(bytes4(high), capitals);
        }
    }

    /// @dev The same of bytes that are all random, near the capital letters.
    function testFuzz_ACategoryIsFourCapitalLetters(bytes4 noise) public {
        bytes4 code;
        bool capitals = true;
        for (uint256 i = 0; i < 4; ++i) {
            // From 0x3f to 0x5c, at times with the highest bit.
            uint8 letter = uint8(0x3f + (uint8(noise[i]) % 30));
            if (uint8(noise[i]) > 247) letter |= 0x80;
            capitals = capitals && letter >= 0x41 && letter <= 0x5a;
            code |= bytes4(bytes1(letter)) >> (8 * i);
        }
        _describe(code, capitals);
    }

    /// @dev The lowest bit of a version's hash tells whether it is sealed, and the others are those of the hash.
    function testFuzz_ASealTellsWhetherItIsSealed(Version memory version) public view {
        bytes32 seal = _market.sealOf(version);
        require(seal == sealOf(version), "another hash");
        require((uint256(seal) & 1 == 1) == (version.root != 0), "the lowest bit is another");
        version.root = 0;
        require(_market.sealOf(version) == sealOf(version) && uint256(sealOf(version)) & 1 == 0, "a plain one's");
    }

    /* HELPERS */

    function _describe(bytes4 category, bool capitals) private {
        if (DataSetId.unwrap(_dataSet) == 0) {
            Sealed memory made = sealData(0, 1, 16, NOWHERE);
            _dataSet = _market.list(AgencyId.wrap(1), "TRAN", keccak256("about"), made.version, new Offer[](0));
        }
        bytes32 about = keccak256("about");
        bytes memory act = abi.encodeCall(IDataMarket.describe, (_dataSet, category, about));
        bytes memory refusal = abi.encodeWithSelector(IDataMarket.MarketMetadataInvalid.selector, category, about);
        (bool success, bytes memory result) = address(_market).call(act);
        require(success == capitals, capitals ? "a category was refused" : "a category was taken");
        require(success || keccak256(result) == keccak256(refusal), "another reason");
    }

    function _shape() private returns (uint64 size, uint8 words) {
        words = uint8(16 + _random(17));
        uint256 payload = (uint256(words) - 1) * 32;
        // Every other time at an edge of a chunk.
        size = uint64(_random(2) == 0 ? payload * _random(7) : _random(6 * payload));
        if (_random(4) == 0) ++size;
    }

    function _sold(uint256 corrupt) private returns (Sealed memory) {
        (uint64 size, uint8 words) = _shape();
        return _sell(size, words, corrupt);
    }

    function _sell(uint64 size, uint8 words, uint256 corrupt) private returns (Sealed memory made) {
        _seed = _random(type(uint256).max);
        made = sealData(_seed, size, words, corrupt);
        Offer[] memory offers = new Offer[](1);
        offers[0] = saleOf(address(0), 0, address(0));
        _market.list(AgencyId.wrap(1), "TRAN", keccak256("about"), made.version, offers);
        _place(made);
        _deliver(made, made.key ^ _M);
    }

    function _place(Sealed memory made) private {
        Purchase memory purchase;
        (purchase.buyer, purchase.dataSet) = (address(this), DataSetId.wrap(1));
        (purchase.offer, purchase.version, purchase.nonce) = (1, 1, _order.nonce + 1);
        (purchase.ephemeral, purchase.maskHash) = (keccak256("ephemeral"), keccak256(abi.encode(_M)));
        purchase.seal = sealOf(made.version);
        Payment memory none;
        _market.placeOrder(purchase, saleOf(address(0), 0, address(0)), none, "");
        _order = orderFrom(purchase, saleOf(address(0), 0, address(0)));
        require(_market.sealOf(made.version) == purchase.seal, "another seal");
    }

    function _deliver(Sealed memory made, bytes32 masked) private {
        (Order[] memory orders, Pins[] memory pins, bytes32[] memory all) = _lists(made);
        all[0] = masked;
        _market.deliver(AgencyId.wrap(1), orders, pins, all);
        _delivery = Delivery(uint40(block.timestamp), masked);
    }

    function _lists(Sealed memory made) private view returns (Order[] memory, Pins[] memory, bytes32[] memory) {
        (Order[] memory orders, Pins[] memory pins) = (new Order[](1), new Pins[](1));
        orders[0] = _order;
        pins[0] = Pins(_market.sealOf(made.version), keccak256(abi.encode(_M)));
        return (orders, pins, new bytes32[](1));
    }

    function _expectRefund(Sealed memory made) private {
        (Order[] memory orders, Pins[] memory pins, ) = _lists(made);
        Delivery[] memory deliveries = new Delivery[](1);
        deliveries[0] = _delivery;
        vm.warp(block.timestamp + 2 days);
        (bool settled, ) = address(_market).call(abi.encodeCall(IDataMarket.settle, (orders, pins, deliveries)));
        require(!settled, "a disproved sale was settled");
        _market.refund(orders, pins, deliveries);
    }

    // A dispute in which one part is not what was ordered, or a chunk stands for another.
    function _spoiled(Sealed memory made) private returns (bytes memory) {
        Sealed memory other = sealData(_seed, made.version.size, made.version.words, NOWHERE);
        (uint256 index, uint256 kind) = (_random(made.chunks.length), _random(6));
        bytes32 noise = keccak256(abi.encode(_random(type(uint256).max)));
        Order memory order = _order;
        Delivery memory delivery = _delivery;
        bytes32 m = _M;
        if (kind == 0) put(other.chunks[index].data, _random(made.version.words), noise);
        else if (kind == 1) other.chunks[index].plainHash = noise;
        else if (kind == 2) m = noise;
        else if (kind == 3) (delivery.masked, m) = (noise, noise ^ made.key);
        else if (kind == 4) order.nonce += uint32(1 + _random(1_000));
        else other.version.content = noise;
        return disputeCall(order, delivery, other, m, index);
    }

    function _refused(bytes memory act, bytes memory reason) private {
        (bool success, bytes memory result) = address(_market).call(act);
        require(!success, "a dispute succeeded");
        require(reason.length == 0 || keccak256(result) == keccak256(reason), "another reason");
    }

    function _state() private view returns (ListingState state) {
        (state, ) = _market.versionOf(_order.version);
    }

    function _random(uint256 below) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }
}
