// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BidSlot} from "./BidLib.sol";
import {CandidateSlot} from "./CandidateLib.sol";
import {EvaluationRules} from "./EvaluationTermsLib.sol";
import {LotStep, Progress} from "./EvaluationTypes.sol";
import {IEvaluation} from "./IEvaluation.sol";
import {ITenderHouse} from "./ITenderHouse.sol";
import {BidStatus, COMMITTEE_SEALED, TWO_PARTS, Tender, TenderId} from "./TenderTypes.sol";

/// @title EvaluationState
/// @notice What the parts of the evaluation share: the storage, and how a lot, its step and its bids are found.
abstract contract EvaluationState is IEvaluation {
    /// @notice An evaluator's scores in a stage.
    /// @param hash commitment; once revealed, hash over the points; zero once they are counted
    /// @param revealed whether it is revealed
    struct Sheet {
        bytes32 hash;
        bool revealed;
    }

    /// @notice The judging of a lot in one generation.
    struct Contest {
        Progress progress;
        mapping(address bidder => CandidateSlot) candidates;
        mapping(uint256 stage => mapping(address evaluator => Sheet)) sheets;
    }

    /* STORAGE */

    ITenderHouse public immutable HOUSE;

    mapping(TenderId tender => EvaluationRules) internal _rules;
    mapping(TenderId tender => mapping(uint16 lot => uint16)) internal _generations;
    mapping(TenderId tender => mapping(uint16 lot => mapping(uint256 generation => Contest))) private _contests;

    constructor(ITenderHouse house) {
        HOUSE = house;
    }

    /* INTERNAL */

    function _contestOf(
        TenderId tender,
        uint16 lot
    ) internal view returns (EvaluationRules storage r, Contest storage c) {
        r = _rules[tender];
        require(lot < r.lots, EvaluationUnknown(tender, lot));
        c = _contests[tender][lot][_generations[tender][lot]];
    }

    // A lot at this step.
    function _at(
        TenderId tender,
        uint16 lot,
        LotStep step
    ) internal view returns (EvaluationRules storage r, Contest storage c) {
        (r, c) = _contestOf(tender, lot);
        Progress storage p = c.progress;
        require(p.step == step, EvaluationStep(p.step, p.stage));
    }

    // Begins a lot anew.
    function _restart(TenderId tender, uint16 lot) internal {
        emit JudgingRestarted(tender, lot, ++_generations[tender][lot]);
    }

    // Begins a stage; after the last one, or where no bid is left, the stages are over.
    function _enterStage(
        EvaluationRules storage r,
        TenderId tender,
        uint16 lot,
        Progress storage p,
        uint8 stage,
        uint24 bids
    ) internal {
        (p.bids, p.visited, p.passed) = (bids, 0, 0);
        if (stage < r.stages && bids != 0) {
            (p.step, p.stage, p.round) = (LotStep.Scoring, stage, 0);
            (p.committed, p.revealed, p.counted, p.lastScore) = (0, 0, 0, type(uint32).max);
            _openRound(r, tender, lot, p);
            return;
        }
        (p.step, p.stage) = (r.lowBp == 0 ? LotStep.Pricing : LotStep.Screening, r.stages);
        ++r.finished;
        emit StagesFinished(tender, lot, bids);
    }

    function _openRound(EvaluationRules storage r, TenderId tender, uint16 lot, Progress storage p) internal {
        p.since = uint40(block.timestamp);
        (uint40 commitUntil, uint40 revealUntil) = _windowOf(r, p);
        emit StageOpened(tender, lot, p.stage, p.round, p.bids, commitUntil, revealUntil);
    }

    // The last seconds in which evaluators commit and reveal.
    function _windowOf(EvaluationRules storage r, Progress storage p) internal view returns (uint40, uint40) {
        uint40 commitUntil = p.since + r.stage[p.stage].commitPeriod;
        return (commitUntil, commitUntil + r.stage[p.stage].revealPeriod);
    }

    // A tender of which nothing is opened or judged any more in its present part.
    function _requireOpened(TenderId tender) internal view returns (Tender memory t) {
        t = HOUSE.tenderOf(tender);
        uint40 deadline = t.rules & COMMITTEE_SEALED == 0 ? t.revealDeadline : t.judgeDeadline;
        require(block.timestamp > deadline, EvaluationEarly(deadline));
    }

    function _bidOf(TenderId tender, uint16 lot, address bidder) internal view returns (BidSlot) {
        return BidSlot.wrap(uint256(HOUSE.slotOf(tender, lot, bidder)));
    }

    // Whether technical parts are opened, and no prices.
    function _isTechnical(Tender memory t) internal pure returns (bool) {
        return t.rules & TWO_PARTS != 0 && t.scoredAt == 0;
    }

    // Whether a bid can win yet: by its technical part, or by its price.
    function _stands(BidStatus status) internal pure returns (bool) {
        return _isPriced(status) || status == BidStatus.PartOpened;
    }

    function _isPriced(BidStatus status) internal pure returns (bool) {
        return status == BidStatus.Standing || status == BidStatus.Unplaced;
    }
}
