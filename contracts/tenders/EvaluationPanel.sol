// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CandidateLib, CandidateSlot} from "./CandidateLib.sol";
import {EvaluationRules} from "./EvaluationTermsLib.sol";
import {EvaluationState} from "./EvaluationState.sol";
import {LotStep, Progress, Seat, StageTerms, WHOLE} from "./EvaluationTypes.sol";
import {IEvaluation} from "./IEvaluation.sol";
import {ScoreLib} from "./ScoreLib.sol";
import {BidStatus, LotOutcome, LotView, TenderId} from "./TenderTypes.sol";

bytes32 constant SCORES_TAG = keccak256("CommonSeal.Scores.v1");

/// @title EvaluationPanel
/// @notice See IEvaluation. The part of the evaluation that lists bids and scores them in stages.
abstract contract EvaluationPanel is EvaluationState {
    /* LISTING */

    /// @inheritdoc IEvaluation
    function list(TenderId tender, uint16 lot, address[] calldata bidders) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Listing);
        Progress storage p = c.progress;
        (uint24 wanted, bool technical) = _standing(tender, lot);
        if (p.bids == 0) p.passed = wanted;
        require(p.passed == wanted, EvaluationListChanged(p.passed, wanted));

        for (uint256 i = 0; i < bidders.length; ++i) {
            address bidder = bidders[i];
            // In any order, so that nobody who leaves one out keeps the others from listing it.
            require(c.candidates[bidder].nextStage() == 0, EvaluationUnsorted(bidder));
            BidStatus status = _bidOf(tender, lot, bidder).bidStatus();
            bool stands = technical ? status == BidStatus.PartOpened : _isPriced(status);
            require(stands, EvaluationBidStatus(bidder, status));
            c.candidates[bidder] = CandidateLib.listedSlot();
        }
        p.bids += uint24(bidders.length);
        emit BidsListed(tender, lot, bidders);
        if (p.bids == wanted) _enterStage(r, tender, lot, p, 0, wanted);
    }

    /// @inheritdoc IEvaluation
    function relist(TenderId tender, uint16 lot) external {
        (, Contest storage c) = _contestOf(tender, lot);
        Progress storage p = c.progress;
        bool listing = p.step == LotStep.Listing;
        // Also as long as nobody has scored: who lists at once, before the agency has looked, settles nothing.
        bool unscored = p.step == LotStep.Scoring && p.stage == 0 && p.committed == 0;
        require(listing || unscored, EvaluationStep(p.step, p.stage));
        (uint24 wanted, ) = _standing(tender, lot);
        uint24 told = listing ? p.passed : p.bids;
        require(p.bids != 0 && told != wanted, EvaluationListChanged(told, wanted));
        _restart(tender, lot);
    }

    /* STAGES */

    /// @inheritdoc IEvaluation
    function declare(TenderId tender, bytes32 digest) external {
        EvaluationRules storage r = _rules[tender];
        require(r.seats[msg.sender] == Seat.Named, EvaluationDeclarationInvalid(msg.sender));
        require(digest != 0, EvaluationDigestMissing());
        r.seats[msg.sender] = Seat.Declared;
        emit ConflictDenied(tender, msg.sender, digest);
    }

    /// @inheritdoc IEvaluation
    function commitScores(TenderId tender, uint16 lot, uint8 stage, bytes32 hash) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Scoring);
        Progress storage p = c.progress;
        require(stage == p.stage, EvaluationStep(LotStep.Scoring, p.stage));
        require(r.seats[msg.sender] == Seat.Declared, EvaluationUndeclared(msg.sender));
        (uint40 until, ) = _windowOf(r, p);
        require(block.timestamp <= until, EvaluationCommitClosed(until));
        Sheet storage sheet = c.sheets[stage][msg.sender];
        // For good: in a further round some scores are public, and who committed before stays bound.
        require(sheet.hash == 0 && !sheet.revealed, EvaluationCommitted(msg.sender));
        require(hash != 0, EvaluationDigestMissing());
        _requireNoBidder(tender, lot, msg.sender);

        sheet.hash = hash;
        ++p.committed;
        emit ScoresCommitted(tender, lot, msg.sender, stage, hash);
    }

    /// @inheritdoc IEvaluation
    function revealScores(
        TenderId tender,
        uint16 lot,
        bytes32[] calldata points,
        bytes32 salt,
        address[] calldata bidders
    ) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Scoring);
        Progress storage p = c.progress;
        uint8 stage = p.stage;
        Sheet storage sheet = c.sheets[stage][msg.sender];
        require(sheet.hash != 0 && !sheet.revealed, EvaluationUncommitted(msg.sender));
        _requireRevealing(r, p);
        require(points.length == p.bids, EvaluationCountWrong(points.length, p.bids));
        bytes32 head = ScoreLib.fold(points, 0);
        bytes32 hash = _hashOf(tender, lot, stage, head, salt);
        require(hash == sheet.hash, EvaluationRevealMismatch(msg.sender));
        _requirePoints(r.stage[stage], points);

        (sheet.hash, sheet.revealed) = (head, true);
        ++p.revealed;
        emit SheetRevealed(tender, lot, msg.sender, stage, points, salt);
        if (bidders.length != 0) _count(tender, lot, msg.sender, bidders, points);
    }

    /// @inheritdoc IEvaluation
    function countScores(
        TenderId tender,
        uint16 lot,
        address evaluator,
        address[] calldata bidders,
        bytes32[] calldata points
    ) external {
        _count(tender, lot, evaluator, bidders, points);
    }

    /// @inheritdoc IEvaluation
    function reopenStage(TenderId tender, uint16 lot) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Scoring);
        Progress storage p = c.progress;
        (, uint40 until) = _windowOf(r, p);
        require(block.timestamp > until, EvaluationStageRunning(until));
        require(p.revealed < r.quorum, EvaluationQuorum(p.revealed, r.quorum));
        ++p.round;
        _openRound(r, tender, lot, p);
    }

    /// @inheritdoc IEvaluation
    function skip(TenderId tender, uint16 lot) external {
        (EvaluationRules storage r, Contest storage c) = _contestOf(tender, lot);
        Progress storage p = c.progress;
        require(p.step <= LotStep.Scoring, EvaluationStep(p.step, p.stage));
        LotOutcome outcome = HOUSE.lotOf(tender, lot).award.outcome;
        require(outcome == LotOutcome.Annulled, EvaluationLotStands(tender, lot));
        (p.step, p.stage) = (LotStep.Ranked, r.stages);
        ++r.finished;
        emit StagesFinished(tender, lot, 0);
    }

    /// @inheritdoc IEvaluation
    function closeStage(TenderId tender, uint16 lot, address[] calldata bidders) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Scoring);
        Progress storage p = c.progress;
        _requireScored(r, p);
        uint8 stage = p.stage;
        (uint32[] memory scores, bool[] memory passed) = _score(r, c, tender, lot, bidders);

        emit BidsScored(tender, lot, stage, bidders, scores, passed);
        r.digest = keccak256(abi.encode(r.digest, lot, stage, bidders, scores, passed));
        p.visited += uint24(bidders.length);
        if (p.visited == p.bids) _enterStage(r, tender, lot, p, stage + 1, p.passed);
    }

    /* INTERNAL */

    // Number of bids that stand in the house, once none is added any more; and whether by their technical parts.
    function _standing(TenderId tender, uint16 lot) private view returns (uint24 bids, bool technical) {
        technical = _isTechnical(_requireOpened(tender));
        LotView memory l = HOUSE.lotOf(tender, lot);
        bids = technical ? l.partOpened : l.standing;
    }

    function _requireNoBidder(TenderId tender, uint16 lot, address evaluator) private view {
        BidStatus status = _bidOf(tender, lot, evaluator).bidStatus();
        bool bids = status != BidStatus.None && status != BidStatus.Withdrawn;
        bids = bids || HOUSE.bidderOf(tender, lot, evaluator) != address(0);
        require(!bids, EvaluationConflict(evaluator));
    }

    function _requireRevealing(EvaluationRules storage r, Progress storage p) private view {
        (uint40 from, uint40 until) = _windowOf(r, p);
        bool open = (block.timestamp > from || p.committed == r.panel) && block.timestamp <= until;
        require(open, EvaluationRevealClosed(from + 1, until));
    }

    function _hashOf(
        TenderId tender,
        uint16 lot,
        uint8 stage,
        bytes32 head,
        bytes32 salt
    ) private view returns (bytes32) {
        uint16 generation = _generations[tender][lot];
        return
            keccak256(
                abi.encode(
                    SCORES_TAG,
                    block.chainid,
                    address(this),
                    tender,
                    lot,
                    generation,
                    stage,
                    msg.sender,
                    head,
                    salt
                )
            );
    }

    function _requirePoints(StageTerms storage s, bytes32[] calldata points) private view {
        (uint256 weights, bool passFail) = (s.weights, s.passFail);
        for (uint256 i = 0; i < points.length; ++i) {
            bool valid = ScoreLib.isValid(points[i], weights, passFail);
            require(valid, EvaluationPointsInvalid(i, points[i]));
        }
    }

    function _count(
        TenderId tender,
        uint16 lot,
        address evaluator,
        address[] calldata bidders,
        bytes32[] calldata points
    ) private {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Scoring);
        uint8 stage = c.progress.stage;
        Sheet storage sheet = c.sheets[stage][evaluator];
        require(sheet.revealed && sheet.hash != 0, EvaluationUncommitted(evaluator));
        // All bids of the stage in their order: points go to the bid they were given.
        uint256 count = bidders.length;
        require(points.length == count && count == c.progress.bids, EvaluationCountWrong(count, points.length));
        bytes32 given = ScoreLib.fold(points, 0);
        require(given == sheet.hash, EvaluationListMismatch(given, sheet.hash));

        uint256 weights = r.stage[stage].weights;
        address last = address(0);
        for (uint256 i = 0; i < count; ++i) {
            address bidder = bidders[i];
            require(bidder > last, EvaluationUnsorted(bidder));
            last = bidder;
            CandidateSlot slot = c.candidates[bidder];
            require(slot.isIn(stage), EvaluationBidUnexpected(bidder));
            c.candidates[bidder] = slot.scoredSlot(ScoreLib.scoreOf(points[i], weights));
        }
        sheet.hash = 0;
        ++c.progress.counted;
        emit SheetCounted(tender, lot, evaluator, stage);
    }

    // Scores are complete: of the whole panel, or after the time for it of a quorum.
    function _requireScored(EvaluationRules storage r, Progress storage p) private view {
        (, uint40 until) = _windowOf(r, p);
        bool over = p.revealed == r.panel || block.timestamp > until;
        require(over, EvaluationStageRunning(until));
        require(p.revealed >= r.quorum, EvaluationQuorum(p.revealed, r.quorum));
        require(p.counted == p.revealed, EvaluationUncounted(p.counted, p.revealed));
    }

    function _score(
        EvaluationRules storage r,
        Contest storage c,
        TenderId tender,
        uint16 lot,
        address[] calldata bidders
    ) private returns (uint32[] memory scores, bool[] memory passed) {
        Progress storage p = c.progress;
        StageTerms storage s = r.stage[p.stage];
        // Who left one out that is better would keep it out.
        bool whole = s.keep == 0 || bidders.length == p.bids;
        require(whole, EvaluationCountWrong(bidders.length, p.bids));
        scores = new uint32[](bidders.length);
        passed = new bool[](bidders.length);
        for (uint256 i = 0; i < bidders.length; ++i) {
            address bidder = bidders[i];
            CandidateSlot slot = c.candidates[bidder];
            require(slot.isIn(p.stage), EvaluationBidUnexpected(bidder));
            scores[i] = uint32(ScoreLib.meanDown(slot, p.revealed, r.dropExtremes));
            // Where a number is kept, one that stands no more takes no place.
            bool out = slot.isOut() || (s.keep != 0 && _isFallen(tender, lot, bidder));
            if (!out) {
                bool sorted = s.keep == 0 || scores[i] <= p.lastScore;
                require(sorted, EvaluationUnsorted(bidder));
                passed[i] = _passes(s, p, scores[i]);
            }
            c.candidates[bidder] = passed[i] ? slot.passedSlot(uint256(s.weight) * scores[i]) : slot.goneSlot();
        }
    }

    // Whether a bid stands no more in the house, and tells it.
    function _isFallen(TenderId tender, uint16 lot, address bidder) private returns (bool fallen) {
        BidStatus status = _bidOf(tender, lot, bidder).bidStatus();
        fallen = !_stands(status);
        if (fallen) emit BidExcluded(tender, lot, bidder, status);
    }

    // Whether the next bid goes on: it reaches the threshold and is among those kept, or like the last of them.
    function _passes(StageTerms storage s, Progress storage p, uint32 score) private returns (bool passes) {
        bool kept = s.keep == 0 || p.passed < s.keep || (p.lastPassed && score == p.lastScore);
        passes = score >= s.threshold * WHOLE && kept;
        (p.lastScore, p.lastPassed) = (score, passes);
        if (passes) ++p.passed;
    }
}
