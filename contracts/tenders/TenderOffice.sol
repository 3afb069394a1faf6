// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyId, IAgencyRegistry, TENDER_CANCEL, TENDER_EXTEND, TENDER_PUBLISH} from "../agencies/IAgencyRegistry.sol";
import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {BidLib, BidSlot} from "./BidLib.sol";
import {IAwardRule} from "./IAwardRule.sol";
import {IComplaintBody} from "./IComplaintBody.sol";
import {IOpeningCommittee} from "./IOpeningCommittee.sol";
import {ITenderOffice} from "./ITenderOffice.sol";
import {Lot, LotLib} from "./LotLib.sol";
import {MAX_DURATION, RulesLib} from "./RulesLib.sol";
import {TenderState} from "./TenderState.sol";
import {CEILING_LENGTH, TermsLib} from "./TermsLib.sol";
import {
    BidStatus,
    COMMITTEE_SEALED,
    Judgement,
    JudgingTerms,
    LotOutcome,
    Opening,
    Phase,
    SEALED_CEILINGS,
    TWO_PARTS,
    Tender,
    TenderId,
    TenderTerms
} from "./TenderTypes.sol";

/// @title TenderOffice
/// @notice See ITenderOffice. Its code runs on the state of the house, which calls it by delegatecall. By itself the
/// office knows no tender and lets none be published, so that every act at its own address is refused.
contract TenderOffice is TenderState, ITenderOffice {
    using LotLib for Lot;

    address private immutable _SELF;

    constructor(
        IAgencyRegistry agencies,
        IDocumentRegistry documents,
        IOpeningCommittee committee
    ) TenderState(agencies, documents, committee) {
        _SELF = address(this);
    }

    /* PUBLICATION */

    /// @inheritdoc ITenderOffice
    function publish(TenderTerms calldata terms) external returns (TenderId tender) {
        require(address(this) != _SELF, TenderOfficeDirect());
        RulesLib.check(terms, DOCUMENTS);
        uint16 key = AGENCIES.requireMay(terms.agency, msg.sender, TENDER_PUBLISH);

        tender = TenderId.wrap(++_tenderCount);
        Tender storage t = _tenders[tender];
        TermsLib.store(t, terms);
        for (uint16 lot = 0; lot < terms.ceilings.length; ++lot) {
            Requirements required = Requirements.wrap(0);
            if (terms.required.length != 0) required = terms.required[lot];
            uint256 word = LotLib.termsOf(terms.ceilings[lot], required);
            if (word != 0) _lots[tender][lot].terms = word;
            if (terms.minimums.length != 0) _lots[tender][lot].minimum = terms.minimums[lot];
        }
        if (TenderId.unwrap(terms.rebidOf) != 0) _beginRebid(terms);
        emit TenderPublished(tender, terms.agency, key, terms);
        _begin(tender, terms);
    }

    /// @inheritdoc ITenderOffice
    function proposeExtension(TenderId tender, uint40 deadline) external {
        Tender storage t = _extendable(tender, deadline);
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_PUBLISH);
        _extensions[tender] = Extension(deadline, msg.sender);
        emit ExtensionProposed(tender, key, deadline);
    }

    /// @inheritdoc ITenderOffice
    function extend(TenderId tender, uint40 deadline, uint16 reason, bytes32 evidence) external {
        Tender storage t = _extendable(tender, deadline);
        require(reason != 0 && evidence != 0, TenderReasonMissing(reason, evidence));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_EXTEND);
        Extension memory e = _extensions[tender];
        bool confirmed = e.deadline == deadline && e.proposer != msg.sender;
        require(confirmed, TenderExtensionUnproposed(tender, deadline));

        delete _extensions[tender];
        if (t.amendPeriod != 0) t.amendUntil = deadline;
        _extendTo(t, deadline);
        emit TenderExtended(tender, key, deadline, reason, evidence);
    }

    /// @inheritdoc ITenderOffice
    function amend(TenderId tender, bytes32 documents) external {
        Tender storage t = _live(tender, 0);
        require(block.timestamp <= t.amendUntil, TenderUnamendable(tender, t.amendUntil));
        // Nobody could answer it by another bid.
        require(t.phase != Phase.Stopped, TenderNotSealing(tender, t.phase));
        require(documents != 0, TenderDocumentsMissing());
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_PUBLISH);

        uint40 deadline = t.commitDeadline;
        uint40 least = uint40(block.timestamp) + t.amendPeriod;
        if (least > deadline) {
            _extendable(tender, least);
            _extendTo(t, least);
            deadline = least;
        }
        emit TenderAmended(tender, key, ++t.version, documents, deadline);
    }

    /// @inheritdoc ITenderOffice
    function revealScores(TenderId tender, bytes32 evidence) external {
        Tender storage t = _live(tender, 0);
        require(msg.sender == t.scorer, TenderScorerOnly(tender, t.scorer));
        require(evidence != 0, TenderReasonMissing(0, evidence));
        bool due =
            t.rules & TWO_PARTS != 0 &&
                t.scoredAt == 0 &&
                block.timestamp > t.judgeDeadline &&
                block.timestamp <= t.scoresDeadline;
        require(due, TenderScoresClosed(tender, t.scoredAt == 0 ? t.judgeDeadline + 1 : 0, t.scoresDeadline));
        require(!_lapsed(t), TenderLapsed(tender));

        t.scoredAt = uint40(block.timestamp);
        t.phase = Phase.Scored;
        _shift(t, uint40(block.timestamp) - t.commitDeadline);
        emit ScoresRevealed(tender, evidence, t.scalarsDeadline, t.revealDeadline, t.judgeDeadline, t.awardDeadline);
    }

    /* JUDGING */

    /// @inheritdoc ITenderOffice
    function judge(TenderId tender, uint16 lot, address bidder, Judgement calldata j) external {
        Tender storage t = _live(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        bool judged = status == BidStatus.None || status == BidStatus.Withdrawn || status == BidStatus.Voided;
        require(!judged, TenderBidStatus(tender, lot, bidder, status));
        BidSlot sealed_ = _sealedSlot(t, j.commitment, keccak256(j.envelope), j.other, j.number, j.time);
        _convict(t, tender, lot, bidder, slot, sealed_, j);
        l.takeOut(bidder, slot, BidStatus.Voided);
        emit BidVoided(tender, lot, bidder, _currentPart(t), j.seats);
        // A void bid of a vendor's own account is one of its bids too, whether it was opened before or not.
        address other = l.bidders[bidder];
        if (other == address(0) || other == bidder || l.vendors[bidder] != address(0)) return;
        if (l.takeOutDuplicate(other)) emit BidsDuplicate(tender, lot, other, bidder, bidder);
    }

    /* CEILINGS */

    /// @inheritdoc ITenderOffice
    function sealCeiling(TenderId tender, uint16 lot, bytes calldata sealed_) external returns (uint32 number) {
        Tender storage t = _sealing(tender, lot);
        require(t.rules & SEALED_CEILINGS != 0, TenderCeilingClosed(tender, lot));
        uint256 length = TermsLib.sealedLength(t.seats, CEILING_LENGTH);
        require(sealed_.length == length, TenderSealedLength(tender, sealed_.length, length));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_PUBLISH);

        number = ++t.commits;
        bytes32 hash = BidLib.partHash(bytes32(sealed_[:32]), keccak256(sealed_[32:]));
        _lots[tender][lot].ceilingSlot = BidLib.sealedSlot(hash, 0, number, uint40(block.timestamp));
        emit CeilingSealed(tender, lot, key, number, sealed_);
    }

    /// @inheritdoc ITenderOffice
    function openCeiling(TenderId tender, uint16 lot, Opening calldata o) external {
        Tender storage t = _live(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.ceilingSlot;
        _requireLastPart(tender, t);
        // Where bidders open their bids themselves the agency would choose after seeing prices.
        require(_committeeDone(t), TenderKeysNotOut(tender, _currentPart(t)));
        bool due = block.timestamp > t.revealDeadline && block.timestamp <= t.judgeDeadline;
        require(due && slot.bidStatus() == BidStatus.Sealed, TenderCeilingClosed(tender, lot));
        uint8 part = _currentPart(t);
        bytes32 commitment = BidLib.commitment(tender, lot, part, address(this), keccak256(o.bid), o.salt);
        BidSlot sealed_ = BidLib.sealedSlot(BidLib.partHash(commitment, o.envelope), 0, o.number, o.time);
        require(slot.isOf(sealed_), TenderOpeningMismatch(tender, lot, address(this)));

        (uint64 ceiling, uint64 minimum) = TermsLib.parseCeiling(o.bid);
        l.ceilingSlot = slot.openedSlot(BidStatus.Standing, 0, 0, 0);
        _setCeiling(l, ceiling, minimum);
        emit CeilingOpened(tender, lot, ceiling, minimum, o.bid, o.salt);
    }

    /// @inheritdoc ITenderOffice
    function judgeCeiling(TenderId tender, uint16 lot, Judgement calldata j) external {
        Tender storage t = _live(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.ceilingSlot;
        BidStatus status = slot.bidStatus();
        _requireLastPart(tender, t);
        require(status == BidStatus.Sealed || status == BidStatus.Standing, TenderCeilingClosed(tender, lot));
        bytes32 hash = BidLib.partHash(j.commitment, keccak256(j.envelope));
        _convict(t, tender, lot, address(this), slot, BidLib.sealedSlot(hash, 0, j.number, j.time), j);

        l.ceilingSlot = slot.openedSlot(BidStatus.Voided, 0, 0, 0);
        _setCeiling(l, 0, 0);
        emit CeilingVoided(tender, lot, j.seats);
    }

    /// @inheritdoc ITenderOffice
    function cancel(TenderId tender, uint16 reason, bytes32 evidence) external {
        Tender storage t = _live(tender, 0);
        require(t.undecidedLots != 0, TenderIsDecided(tender));
        require(block.timestamp <= t.awardDeadline, TenderAwardClosed(tender, t.awardDeadline));
        require(reason != 0 && evidence != 0, TenderReasonMissing(reason, evidence));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_CANCEL);

        t.cancelledAt = uint40(block.timestamp);
        emit TenderCancelled(tender, key, reason, evidence);
    }

    /* INTERNAL */

    function _extendable(TenderId tender, uint40 deadline) private view returns (Tender storage t) {
        t = _live(tender, 0);
        require(block.timestamp <= t.commitDeadline, TenderCommitClosed(tender, t.commitDeadline));
        require(t.phase != Phase.Stopped, TenderNotSealing(tender, t.phase));
        bool later =
            deadline > t.commitDeadline &&
                uint256(deadline) + t.awardDeadline - t.commitDeadline <= block.timestamp + MAX_DURATION;
        require(later, TenderExtensionInvalid(tender, deadline));
    }

    // Tells those of other contracts what they have to do with the tender.
    function _begin(TenderId tender, TenderTerms calldata terms) private {
        uint256 seats = terms.sealing.seats.length;
        if (seats != 0) {
            uint8 parts = uint8(terms.sealing.bidLengths.length);
            COMMITTEE.form(tender, terms.sealing.seats, terms.sealing.threshold, parts);
        }
        JudgingTerms calldata judging = terms.judging;
        if (judging.rule != address(0)) {
            IAwardRule(judging.rule).begin(tender, terms.agency, uint16(terms.ceilings.length), judging.ruleTerms);
        }
        if (judging.complaints != address(0)) {
            IComplaintBody(judging.complaints).begin(tender, terms.agency, judging.reviewTerms);
        }
    }

    // Moves the commit deadline, and all others by as much.
    function _extendTo(Tender storage t, uint40 deadline) private {
        uint40 shift = deadline - t.commitDeadline;
        t.commitDeadline = deadline;
        if (t.rules & TWO_PARTS != 0) t.scoresDeadline += shift;
        _shift(t, shift);
    }

    // Moves the times after the commit deadline.
    function _shift(Tender storage t, uint40 shift) private {
        t.revealDeadline += shift;
        t.awardDeadline += shift;
        if (t.rules & COMMITTEE_SEALED == 0) return;
        t.scalarsDeadline += shift;
        t.judgeDeadline += shift;
    }

    function _beginRebid(TenderTerms calldata terms) private {
        (TenderId before, uint16 lot) = (terms.rebidOf, terms.rebidLot);
        Tender storage t = _known(before, lot);
        Lot storage l = _lots[before][lot];
        bool valid =
            AgencyId.unwrap(t.agency) == AgencyId.unwrap(terms.agency) &&
                l.award.outcome == LotOutcome.OverCeiling &&
                !l.rebid &&
                TenderId.unwrap(t.rebidOf) == 0 &&
                terms.ceilings.length == 1 &&
                terms.ceilings[0] == LotLib.ceilingOf(l.terms);
        require(valid, TenderRebidInvalid(before, lot));
        l.rebid = true;
    }

    function _setCeiling(Lot storage l, uint64 ceiling, uint64 minimum) private {
        l.terms = LotLib.termsOf(ceiling, LotLib.requiredOf(l.terms));
        l.minimum = minimum;
    }
}
