// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {
    BidStatus,
    BidView,
    ITenderHouse,
    MAX_PRICE,
    TenderId,
    TenderTerms
} from "../../contracts/tenders/ITenderHouse.sol";
import {vm} from "../shared/Vm.sol";
import {deployTenderHouse, sealing, termsOf} from "./Support.sol";

/// @notice Plays random lots against a naive reference that looks at every bid each time.
contract TenderHouseTest {
    enum Place {
        Closed,
        Marked,
        Waiting,
        Standing,
        Rejected
    }

    // A bid in the reference; its number is its position plus one.
    struct Model {
        uint64 price;
        uint40 time;
        Place place;
        bytes bid;
    }

    uint256 private constant _MOST_BIDS = 10;

    ITenderHouse private _house;
    TenderId private _tender;
    uint64 private _ceiling;
    Model[] private _bids;
    uint256 private _entropy;

    function setUp() public {
        _house = deployTenderHouse(address(this));
    }

    /// @dev Awards by the reference: its minimum can be awarded, nobody else, and a lot is closed only if it is empty.
    /// hardhat-config: fuzz.runs = 1000
    function testFuzz_AwardsToTheLowestOfTheReference(uint256 seed) public {
        _publishAndSeal(seed);
        uint256 count = _bids.length;
        uint256[] memory order = _shuffled(count);
        for (uint256 i = 0; i < count; ++i) {
            if (_random(8) != 0) _open(order[i]);
            if (_random(3) == 0) _reject(_random(count));
            if (_random(3) == 0) _place(_random(count));
        }
        vm.warp(block.timestamp + 1 hours);
        _expectRefusedWhileWaiting();
        while (_random(4) != 0) _reject(_random(count));
        for (uint256 i = 0; i < count; ++i) {
            if (_bids[i].place == Place.Waiting) _placeRight(i);
        }
        _expectOnlyTheLowestWins();
    }

    /* ACTS */

    function _publishAndSeal(uint256 seed) private {
        _entropy = seed;
        delete _bids;
        // A narrow range of prices makes ties, a wide one reaches the limits of the type.
        uint256 range = _random(2) == 0 ? 4 : uint256(MAX_PRICE) + 1;
        _ceiling = _random(3) == 0 ? 0 : uint64(_random(range));
        uint64[] memory ceilings = new uint64[](1);
        ceilings[0] = _ceiling;
        TenderTerms memory terms = termsOf(1 hours, address(0), 0, address(0), ceilings);
        _tender = _house.publish(terms);
        for (uint256 i = _random(_MOST_BIDS) + 1; i > 0; --i) _seal(range);
        vm.warp(uint256(terms.commitDeadline) + 1);
    }

    function _seal(uint256 range) private {
        uint256 price = _random(range);
        bytes memory bid = abi.encode(price, bytes32(_entropy));
        if (_random(12) == 0) bid = abi.encodePacked(bid, uint8(0));
        if (_random(12) == 0) bid = abi.encode(uint256(MAX_PRICE) + 1 + price, bytes32(0));
        address bidder = _bidder(_bids.length);
        _bids.push(Model(uint64(price), uint40(block.timestamp), Place.Closed, bid));
        bytes32 commitment = sealing(_house, _tender, 0, bidder, bid);
        vm.prank(bidder);
        _house.commit(_tender, 0, commitment);
        vm.warp(block.timestamp + _random(3));
    }

    function _open(uint256 i) private {
        Model storage model = _bids[i];
        address right = _rightPredecessor(i);
        address predecessor = _random(2) == 0 ? right : _anyone();
        vm.prank(_bidder(i));
        _house.reveal(_tender, 0, model.bid, bytes32(uint256(1)), uint32(i + 1), model.time, predecessor);

        bool malformed = model.bid.length != 64 || uint256(bytes32(model.bid)) > MAX_PRICE;
        bool over = _ceiling != 0 && model.price > _ceiling;
        if (malformed || over) {
            model.place = Place.Marked;
            _expectStatus(i, malformed ? BidStatus.Malformed : BidStatus.OverCeiling);
        } else {
            model.place = predecessor == right ? Place.Standing : Place.Waiting;
            _expectStatus(i, predecessor == right ? BidStatus.Standing : BidStatus.Unplaced);
        }
    }

    function _reject(uint256 i) private {
        Place place = _bids[i].place;
        address right = _rightPredecessor(i);
        address predecessor = _random(2) == 0 ? right : _anyone();
        bytes memory act = abi.encodeCall(_house.reject, (_tender, 0, _bidder(i), predecessor, 1, bytes32(uint256(1))));
        bool possible = place == Place.Waiting || (place == Place.Standing && predecessor == right);
        require(_succeeds(act) == possible, "reject: not as the reference");
        if (possible) {
            _bids[i].place = Place.Rejected;
            _expectStatus(i, BidStatus.Rejected);
        }
    }

    function _place(uint256 i) private {
        address predecessor = _anyone();
        bool possible = _bids[i].place == Place.Waiting && predecessor == _rightPredecessor(i);
        bytes memory act = abi.encodeCall(_house.place, (_tender, 0, _bidder(i), predecessor));
        require(_succeeds(act) == possible, "place: not as the reference");
        if (possible) _bids[i].place = Place.Standing;
    }

    function _placeRight(uint256 i) private {
        _house.place(_tender, 0, _bidder(i), _rightPredecessor(i));
        _bids[i].place = Place.Standing;
        _expectStatus(i, BidStatus.Standing);
    }

    /* WHAT MUST HOLD */

    function _expectRefusedWhileWaiting() private {
        uint256 waiting = 0;
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (_bids[i].place == Place.Waiting) ++waiting;
        }
        require(_house.lotOf(_tender, 0).unplaced == waiting, "unplaced: not as the reference");
        if (waiting == 0) return;
        for (uint256 i = 0; i < _bids.length; ++i) require(!_succeeds(_award(i)), "awarded while a bid waits");
        require(!_succeeds(abi.encodeCall(_house.closeLot, (_tender, 0))), "closed while a bid waits");
    }

    function _expectOnlyTheLowestWins() private {
        uint256 lowest = _bids.length;
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (_bids[i].place != Place.Standing) continue;
            if (lowest == _bids.length || _bids[i].price < _bids[lowest].price) lowest = i;
        }
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (i != lowest) require(!_succeeds(_award(i)), "awarded to another than the lowest");
        }
        bool closed = _succeeds(abi.encodeCall(_house.closeLot, (_tender, 0)));
        require(closed == (lowest == _bids.length), "closed with a bid standing, or not closed without");
        if (closed) return;
        require(_succeeds(_award(lowest)), "the lowest cannot be awarded");
        require(_house.lotOf(_tender, 0).award.winner == _bidder(lowest), "another winner");
    }

    function _expectStatus(uint256 i, BidStatus status) private view {
        BidView memory bid = _house.bidOf(_tender, 0, _bidder(i));
        require(bid.status == status, "status: not as the reference");
        require(status == BidStatus.Malformed || bid.price == _bids[i].price, "price: not as the reference");
    }

    /* REFERENCE */

    function _rightPredecessor(uint256 i) private view returns (address) {
        uint256 found = _bids.length;
        for (uint256 j = 0; j < _bids.length; ++j) {
            if (j == i || _bids[j].place != Place.Standing || !_precedes(j, i)) continue;
            if (found == _bids.length || _precedes(found, j)) found = j;
        }
        return found == _bids.length ? address(0) : _bidder(found);
    }

    function _precedes(uint256 i, uint256 j) private view returns (bool) {
        return _bids[i].price < _bids[j].price || (_bids[i].price == _bids[j].price && i < j);
    }

    /* HELPERS */

    function _award(uint256 i) private view returns (bytes memory) {
        return abi.encodeCall(_house.award, (_tender, 0, _bidder(i)));
    }

    function _succeeds(bytes memory act) private returns (bool success) {
        (success, ) = address(_house).call(act);
    }

    function _bidder(uint256 i) private pure returns (address) {
        return address(uint160(0xB1D0000 + i));
    }

    // A bidder, an account without a bid, or zero.
    function _anyone() private returns (address) {
        uint256 i = _random(_bids.length + 2);
        return i > _bids.length ? address(0) : _bidder(i);
    }

    function _random(uint256 below) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }

    function _shuffled(uint256 count) private returns (uint256[] memory order) {
        order = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 j = _random(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }
}
