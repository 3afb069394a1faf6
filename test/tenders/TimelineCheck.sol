// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CommitteeView, IOpeningCommittee} from "../../contracts/tenders/IOpeningCommittee.sol";
import {BidStatus, BidView, LotOutcome, LotView, Tender} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {FIRST_MEMBER, TENDER, TREASURY} from "./TimelineKeys.sol";
import {TimelineLetters} from "./TimelineLetters.sol";
import {BIDDERS, Bidder, Model, Seat} from "./TimelineTypes.sol";

/// @notice Compares all that house and committee tell with the model.
abstract contract TimelineCheck is TimelineLetters {
    bytes4 private constant _PANIC = 0x4e487b71;
    bytes4 private constant _TEXT = 0x08c379a0;

    address internal _token;

    error TimelineDisagrees(string act, bool allowed, bytes answer);

    /// @dev Does an act that the model allows or refuses. A refusal has to be an error of the suite's own.
    function _expect(bool allowed, address from, address to, bytes memory act, string memory name) internal {
        vm.prank(from);
        (bool done, bytes memory answer) = to.call(act);
        require(done == allowed, TimelineDisagrees(name, allowed, answer));
        // Neither a lack of gas, nor a panic, nor a text.
        bytes4 reason = bytes4(answer);
        bool own = answer.length >= 4 && reason != _PANIC && reason != _TEXT;
        require(done || own, TimelineDisagrees(name, allowed, answer));
    }

    function _expectSame(Model memory m) internal view {
        _expectTender(m);
        _expectCommittee(m);
        for (uint256 i = 0; i < BIDDERS; ++i) _expectBidder(m, i);
        _expectLot(m);
        require(_house.bondDue(_token, TREASURY) == m.due, "due: not as the model");
    }

    function _expectTender(Model memory m) private view {
        Tender memory t = _house.tenderOf(TENDER);
        require(t.phase == m.phase(), "phase: not as the model");
        require(_house.lapsed(TENDER) == m.hasLapsed(), "lapsed: not as the model");
        bool same = t.commitDeadline == m.times.commit && t.scalarsDeadline == m.times.scalars;
        same = same && t.revealDeadline == m.times.reveal && t.judgeDeadline == m.times.judge;
        same = same && t.awardDeadline == m.times.award;
        if (m.plan.parts == 2) same = same && t.scoresDeadline == m.times.scores;
        require(same, "deadlines: not as the model");
        require(t.cancelledAt == m.cancelledAt && t.scoredAt == m.scoredAt, "acts: not as the model");
        require(t.commits == m.commits, "commits: not as the model");
        require((t.undecidedLots == 1) == (m.outcome == LotOutcome.Undecided), "lots: not as the model");
    }

    function _expectCommittee(Model memory m) private view {
        CommitteeView memory c = IOpeningCommittee(_committee).committeeOf(address(_house), TENDER);
        require(c.frozen == m.frozen, "frozen: not as the model");
        for (uint256 i = 0; i < m.plan.seats; ++i) {
            Seat memory s = m.seats[i];
            bool same = _has(c.taken, i) == (s.member != 0);
            for (uint256 part = 0; part < 2; ++part) {
                same = same && _has(c.published[part], i) == s.published[part];
                same = same && _has(c.leaked[part], i) == s.leaked[part];
            }
            require(same, "committee: not as the model");
        }
    }

    /// @dev Members, keys and scalars, which only the committee's own acts can change.
    function _expectSeats(Model memory m) internal view {
        IOpeningCommittee committee = IOpeningCommittee(_committee);
        for (uint8 i = 0; i < m.plan.seats; ++i) {
            Seat memory s = m.seats[i];
            (, address member) = committee.seatOf(address(_house), TENDER, i);
            bool same = member == (s.member == 0 ? address(0) : address(FIRST_MEMBER + uint160(s.member - 1)));
            for (uint8 part = 0; same && s.member != 0 && part < m.plan.parts; ++part) {
                bytes32 key = s.published[part] ? bytes32(_scalar(part, s.key)) : _hashOf(part, s.key);
                same = committee.keyOf(address(_house), TENDER, part, i) == key;
            }
            require(same, "seat: not as the model");
        }
    }

    function _expectBidder(Model memory m, uint256 i) private view {
        Bidder memory b = m.bidders[i];
        (uint128 free, uint128 locked) = _house.bondBalance(_token, _bidder(i));
        require(free == b.free && locked == b.locked, "bond: not as the model");
        BidView memory bid = _house.bidOf(TENDER, 0, _bidder(i));
        require(bid.status == b.status && bid.settled == b.settled, "status: not as the model");
        if (!b.priced || b.status == BidStatus.Voided) return;
        require(bid.number == b.number && bid.price == b.content.price, "price: not as the model");
        require(bid.lottery == b.content.lottery, "lottery: not as the model");
    }

    function _expectLot(Model memory m) private view {
        LotView memory lot = _house.lotOf(TENDER, 0);
        require(lot.unplaced == m.countOf(BidStatus.Unplaced), "unplaced: not as the model");
        require(lot.overCeiling == m.countOf(BidStatus.OverCeiling), "ceiling: not as the model");
        require(lot.lotterySum == m.lotterySum() && lot.drawn == m.drawn, "lottery: not as the model");
        require(lot.award.outcome == m.outcome && lot.award.time == m.decidedAt, "outcome: not as the model");
        require(lot.award.winner == _addressOf(m.winner), "winner: not as the model");
        uint256 number = lot.lowest;
        for (uint256 j = 0; j < m.order.length; ++j) {
            require(number == m.bidders[m.order[j]].number, "order: not as the model");
            number = _house.bidOf(TENDER, 0, _bidder(m.order[j])).next;
        }
        require(number == 0, "order: longer than the model's");
    }

    function _has(uint256 bits, uint256 place) private pure returns (bool) {
        return (bits >> place) & 1 == 1;
    }
}
