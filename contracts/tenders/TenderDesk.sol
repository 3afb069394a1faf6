// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyRegistry, TENDER_AWARD, TENDER_REJECT} from "../agencies/IAgencyRegistry.sol";
import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {BidLib, BidSlot} from "./BidLib.sol";
import {DrawLib} from "./DrawLib.sol";
import {IAwardRule} from "./IAwardRule.sol";
import {IOpeningCommittee} from "./IOpeningCommittee.sol";
import {ITenderDesk} from "./ITenderDesk.sol";
import {ADMITTED, Lot, LotLib} from "./LotLib.sol";
import {TenderRelay} from "./TenderRelay.sol";
import {TenderRemedy} from "./TenderRemedy.sol";
import {TenderState} from "./TenderState.sol";
import {
    Award,
    BONDED,
    BidStatus,
    COMMITTEE_SEALED,
    GUARANTEED,
    LOTTERY,
    LotOutcome,
    Tender,
    TenderId
} from "./TenderTypes.sol";

// Code of the reason of a rejection for which the bidder is heard before.
uint16 constant ABNORMALLY_LOW = 5;

/// @title TenderDesk
/// @notice See ITenderDesk. Its code runs on the state of the house, which calls it by delegatecall. By itself the desk
/// knows no tender, so that every act at its own address is refused.
contract TenderDesk is TenderRelay, TenderRemedy {
    using LotLib for Lot;

    constructor(
        IAgencyRegistry agencies,
        IDocumentRegistry documents,
        IOpeningCommittee committee
    ) TenderState(agencies, documents, committee) {}

    /* DECISIONS */

    /// @inheritdoc ITenderDesk
    function reject(TenderId tender, uint16 lot, address bidder, uint16 reason, bytes32 evidence) external {
        Tender storage t = _timely(tender, lot);
        Lot storage l = _lots[tender][lot];
        _requireUndecided(t, tender, lot, l, bidder);
        require(reason != 0 && evidence != 0, TenderReasonMissing(reason, evidence));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_REJECT);

        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        // Once prices can be known, only what is in its place can be rejected: it still counts in the lottery.
        bool technical = status == BidStatus.PartOpened && t.scoredAt == 0;
        require(status == BidStatus.Standing || technical, TenderBidStatus(tender, lot, bidder, status));
        if (reason == ABNORMALLY_LOW && t.rule != address(0)) {
            require(IAwardRule(t.rule).answered(tender, lot, bidder), TenderLowBidUnheard(tender, lot, bidder));
        }
        if (technical) --l.partOpened;
        else --l.standing;
        l.slots[bidder] =
            technical ? slot.openedSlot(BidStatus.Rejected, 0, 0, 0) : slot.withStatus(BidStatus.Rejected);
        emit BidRejected(tender, lot, bidder, key, reason, evidence);
    }

    /// @inheritdoc ITenderDesk
    function admit(TenderId tender, uint16 lot, address bidder, uint16 reason, bytes32 evidence) external {
        Tender storage t = _timely(tender, lot);
        Lot storage l = _lots[tender][lot];
        _requireUndecided(t, tender, lot, l, bidder);
        require(reason != 0 && evidence != 0, TenderReasonMissing(reason, evidence));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_REJECT);

        BidStatus status = l.slots[bidder].bidStatus();
        bool stands = status == BidStatus.Standing || status == BidStatus.Unplaced || status == BidStatus.PartOpened;
        uint256 marks = l.marks[bidder];
        require(stands && marks != 0 && marks & ADMITTED == 0, TenderBidStatus(tender, lot, bidder, status));
        l.marks[bidder] = marks | ADMITTED;
        emit BidAdmitted(tender, lot, bidder, key, reason, evidence);
    }

    /// @inheritdoc ITenderDesk
    function strike(TenderId tender, uint16 lot, address[] calldata bidders) external {
        Tender storage t = _awardable(tender, lot);
        Lot storage l = _lots[tender][lot];
        uint32 lowest = l.lowest;
        require(l.draw.cursor == 0, TenderTiesUndrawn(tender, lot));
        for (uint256 i = 0; i < bidders.length; ++i) {
            BidSlot slot = l.slots[bidders[i]];
            bool head = slot.isPriced() && lowest != 0 && slot.bidNumber() == lowest;
            require(head && _isOut(t, l, slot), TenderHeadStands(tender, lot, bidders[i]));
            if (slot.bidStatus() == BidStatus.Rejected) l.rejectedUnder = true;
            l.slots[bidders[i]] = slot.struckSlot();
            lowest = slot.nextNumber();
        }
        l.lowest = lowest;
    }

    /// @inheritdoc ITenderDesk
    function draw(TenderId tender, uint16 lot, address[] calldata tied) external {
        Tender storage t = _awardable(tender, lot);
        Lot storage l = _lots[tender][lot];
        bool needed = tied.length != 0 && _byLottery(t) && l.lowest != 0;
        // What is given first is the head, or in a draw under way has its price.
        if (needed) needed = !_isDrawn(l, l.slots[tied[0]]);
        require(needed, TenderDrawNeedless(tender, lot));
        (bool right, bool done) = DrawLib.advance(l, tied);
        require(right, TenderDrawOrder(tender, lot));
        if (done) emit TiesDrawn(tender, lot, l.drawn - 1, l.lotterySum);
    }

    /// @inheritdoc ITenderDesk
    function award(TenderId tender, uint16 lot, address bidder) external {
        _award(tender, lot, bidder, msg.data[msg.data.length:]);
    }

    /// @inheritdoc ITenderDesk
    function awardWithDocuments(TenderId tender, uint16 lot, address bidder, bytes calldata proofs) external {
        _award(tender, lot, bidder, proofs);
    }

    /// @inheritdoc ITenderDesk
    function closeLot(TenderId tender, uint16 lot, address head) external {
        Tender storage t = _awardable(tender, lot);
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_AWARD);
        require(!_isBlocked(t, tender, lot), TenderUnderReview(tender, lot));
        Lot storage l = _lots[tender][lot];
        // Every bid was over the ceiling only if none was rejected under it.
        bool over = l.overCeiling != 0 && !l.rejectedUnder;
        if (t.rule != address(0)) {
            over = false;
            require(IAwardRule(t.rule).selectsNobody(tender, lot), TenderBidStands(tender, lot, l.lowest));
        } else if (l.lowest != 0) {
            BidSlot slot = l.slots[head];
            uint64 ceiling = LotLib.ceilingOf(l.terms);
            over = slot.isPriced() && slot.bidNumber() == l.lowest && ceiling != 0 && slot.bidPrice() > ceiling;
            require(over, TenderBidStands(tender, lot, l.lowest));
        }
        LotOutcome outcome = over && !l.rejectedUnder ? LotOutcome.OverCeiling : LotOutcome.NoWinner;
        --t.undecidedLots;
        l.award = Award(address(0), uint40(block.timestamp), outcome);
        emit LotClosed(tender, lot, key, outcome);
    }

    /* BONDS */

    /// @inheritdoc ITenderDesk
    function settleBond(TenderId tender, uint16 lot, address bidder) external {
        Tender storage t = _known(tender, lot);
        require(t.rules & BONDED != 0, TenderUnbonded(tender));
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        bool none = status == BidStatus.None || status == BidStatus.Withdrawn || status == BidStatus.Forfeited;
        require(!none && !slot.isSettled(), TenderBidStatus(tender, lot, bidder, status));

        // Of a lot annulled there is nothing to open any more.
        bool unopened =
            status == BidStatus.Sealed &&
                t.rules & COMMITTEE_SEALED == 0 &&
                l.award.outcome != LotOutcome.Annulled &&
                (t.cancelledAt == 0 || t.cancelledAt > t.revealDeadline);
        if (unopened)
            require(block.timestamp > t.revealDeadline, TenderBondHeld(tender, lot, bidder, t.revealDeadline));
        else if (status != BidStatus.Voided) _requireFree(t, tender, lot, l, bidder);
        l.slots[bidder] = unopened ? BidLib.forfeitedSlot() : slot.settledSlot();
        _settle(t, tender, lot, l, bidder, unopened || status == BidStatus.Voided);
    }

    /* INTERNAL */

    function _requireFree(Tender storage t, TenderId tender, uint16 lot, Lot storage l, address bidder) private view {
        Award memory decision = l.award;
        uint40 awardedAt = l.awardedAt(bidder);
        uint40 deadline = _awardDeadline(t, l);
        if (awardedAt != 0) {
            _requireOver(tender, lot, bidder, awardedAt + t.standstill);
        } else if (decision.outcome == LotOutcome.Undecided) {
            if (t.cancelledAt != 0 || _lapsed(t)) return;
            require(block.timestamp > deadline, TenderBondHeld(tender, lot, bidder, 0));
        } else if (decision.outcome == LotOutcome.Annulled) {
            return;
        } else {
            if (t.complaints != address(0)) _requireOver(tender, lot, bidder, decision.time + t.standstill);
            // Of several winners, those to be awarded yet.
            bool waits = decision.outcome == LotOutcome.Awarded && t.rule != address(0) && t.cancelledAt == 0;
            waits = waits && block.timestamp <= deadline && IAwardRule(t.rule).selects(tender, lot, bidder);
            require(!waits, TenderBondHeld(tender, lot, bidder, deadline));
        }
        require(!_isBlocked(t, tender, lot), TenderUnderReview(tender, lot));
    }

    function _requireOver(TenderId tender, uint16 lot, address bidder, uint40 until) private view {
        require(block.timestamp > until, TenderBondHeld(tender, lot, bidder, until));
    }

    function _settle(Tender storage t, TenderId tender, uint16 lot, Lot storage l, address bidder, bool lost) private {
        address payer = _payerOf(l, bidder);
        if (payer == GUARANTEED) {
            if (lost) emit GuaranteeForfeited(tender, lot, bidder, t.treasury);
            else emit BondReleased(tender, lot, bidder);
        } else if (lost) {
            _forfeit(t.bondToken, payer, t.treasury, t.bondAmount);
            emit BondForfeited(tender, lot, bidder, t.treasury);
        } else {
            _unlock(t.bondToken, payer, t.bondAmount);
            emit BondReleased(tender, lot, bidder);
        }
    }

    // A tender in which lots can be decided.
    function _timely(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _live(tender, lot);
        require(!_lapsed(t), TenderLapsed(tender));
        uint40 deadline = _awardDeadline(t, _lots[tender][lot]);
        require(block.timestamp <= deadline, TenderAwardClosed(tender, deadline));
    }

    function _deciding(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _timely(tender, lot);
        LotOutcome outcome = _lots[tender][lot].award.outcome;
        require(outcome == LotOutcome.Undecided, TenderLotDecided(tender, lot, outcome));
    }

    // A lot in which nothing is left to be opened, judged or placed.
    function _awardable(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _deciding(tender, lot);
        _requireSettled(t, tender, lot);
    }

    function _requireSettled(Tender storage t, TenderId tender, uint16 lot) private view {
        _requireLastPart(tender, t);
        _requireOut(tender, t);
        uint40 deadline = t.rules & COMMITTEE_SEALED == 0 ? t.revealDeadline : t.judgeDeadline;
        require(block.timestamp > deadline, TenderRevealRunning(tender, deadline));
        uint32 unplaced = _lots[tender][lot].unplaced;
        require(unplaced == 0, TenderBidsUnplaced(tender, lot, unplaced));
    }

    // Where bidders opened themselves, one could steer the sum by staying silent.
    function _byLottery(Tender storage t) private view returns (bool) {
        return t.rules & LOTTERY != 0 && _committeeDone(t);
    }

    function _isDrawn(Lot storage l, BidSlot slot) private view returns (bool) {
        return l.drawn == slot.bidPrice() + 1;
    }

    // Whether the tied bids that begin with this one are yet to be drawn.
    function _isUndrawn(Tender storage t, Lot storage l, BidSlot slot) private view returns (bool) {
        return slot.isTied() && _byLottery(t) && !_isDrawn(l, slot);
    }

    // Whether a bid at the head can be taken away. A rejected one is drawn before with those it is tied with.
    function _isOut(Tender storage t, Lot storage l, BidSlot slot) private view returns (bool) {
        BidStatus status = slot.bidStatus();
        if (status == BidStatus.Voided || status == BidStatus.Duplicate || slot.bidPrice() < l.minimum) return true;
        return status == BidStatus.Rejected && !_isUndrawn(t, l, slot);
    }

    function _award(TenderId tender, uint16 lot, address bidder, bytes calldata proofs) private {
        Tender storage t = _timely(tender, lot);
        Lot storage l = _lots[tender][lot];
        _requireUndecided(t, tender, lot, l, bidder);
        _requireSettled(t, tender, lot);
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_AWARD);
        require(!_isBlocked(t, tender, lot), TenderUnderReview(tender, lot));
        BidSlot slot = l.slots[bidder];
        _requireStatus(tender, lot, bidder, slot, BidStatus.Standing);
        _requireWinning(t, tender, lot, l, bidder, slot);
        address vendor = l.vendors[bidder];
        if (vendor == address(0)) vendor = bidder;
        _requireUnmarked(tender, lot, l, bidder, vendor, proofs);

        if (l.award.outcome == LotOutcome.Undecided) {
            --t.undecidedLots;
            l.award = Award(bidder, uint40(block.timestamp), LotOutcome.Awarded);
        } else {
            (l.furtherAwards[l.round][bidder], l.lastAward) = (uint40(block.timestamp), uint40(block.timestamp));
        }
        emit LotAwarded(
            tender,
            lot,
            bidder,
            vendor,
            key,
            slot.bidNumber(),
            slot.bidPrice(),
            uint40(block.timestamp + t.standstill)
        );
    }

    // By a rule a lot can be awarded to several, each once: of a bid not awarded there is still something to decide.
    function _requireUndecided(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        Lot storage l,
        address bidder
    ) private view {
        LotOutcome outcome = l.award.outcome;
        bool further = outcome == LotOutcome.Awarded && t.rule != address(0) && l.awardedAt(bidder) == 0;
        require(outcome == LotOutcome.Undecided || further, TenderLotDecided(tender, lot, outcome));
    }

    // At the head of the order, and drawn where it is tied; or selected by the tender's rule.
    function _requireChosen(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        Lot storage l,
        address bidder,
        BidSlot slot
    ) private view {
        if (t.rule != address(0)) {
            require(IAwardRule(t.rule).selects(tender, lot, bidder), TenderNotSelected(tender, lot, bidder));
            return;
        }
        require(l.lowest == slot.bidNumber(), TenderLowerBidStands(tender, lot, bidder, l.lowest));
        require(!_isUndrawn(t, l, slot), TenderTiesUndrawn(tender, lot));
    }

    // Chosen, and within ceiling and minimum.
    function _requireWinning(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        Lot storage l,
        address bidder,
        BidSlot slot
    ) private view {
        uint64 ceiling = LotLib.ceilingOf(l.terms);
        uint64 price = slot.bidPrice();
        require(ceiling == 0 || price <= ceiling, TenderCeilingExceeded(tender, lot, price, ceiling));
        require(price >= l.minimum, TenderBidStatus(tender, lot, bidder, BidStatus.UnderMinimum));
        _requireChosen(t, tender, lot, l, bidder, slot);
    }

    // No mark of the opening stands, and what is required at the award holds now.
    function _requireUnmarked(
        TenderId tender,
        uint16 lot,
        Lot storage l,
        address bidder,
        address vendor,
        bytes calldata proofs
    ) private view {
        uint256 terms = l.terms;
        if (terms >> 64 == 0) return;
        uint256 marks = l.marks[bidder];
        require(marks == 0 || marks & ADMITTED != 0, TenderBidMarked(tender, lot, bidder, marks));
        Requirements required = LotLib.requiredAtAward(terms, marks);
        if (Requirements.unwrap(required) == 0) return;
        marks = LotLib.marksOf(DOCUMENTS, required, proofs, uint160(vendor), block.timestamp);
        require(marks == 0, TenderBidMarked(tender, lot, bidder, marks));
    }
}
