// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {
    BidStatus,
    BidView,
    Judgement,
    LotView,
    Opening,
    TenderId,
    TenderTerms
} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {OneKeyRegistry, deployTenderHouse, identified, sealing, termsOf} from "./Support.sol";

/// @notice A committee that opens when it is told to, and by which every envelope can be convicted.
contract TamedCommittee {
    function form(TenderId, AgencyId[] calldata, uint8, uint8) external {}

    function begin(ITenderHouse house, TenderId tender) external {
        house.biddingOpened(tender);
    }

    function publish(ITenderHouse house, TenderId tender) external {
        house.keysPublished(tender);
    }

    function decrypt(
        address,
        TenderId,
        uint16,
        uint8,
        address,
        uint8[] calldata,
        bytes calldata
    ) external pure returns (bytes memory) {
        return "";
    }
}

/// @notice Plays a random lot sealed for a committee up to the time of awards, beside a reference that looks at every
/// bid each time: ties, void and rejected bids, two bids of one vendor.
abstract contract SealedLot {
    // A bid in the reference; its number is its position plus one.
    struct Model {
        uint64 price;
        uint16 lottery;
        uint40 time;
        bool opened;
        bool linked;
        BidStatus status;
        address vendor;
        bytes bid;
    }

    uint256 internal constant _NONE = type(uint256).max;
    uint256 private constant _MOST_BIDS = 12;
    uint256 private constant _BIDDER = 0xB1D;
    uint256 private constant _VENDOR = 0xFE0D;
    uint16 private constant _LENGTH = 130;

    ITenderHouse internal _house;
    TamedCommittee private _committee = new TamedCommittee();
    address[_MOST_BIDS] private _accounts;

    TenderId internal _tender;
    Model[] internal _bids;
    bool internal _byLottery;
    bool private _failed;
    uint64 private _ceiling;
    uint256 private _entropy;

    constructor() {
        _house = deployTenderHouse(address(new OneKeyRegistry(address(this))), address(_committee));
        for (uint256 i = 0; i < _MOST_BIDS; ++i) _accounts[i] = vm.addr(_BIDDER + i);
    }

    /// @dev Ends in the time of awards, with every bid in its place that has one.
    function _play(uint256 seed) internal {
        _entropy = seed;
        TenderTerms memory terms = _publish();
        uint256 range = 1 + _random(4);
        for (uint256 i = 1 + _random(_MOST_BIDS); i > 0; --i) _seal(uint64(_random(range)));
        vm.warp(uint256(terms.commitDeadline) + 30 minutes);
        if (_failed) vm.warp(uint256(terms.sealing.scalarsDeadline) + 1);
        else _committee.publish(_house, _tender);

        uint256 count = _bids.length;
        uint256[] memory order = _shuffled(count);
        for (uint256 i = 0; i < count; ++i) _actOn(order[i]);
        vm.warp(uint256(terms.revealDeadline) + 1);
        while (_random(3) == 0) _judge(_random(count));
        vm.warp(uint256(terms.sealing.judgeDeadline) + 1);
        for (uint256 i = 0; i < count; ++i) _place(order[i]);
        while (_random(3) != 0) _reject(_random(count));
        _expectLot();
    }

    /* ACTS */

    // Opens a bid, or does not, and does something to others.
    function _actOn(uint256 i) private {
        uint256 count = _bids.length;
        if (_random(8) != 0) _open(i);
        if (_random(3) == 0) _place(_random(count));
        if (_random(6) == 0) _reject(_random(count));
        if (_random(8) == 0) _judge(_random(count));
    }

    function _publish() private returns (TenderTerms memory terms) {
        delete _bids;
        uint64[] memory ceilings = new uint64[](1);
        _ceiling = uint64(_random(8));
        ceilings[0] = _ceiling;
        terms = termsOf(2 days, address(0), 0, address(0), ceilings);
        terms.sealing.seats = new AgencyId[](3);
        terms.sealing.threshold = 2;
        terms.sealing.bidLengths = new uint16[](1);
        terms.sealing.bidLengths[0] = _LENGTH;
        terms.sealing.scalarsDeadline = terms.commitDeadline + 1 days + 30 minutes;
        terms.revealDeadline = terms.sealing.scalarsDeadline + 3 days;
        terms.sealing.judgeDeadline = terms.revealDeadline + 3 days;
        terms.awardDeadline = terms.sealing.judgeDeadline + 1 days;
        // Where the committee fails, or the tender says so, ties go to the earlier bid.
        _failed = _random(8) == 0;
        terms.sealing.openByBidders = _failed || _random(2) == 0;
        terms.sealing.earliest = _random(8) == 0;
        _byLottery = !_failed && !terms.sealing.earliest;
        _tender = _house.publish(terms);
        _committee.begin(_house, _tender);
    }

    // Some bid for others: for one of two vendors, or for an account that may bid itself.
    function _seal(uint64 price) private {
        uint256 i = _bids.length;
        Model memory model;
        (model.price, model.lottery) = (price, uint16(_random(1000)));
        (model.time, model.status) = (uint40(block.timestamp), BidStatus.Sealed);
        uint256 key = _BIDDER + i;
        if (_random(4) == 0) key = _random(2) == 0 ? _VENDOR + _random(2) : _BIDDER + _random(_MOST_BIDS);
        model.vendor = vm.addr(key);
        bytes memory section = abi.encodePacked(uint16(0), new bytes(_LENGTH - 44));
        if (key != _BIDDER + i) section = identified(_house, _tender, 0, _bidder(i), key);
        model.bid = abi.encodePacked(price, model.lottery, bytes32(_entropy), section);
        _bids.push(model);
        bytes memory sealed_ = abi.encodePacked(_commitment(i), _envelope(i));
        vm.prank(_bidder(i));
        require(_house.commitEnvelope(_tender, 0, sealed_) == i + 1, "another number");
        vm.warp(block.timestamp + _random(3));
    }

    function _open(uint256 i) private {
        Model storage model = _bids[i];
        (address before, address next) = _neighbours(i);
        if (_random(4) == 0) before = _bidder(_random(_MOST_BIDS));
        Opening memory o = Opening(model.bid, bytes32(uint256(1)), 0, 0, uint32(i + 1), model.time, before, next);
        o.envelope = keccak256(_envelope(i));
        bytes memory act = abi.encodeCall(_house.open, (_tender, 0, _bidder(i), o));
        require(_succeeds(act) == (model.status == BidStatus.Sealed), "open: not as the reference");
        if (model.status != BidStatus.Sealed) return;

        (before, next) = _neighbours(i);
        model.opened = true;
        if (_ceiling != 0 && model.price > _ceiling) model.status = BidStatus.OverCeiling;
        else if (o.before != before) model.status = BidStatus.Unplaced;
        else (model.status, model.linked) = (BidStatus.Standing, true);
        for (uint256 j = 0; j < _bids.length; ++j) {
            if (j == i || !_bids[j].opened || _bids[j].vendor != model.vendor) continue;
            model.status = BidStatus.Duplicate;
            if (_bids[j].status != BidStatus.Voided) _bids[j].status = BidStatus.Duplicate;
        }
        _expectStatus(i);
    }

    function _place(uint256 i) private {
        (address before, address next) = _neighbours(i);
        bool waits = _bids[i].status == BidStatus.Unplaced;
        bytes memory act = abi.encodeCall(_house.place, (_tender, 0, _bidder(i), before, next));
        require(_succeeds(act) == waits, "place: not as the reference");
        if (waits) (_bids[i].status, _bids[i].linked) = (BidStatus.Standing, true);
    }

    function _reject(uint256 i) internal {
        bool stands = _bids[i].status == BidStatus.Standing;
        bytes memory act = abi.encodeCall(_house.reject, (_tender, 0, _bidder(i), 1, bytes32(uint256(1))));
        require(_succeeds(act) == stands, "reject: not as the reference");
        if (stands) _bids[i].status = BidStatus.Rejected;
    }

    function _judge(uint256 i) private {
        Model storage model = _bids[i];
        if (!model.opened && _isNamed(i)) return;
        Judgement memory j = Judgement(
            new uint8[](2),
            _envelope(i),
            _commitment(i),
            0,
            uint32(i + 1),
            model.time,
            0,
            0,
            ""
        );
        bool possible = !_failed && model.status != BidStatus.Voided;
        bytes memory act = abi.encodeCall(_house.judge, (_tender, 0, _bidder(i), j));
        require(_succeeds(act) == possible, "judge: not as the reference");
        if (possible) model.status = BidStatus.Voided;
    }

    /* WHAT MUST HOLD */

    function _expectLot() private view {
        (uint256 over, uint256 sum) = (0, _sum());
        for (uint256 i = 0; i < _bids.length; ++i) {
            _expectStatus(i);
            if (_bids[i].status == BidStatus.OverCeiling) ++over;
        }
        LotView memory lot = _house.lotOf(_tender, 0);
        require(lot.lotterySum == sum, "sum: not as the reference");
        require(lot.overCeiling == over && lot.unplaced == 0, "lot: not as the reference");
    }

    function _expectStatus(uint256 i) private view {
        BidView memory bid = _house.bidOf(_tender, 0, _bidder(i));
        require(bid.status == _bids[i].status, "status: not as the reference");
        if (_bids[i].opened)
            require(bid.vendor == (_bids[i].vendor == _bidder(i) ? address(0) : _bids[i].vendor), "vendor");
    }

    /* REFERENCE */

    // The lottery numbers of all bids opened that are neither void nor duplicate.
    function _sum() internal view returns (uint256 sum) {
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (_bids[i].opened && _counts(i)) sum += _bids[i].lottery;
        }
    }

    function _counts(uint256 i) internal view returns (bool) {
        return _bids[i].status != BidStatus.Voided && _bids[i].status != BidStatus.Duplicate;
    }

    // Whether another bid was made on behalf of this bidder.
    function _isNamed(uint256 i) private view returns (bool named) {
        for (uint256 j = 0; j < _bids.length; ++j) named = named || (j != i && _bids[j].vendor == _bidder(i));
    }

    // The bids in their places, by price and number.
    function _ordered() internal view returns (uint256[] memory order) {
        uint256 count = 0;
        for (uint256 i = 0; i < _bids.length; ++i) if (_bids[i].linked) ++count;
        order = new uint256[](count);
        uint256 last = _NONE;
        for (uint256 i = 0; i < count; ++i) order[i] = last = _lowest(last);
    }

    function _neighbours(uint256 i) private view returns (address before, address next) {
        uint256 found = _NONE;
        for (uint256 j = 0; j < _bids.length; ++j) {
            if (!_bids[j].linked || !_precedes(j, i)) continue;
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
            if (!_bids[j].linked || (behind != _NONE && !_precedes(behind, j))) continue;
            if (found == _NONE || _precedes(j, found)) found = j;
        }
    }

    function _precedes(uint256 i, uint256 j) private view returns (bool) {
        return _bids[i].price < _bids[j].price || (_bids[i].price == _bids[j].price && i < j);
    }

    /* HELPERS */

    function _commitment(uint256 i) private view returns (bytes32) {
        return sealing(_house, _tender, 0, 0, _bidder(i), _bids[i].bid);
    }

    // Of the length that three seats and a bid of this length have.
    function _envelope(uint256 i) private view returns (bytes memory) {
        return abi.encodePacked(keccak256(_bids[i].bid), new bytes(96 + 3 * 32 + _LENGTH));
    }

    function _bidder(uint256 i) internal view returns (address) {
        return _accounts[i];
    }

    function _succeeds(bytes memory act) internal returns (bool success) {
        (success, ) = address(_house).call(act);
    }

    function _random(uint256 below) internal returns (uint256) {
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
