// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MockToken} from "../../contracts/mocks/Tokens.sol";
import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {
    BONDED,
    BidStatus,
    BidView,
    GUARANTEED,
    Opening,
    Tender,
    TenderId,
    TenderTerms
} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {Act, Bid, bytesOf, keyOf, precedes} from "./BondsBooks.sol";
import {Relay, guaranteeHolder, sealFor, withdrawalFor} from "./Relay.sol";
import {ONE_SCHEMA, deployTenderHouse, documentOf, openingOf, sealing, termsOf} from "./Support.sol";

/// @notice Does the acts of several bidders, agencies and passers-by in any order, on two open tenders or more, and
/// keeps books of its own. An act that the house refuses changes nothing; one that ends in a panic is kept in mind.
abstract contract BondsHandler {
    uint256 public constant BIDDERS = 4;
    uint256 private constant _KEY = 0xB1D;
    uint16 private constant _LOTS = 2;
    uint32 private constant _SPAN = 1 hours;
    uint128 private constant _MOST = 1_000_000;
    bytes4 private constant _PANIC = 0x4e487b71;

    ITenderHouse public immutable HOUSE;
    MockToken[2] public tokens;
    address[BIDDERS] private _bidders;

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
        for (uint256 j = 0; j < BIDDERS; ++j) _bidders[j] = vm.addr(_KEY + j);
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
        uint256 running = 0;
        for (uint256 i = 0; i < 3 && i < _tenders.length; ++i) {
            Tender memory tender = HOUSE.tenderOf(_tenders[_tenders.length - 1 - i]);
            if (tender.cancelledAt == 0 && block.timestamp <= tender.awardDeadline) ++running;
        }
        if (running < 3) _publish(which, bond);
    }

    function commit(uint256 who, uint256 where, uint256 price) external inTime {
        Bid memory bid = _newBid(who, where, price);
        _fund(bid);
        bytes memory act = abi.encodeCall(HOUSE.commitBid, (bid.tender, bid.lot, _commitment(bid)));
        if (_try(bid.bidder, act, Act.Commit)) _keep(bid);
    }

    /// @notice Another bidder sends and pays for a bid, or the bidder itself; or a guarantee stands for the bond. Who
    /// sends a sealed bid anew pays nothing.
    function commitFor(uint256 who, uint256 where, uint256 price) external inTime {
        Bid memory bid = _newBid(who, where, price);
        address sender = bidder(price / 100);
        bool guaranteed = (price >> 32) % 4 == 0;
        bool anew = HOUSE.bidOf(bid.tender, bid.lot, bid.bidder).status == BidStatus.Sealed;
        bid.payer = guaranteed ? GUARANTEED : sender;
        if (anew) bid.payer = _bids[_bidAt[keyOf(bid)] - 1].payer;
        else if (!guaranteed) _fund(bid);
        Relay memory relay = _relayOf(bid, sender);
        if (guaranteed) relay.guarantee = documentOf(guaranteeHolder(HOUSE, bid.tender, bid.lot, bid.bidder));
        bool due = guaranteed && _canEnter(bid);
        Act act = guaranteed ? Act.Guarantee : Act.CommitFor;
        if (_try(sender, sealFor(HOUSE, relay), anew ? Act.ReplaceFor : act)) _keep(bid);
        else require(!due, "a guarantee that holds is refused");
    }

    function replace(uint256 which, uint256 price) external inTime {
        Bid memory bid = _oldBid(which);
        (bid.price, bid.time) = (uint64(price % 100), uint40(block.timestamp));
        bid.number = HOUSE.tenderOf(bid.tender).commits + 1;
        bytes memory act = abi.encodeCall(HOUSE.replaceBid, (bid.tender, bid.lot, _commitment(bid)));
        if (_try(bid.bidder, act, Act.Replace)) _keep(bid);
    }

    function withdraw(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        _try(bid.bidder, abi.encodeCall(HOUSE.withdraw, (bid.tender, bid.lot)), Act.Withdraw);
    }

    /// @notice The bidder itself does it without a signature, or anyone with one.
    function withdrawFor(uint256 which, uint256 own) external inTime {
        Bid memory bid = _oldBid(which);
        Relay memory relay = _relayOf(bid, own % 2 == 0 ? bid.bidder : stranger());
        bytes memory act = withdrawalFor(HOUSE, relay);
        _try(own % 2 == 0 ? bid.bidder : stranger(), act, Act.WithdrawFor);
    }

    function open(uint256 which, uint256 wrong) external inTime {
        Bid memory bid = _oldBid(which);
        (address before, address next) = _neighbours(bid);
        if (wrong % 4 == 0) before = bidder(wrong / 8);
        if (wrong % 4 == 1) next = bidder(wrong / 8);
        Opening memory opening = openingOf(bytesOf(bid), bid.number, bid.time, before, next);
        bytes memory act = abi.encodeCall(HOUSE.open, (bid.tender, bid.lot, bid.bidder, opening));
        _try(wrong % 8 < 4 ? bid.bidder : stranger(), act, Act.Open);
    }

    function place(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        (address before, address next) = _neighbours(bid);
        bytes memory act = abi.encodeCall(HOUSE.place, (bid.tender, bid.lot, bid.bidder, before, next));
        _try(stranger(), act, Act.Place);
    }

    function reject(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        bytes memory act = abi.encodeCall(HOUSE.reject, (bid.tender, bid.lot, bid.bidder, 1, keccak256("why")));
        _try(address(this), act, Act.Reject);
    }

    /// @notice Takes the rejected bids from the head of a lot.
    function strike(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        address[] memory out = new address[](_bids.length);
        uint256 count = 0;
        uint32 head = HOUSE.lotOf(bid.tender, bid.lot).lowest;
        while (head != 0) {
            address found = _numbered(bid.tender, bid.lot, head);
            BidView memory view_ = HOUSE.bidOf(bid.tender, bid.lot, found);
            if (view_.status != BidStatus.Rejected) break;
            (out[count++], head) = (found, view_.next);
        }
        if (count == 0) return;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(out, count)
        }
        _try(stranger(), abi.encodeCall(HOUSE.strike, (bid.tender, bid.lot, out)), Act.Strike);
    }

    function award(uint256 which) external inTime {
        Bid memory bid = _oldBid(which);
        _try(address(this), abi.encodeCall(HOUSE.award, (bid.tender, bid.lot, bid.bidder)), Act.Award);
    }

    function closeLot(uint256 where, uint256 head) external inTime {
        (TenderId tender, uint16 lot) = _place(where);
        address named = head % 2 == 0 ? address(0) : bidder(head / 2);
        _try(address(this), abi.encodeCall(HOUSE.closeLot, (tender, lot, named)), Act.CloseLot);
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
        if (forfeit && bid.payer != GUARANTEED) {
            due += tender.bondAmount;
            lost[tender.bondToken][bid.payer] += tender.bondAmount;
        }
        require(HOUSE.bondDue(tender.bondToken, tender.treasury) == due, "not as much is due");
    }

    function payDue(uint256 which) external inTime {
        address token = address(tokens[which % 2]);
        _try(stranger(), abi.encodeCall(HOUSE.payDue, (token, treasury((which / 2) % 2))), Act.PayDue);
    }

    /* BOOKS */

    function bidder(uint256 i) public view returns (address) {
        return _bidders[i % BIDDERS];
    }

    function treasury(uint256 i) public pure returns (address) {
        return address(uint160(0x73EA0000 + (i % 2)));
    }

    function stranger() public pure returns (address) {
        return address(0x57A);
    }

    /// @notice The sum of the bonds that an account paid and no act has freed or taken yet, by the status of the bids.
    function bondsOf(address token, address account) external view returns (uint256 sum) {
        for (uint256 i = 0; i < _bids.length; ++i) {
            Bid memory bid = _bids[i];
            if (bid.payer != account || !_isHeld(bid)) continue;
            Tender memory tender = HOUSE.tenderOf(bid.tender);
            if (tender.bondToken == token) sum += tender.bondAmount;
        }
    }

    /// @notice Whether the house names the payer of each bond as the books do.
    function payersAgree() external view returns (bool agree) {
        agree = true;
        for (uint256 i = 0; i < _bids.length; ++i) {
            Bid memory bid = _bids[i];
            if (!_isHeld(bid) || HOUSE.tenderOf(bid.tender).rules & BONDED == 0) continue;
            address payer = HOUSE.bidOf(bid.tender, bid.lot, bid.bidder).payer;
            agree = agree && bid.payer == (payer == address(0) ? bid.bidder : payer);
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
        TenderTerms memory terms = termsOf(_SPAN, token, amount, to, ceilings);
        terms.minimums = new uint64[](_LOTS);
        terms.minimums[1] = 5;
        if (bonded) terms.guarantee = ONE_SCHEMA;
        _tenders.push(HOUSE.publish(terms));
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
        return Bid(tender, lot, bidder(who), uint64(price % 100), number, uint40(block.timestamp), bidder(who));
    }

    // Whether a bid can be sealed for which a guarantee is shown.
    function _canEnter(Bid memory bid) private view returns (bool) {
        Tender memory tender = HOUSE.tenderOf(bid.tender);
        BidStatus status = HOUSE.bidOf(bid.tender, bid.lot, bid.bidder).status;
        bool open_ = tender.cancelledAt == 0 && block.timestamp <= tender.commitDeadline;
        bool bonded = tender.rules & BONDED != 0;
        return open_ && bonded && (status == BidStatus.None || status == BidStatus.Withdrawn);
    }

    function _oldBid(uint256 which) private view returns (Bid memory bid) {
        uint256 count = _bids.length;
        if (count == 0) return Bid(_tenders[0], 0, bidder(0), 0, 1, 0, bidder(0));
        // One of the newest twelve, so that most acts come in time; sometimes any.
        if (which % 3 == 0 || count < 12) return _bids[(which / 3) % count];
        return _bids[count - 1 - ((which / 3) % 12)];
    }

    // Bids without a balance are refused, which is tried often enough: pays most of them their bond.
    function _fund(Bid memory bid) private {
        Tender memory tender = HOUSE.tenderOf(bid.tender);
        if (tender.rules & BONDED == 0 || bid.price % 5 == 0) return;
        MockToken(tender.bondToken).mint(bid.payer, tender.bondAmount);
        vm.prank(bid.payer);
        HOUSE.depositBond(tender.bondToken, tender.bondAmount);
        paidIn[tender.bondToken][bid.payer] += tender.bondAmount;
    }

    function _keep(Bid memory bid) private {
        bytes32 key = keyOf(bid);
        if (_bidAt[key] == 0) {
            _bids.push(bid);
            _bidAt[key] = _bids.length;
        } else {
            _bids[_bidAt[key] - 1] = bid;
        }
    }

    // An act on a bidder's behalf, which it signs unless it is the sender.
    function _relayOf(Bid memory bid, address sender) private view returns (Relay memory r) {
        (r.tender, r.lot, r.bidder) = (bid.tender, bid.lot, bid.bidder);
        (r.commitment, r.deadline) = (abi.encodePacked(_commitment(bid)), uint40(block.timestamp));
        if (sender == bid.bidder) return r;
        for (r.key = _KEY; bidder(r.key - _KEY) != bid.bidder; ++r.key) {}
    }

    function _commitment(Bid memory bid) private view returns (bytes32) {
        return sealing(HOUSE, bid.tender, bid.lot, 0, bid.bidder, bytesOf(bid));
    }

    function _isHeld(Bid memory bid) private view returns (bool) {
        BidView memory view_ = HOUSE.bidOf(bid.tender, bid.lot, bid.bidder);
        bool gone = view_.status == BidStatus.Withdrawn || view_.status == BidStatus.Forfeited;
        return !gone && !view_.settled;
    }

    function _numbered(TenderId tender, uint16 lot, uint32 number) private view returns (address) {
        for (uint256 i = 0; i < _bids.length; ++i) {
            Bid memory bid = _bids[i];
            bool there = TenderId.unwrap(bid.tender) == TenderId.unwrap(tender) && bid.lot == lot;
            if (there && bid.number == number) return bid.bidder;
        }
        revert("nobody has this number");
    }

    // The bids in their place directly before and behind this one.
    function _neighbours(Bid memory bid) private view returns (address before, address next) {
        Bid memory highest;
        Bid memory lowest;
        for (uint256 i = 0; i < _bids.length; ++i) {
            Bid memory other = _bids[i];
            if (TenderId.unwrap(other.tender) != TenderId.unwrap(bid.tender) || other.lot != bid.lot) continue;
            BidStatus status = HOUSE.bidOf(other.tender, other.lot, other.bidder).status;
            if (status != BidStatus.Standing && status != BidStatus.Rejected) continue;
            if (precedes(other, bid)) {
                if (before == address(0) || precedes(highest, other)) (before, highest) = (other.bidder, other);
            } else if (precedes(bid, other)) {
                if (next == address(0) || precedes(other, lowest)) (next, lowest) = (other.bidder, other);
            }
        }
    }

    function _try(address from, bytes memory act, Act kind) private returns (bool success) {
        bytes memory result;
        vm.prank(from);
        (success, result) = address(HOUSE).call(act);
        if (success) ++done[kind];
        else if (bytes4(result) == _PANIC) panicked = true;
    }
}
