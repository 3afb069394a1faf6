// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MockToken} from "../../contracts/mocks/Tokens.sol";
import {BidStatus, BidView, ITenderHouse, Tender, TenderId} from "../../contracts/tenders/ITenderHouse.sol";
import {vm} from "../shared/Vm.sol";
import {deployTenderHouse, sealing, termsOf} from "./Support.sol";

/// @notice What was done, to count it.
enum Act {
    Deposit,
    WithdrawBond,
    Publish,
    Commit,
    Replace,
    Withdraw,
    Reveal,
    Place,
    Reject,
    Award,
    CloseLot,
    Cancel,
    Release,
    Forfeit,
    PayDue,
    Gift
}

/// @notice Does the acts of several bidders, agencies and passers-by in any order, on two open tenders or more, and
/// keeps books of its own. An act that the house refuses changes nothing; one that ends in a panic is kept in mind.
abstract contract BondsHandler {
    struct Bid {
        TenderId tender;
        uint16 lot;
        address bidder;
        uint64 price;
        uint32 number;
        uint40 time;
    }

    uint256 public constant BIDDERS = 4;
    uint16 private constant _LOTS = 2;
    uint32 private constant _SPAN = 1 hours;
    uint128 private constant _MOST = 1_000_000;
    bytes4 private constant _PANIC = 0x4e487b71;

    ITenderHouse public immutable HOUSE;
    MockToken[2] public tokens;

    TenderId[] private _tenders;
    Bid[] private _bids;
    mapping(bytes32 place => uint256) private _bidAt;
    // Where vm.warp ends with a call, the next act starts from here.
    uint256 private _clock;

    mapping(Act => uint256) public done;
    mapping(address token => uint256) public gifts;
    mapping(address token => mapping(address account => uint256)) public paidIn;
    mapping(address token => mapping(address account => uint256)) public lost;
    bool public panicked;

    modifier inTime() {
        vm.warp(_clock);
        _;
        _clock = block.timestamp;
    }

    constructor() {
        HOUSE = deployTenderHouse(address(this));
        _clock = block.timestamp;
        for (uint256 i = 0; i < 2; ++i) {
            tokens[i] = new MockToken();
            for (uint256 j = 0; j < BIDDERS; ++j) {
                vm.prank(bidder(j));
                tokens[i].approve(address(HOUSE), type(uint256).max);
            }
            _publish(i, i);
        }
    }

    /* ACTS */

    function pass(uint256 seconds_) external inTime {
        vm.warp(block.timestamp + (seconds_ % (_SPAN / 2)));
    }

    function gift(uint256 which, uint256 amount) external inTime {
        MockToken token = tokens[which % 2];
        token.mint(address(HOUSE), amount % _MOST);
        gifts[address(token)] += amount % _MOST;
        ++done[Act.Gift];
    }

    function deposit(uint256 who, uint256 which, uint256 amount) external inTime {
        MockToken token = tokens[which % 2];
        uint128 sum = uint128(amount % _MOST);
        token.mint(bidder(who), sum);
        if (_try(bidder(who), abi.encodeCall(HOUSE.depositBond, (address(token), sum)), Act.Deposit)) {
            paidIn[address(token)][bidder(who)] += sum;
        }
    }

    function withdrawBond(uint256 who, uint256 which, uint256 amount) external inTime {
        address token = address(tokens[which % 2]);
        (uint128 free, ) = HOUSE.bondBalance(token, bidder(who));
        uint128 sum = uint128(amount % (uint256(free) + 2));
        bool paid = _try(bidder(who), abi.encodeCall(HOUSE.withdrawBond, (token, sum)), Act.WithdrawBond);
        if (paid) paidIn[token][bidder(who)] -= sum;
    }

    function publish(uint256 which, uint256 bond) external inTime {
        uint256 open = 0;
        for (uint256 i = 0; i < 3 && i < _tenders.length; ++i) {
            Tender memory tender = HOUSE.tenderOf(_tenders[_tenders.length - 1 - i]);
            if (tender.cancelledAt == 0 && block.timestamp <= tender.awardDeadline) ++open;
        }
        if (open < 3) _publish(which, bond);
    }

    function commit(uint256 who, uint256 where, uint256 price) external inTime {
        Bid memory bid = _newBid(who, where, price);
        _fund(bid);
        bytes memory act = abi.encodeCall(HOUSE.commit, (bid.tender, bid.lot, _commitment(bid)));
        if (_try(bid.bidder, act, Act.Commit)) _keep(bid);
    }

    function replace(uint256 which, uint256 price) external inTime {
        Bid memory bid = _oldBid(which);
        bid.price = uint64(price % 100);
        bid.number = HOUSE.tenderOf(bid.tender).commits + 1;
        bid.time = uint40(block.timestamp);
        bytes memory act = abi.encodeCall(HOUSE.replace, (bid.tender, bid.lot, _commitment(bid)));
        if (_try(bid.bidder, act, Act.Replace)) _keep(bid);
    }

    function withdraw(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        _try(bid.bidder, abi.encodeCall(HOUSE.withdraw, (bid.tender, bid.lot)), Act.Withdraw);
    }

    function reveal(uint256 which, uint256 predecessor) external inTime {
        Bid memory bid = _oldBid(which);
        bytes memory content = abi.encode(uint256(bid.price), bytes32(0));
        address before = predecessor % 2 == 0 ? _predecessor(bid) : bidder(predecessor / 2);
        bytes32 salt = bytes32(uint256(1));
        bytes memory act = abi.encodeCall(
            HOUSE.reveal,
            (bid.tender, bid.lot, content, salt, bid.number, bid.time, before)
        );
        _try(bid.bidder, act, Act.Reveal);
    }

    function place(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        bytes memory act = abi.encodeCall(HOUSE.place, (bid.tender, bid.lot, bid.bidder, _predecessor(bid)));
        _try(stranger(), act, Act.Place);
    }

    function reject(uint256 which, uint256 wrong) external inTime {
        Bid memory bid = _oldBid(which);
        address before = wrong % 4 == 0 ? bidder(wrong / 4) : _predecessor(bid);
        bytes memory act = abi.encodeCall(HOUSE.reject, (bid.tender, bid.lot, bid.bidder, before, 1, keccak256("why")));
        _try(address(this), act, Act.Reject);
    }

    function award(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        _try(address(this), abi.encodeCall(HOUSE.award, (bid.tender, bid.lot, bid.bidder)), Act.Award);
    }

    function closeLot(uint256 where) external inTime {
        (TenderId tender, uint16 lot) = _place(where);
        _try(address(this), abi.encodeCall(HOUSE.closeLot, (tender, lot)), Act.CloseLot);
    }

    function cancel(uint256 where, uint256 chance) external inTime {
        if (chance % 16 != 0) return;
        (TenderId tender, ) = _place(where);
        _try(address(this), abi.encodeCall(HOUSE.cancel, (tender, 1, keccak256("why"))), Act.Cancel);
    }

    function settle(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        bytes memory act = abi.encodeCall(HOUSE.settleBond, (bid.tender, bid.lot, bid.bidder));
        Tender memory tender = HOUSE.tenderOf(bid.tender);
        uint256 due = HOUSE.bondDue(tender.bondToken, tender.treasury);
        bool forfeit =
            HOUSE.bidOf(bid.tender, bid.lot, bid.bidder).status == BidStatus.Sealed &&
                (tender.cancelledAt == 0 || tender.cancelledAt > tender.revealDeadline);
        if (!_try(stranger(), act, forfeit ? Act.Forfeit : Act.Release)) return;
        if (!forfeit) return;
        require(HOUSE.bondDue(tender.bondToken, tender.treasury) == due + tender.bondAmount, "not due");
        lost[tender.bondToken][bid.bidder] += tender.bondAmount;
    }

    function payDue(uint256 which) external inTime {
        address token = address(tokens[which % 2]);
        _try(stranger(), abi.encodeCall(HOUSE.payDue, (token, treasury((which / 2) % 2))), Act.PayDue);
    }

    /* BOOKS */

    function bidder(uint256 i) public pure returns (address) {
        return address(uint160(0xB1D0000 + (i % BIDDERS)));
    }

    function treasury(uint256 i) public pure returns (address) {
        return address(uint160(0x73EA0000 + (i % 2)));
    }

    function stranger() public pure returns (address) {
        return address(0x57A);
    }

    /// @notice The sum of the bonds of a bidder that no act has freed or taken yet, by the status of its bids.
    function bondsOf(address token, address account) external view returns (uint256 sum) {
        for (uint256 i = 0; i < _bids.length; ++i) {
            Bid memory bid = _bids[i];
            if (bid.bidder != account) continue;
            Tender memory tender = HOUSE.tenderOf(bid.tender);
            BidView memory view_ = HOUSE.bidOf(bid.tender, bid.lot, account);
            bool opened = BidStatus.Standing <= view_.status && view_.status <= BidStatus.Rejected;
            bool held = !view_.settled && (view_.status == BidStatus.Sealed || opened);
            if (held && tender.bondToken == token) sum += tender.bondAmount;
        }
    }

    /* HELPERS */

    function _publish(uint256 which, uint256 bond) private {
        bool bonded = bond % 8 != 7;
        address token = bonded ? address(tokens[which % 2]) : address(0);
        uint96 amount = bonded ? uint96((bond % 1_000) + 1) : 0;
        address to = bonded ? treasury(bond / 2) : address(0);
        uint64[] memory ceilings = new uint64[](_LOTS);
        ceilings[0] = 80;
        _tenders.push(HOUSE.publish(termsOf(_SPAN, token, amount, to, ceilings)));
        ++done[Act.Publish];
    }

    // One of the newest three tenders, so that most acts come in time; sometimes any.
    function _place(uint256 where) private view returns (TenderId tender, uint16 lot) {
        uint256 count = _tenders.length;
        uint256 back = (where / 8) % (where % 7 == 0 || count < 3 ? count : 3);
        return (_tenders[count - 1 - back], uint16(where % _LOTS));
    }

    function _newBid(uint256 who, uint256 where, uint256 price) private view returns (Bid memory) {
        (TenderId tender, uint16 lot) = _place(where);
        uint32 number = HOUSE.tenderOf(tender).commits + 1;
        return Bid(tender, lot, bidder(who), uint64(price % 100), number, uint40(block.timestamp));
    }

    function _oldBid(uint256 which) private view returns (Bid memory bid) {
        uint256 count = _bids.length;
        if (count == 0) return Bid(_tenders[0], 0, bidder(0), 0, 1, 0);
        // One of the newest twelve, so that most acts come in time; sometimes any.
        if (which % 3 == 0 || count < 12) return _bids[(which / 3) % count];
        return _bids[count - 1 - ((which / 3) % 12)];
    }

    // Bids without a balance are refused, which is tried often enough: pays most of them their bond.
    function _fund(Bid memory bid) private {
        Tender memory tender = HOUSE.tenderOf(bid.tender);
        if (!tender.bonded || bid.price % 5 == 0) return;
        MockToken(tender.bondToken).mint(bid.bidder, tender.bondAmount);
        vm.prank(bid.bidder);
        HOUSE.depositBond(tender.bondToken, tender.bondAmount);
        paidIn[tender.bondToken][bid.bidder] += tender.bondAmount;
    }

    function _keep(Bid memory bid) private {
        bytes32 key = keccak256(abi.encode(bid.tender, bid.lot, bid.bidder));
        if (_bidAt[key] == 0) {
            _bids.push(bid);
            _bidAt[key] = _bids.length;
        } else {
            _bids[_bidAt[key] - 1] = bid;
        }
    }

    function _commitment(Bid memory bid) private view returns (bytes32) {
        return sealing(HOUSE, bid.tender, bid.lot, bid.bidder, abi.encode(uint256(bid.price), bytes32(0)));
    }

    // The standing bid directly before this one.
    function _predecessor(Bid memory bid) private view returns (address found) {
        Bid memory highest;
        for (uint256 i = 0; i < _bids.length; ++i) {
            Bid memory other = _bids[i];
            if (TenderId.unwrap(other.tender) != TenderId.unwrap(bid.tender) || other.lot != bid.lot) continue;
            if (HOUSE.bidOf(other.tender, other.lot, other.bidder).status != BidStatus.Standing) continue;
            if (!_precedes(other, bid)) continue;
            if (found == address(0) || _precedes(highest, other)) (found, highest) = (other.bidder, other);
        }
    }

    function _precedes(Bid memory bid, Bid memory other) private pure returns (bool) {
        return bid.price < other.price || (bid.price == other.price && bid.number < other.number);
    }

    function _try(address from, bytes memory act, Act kind) private returns (bool success) {
        bytes memory result;
        vm.prank(from);
        (success, result) = address(HOUSE).call(act);
        if (success) ++done[kind];
        else if (bytes4(result) == _PANIC) panicked = true;
    }
}
