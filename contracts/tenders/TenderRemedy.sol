// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BidSlot} from "./BidLib.sol";
import {IAwardRule} from "./IAwardRule.sol";
import {ITenderRemedy} from "./ITenderRemedy.sol";
import {Lot} from "./LotLib.sol";
import {TenderState} from "./TenderState.sol";
import {Award, BidStatus, LotOutcome, Tender, TenderId} from "./TenderTypes.sol";

// A review leaves the agency so long to decide at the most.
uint40 constant MAX_REOPENED = 180 days;

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
        require(outcome != LotOutcome.Annulled, TenderLotDecided(tender, lot, outcome));
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
        if (outcome != LotOutcome.Undecided) ++t.undecidedLots;
        delete l.award;
        ++l.round;
        bool valid = outcome != LotOutcome.Annulled && !l.rebid;
        if (awardDeadline > t.awardDeadline) {
            valid = valid && awardDeadline <= block.timestamp + MAX_REOPENED;
            t.awardDeadline = awardDeadline;
        }
        require(valid, TenderReopenInvalid(tender, lot, awardDeadline));
        emit LotReopened(tender, lot, t.awardDeadline);
        if (t.rule != address(0)) IAwardRule(t.rule).reopen(tender, lot);
    }

    /// @inheritdoc ITenderRemedy
    function reinstate(TenderId tender, uint16 lot, address bidder, address head) external {
        _requireOrdered(tender, _live(tender, lot));
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        bool due = l.award.outcome == LotOutcome.Undecided && slot.bidNumber() != 0;
        require(status == BidStatus.Rejected && due, TenderBidStatus(tender, lot, bidder, status));
        l.slots[bidder] =
            slot.isStruck() ? _putBack(l, tender, lot, bidder, slot, head) : slot.withStatus(BidStatus.Standing);
        ++l.standing;
        emit BidReinstated(tender, lot, bidder);
    }

    /* INTERNAL */

    function _requireOrdered(TenderId tender, Tender storage t) private view {
        require(msg.sender == t.complaints, TenderComplaintsOnly(tender, t.complaints));
    }

    // Puts a bid taken from the head back there; one that costs more than the head is to be placed.
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
        bool right = first.isPriced() && first.bidNumber() == lowest;
        require(lowest == 0 || right, TenderPlaceStale(tender, lot, bidder, head));
        delete l.draw;
        if (lowest != 0 && slot.bidPrice() > first.bidPrice()) {
            ++l.unplaced;
            return slot.withNext(0, false).withStatus(BidStatus.Unplaced);
        }
        l.lowest = slot.bidNumber();
        bool tied = lowest != 0 && slot.bidPrice() == first.bidPrice();
        return slot.withNext(lowest, tied).withStatus(BidStatus.Standing);
    }
}
