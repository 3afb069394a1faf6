// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyRegistry} from "../agencies/IAgencyRegistry.sol";
import {IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {BidLib, BidSlot} from "./BidLib.sol";
import {BondLedger} from "./BondLedger.sol";
import {IComplaintBody} from "./IComplaintBody.sol";
import {IOpeningCommittee} from "./IOpeningCommittee.sol";
import {ITenderErrors} from "./ITenderErrors.sol";
import {Lot, LotLib} from "./LotLib.sol";
import {
    BidStatus,
    COMMITTEE_SEALED,
    Judgement,
    OPEN_BY_BIDDERS,
    Phase,
    TWO_PARTS,
    Tender,
    TenderId
} from "./TenderTypes.sol";

// A complaint holds bonds for so long after the award deadline at the longest, and undoes an award for so long after
// its standstill: the longest standstill, and two months to decide on what was filed on its last day.
uint40 constant MAX_REVIEW = 365 days + 60 days;

/// @title TenderState
/// @notice What TenderHouse and TenderDesk share: the storage, which both have in the same slots because this is the
/// first base of either that has any, and how a tender, a lot and a bid are found.
abstract contract TenderState is BondLedger, ITenderErrors {
    using LotLib for Lot;

    /// @notice An extension that a second key has yet to confirm.
    /// @param deadline the commit deadline proposed
    /// @param proposer account that proposed it
    struct Extension {
        uint40 deadline;
        address proposer;
    }

    /* STORAGE */

    IAgencyRegistry public immutable AGENCIES;
    IDocumentRegistry public immutable DOCUMENTS;
    IOpeningCommittee public immutable COMMITTEE;

    uint64 internal _tenderCount;
    mapping(TenderId tender => Tender) internal _tenders;
    mapping(TenderId tender => mapping(uint16 lot => Lot)) internal _lots;
    mapping(TenderId tender => Extension) internal _extensions;

    constructor(IAgencyRegistry agencies, IDocumentRegistry documents, IOpeningCommittee committee) {
        AGENCIES = agencies;
        DOCUMENTS = documents;
        COMMITTEE = committee;
    }

    /* INTERNAL */

    // A tender and a lot that exist.
    function _known(TenderId tender, uint16 lot) internal view returns (Tender storage t) {
        t = _tenders[tender];
        require(t.commitDeadline != 0, TenderUnknown(tender));
        require(lot < t.lots, TenderLotUnknown(tender, lot));
    }

    function _live(TenderId tender, uint16 lot) internal view returns (Tender storage t) {
        t = _known(tender, lot);
        require(t.cancelledAt == 0, TenderIsCancelled(tender));
    }

    // A tender in which bids are being sealed.
    function _sealing(TenderId tender, uint16 lot) internal view returns (Tender storage t) {
        t = _live(tender, lot);
        Phase phase = t.phase;
        require(phase == Phase.Sealing, TenderNotSealing(tender, phase));
        require(block.timestamp <= t.commitDeadline, TenderCommitClosed(tender, t.commitDeadline));
    }

    // A tender in which bids can be withdrawn: also while no more are sealed.
    function _withdrawing(TenderId tender, uint16 lot) internal view returns (Tender storage t) {
        t = _live(tender, lot);
        Phase phase = t.phase;
        require(phase == Phase.Sealing || phase == Phase.Stopped, TenderNotSealing(tender, phase));
        require(block.timestamp <= t.commitDeadline, TenderCommitClosed(tender, t.commitDeadline));
    }

    // A tender of which the current part is being opened.
    function _opening(TenderId tender, uint16 lot) internal view returns (Tender storage t) {
        t = _live(tender, lot);
        require(block.timestamp > t.commitDeadline, TenderRevealNotOpen(tender, t.commitDeadline));
        _requireOut(tender, t);
        require(block.timestamp <= t.revealDeadline, TenderRevealClosed(tender, t.revealDeadline));
    }

    // The current part can be opened: without a committee at once, else once its scalars are out. Where they are not in
    // time, the tender has lapsed or is opened by whoever can.
    function _requireOut(TenderId tender, Tender storage t) internal view {
        if (_committeeDone(t)) return;
        require(!_lapsed(t), TenderLapsed(tender));
        require(block.timestamp > t.scalarsDeadline, TenderKeysNotOut(tender, _currentPart(t)));
    }

    // Whether nothing keeps the current part's openings from being counted but time.
    function _committeeDone(Tender storage t) internal view returns (bool) {
        Phase phase = t.phase;
        return t.rules & COMMITTEE_SEALED == 0 || phase == Phase.Opened || phase == Phase.PriceOpened;
    }

    // Whether the committee has failed, or the scores were not revealed: then nothing can be opened or awarded.
    function _lapsed(Tender storage t) internal view returns (bool) {
        uint8 rules = t.rules;
        if (rules & COMMITTEE_SEALED == 0) return false;
        if (rules & TWO_PARTS != 0 && t.scoredAt == 0 && block.timestamp > t.scoresDeadline) return true;
        return rules & OPEN_BY_BIDDERS == 0 && !_committeeDone(t) && block.timestamp > t.scalarsDeadline;
    }

    function _requireLastPart(TenderId tender, Tender storage t) internal view {
        require(t.rules & TWO_PARTS == 0 || t.scoredAt != 0, TenderKeysNotOut(tender, 1));
    }

    // The tender's, or that of a lot that a review opened anew, and the time that complaints took.
    function _awardDeadline(Tender storage t, Lot storage l) internal view returns (uint40 deadline) {
        deadline = t.awardDeadline;
        if (l.reopenedUntil > deadline) deadline = l.reopenedUntil;
        deadline += l.postponed;
    }

    // Whether a complaint stops a lot. Money is not held by it for ever.
    function _isBlocked(Tender storage t, TenderId tender, uint16 lot) internal view returns (bool) {
        address complaints = t.complaints;
        uint40 until = _awardDeadline(t, _lots[tender][lot]) + MAX_REVIEW;
        if (complaints == address(0) || block.timestamp > until) return false;
        return IComplaintBody(complaints).blocks(tender, lot);
    }

    function _currentPart(Tender storage t) internal view returns (uint8) {
        return t.scoredAt == 0 ? 0 : 1;
    }

    function _requireStatus(TenderId tender, uint16 lot, address bidder, BidSlot slot, BidStatus wanted) internal pure {
        BidStatus status = slot.bidStatus();
        require(status == wanted, TenderBidStatus(tender, lot, bidder, status));
    }

    // The slot of what was sealed, of which one part is given and the other one's hash.
    function _sealedSlot(
        Tender storage t,
        bytes32 commitment,
        bytes32 envelope,
        bytes32 other,
        uint32 number,
        uint40 time
    ) internal view returns (BidSlot) {
        bytes32 own = BidLib.partHash(commitment, envelope);
        if (t.rules & TWO_PARTS == 0) return BidLib.sealedSlot(own, 0, number, time);
        // Without the other part it is no bid of two; an empty slot is nobody's.
        if (other == 0) return BidSlot.wrap(0);
        if (_currentPart(t) == 0) return BidLib.sealedSlot(own, other, number, time);
        return BidLib.sealedSlot(other, own, number, time);
    }

    // Reverts unless an envelope is the one sealed, and does not hold what its sealer committed to.
    function _convict(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        address sealer,
        BidSlot slot,
        BidSlot sealed_,
        Judgement calldata j
    ) internal view {
        uint8 part = _currentPart(t);
        require(t.rules & COMMITTEE_SEALED != 0 && _committeeDone(t), TenderKeysNotOut(tender, part));
        require(block.timestamp <= t.judgeDeadline, TenderJudgeClosed(tender, t.judgeDeadline));
        require(slot.isOf(sealed_), TenderOpeningMismatch(tender, lot, sealer));
        // A committee's threshold is two at least.
        if (j.seats.length == 1) {
            require(!_isMade(tender, lot, part, sealer, j), TenderEnvelopeSound(tender, lot, sealer));
            return;
        }
        bytes memory text = COMMITTEE.decrypt(address(this), tender, lot, part, sealer, j.seats, j.envelope);
        require(!_yields(tender, lot, part, sealer, text, j.commitment), TenderEnvelopeSound(tender, lot, sealer));
    }

    // Whether an envelope is made, as far as a seat's share shows, of the salt that was committed to.
    function _isMade(
        TenderId tender,
        uint16 lot,
        uint8 part,
        address sealer,
        Judgement calldata j
    ) private view returns (bool) {
        bytes32 commitment = BidLib.commitment(tender, lot, part, sealer, j.bidHash, j.salt);
        require(commitment == j.commitment, TenderOpeningMismatch(tender, lot, sealer));
        return COMMITTEE.isMadeOf(address(this), tender, lot, part, sealer, j.seats[0], j.point, j.salt, j.envelope);
    }

    // Whether what an envelope holds, salt and bid, is what was committed to.
    function _yields(
        TenderId tender,
        uint16 lot,
        uint8 part,
        address sealer,
        bytes memory text,
        bytes32 commitment
    ) private view returns (bool) {
        if (text.length < 32) return false;
        bytes32 salt;
        bytes32 bidHash;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            salt := mload(add(text, 32))
            bidHash := keccak256(add(text, 64), sub(mload(text), 32))
        }
        return BidLib.commitment(tender, lot, part, sealer, bidHash, salt) == commitment;
    }
}
