// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BidSlot} from "./BidLib.sol";
import {IAwardRule} from "./IAwardRule.sol";
import {ITenderRemedy} from "./ITenderRemedy.sol";
import {Lot} from "./LotLib.sol";
import {MAX_REVIEW, TenderState} from "./TenderState.sol";
import {Award, BidStatus, LotOutcome, TWO_PARTS, Tender, TenderId} from "./TenderTypes.sol";

// A review leaves the agency so long to decide at the most, and so long after the tender's own deadline.
uint40 constant MAX_REOPENED = 180 days;
uint40 constant MAX_DELAY = 2 * 365 days;
// Complaints move an award deadline by so much at the most, and leave so much to award after their end.
uint32 constant MAX_POSTPONED = 2 * 365 days;
uint40 constant MIN_AWARDING = 1 days;

/// @title TenderRemedy
/// @notice See ITenderRemedy. The part of the desk that carries out what a review decides.
abstract contract TenderRemedy is TenderState, ITenderRemedy {
    /* EXTERNAL */

    /// @inheritdoc ITenderRemedy
    function annul(TenderId tender, uint16 lot) external {
        // A tender can be cancelled while some of its lots are awarded.
        Tender storage t = _known(tender, lot);
        _requireOrdered(tender, t);
        Lot storage l = _lots[tender][lot];
        LotOutcome outcome = l.award.outcome;
        require(outcome != LotOutcome.Annulled && !_isOld(t, l), TenderLotDecided(tender, lot, outcome));
        if (outcome == LotOutcome.Undecided) --t.undecidedLots;
        l.award = Award(address(0), uint40(block.timestamp), LotOutcome.Annulled);
        ++l.round;
        emit LotAnnulled(tender, lot);
    }

    /// @inheritdoc ITenderRemedy
    function reopen(TenderId tender, uint16 lot, uint40 awardDeadline) external {
        Tender storage t = _live(tender, lot);
        _requireOrdered(tender, t);
        Lot storage l = _lots[tender][lot];
        LotOutcome outcome = l.award.outcome;
        bool old = _isOld(t, l);
        if (outcome != LotOutcome.Undecided) ++t.undecidedLots;
        delete l.award;
        delete l.lastAward;
        ++l.round;
        bool unscored = t.rules & TWO_PARTS != 0 && t.scoredAt == 0;
        uint256 most = Math.min(
            block.timestamp + MAX_REOPENED,
            (unscored ? t.commitDeadline : t.awardDeadline) + MAX_DELAY
        );
        bool valid = outcome != LotOutcome.Annulled && !l.rebid && !old && awardDeadline <= most;
        require(valid, TenderReopenInvalid(tender, lot, awardDeadline));
        if (unscored) {
            // Its technical parts are judged anew, for which all wait. Bonds are held until the award deadline, which
            // never comes before that of the scores, and moves on once they are revealed.
            if (awardDeadline > t.scoresDeadline && !_lapsed(t)) {
                t.scoresDeadline = awardDeadline;
                if (awardDeadline > t.awardDeadline) t.awardDeadline = awardDeadline;
                emit ScoresPostponed(tender, awardDeadline);
            }
        } else if (awardDeadline > _awardDeadline(t, l)) {
            l.reopenedUntil = awardDeadline - l.postponed;
        }
        emit LotReopened(tender, lot, _awardDeadline(t, l));
        if (t.rule != address(0)) IAwardRule(t.rule).reopen(tender, lot);
    }

    /// @inheritdoc ITenderRemedy
    function postpone(TenderId tender, uint16 lot, int40 time, uint40 end) external returns (bool awardable) {
        Tender storage t = _known(tender, lot);
        _requireOrdered(tender, t);
        Lot storage l = _lots[tender][lot];
        LotOutcome outcome = l.award.outcome;
        (uint32 before, uint40 deadline) = (l.postponed, _awardDeadline(t, l));
        // By a rule there may be others to award.
        bool undecided = outcome == LotOutcome.Undecided || (outcome == LotOutcome.Awarded && t.rule != address(0));
        awardable = undecided && t.cancelledAt == 0 && block.timestamp <= deadline;
        if (!awardable) return false;
        uint40 base = deadline - before;
        uint256 wanted = Math.max(uint40(int40(deadline) + time), end + MIN_AWARDING);
        uint32 postponed = uint32(Math.min(Math.saturatingSub(wanted, base), MAX_POSTPONED));
        if (postponed == before) return true;
        l.postponed = postponed;
        emit LotPostponed(tender, lot, postponed, base + postponed);
    }

    /// @inheritdoc ITenderRemedy
    function reinstate(TenderId tender, uint16 lot, address bidder, address head) external {
        _requireOrdered(tender, _live(tender, lot));
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        bool due = l.award.outcome == LotOutcome.Undecided && slot.bidNumber() != 0;
        require(status == BidStatus.Rejected && due, TenderBidStatus(tender, lot, bidder, status));
        slot = slot.isStruck() ? _putBack(l, tender, lot, bidder, slot, head) : slot.withStatus(BidStatus.Standing);
        l.slots[bidder] = slot;
        ++l.standing;
        emit BidReinstated(tender, lot, bidder, slot.bidStatus());
    }

    /* INTERNAL */

    // By who hears the tender's complaints, and not while bids are sealed, which stay bound to their bonds.
    function _requireOrdered(TenderId tender, Tender storage t) private view {
        require(msg.sender == t.complaints, TenderComplaintsOnly(tender, t.complaints));
        require(block.timestamp > t.commitDeadline, TenderRevealNotOpen(tender, t.commitDeadline));
    }

    // Whether the last decision has been final for so long that nothing undoes it.
    function _isOld(Tender storage t, Lot storage l) private view returns (bool) {
        bool decided = l.award.outcome != LotOutcome.Undecided;
        uint256 last = Math.max(l.award.time, l.lastAward);
        return decided && block.timestamp > last + t.standstill + MAX_REVIEW;
    }

    // Puts a bid taken from the head back there, or makes it one to be placed. Among bids that were drawn, numbers do
    // not tell the order: one of them comes back to the head, ahead of those that were behind it, and no second one.
    function _putBack(
        Lot storage l,
        TenderId tender,
        uint16 lot,
        address bidder,
        BidSlot slot,
        address head
    ) private returns (BidSlot) {
        uint32 lowest = l.lowest;
        BidSlot first = l.slots[head];
        bool right = lowest == 0 || (first.isPriced() && first.bidNumber() == lowest);
        bool tied = lowest != 0 && slot.bidPrice() == first.bidPrice();
        bool drawn = l.drawn == slot.bidPrice() + 1;
        bool lower = lowest == 0 || slot.bidPrice() < first.bidPrice();
        if (drawn) right = right && (tied ? lowest != l.putBack : lower);
        require(right, TenderPlaceStale(tender, lot, bidder, head));
        delete l.draw;
        if (!drawn && lowest != 0 && !slot.precedes(first)) {
            ++l.unplaced;
            return slot.withNext(0, false).withStatus(BidStatus.Unplaced);
        }
        (l.lowest, l.putBack) = (slot.bidNumber(), slot.bidNumber());
        return slot.withNext(lowest, tied).withStatus(BidStatus.Standing);
    }
}
