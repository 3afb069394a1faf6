// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {
    BidStatus,
    BidView,
    LotOutcome,
    LotView,
    MAX_PRICE,
    TenderId,
    TenderTerms
} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {bidOf, deployTenderHouse, openingOf, sealing, termsOf} from "./Support.sol";

/// @notice Plays random lots without a committee against a naive reference that looks at every bid each time.
contract TenderHouseTest {
    enum Place {
        Closed,
        Marked,
        Waiting,
        Standing,
        Rejected,
        Struck
    }

    // A bid in the reference; its number is its position plus one.
    struct Model {
        uint64 price;
        uint16 lottery;
        uint40 time;
        bool wellFormed;
        Place place;
        bytes bid;
    }

    uint256 private constant _MOST_BIDS = 10;
    uint256 private constant _NONE = type(uint256).max;

    ITenderHouse private _house;
    TenderId private _tender;
    uint64 private _ceiling;
    uint64 private _minimum;
    Model[] private _bids;
    uint256 private _entropy;

    function setUp() public {
        _house = deployTenderHouse(address(this));
    }

    /// @dev Awards by the reference: its minimum can be awarded, nobody else, and a lot is closed only if it is empty.
    function testFuzz_AwardsToTheLowestOfTheReference(uint256 seed) public {
        _publish(seed);
        uint256 count = _bids.length;
        uint256[] memory order = _shuffled(count);
        for (uint256 i = 0; i < count; ++i) {
            if (_random(8) != 0) _open(order[i]);
            if (_random(3) == 0) _reject(_random(count));
            if (_random(3) == 0) _place(_random(count));
        }
        _expectSums();
        vm.warp(block.timestamp + 1 hours);
        _expectRefusedWhileWaiting();
        for (uint256 i = 0; i < count; ++i) {
            if (_bids[i].place == Place.Waiting) _placeRight(i);
        }
        _rejectSome();
        _strikeTheRejected();
        _expectOnlyTheLowestWins();
    }

    /* ACTS */

    function _publish(uint256 seed) private {
        _entropy = seed;
        delete _bids;
        // A narrow range of prices makes ties, a wide one reaches the limits of the type.
        uint256 range = _random(2) == 0 ? 4 : uint256(MAX_PRICE) + 1;
        _ceiling = _random(3) == 0 ? 0 : uint64(_random(range));
        uint256 most = _ceiling == 0 ? range - 1 : _ceiling;
        _minimum = _random(3) != 0 ? 0 : uint64(_random(most + 1));
        uint64[] memory ceilings = new uint64[](1);
        ceilings[0] = _ceiling;
        TenderTerms memory terms = termsOf(1 hours, address(0), 0, address(0), ceilings);
        if (_minimum != 0 || _random(2) == 0) {
            terms.minimums = new uint64[](1);
            terms.minimums[0] = _minimum;
        }
        _tender = _house.publish(terms);
        for (uint256 i = _random(_MOST_BIDS) + 1; i > 0; --i) _seal(uint64(_random(range)));
        vm.warp(uint256(terms.commitDeadline) + 1);
    }

    function _seal(uint64 price) private {
        Model memory model;
        (model.price, model.lottery) = (price, uint16(_random(1000)));
        model.time = uint40(block.timestamp);
        model.bid = _bytesOf(model);
        model.wellFormed = true;
        if (_random(3) == 0) (model.wellFormed, model.bid) = _variant(model);
        address bidder = _bidder(_bids.length);
        bytes32 commitment = sealing(_house, _tender, 0, 0, bidder, model.bid);
        _bids.push(model);
        vm.prank(bidder);
        require(_house.commitBid(_tender, 0, commitment) == _bids.length, "another number");
        vm.warp(block.timestamp + _random(3));
    }

    // Bytes that are longer than they need to be, and bytes that are no bid.
    function _variant(Model memory model) private returns (bool wellFormed, bytes memory bid) {
        uint256 which = _random(6);
        bid = model.bid;
        if (which == 0) return (true, abi.encodePacked(bid, _entropy));
        if (which < 3) {
            if (which == 1) model.price += MAX_PRICE + 1;
            else model.lottery = uint16(1000 + _random(2 ** 16 - 1000));
            return (false, _bytesOf(model));
        }
        if (which == 3) return (false, _withIdentity(bid));
        // Too short; or the length of an identity is longer than what follows.
        if (which == 4) bid[42 + _random(2)] = hex"56";
        uint256 length = which == 4 ? 44 : _random(44);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(bid, length)
        }
    }

    // An identity that nobody signed: of the right length or of another.
    function _withIdentity(bytes memory bid) private returns (bytes memory) {
        uint256 length = [uint256(1), 21, 86, 85, 87][_random(5)];
        bid = abi.encodePacked(bid, new bytes(length));
        bid[43] = bytes1(uint8(length));
        if (_random(2) == 0) bid[44] = bytes1(uint8(20));
        return bid;
    }

    function _open(uint256 i) private {
        Model storage model = _bids[i];
        (address before, address next) = _neighbours(i);
        (address first, address second) = _random(2) == 0 ? (before, next) : _somewhere();
        if (_random(2) == 0) vm.prank(_bidder(i));
        _house.open(_tender, 0, _bidder(i), openingOf(model.bid, uint32(i + 1), model.time, first, second));

        // Where none is to follow, it does not matter who is named.
        bool right = first == before && (next == address(0) || second == next);
        BidStatus status = _statusOf(model, right);
        model.place = Place.Marked;
        if (status == BidStatus.Standing) model.place = Place.Standing;
        if (status == BidStatus.Unplaced) model.place = Place.Waiting;
        _expectStatus(i, status);
    }

    function _statusOf(Model memory model, bool right) private view returns (BidStatus) {
        if (!model.wellFormed) return BidStatus.Malformed;
        if (_ceiling != 0 && model.price > _ceiling) return BidStatus.OverCeiling;
        if (model.price < _minimum) return BidStatus.UnderMinimum;
        return right ? BidStatus.Standing : BidStatus.Unplaced;
    }

    function _reject(uint256 i) private {
        if (i == _NONE) return;
        bytes memory act = abi.encodeCall(_house.reject, (_tender, 0, _bidder(i), 1, bytes32(uint256(1))));
        bool possible = _bids[i].place == Place.Standing;
        require(_succeeds(act) == possible, "reject: not as the reference");
        if (!possible) return;
        _bids[i].place = Place.Rejected;
        _expectStatus(i, BidStatus.Rejected);
    }

    // Any bids, and often the lowest.
    function _rejectSome() private {
        while (_random(4) != 0) _reject(_random(_bids.length));
        if (_random(2) == 0) _reject(_lowest(_NONE));
    }

    function _place(uint256 i) private {
        (address before, address next) = _neighbours(i);
        (address first, address second) = _random(3) == 0 ? (before, next) : _somewhere();
        bool right = first == before && (next == address(0) || second == next);
        bool possible = _bids[i].place == Place.Waiting && right;
        bytes memory act = abi.encodeCall(_house.place, (_tender, 0, _bidder(i), first, second));
        require(_succeeds(act) == possible, "place: not as the reference");
        if (possible) _bids[i].place = Place.Standing;
    }

    function _placeRight(uint256 i) private {
        (address before, address next) = _neighbours(i);
        _house.place(_tender, 0, _bidder(i), before, next);
        _bids[i].place = Place.Standing;
        _expectStatus(i, BidStatus.Standing);
    }

    /* WHAT MUST HOLD */

    function _expectSums() private view {
        (uint256 sum, uint256 over) = (0, 0);
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (_bids[i].place == Place.Closed || !_bids[i].wellFormed) continue;
            sum += _bids[i].lottery;
            if (_ceiling != 0 && _bids[i].price > _ceiling) ++over;
        }
        LotView memory lot = _house.lotOf(_tender, 0);
        require(lot.lotterySum == sum && lot.overCeiling == over, "sums: not as the reference");
    }

    function _expectRefusedWhileWaiting() private {
        uint256 waiting = 0;
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (_bids[i].place == Place.Waiting) ++waiting;
        }
        require(_house.lotOf(_tender, 0).unplaced == waiting, "unplaced: not as the reference");
        if (waiting == 0) return;
        for (uint256 i = 0; i < _bids.length; ++i) {
            require(!_succeeds(_award(i)), "awarded while a bid waits");
            require(!_succeeds(_strike(i, 1)), "struck while a bid waits");
        }
        require(!_succeeds(_close(address(0))), "closed while a bid waits");
    }

    // Each rejected bid before the lowest one that stands hinders the award; in pieces, they are taken away.
    function _strikeTheRejected() private {
        while (true) {
            uint256 head = _lowest(_NONE);
            if (head == _NONE || _bids[head].place != Place.Rejected) break;
            uint256 other = _random(_bids.length);
            require(!_succeeds(_award(other)), "awarded behind a rejected bid");
            require(!_succeeds(_close(_bidder(other))), "closed before a rejected bid");
            if (other != head) require(!_succeeds(_strike(other, 1)), "struck another than the head");
            uint256 most = _random(3) + 1;
            uint256 outs = 1;
            uint256 next = _lowest(head);
            while (outs < most && next != _NONE && _bids[next].place == Place.Rejected) {
                ++outs;
                next = _lowest(next);
            }
            if (next != _NONE && _bids[next].place == Place.Standing) {
                require(!_succeeds(_strike(head, outs + 1)), "struck one that stands");
            }
            require(_succeeds(_strike(head, outs)), "the rejected at the head are not struck");
            for (; outs > 0; --outs) {
                _bids[head].place = Place.Struck;
                head = _lowest(_NONE);
            }
        }
    }

    function _expectOnlyTheLowestWins() private {
        uint256 lowest = _lowest(_NONE);
        for (uint256 i = 0; i < _bids.length; ++i) {
            require(!_succeeds(_strike(i, 1)), "struck where none is rejected");
            if (i != lowest) require(!_succeeds(_award(i)), "awarded to another than the lowest");
        }
        bool closed = _succeeds(_close(lowest == _NONE ? _anyone() : _bidder(lowest)));
        require(closed == (lowest == _NONE), "closed with a bid standing, or not closed without");
        LotView memory lot = _house.lotOf(_tender, 0);
        if (closed) {
            bool over = lot.overCeiling != 0;
            for (uint256 i = 0; i < _bids.length; ++i) over = over && _bids[i].place != Place.Struck;
            require(lot.award.outcome == (over ? LotOutcome.OverCeiling : LotOutcome.NoWinner), "another outcome");
            return;
        }
        require(_succeeds(_award(lowest)), "the lowest cannot be awarded");
        require(_house.lotOf(_tender, 0).award.winner == _bidder(lowest), "another winner");
    }

    function _expectStatus(uint256 i, BidStatus status) private view {
        BidView memory bid = _house.bidOf(_tender, 0, _bidder(i));
        require(bid.status == status, "status: not as the reference");
        require(bid.number == i + 1, "number: not as the reference");
        bool malformed = status == BidStatus.Malformed;
        require(bid.price == (malformed ? 0 : _bids[i].price), "price: not as the reference");
        require(bid.lottery == (malformed ? 0 : _bids[i].lottery), "lottery: not as the reference");
    }

    /* REFERENCE */

    function _neighbours(uint256 i) private view returns (address before, address next) {
        uint256 found = _NONE;
        for (uint256 j = 0; j < _bids.length; ++j) {
            if (!_isLinked(j) || !_precedes(j, i)) continue;
            if (found == _NONE || _precedes(found, j)) found = j;
        }
        if (found != _NONE) before = _bidder(found);
        uint256 behind = _lowest(i);
        if (behind != _NONE) next = _bidder(behind);
    }

    // The lowest bid in its place, or the lowest behind another.
    function _lowest(uint256 behind) private view returns (uint256 found) {
        found = _NONE;
        for (uint256 j = 0; j < _bids.length; ++j) {
            if (!_isLinked(j) || (behind != _NONE && !_precedes(behind, j))) continue;
            if (found == _NONE || _precedes(j, found)) found = j;
        }
    }

    function _isLinked(uint256 i) private view returns (bool) {
        return _bids[i].place == Place.Standing || _bids[i].place == Place.Rejected;
    }

    function _precedes(uint256 i, uint256 j) private view returns (bool) {
        return _bids[i].price < _bids[j].price || (_bids[i].price == _bids[j].price && i < j);
    }

    /* HELPERS */

    function _bytesOf(Model memory model) private view returns (bytes memory) {
        return bidOf(model.price, model.lottery, bytes32(_entropy));
    }

    function _award(uint256 i) private view returns (bytes memory) {
        return abi.encodeCall(_house.award, (_tender, 0, _bidder(i)));
    }

    function _close(address head) private view returns (bytes memory) {
        return abi.encodeCall(_house.closeLot, (_tender, 0, head));
    }

    // Strikes so many bids, from this one on.
    function _strike(uint256 head, uint256 count) private view returns (bytes memory) {
        address[] memory bidders = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            bidders[i] = _bidder(head);
            head = _lowest(head);
        }
        return abi.encodeCall(_house.strike, (_tender, 0, bidders));
    }

    function _succeeds(bytes memory act) private returns (bool success) {
        (success, ) = address(_house).call(act);
    }

    function _bidder(uint256 i) private pure returns (address) {
        return address(uint160(0xB1D0000 + i));
    }

    // Two accounts between which a bid may belong: any two, or the bids before and behind some place in the order.
    function _somewhere() private returns (address first, address second) {
        (first, second) = (_anyone(), _anyone());
        if (_random(3) == 0) return (first, second);
        uint256 i = _random(_bids.length + 1);
        bool begin = i == _bids.length || !_isLinked(i);
        uint256 behind = _lowest(begin ? _NONE : i);
        first = begin ? address(0) : _bidder(i);
        if (behind != _NONE) second = _bidder(behind);
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
