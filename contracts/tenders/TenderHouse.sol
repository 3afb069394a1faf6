// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IAgencyRegistry} from "../agencies/IAgencyRegistry.sol";
import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {BidLib, BidSlot, IDENTITY_LENGTH, PRICE_SECTION, TECHNICAL_SECTION} from "./BidLib.sol";
import {Bonds} from "./Bonds.sol";
import {IAwardRule} from "./IAwardRule.sol";
import {IdentityLib} from "./IdentityLib.sol";
import {ICommitteeHouse, OpeningTimes} from "./ICommitteeHouse.sol";
import {IOpeningCommittee} from "./IOpeningCommittee.sol";
import {ITenderDesk} from "./ITenderDesk.sol";
import {ITenderHouse} from "./ITenderHouse.sol";
import {ITenderOffice} from "./ITenderOffice.sol";
import {ITenderRemedy} from "./ITenderRemedy.sol";
import {ADMITTED, Lot, LotLib} from "./LotLib.sol";
import {MIN_BIDDING} from "./TermsLib.sol";
import {TenderSealing} from "./TenderSealing.sol";
import {TenderState} from "./TenderState.sol";
import {
    BidStatus,
    BidView,
    Judgement,
    LotView,
    MINIMUMS,
    Opening,
    Phase,
    TWO_PARTS,
    Tender,
    TenderId,
    TenderTerms
} from "./TenderTypes.sol";

// Scalars are not accepted before: an early one could come to lie before a deadline that a reorganisation moves.
uint40 constant FINALITY_MARGIN = 30 minutes;

/// @title TenderHouse
/// @notice See ITenderHouse. For acts of the agency, for a lot as a whole and on others' behalf it runs the code
/// of the office and of the desk on its state.
contract TenderHouse is TenderSealing, Bonds, ITenderHouse {
    using LotLib for Lot;

    /// @notice Where the code of ITenderOffice and of ITenderDesk stands.
    address public immutable OFFICE;
    address public immutable DESK;
    /// @notice The ERC-7913 verifier of keys that sign identities. It has no state.
    address public immutable VERIFIER;

    constructor(
        IAgencyRegistry agencies,
        IDocumentRegistry documents,
        IOpeningCommittee committee,
        address office,
        address desk,
        address verifier
    ) TenderState(agencies, documents, committee) {
        OFFICE = office;
        DESK = desk;
        VERIFIER = verifier;
    }

    /* SEALING */

    /// @inheritdoc ITenderHouse
    function commitBid(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number) {
        Tender storage t = _plain(tender, lot);
        Lot storage l = _lots[tender][lot];
        _enter(t, tender, lot, l, msg.sender);
        _pay(t, tender, lot, l, msg.sender, msg.sender);
        number = _store(t, l, msg.sender, commitment, 0);
        emit BidCommitted(tender, lot, msg.sender, commitment, number);
    }

    /// @inheritdoc ITenderHouse
    function replaceBid(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number) {
        Tender storage t = _plain(tender, lot);
        Lot storage l = _lots[tender][lot];
        _requireStatus(tender, lot, msg.sender, l.slots[msg.sender], BidStatus.Sealed);
        number = _store(t, l, msg.sender, commitment, 0);
        emit BidReplaced(tender, lot, msg.sender, commitment, number);
    }

    /// @inheritdoc ITenderHouse
    function commitEnvelope(TenderId tender, uint16 lot, bytes calldata sealed_) external returns (uint32 number) {
        Tender storage t = _sealing(tender, lot);
        Lot storage l = _lots[tender][lot];
        (bytes32 first, bytes32 second) = _parts(t, tender, sealed_);
        _enter(t, tender, lot, l, msg.sender);
        _pay(t, tender, lot, l, msg.sender, msg.sender);
        number = _store(t, l, msg.sender, first, second);
        emit BidSealed(tender, lot, msg.sender, number, sealed_);
    }

    /// @inheritdoc ITenderHouse
    function replaceEnvelope(TenderId tender, uint16 lot, bytes calldata sealed_) external returns (uint32 number) {
        Tender storage t = _sealing(tender, lot);
        Lot storage l = _lots[tender][lot];
        _requireStatus(tender, lot, msg.sender, l.slots[msg.sender], BidStatus.Sealed);
        (bytes32 first, bytes32 second) = _parts(t, tender, sealed_);
        number = _store(t, l, msg.sender, first, second);
        emit BidSealed(tender, lot, msg.sender, number, sealed_);
    }

    /// @inheritdoc ITenderHouse
    function withdraw(TenderId tender, uint16 lot) external {
        _withdraw(_withdrawing(tender, lot), tender, lot, msg.sender);
    }

    /* OPENING */

    /// @inheritdoc ITenderHouse
    function open(TenderId tender, uint16 lot, address bidder, Opening calldata o) external {
        Tender storage t = _opening(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        uint8 part = _currentPart(t);
        _requireStatus(tender, lot, bidder, slot, part == 0 ? BidStatus.Sealed : BidStatus.PartOpened);
        bytes32 commitment = BidLib.commitment(tender, lot, part, bidder, keccak256(o.bid), o.salt);
        BidSlot sealed_ = _sealedSlot(t, commitment, o.envelope, o.other, o.number, o.time);
        require(slot.isOf(sealed_), TenderOpeningMismatch(tender, lot, bidder));

        if (t.rules & TWO_PARTS == 0) _openWhole(t, tender, lot, bidder, slot, o);
        else if (part == 0) _openTechnical(t, tender, lot, bidder, slot, o);
        else _openPrice(t, tender, lot, bidder, slot, o);
    }

    /// @inheritdoc ITenderHouse
    function place(TenderId tender, uint16 lot, address bidder, address before, address next) external {
        _known(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        _requireStatus(tender, lot, bidder, slot, BidStatus.Unplaced);
        require(l.link(bidder, slot, before, next), TenderPlaceStale(tender, lot, bidder, before));
        --l.unplaced;
        emit BidPlaced(tender, lot, bidder);
    }

    /* THE COMMITTEE */

    /// @inheritdoc ICommitteeHouse
    function openingTimes(TenderId tender) external view returns (OpeningTimes memory) {
        Tender storage t = _live(tender, 0);
        uint8 part = _currentPart(t);
        uint40 begin = (part == 0 ? t.commitDeadline : t.scoredAt) + FINALITY_MARGIN;
        return OpeningTimes(part, t.commitDeadline, begin, t.scalarsDeadline);
    }

    /// @inheritdoc ICommitteeHouse
    function biddingOpened(TenderId tender) external {
        Tender storage t = _byCommittee(tender);
        require(block.timestamp >= t.bidsFrom, TenderNotSealing(tender, t.phase));
        // No member decides, by sitting late, that only some have the time to bid.
        uint40 latest = t.commitDeadline - MIN_BIDDING;
        require(block.timestamp <= latest, TenderCommitClosed(tender, latest));
        t.phase = Phase.Sealing;
        emit BiddingOpened(tender);
    }

    /// @inheritdoc ICommitteeHouse
    function keysPublished(TenderId tender) external {
        Tender storage t = _byCommittee(tender);
        uint8 part = _currentPart(t);
        t.phase = part == 0 ? Phase.Opened : Phase.PriceOpened;
        emit OpeningBegun(tender, part);
    }

    /// @inheritdoc ICommitteeHouse
    function keysLeaked(TenderId tender) external {
        _byCommittee(tender).phase = Phase.Stopped;
        emit SealingStopped(tender);
    }

    /* OFFICE AND DESK */

    /// @inheritdoc ITenderOffice
    function publish(TenderTerms calldata) external returns (TenderId) {
        return abi.decode(_at(OFFICE), (TenderId));
    }

    /// @inheritdoc ITenderOffice
    function proposeExtension(TenderId, uint40) external {
        _at(OFFICE);
    }

    /// @inheritdoc ITenderOffice
    function extend(TenderId, uint40, uint16, bytes32) external {
        _at(OFFICE);
    }

    /// @inheritdoc ITenderOffice
    function amend(TenderId, bytes32) external {
        _at(OFFICE);
    }

    /// @inheritdoc ITenderOffice
    function revealScores(TenderId, bytes32) external {
        _at(OFFICE);
    }

    /// @inheritdoc ITenderOffice
    function judge(TenderId, uint16, address, Judgement calldata) external {
        _at(OFFICE);
    }

    /// @inheritdoc ITenderOffice
    function sealCeiling(TenderId, uint16, bytes calldata) external returns (uint32) {
        return abi.decode(_at(OFFICE), (uint32));
    }

    /// @inheritdoc ITenderOffice
    function openCeiling(TenderId, uint16, Opening calldata) external {
        _at(OFFICE);
    }

    /// @inheritdoc ITenderOffice
    function judgeCeiling(TenderId, uint16, Judgement calldata) external {
        _at(OFFICE);
    }

    /// @inheritdoc ITenderDesk
    function reject(TenderId, uint16, address, uint16, bytes32) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function admit(TenderId, uint16, address, uint16, bytes32) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function strike(TenderId, uint16, address[] calldata) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function draw(TenderId, uint16, address[] calldata) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function award(TenderId, uint16, address) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function awardWithDocuments(TenderId, uint16, address, bytes calldata) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function closeLot(TenderId, uint16, address) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function commitFor(
        address,
        TenderId,
        uint16,
        bytes calldata,
        bytes calldata,
        bytes32,
        uint40,
        bytes calldata
    ) external returns (uint32) {
        return abi.decode(_at(DESK), (uint32));
    }

    /// @inheritdoc ITenderDesk
    function withdrawFor(address, TenderId, uint16, bytes32, uint40, bytes calldata) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderRemedy
    function annul(TenderId, uint16) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderRemedy
    function reopen(TenderId, uint16, uint40) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderRemedy
    function postpone(TenderId, uint16, int40, uint40) external returns (bool) {
        return abi.decode(_at(DESK), (bool));
    }

    /// @inheritdoc ITenderRemedy
    function reinstate(TenderId, uint16, address, address) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderDesk
    function settleBond(TenderId, uint16, address) external {
        _at(DESK);
    }

    /// @inheritdoc ITenderOffice
    function cancel(TenderId, uint16, bytes32) external {
        _at(OFFICE);
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
        Tender storage t = _known(tender, lot);
        Lot storage l = _lots[tender][lot];
        uint256 terms = l.terms;
        return
            LotView({
                ceiling: LotLib.ceilingOf(terms),
                minimum: l.minimum,
                required: LotLib.requiredOf(terms),
                lowest: l.lowest,
                unplaced: l.unplaced,
                lotterySum: l.lotterySum,
                overCeiling: l.overCeiling,
                drawn: l.drawn,
                partOpened: l.partOpened,
                standing: l.standing,
                awardDeadline: _awardDeadline(t, l),
                award: l.award
            });
    }

    /// @inheritdoc ITenderHouse
    function bidOf(TenderId tender, uint16 lot, address bidder) external view returns (BidView memory bid) {
        _known(tender, lot);
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        bid.status = slot.bidStatus();
        bid.settled = slot.isSettled();
        bid.payer = l.payers[bidder];
        bid.vendor = l.vendors[bidder];
        bid.awardedAt = l.awardedAt(bidder);
        uint256 marks = l.marks[bidder];
        if (marks & ADMITTED == 0) bid.marks = marks;
        if (!slot.isPriced()) return bid;
        (bid.number, bid.price, bid.lottery) = (slot.bidNumber(), slot.bidPrice(), slot.lotteryNumber());
        bid.next = slot.nextNumber();
    }

    /// @inheritdoc ITenderHouse
    function slotOf(TenderId tender, uint16 lot, address bidder) external view returns (bytes32) {
        return bytes32(BidSlot.unwrap(_lots[tender][lot].slots[bidder]));
    }

    /// @inheritdoc ITenderHouse
    function bidderOf(TenderId tender, uint16 lot, address vendor) external view returns (address) {
        return _lots[tender][lot].bidders[vendor];
    }

    /// @inheritdoc ITenderHouse
    function lapsed(TenderId tender) external view returns (bool) {
        return _lapsed(_known(tender, 0));
    }

    /// @inheritdoc ITenderHouse
    function isFinal(TenderId tender, uint16 lot, address bidder) external view returns (bool) {
        Tender storage t = _known(tender, lot);
        uint40 awardedAt = _lots[tender][lot].awardedAt(bidder);
        bool over = awardedAt != 0 && block.timestamp > awardedAt + t.standstill && !_isBlocked(t, tender, lot);
        return over && (t.rule == address(0) || IAwardRule(t.rule).selects(tender, lot, bidder));
    }

    /* INTERNAL */

    function _at(address code) private returns (bytes memory) {
        return Address.functionDelegateCall(code, msg.data);
    }

    function _byCommittee(TenderId tender) private view returns (Tender storage t) {
        require(msg.sender == address(COMMITTEE), TenderCommitteeOnly(msg.sender));
        return _live(tender, 0);
    }

    function _plain(TenderId tender, uint16 lot) private view returns (Tender storage t) {
        t = _sealing(tender, lot);
        require(t.sealedLength == 32, TenderSealedLength(tender, 32, t.sealedLength));
    }

    function _openWhole(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        address bidder,
        BidSlot slot,
        Opening calldata o
    ) private {
        (bool wellFormed, uint64 price, uint16 lottery) = BidLib.parsePrice(o.bid);
        bytes calldata proofs;
        address vendor;
        if (wellFormed) (wellFormed, vendor, proofs) = _vendorOf(tender, lot, bidder, o.bid[PRICE_SECTION:]);
        else proofs = o.bid[:0];
        BidStatus status = _placePrice(t, tender, lot, bidder, slot, o, wellFormed, price, lottery);
        emit BidOpened(tender, lot, bidder, 0, o.number, status, o.bid, o.salt);
        if (wellFormed) _identify(t, tender, lot, bidder, vendor, proofs);
    }

    function _openTechnical(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        address bidder,
        BidSlot slot,
        Opening calldata o
    ) private {
        bool wellFormed = o.bid.length >= TECHNICAL_SECTION + IDENTITY_LENGTH;
        address vendor;
        bytes calldata proofs = o.bid[:0];
        if (wellFormed) (wellFormed, vendor, proofs) = _vendorOf(tender, lot, bidder, o.bid[TECHNICAL_SECTION:]);
        BidStatus status = wellFormed ? BidStatus.PartOpened : BidStatus.Malformed;
        Lot storage l = _lots[tender][lot];
        l.slots[bidder] = wellFormed ? slot.withStatus(status) : slot.openedSlot(status, 0, 0, 0);
        if (wellFormed) ++l.partOpened;
        emit BidOpened(tender, lot, bidder, 0, o.number, status, o.bid, o.salt);
        if (wellFormed) _identify(t, tender, lot, bidder, vendor, proofs);
    }

    function _openPrice(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        address bidder,
        BidSlot slot,
        Opening calldata o
    ) private {
        (bool wellFormed, uint64 price, uint16 lottery) = BidLib.parsePrice(o.bid);
        --_lots[tender][lot].partOpened;
        BidStatus status = _placePrice(t, tender, lot, bidder, slot, o, wellFormed, price, lottery);
        emit BidOpened(tender, lot, bidder, 1, o.number, status, o.bid, o.salt);
    }

    // Stores a bid of which the price is opened, in its place where the neighbours are right.
    function _placePrice(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        address bidder,
        BidSlot slot,
        Opening calldata o,
        bool wellFormed,
        uint64 price,
        uint16 lottery
    ) private returns (BidStatus status) {
        Lot storage l = _lots[tender][lot];
        uint64 ceiling = LotLib.ceilingOf(l.terms);
        if (!wellFormed) {
            (status, price, lottery) = (BidStatus.Malformed, 0, 0);
        } else if (ceiling != 0 && price > ceiling) {
            status = BidStatus.OverCeiling;
            ++l.overCeiling;
        } else if (t.rules & MINIMUMS != 0 && price < l.minimum) {
            status = BidStatus.UnderMinimum;
        } else {
            status = BidStatus.Unplaced;
            ++l.standing;
        }
        l.lotterySum += lottery;
        slot = slot.openedSlot(status, price, o.number, lottery);
        if (status == BidStatus.Unplaced) {
            if (l.link(bidder, slot, o.before, o.next)) return BidStatus.Standing;
            ++l.unplaced;
        }
        l.slots[bidder] = slot;
    }

    // The vendor of a bid, and the proofs of its documents.
    function _vendorOf(
        TenderId tender,
        uint16 lot,
        address bidder,
        bytes calldata section
    ) private view returns (bool valid, address vendor, bytes calldata proofs) {
        proofs = section[:0];
        if (section.length < IDENTITY_LENGTH) return (false, bidder, proofs);
        uint256 end = IDENTITY_LENGTH + uint16(bytes2(section[:IDENTITY_LENGTH]));
        if (section.length < end) return (false, bidder, proofs);
        proofs = section[end:];
        if (end == IDENTITY_LENGTH) return (true, bidder, proofs);
        bytes32 digest = _hashTypedDataV4(IdentityLib.messageOf(tender, lot, bidder));
        (valid, vendor) = IdentityLib.vendorOf(digest, section[IDENTITY_LENGTH:end], VERIFIER);
    }

    // Notes on whose behalf a bid was made, finds a second one of the same vendor, and judges its documents.
    function _identify(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        address bidder,
        address vendor,
        bytes calldata proofs
    ) private {
        Lot storage l = _lots[tender][lot];
        if (vendor != bidder) {
            l.vendors[bidder] = vendor;
            l.named = true;
            emit BidIdentified(tender, lot, bidder, vendor);
        }
        if (l.named) _findDuplicate(tender, lot, l, bidder, vendor);
        Requirements required = LotLib.requiredOf(l.terms);
        if (Requirements.unwrap(required) == 0) return;
        uint256 marks = LotLib.marksOf(DOCUMENTS, required, proofs, uint160(vendor), t.commitDeadline);
        if (marks == 0) return;
        l.marks[bidder] = marks;
        emit BidMarked(tender, lot, bidder, marks);
    }

    // A vendor's other opened bid in the lot is of an account that named it, or of its own.
    function _findDuplicate(TenderId tender, uint16 lot, Lot storage l, address bidder, address vendor) private {
        address other = l.bidders[vendor];
        if (other == address(0) && vendor != bidder && _isOpened(l, vendor)) other = vendor;
        if (other == address(0) || other == bidder) {
            l.bidders[vendor] = bidder;
            return;
        }
        l.takeOutDuplicate(other);
        l.takeOutDuplicate(bidder);
        emit BidsDuplicate(tender, lot, bidder, other, vendor);
    }

    // Whether an account's own bid was opened or is void, and names no other vendor.
    function _isOpened(Lot storage l, address account) private view returns (bool) {
        BidStatus status = l.slots[account].bidStatus();
        bool opened = status >= BidStatus.Standing && status != BidStatus.Forfeited;
        return opened && status != BidStatus.Malformed && l.vendors[account] == address(0);
    }
}
