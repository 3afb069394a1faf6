// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IAgencyRegistry,
    TENDER_AWARD,
    TENDER_CANCEL,
    TENDER_PUBLISH,
    TENDER_REJECT
} from "../agencies/IAgencyRegistry.sol";
import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {TokenLib} from "../shared/TokenLib.sol";
import {BID_LENGTH, BidLib, BidSlot} from "./BidLib.sol";
import {Bonds} from "./Bonds.sol";
import {
    Award,
    BidStatus,
    BidView,
    ITenderHouse,
    LotOutcome,
    LotView,
    MAX_PRICE,
    Tender,
    TenderId,
    TenderTerms
} from "./ITenderHouse.sol";
import {ADMITTED, Lot, LotLib, REQUIREMENT_BITS} from "./LotLib.sol";

// A publication writes a slot for each lot with a ceiling; this many fit into one transaction (EIP-7825).
uint256 constant MAX_LOTS = 500;
// ISO 4217 has at most 4; two more allow for prices finer than the minor unit.
uint8 constant MAX_DECIMALS = 6;
// Who cannot open its bid forfeits: a stalled chain or a node that is down must not do that to anyone.
uint256 constant MIN_OPENING = 1 hours;
// Bonds are held until then at the longest, and through the standstill.
uint256 constant MAX_DURATION = 5 * 365 days;
uint32 constant MAX_STANDSTILL = 365 days;

/// @title TenderHouse
/// @notice See ITenderHouse.
contract TenderHouse is ITenderHouse, Bonds {
    using LotLib for Lot;

    /* STORAGE */

    IAgencyRegistry public immutable AGENCIES;
    IDocumentRegistry public immutable DOCUMENTS;

    uint64 private _tenderCount;
    mapping(TenderId tender => Tender) private _tenders;
    mapping(TenderId tender => mapping(uint16 lot => Lot)) private _lots;

    constructor(IAgencyRegistry agencies, IDocumentRegistry documents) {
        AGENCIES = agencies;
        DOCUMENTS = documents;
    }

    /* BEFORE THE COMMIT DEADLINE */

    /// @inheritdoc ITenderHouse
    function publish(TenderTerms calldata terms) external returns (TenderId tender) {
        _checkTerms(terms);
        uint16 key = AGENCIES.requireMay(terms.agency, msg.sender, TENDER_PUBLISH);

        tender = TenderId.wrap(++_tenderCount);
        uint16 lots = uint16(terms.ceilings.length);
        _tenders[tender] = Tender({
            commitDeadline: terms.commitDeadline,
            revealDeadline: terms.revealDeadline,
            awardDeadline: terms.awardDeadline,
            cancelledAt: 0,
            commits: 0,
            lots: lots,
            undecidedLots: lots,
            bonded: terms.bondToken != address(0),
            agency: terms.agency,
            standstill: terms.standstill,
            treasury: terms.treasury,
            bondToken: terms.bondToken,
            bondAmount: terms.bondAmount
        });
        for (uint16 lot = 0; lot < lots; ++lot) {
            uint64 ceiling = terms.ceilings[lot];
            require(ceiling <= MAX_PRICE, TenderCeilingInvalid(lot, ceiling, MAX_PRICE));
            Requirements required = Requirements.wrap(0);
            if (terms.required.length != 0) required = terms.required[lot];
            uint256 word = LotLib.termsOf(ceiling, required);
            if (word != 0) _lots[tender][lot].terms = word;
        }
        emit TenderPublished(tender, terms.agency, key, terms);
    }

    /// @inheritdoc ITenderHouse
    function commit(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number) {
        Tender storage t = _sealing(tender, lot);
        mapping(address => BidSlot) storage slots = _lots[tender][lot].slots;
        BidStatus status = slots[msg.sender].bidStatus();
        require(
            status == BidStatus.None || status == BidStatus.Withdrawn,
            TenderBidStatus(tender, lot, msg.sender, status)
        );
        number = _seal(t, slots, commitment);
        if (t.bonded) _lock(t.bondToken, msg.sender, t.bondAmount);
        emit BidCommitted(tender, lot, msg.sender, commitment, number);
    }

    /// @inheritdoc ITenderHouse
    function replace(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number) {
        Tender storage t = _sealing(tender, lot);
        mapping(address => BidSlot) storage slots = _lots[tender][lot].slots;
        _requireStatus(tender, lot, msg.sender, slots[msg.sender], BidStatus.Sealed);
        number = _seal(t, slots, commitment);
        emit BidReplaced(tender, lot, msg.sender, commitment, number);
    }

    /// @inheritdoc ITenderHouse
    function withdraw(TenderId tender, uint16 lot) external {
        Tender storage t = _sealing(tender, lot);
        mapping(address => BidSlot) storage slots = _lots[tender][lot].slots;
        BidSlot slot = slots[msg.sender];
        _requireStatus(tender, lot, msg.sender, slot, BidStatus.Sealed);
        slots[msg.sender] = BidLib.withdrawnSlot(slot);
        if (t.bonded) _unlock(t.bondToken, msg.sender, t.bondAmount);
        emit BidWithdrawn(tender, lot, msg.sender);
    }

    /* OPENING */

    /// @inheritdoc ITenderHouse
    function reveal(
        TenderId tender,
        uint16 lot,
        bytes calldata bid,
        bytes32 salt,
        uint32 number,
        uint40 time,
        address predecessor
    ) external {
        Tender storage t = _live(tender, lot);
        uint40 closed = t.commitDeadline;
        require(block.timestamp > closed, TenderRevealNotOpen(tender, closed));
        require(block.timestamp <= t.revealDeadline, TenderRevealClosed(tender, t.revealDeadline));

        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[msg.sender];
        _requireStatus(tender, lot, msg.sender, slot, BidStatus.Sealed);
        bytes32 commitment = BidLib.commitment(tender, lot, msg.sender, keccak256(bid), salt);
        require(
            BidSlot.unwrap(slot) == BidSlot.unwrap(BidLib.sealedSlot(commitment, number, time)),
            TenderOpeningMismatch(tender, lot, msg.sender)
        );

        uint256 terms = l.terms;
        BidStatus status = _open(l, terms, msg.sender, bid, number, predecessor);
        emit BidOpened(tender, lot, msg.sender, number, status, bid, salt);
        if (terms >> 64 == 0) return;
        if (status == BidStatus.Malformed) return;
        Requirements required = LotLib.requiredOf(terms);
        uint256 marks = LotLib.marksOf(DOCUMENTS, required, bid[BID_LENGTH:], uint160(msg.sender), closed);
        if (marks == 0) return;
        l.marks[msg.sender] = marks;
        emit BidMarked(tender, lot, msg.sender, marks);
    }

    /// @inheritdoc ITenderHouse
    function place(TenderId tender, uint16 lot, address bidder, address predecessor) external {
        _known(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        _requireStatus(tender, lot, bidder, slot, BidStatus.Unplaced);
        require(l.link(bidder, slot, predecessor), TenderPlaceStale(tender, lot, bidder, predecessor));
        --l.unplaced;
        emit BidPlaced(tender, lot, bidder);
    }

    /* DECISIONS OF THE AGENCY */

    /// @inheritdoc ITenderHouse
    function reject(
        TenderId tender,
        uint16 lot,
        address bidder,
        address predecessor,
        uint16 reason,
        bytes32 evidence
    ) external {
        Tender storage t = _deciding(tender, lot);
        require(reason != 0 && evidence != 0, TenderReasonMissing(reason, evidence));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_REJECT);

        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        if (status == BidStatus.Unplaced) {
            l.slots[bidder] = slot.withStatus(BidStatus.Rejected);
            --l.unplaced;
        } else {
            require(status == BidStatus.Standing, TenderBidStatus(tender, lot, bidder, status));
            require(l.unlink(bidder, slot, predecessor), TenderPlaceStale(tender, lot, bidder, predecessor));
        }
        emit BidRejected(tender, lot, bidder, key, reason, evidence);
    }

    /// @inheritdoc ITenderHouse
    function admit(TenderId tender, uint16 lot, address bidder, uint16 reason, bytes32 evidence) external {
        Tender storage t = _deciding(tender, lot);
        require(reason != 0 && evidence != 0, TenderReasonMissing(reason, evidence));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_REJECT);

        Lot storage l = _lots[tender][lot];
        BidStatus status = l.slots[bidder].bidStatus();
        bool stands = status == BidStatus.Standing || status == BidStatus.Unplaced;
        uint256 marks = l.marks[bidder];
        require(stands && marks != 0 && marks & ADMITTED == 0, TenderBidStatus(tender, lot, bidder, status));
        l.marks[bidder] = marks | ADMITTED;
        emit BidAdmitted(tender, lot, bidder, key, reason, evidence);
    }

    /// @inheritdoc ITenderHouse
    function award(TenderId tender, uint16 lot, address bidder) external {
        _award(tender, lot, bidder, msg.data[msg.data.length:]);
    }

    /// @inheritdoc ITenderHouse
    function awardWithDocuments(TenderId tender, uint16 lot, address bidder, bytes calldata proofs) external {
        _award(tender, lot, bidder, proofs);
    }

    /// @inheritdoc ITenderHouse
    function closeLot(TenderId tender, uint16 lot) external {
        (Tender storage t, uint16 key) = _awarding(tender, lot);
        Lot storage l = _lots[tender][lot];
        require(l.lowest == address(0), TenderBidStands(tender, lot, l.lowest));

        --t.undecidedLots;
        l.award = Award(address(0), uint40(block.timestamp), LotOutcome.NoWinner);
        emit LotClosed(tender, lot, key);
    }

    /// @inheritdoc ITenderHouse
    function cancel(TenderId tender, uint16 reason, bytes32 evidence) external {
        Tender storage t = _live(tender, 0);
        require(t.undecidedLots != 0, TenderIsDecided(tender));
        require(block.timestamp <= t.awardDeadline, TenderAwardClosed(tender, t.awardDeadline));
        require(reason != 0 && evidence != 0, TenderReasonMissing(reason, evidence));
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_CANCEL);

        t.cancelledAt = uint40(block.timestamp);
        emit TenderCancelled(tender, key, reason, evidence);
    }

    /* BONDS */

    /// @inheritdoc ITenderHouse
    function settleBond(TenderId tender, uint16 lot, address bidder) external {
        Tender storage t = _known(tender, lot);
        require(t.bonded, TenderUnbonded(tender));
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        require(
            !slot.isSettled() && (status == BidStatus.Sealed || slot.isOpened()),
            TenderBidStatus(tender, lot, bidder, status)
        );
        if (status == BidStatus.Sealed && (t.cancelledAt == 0 || t.cancelledAt > t.revealDeadline)) {
            require(block.timestamp > t.revealDeadline, TenderBondHeld(tender, lot, bidder, t.revealDeadline));
            l.slots[bidder] = BidLib.forfeitedSlot();
            _forfeit(t.bondToken, bidder, t.treasury, t.bondAmount);
            emit BondForfeited(tender, lot, bidder, t.treasury);
        } else {
            if (status != BidStatus.Sealed) _requireFree(t, tender, lot, l, bidder);
            l.slots[bidder] = slot.settledSlot();
            _unlock(t.bondToken, bidder, t.bondAmount);
            emit BondReleased(tender, lot, bidder);
        }
    }

    /* VIEWS */

    /// @inheritdoc ITenderHouse
    function tenderOf(TenderId tender) external view returns (Tender memory) {
        return _known(tender, 0);
    }

    /// @inheritdoc ITenderHouse
    function tenderCount() external view returns (uint64) {
        return _tenderCount;
    }

    /// @inheritdoc ITenderHouse
    function lotOf(TenderId tender, uint16 lot) external view returns (LotView memory) {
        _known(tender, lot);
        Lot storage l = _lots[tender][lot];
        uint256 terms = l.terms;
        return LotView(LotLib.ceilingOf(terms), LotLib.requiredOf(terms), l.lowest, l.unplaced, l.award);
    }

    /// @inheritdoc ITenderHouse
    function bidOf(TenderId tender, uint16 lot, address bidder) external view returns (BidView memory) {
        _known(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        BidStatus status = slot.bidStatus();
        if (!slot.isOpened()) return BidView(status, 0, 0, address(0), slot.isSettled(), 0);
        (uint32 number, uint64 price) = (slot.bidNumber(), slot.bidPrice());
        uint256 marks = l.marks[bidder];
        if (marks & ADMITTED != 0) marks = 0;
        return BidView(status, number, price, slot.nextBidder(), slot.isSettled(), marks);
    }

    /* INTERNAL */

    function _checkTerms(TenderTerms calldata terms) private view {
        uint256 lots = terms.ceilings.length;
        require(lots != 0 && lots <= MAX_LOTS, TenderLotsInvalid(lots, MAX_LOTS));
        require(terms.documents != 0, TenderDocumentsMissing());
        require(
            block.timestamp < terms.commitDeadline &&
                terms.commitDeadline + MIN_OPENING <= terms.revealDeadline &&
                terms.revealDeadline < terms.awardDeadline &&
                terms.awardDeadline <= block.timestamp + MAX_DURATION,
            TenderDeadlinesInvalid(block.timestamp, terms.commitDeadline, terms.revealDeadline, terms.awardDeadline)
        );
        require(terms.standstill <= MAX_STANDSTILL, TenderStandstillInvalid(terms.standstill, MAX_STANDSTILL));
        bool letters = true;
        for (uint256 i = 0; i < 3; ++i) letters = letters && terms.currency[i] >= "A" && terms.currency[i] <= "Z";
        require(letters && terms.decimals <= MAX_DECIMALS, TenderCurrencyInvalid(terms.currency, terms.decimals));
        bool bonded = terms.bondToken != address(0);
        require(
            bonded == (terms.bondAmount != 0) &&
                bonded == (terms.treasury != address(0)) &&
                terms.treasury != address(this),
            TenderBondInvalid(terms.bondToken, terms.bondAmount, terms.treasury)
        );
        require(!bonded || terms.bondToken.code.length != 0, TokenLib.TokenInvalid(terms.bondToken));
        if (terms.required.length != 0) _checkRequired(terms.required, lots);
    }

    // Each requirement names a schema, and none stands above one that is empty.
    function _checkRequired(Requirements[] calldata required, uint256 lots) private view {
        require(required.length == lots, TenderRequirementInvalid(required.length));
        uint32 schemas = DOCUMENTS.schemaCount();
        for (uint256 lot = 0; lot < lots; ++lot) {
            uint256 rest = Requirements.unwrap(required[lot]);
            require(rest >> (4 * REQUIREMENT_BITS) == 0, TenderRequirementInvalid(lot));
            for (; rest != 0; rest >>= REQUIREMENT_BITS) {
                uint256 schema = (rest >> 23) & 0xffffff;
                require(schema != 0 && schema <= schemas, TenderRequirementInvalid(lot));
            }
        }
    }

    // A tender and a lot that exist.
    function _known(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _tenders[tender];
        require(t.commitDeadline != 0, TenderUnknown(tender));
        require(lot < t.lots, TenderLotUnknown(tender, lot));
    }

    function _live(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _known(tender, lot);
        require(t.cancelledAt == 0, TenderIsCancelled(tender));
    }

    function _sealing(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _live(tender, lot);
        require(block.timestamp <= t.commitDeadline, TenderCommitClosed(tender, t.commitDeadline));
    }

    function _deciding(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _live(tender, lot);
        require(block.timestamp <= t.awardDeadline, TenderAwardClosed(tender, t.awardDeadline));
        LotOutcome outcome = _lots[tender][lot].award.outcome;
        require(outcome == LotOutcome.Undecided, TenderLotDecided(tender, lot, outcome));
    }

    function _awarding(TenderId tender, uint16 lot) private view returns (Tender storage t, uint16 key) {
        t = _deciding(tender, lot);
        require(block.timestamp > t.revealDeadline, TenderRevealRunning(tender, t.revealDeadline));
        uint32 unplaced = _lots[tender][lot].unplaced;
        require(unplaced == 0, TenderBidsUnplaced(tender, lot, unplaced));
        key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_AWARD);
    }

    function _requireStatus(TenderId tender, uint16 lot, address bidder, BidSlot slot, BidStatus wanted) private pure {
        BidStatus status = slot.bidStatus();
        require(status == wanted, TenderBidStatus(tender, lot, bidder, status));
    }

    function _seal(
        Tender storage t,
        mapping(address => BidSlot) storage slots,
        bytes32 commitment
    ) private returns (uint32 number) {
        require(commitment != 0, TenderCommitmentZero());
        number = ++t.commits;
        slots[msg.sender] = BidLib.sealedSlot(commitment, number, uint40(block.timestamp));
    }

    // Stores a bid just opened, in its place where the predecessor is right.
    function _open(
        Lot storage l,
        uint256 terms,
        address bidder,
        bytes calldata bid,
        uint32 number,
        address predecessor
    ) private returns (BidStatus status) {
        (bool wellFormed, uint64 price) = BidLib.parse(bid, terms >> 64 != 0);
        uint64 ceiling = LotLib.ceilingOf(terms);
        if (!wellFormed) {
            status = BidStatus.Malformed;
        } else if (ceiling != 0 && price > ceiling) {
            status = BidStatus.OverCeiling;
        } else {
            status = BidStatus.Unplaced;
        }
        BidSlot slot = BidLib.openedSlot(status, price, number, address(0));
        if (status == BidStatus.Unplaced) {
            if (l.link(bidder, slot, predecessor)) return BidStatus.Standing;
            ++l.unplaced;
        }
        l.slots[bidder] = slot;
    }

    function _award(TenderId tender, uint16 lot, address bidder, bytes calldata proofs) private {
        (Tender storage t, uint16 key) = _awarding(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        _requireStatus(tender, lot, bidder, slot, BidStatus.Standing);
        require(l.lowest == bidder, TenderLowerBidStands(tender, lot, bidder, l.lowest));
        _requireUnmarked(tender, lot, l, bidder, proofs);

        --t.undecidedLots;
        l.award = Award(bidder, uint40(block.timestamp), LotOutcome.Awarded);
        emit LotAwarded(
            tender,
            lot,
            bidder,
            key,
            slot.bidNumber(),
            slot.bidPrice(),
            uint40(block.timestamp + t.standstill)
        );
    }

    // No mark of the opening stands, and what is required at the award holds now.
    function _requireUnmarked(
        TenderId tender,
        uint16 lot,
        Lot storage l,
        address bidder,
        bytes calldata proofs
    ) private view {
        uint256 terms = l.terms;
        if (terms >> 64 == 0) return;
        uint256 marks = l.marks[bidder];
        require(marks == 0 || marks & ADMITTED != 0, TenderBidMarked(tender, lot, bidder, marks));
        Requirements required = LotLib.requiredAtAward(terms, marks);
        if (Requirements.unwrap(required) == 0) return;
        marks = LotLib.marksOf(DOCUMENTS, required, proofs, uint160(bidder), block.timestamp);
        require(marks == 0, TenderBidMarked(tender, lot, bidder, marks));
    }

    function _requireFree(Tender storage t, TenderId tender, uint16 lot, Lot storage l, address bidder) private view {
        if (l.award.winner == bidder) {
            uint40 until = l.award.time + t.standstill;
            require(block.timestamp > until, TenderBondHeld(tender, lot, bidder, until));
        } else if (l.award.outcome == LotOutcome.Undecided && t.cancelledAt == 0) {
            require(block.timestamp > t.awardDeadline, TenderBondHeld(tender, lot, bidder, 0));
        }
    }
}
