// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Requirements} from "../documents/IDocumentRegistry.sol";
import {POINT_LENGTH} from "../shared/Bls12381Lib.sol";
import {
    BONDED,
    COMMITTEE_SEALED,
    JudgingTerms,
    LOTTERY,
    MAX_PRICE,
    MINIMUMS,
    OPEN_BY_BIDDERS,
    Phase,
    REBID,
    SEALED_CEILINGS,
    SealingTerms,
    TWO_PARTS,
    Tender,
    TenderId,
    TenderTerms
} from "./TenderTypes.sol";

// Bidders have at least so long once the committee is complete.
uint40 constant MIN_BIDDING = 1 days;
// A sealed ceiling is ceiling and minimum, 8 bytes each.
uint256 constant CEILING_LENGTH = 16;

/// @title TermsLib
/// @notice What of a tender's terms is stored, and what follows from them.
library TermsLib {
    /// @notice Stores what the house keeps of the terms.
    function store(Tender storage t, TenderTerms calldata terms) internal {
        uint16 lots = uint16(terms.ceilings.length);
        (t.commitDeadline, t.revealDeadline, t.awardDeadline) = (
            terms.commitDeadline,
            terms.revealDeadline,
            terms.awardDeadline
        );
        (t.lots, t.undecidedLots, t.rules) = (lots, lots, _rulesOf(terms));
        (t.agency, t.standstill, t.treasury) = (terms.agency, terms.standstill, terms.treasury);
        (t.bondToken, t.bondAmount) = (terms.bondToken, terms.bondAmount);
        t.guarantee = uint48(Requirements.unwrap(terms.guarantee));
        (t.rebidOf, t.rebidLot) = (terms.rebidOf, terms.rebidLot);
        JudgingTerms calldata judging = terms.judging;
        (t.rule, t.amendPeriod, t.complaints) = (judging.rule, judging.amendPeriod, judging.complaints);
        if (judging.amendPeriod != 0) t.amendUntil = terms.commitDeadline;
        if (terms.sealing.seats.length == 0) (t.phase, t.sealedLength) = (Phase.Sealing, 32);
        else _storeSealing(t, terms.sealing);
    }

    /// @notice The length of a part as it is sealed: commitment and envelope.
    function sealedLength(uint256 seats, uint256 bidLength) internal pure returns (uint256) {
        return 64 + POINT_LENGTH + 32 * seats + bidLength;
    }

    /// @notice Ceiling and minimum as they were sealed; none where the bytes are neither.
    function parseCeiling(bytes calldata sealed_) internal pure returns (uint64 ceiling, uint64 minimum) {
        if (sealed_.length != CEILING_LENGTH) return (0, 0);
        ceiling = uint64(bytes8(sealed_[:8]));
        minimum = uint64(bytes8(sealed_[8:]));
        if (ceiling > MAX_PRICE || minimum > (ceiling == 0 ? MAX_PRICE : ceiling)) return (0, 0);
    }

    function _rulesOf(TenderTerms calldata terms) private pure returns (uint8 rules) {
        if (terms.bondToken != address(0)) rules |= BONDED;
        if (terms.minimums.length != 0) rules |= MINIMUMS;
        if (TenderId.unwrap(terms.rebidOf) != 0) rules |= REBID;
        if (terms.sealing.seats.length != 0) rules |= _sealingRulesOf(terms.sealing);
    }

    function _sealingRulesOf(SealingTerms calldata sealing) private pure returns (uint8 rules) {
        rules = COMMITTEE_SEALED;
        if (sealing.bidLengths.length == 2) rules |= TWO_PARTS;
        if (!sealing.earliest) rules |= LOTTERY;
        if (sealing.openByBidders) rules |= OPEN_BY_BIDDERS;
        if (sealing.sealedCeilings) rules |= SEALED_CEILINGS;
    }

    function _storeSealing(Tender storage t, SealingTerms calldata sealing) private {
        (t.scalarsDeadline, t.judgeDeadline, t.bidsFrom) = (
            sealing.scalarsDeadline,
            sealing.judgeDeadline,
            sealing.bidsFrom
        );
        uint256 seats = sealing.seats.length;
        uint256 length = sealedLength(seats, sealing.bidLengths[0]);
        if (sealing.bidLengths.length == 2) {
            (t.scoresDeadline, t.scorer) = (sealing.scoresDeadline, sealing.scorer);
            t.technicalLength = uint16(length);
            length += sealedLength(seats, sealing.bidLengths[1]);
        }
        (t.seats, t.sealedLength) = (uint8(seats), uint16(length));
    }
}
