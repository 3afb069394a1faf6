// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BidSlot} from "./BidLib.sol";
import {CandidateSlot} from "./CandidateLib.sol";
import {EvaluationRules, EvaluationTermsLib} from "./EvaluationTermsLib.sol";
import {EvaluationState} from "./EvaluationState.sol";
import {LotStep, Progress} from "./EvaluationTypes.sol";
import {IEvaluation} from "./IEvaluation.sol";
import {Scale, ScoreLib} from "./ScoreLib.sol";
import {BidStatus, LOTTERY, LotView, Phase, Tender, TenderId} from "./TenderTypes.sol";

/// @title EvaluationRanking
/// @notice See IEvaluation. The part of the evaluation that reads prices, ranks bids and selects those that win.
abstract contract EvaluationRanking is EvaluationState {
    using EvaluationTermsLib for EvaluationRules;

    /* PRICES */

    /// @inheritdoc IEvaluation
    function releaseScores(TenderId tender) external {
        EvaluationRules storage r = _rules[tender];
        (uint16 finished, uint16 lots) = (r.finished, r.lots);
        require(finished == lots && lots != 0, EvaluationUnfinished(finished, lots));
        HOUSE.revealScores(tender, r.digest);
    }

    /// @inheritdoc IEvaluation
    function loadPrices(TenderId tender, uint16 lot, address[] calldata bidders) external {
        (EvaluationRules storage r, Contest storage c) = _contestOf(tender, lot);
        Progress storage p = c.progress;
        LotStep step = p.step;
        bool loading = step == LotStep.Screening || step == LotStep.Pricing;
        require(loading, EvaluationStep(step, p.stage));
        Tender memory t = _requireOpened(tender);
        require(!_isTechnical(t), EvaluationPricesSealed());
        if (step == LotStep.Pricing && r.lowBp != 0) {
            uint40 until = _decideUntil(r, p);
            require(block.timestamp > until, EvaluationEarly(until));
        }

        LotView memory l = HOUSE.lotOf(tender, lot);
        uint256 pass = uint256(step);
        for (uint256 i = 0; i < bidders.length; ++i) _read(c, tender, lot, bidders[i], pass, l);
        p.visited += uint24(bidders.length);
        if (p.visited != p.bids) return;
        if (step == LotStep.Screening) _endScreening(r, tender, lot, p);
        else _endLoading(tender, lot, p, t, l);
    }

    /// @inheritdoc IEvaluation
    function flagLow(TenderId tender, uint16 lot, address[] calldata bidders) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Pricing);
        uint40 last = c.progress.since + r.answerPeriod;
        require(block.timestamp <= last, EvaluationFlagClosed(last));
        uint64 limit = c.progress.lowLimit;
        uint8 stages = r.stages;
        uint40 until = uint40(block.timestamp) + r.answerPeriod;
        for (uint256 i = 0; i < bidders.length; ++i) {
            address bidder = bidders[i];
            CandidateSlot slot = c.candidates[bidder];
            uint64 price = slot.priceOf();
            bool read = slot.isIn(stages) && slot.isRead(uint256(LotStep.Screening));
            require(read, EvaluationBidUnexpected(bidder));
            require(price < limit, EvaluationPriceNormal(bidder, price, limit));
            if (slot.flaggedAt() != 0) continue;
            c.candidates[bidder] = slot.flaggedSlot(block.timestamp);
            emit LowPriceFlagged(tender, lot, bidder, price, limit, until);
        }
    }

    /// @inheritdoc IEvaluation
    function answerLow(TenderId tender, uint16 lot, address bidder, bytes32 digest) external {
        (EvaluationRules storage r, Contest storage c) = _contestOf(tender, lot);
        CandidateSlot slot = c.candidates[bidder];
        uint40 until = _answerUntil(r, slot);
        bool open = block.timestamp <= until && !slot.isAnswered();
        require(open, EvaluationAnswerClosed(bidder, until));
        require(digest != 0, EvaluationDigestMissing());
        _requireBidder(tender, lot, bidder, msg.sender);
        c.candidates[bidder] = slot.answeredSlot();
        emit LowPriceAnswered(tender, lot, bidder, digest);
    }

    /* RANKING */

    /// @inheritdoc IEvaluation
    function rank(TenderId tender, uint16 lot, address[] calldata bidders) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Ranking);
        Progress storage p = c.progress;
        // Who left one out made the others impossible: all at once begin anew.
        if (bidders.length == p.bids) (p.visited, p.key, p.chain) = (0, 0, 0);
        uint256 key = _checkOrder(r, c, bidders);

        // Each was given once, so that they are no more than there are.
        p.visited += uint24(bidders.length);
        uint24 left = p.bids - p.visited;
        emit BidsRanked(tender, lot, left + 1, bidders);
        uint256 taken = 0;
        if (left == 0) {
            (p.key, p.step) = (0, LotStep.Ranked);
            taken = _select(r, c, tender, lot, bidders);
        } else {
            p.key = key;
        }
        p.chain = ScoreLib.fold(bidders[taken:], p.chain);
    }

    /// @inheritdoc IEvaluation
    function select(TenderId tender, uint16 lot, address[] calldata bidders, bytes32 rest) external {
        (EvaluationRules storage r, Contest storage c) = _at(tender, lot, LotStep.Ranked);
        Progress storage p = c.progress;
        bool room = p.chosen < r.winners && !p.blocked;
        require(room, EvaluationSelectionFull(p.chosen, p.blocked));
        bytes32 given = ScoreLib.fold(bidders, rest);
        require(given == p.chain, EvaluationListMismatch(given, p.chain));
        uint256 taken = _select(r, c, tender, lot, bidders);
        p.chain = ScoreLib.fold(bidders[taken:], rest);
    }

    /// @inheritdoc IEvaluation
    function exclude(TenderId tender, uint16 lot, address bidder) external {
        (EvaluationRules storage r, Contest storage c) = _contestOf(tender, lot);
        Progress storage p = c.progress;
        LotStep step = p.step;
        bool timely = step == LotStep.Scoring || step == LotStep.Ranked;
        require(timely, EvaluationStep(step, p.stage));
        CandidateSlot slot = c.candidates[bidder];
        uint8 stage = step == LotStep.Scoring ? p.stage : r.stages;
        require(slot.isIn(stage) && !slot.isOut(), EvaluationBidUnexpected(bidder));
        BidStatus status = _bidOf(tender, lot, bidder).bidStatus();
        require(!_stands(status), EvaluationBidStatus(bidder, status));
        _takeOut(c, bidder, slot);
        emit BidExcluded(tender, lot, bidder, status);
    }

    /* INTERNAL */

    // The bidder, or the vendor on whose behalf it bids.
    function _requireBidder(TenderId tender, uint16 lot, address bidder, address account) internal view {
        bool own = account == bidder || HOUSE.bidderOf(tender, lot, account) == bidder;
        require(own, EvaluationBidderOnly(bidder, account));
    }

    // The last second in which the agency decides about explanations.
    function _decideUntil(EvaluationRules storage r, Progress storage p) internal view returns (uint40) {
        return p.since + 2 * uint40(r.answerPeriod);
    }

    // The last second in which a low price is explained; 0 = it was not flagged.
    function _answerUntil(EvaluationRules storage r, CandidateSlot slot) internal view returns (uint40) {
        bool flagged = slot.isIn(r.stages) && slot.flaggedAt() != 0;
        return flagged ? slot.flaggedAt() + r.answerPeriod : 0;
    }

    // A bid leaves the selection; what it held of it is free.
    function _takeOut(Contest storage c, address bidder, CandidateSlot slot) internal {
        Progress storage p = c.progress;
        c.candidates[bidder] = slot.outSlot();
        p.blocked = false;
        if (!slot.isSelected()) return;
        --p.chosen;
        p.spent -= slot.priceOf();
    }

    function _scaleOf(EvaluationRules storage r, Progress storage p) internal view returns (Scale memory) {
        return Scale(r.formula, r.priceWeight, p.lowest, p.top, p.lottery, p.lotterySum);
    }

    // Reads a bid's price; one that does not stand, or is outside ceiling or minimum, drops out.
    function _read(
        Contest storage c,
        TenderId tender,
        uint16 lot,
        address bidder,
        uint256 pass,
        LotView memory l
    ) private {
        Progress storage p = c.progress;
        CandidateSlot slot = c.candidates[bidder];
        bool due = slot.isIn(p.stage) && !slot.isRead(pass);
        require(due, EvaluationBidUnexpected(bidder));
        BidSlot bid = _bidOf(tender, lot, bidder);
        (BidStatus status, uint64 price) = (bid.bidStatus(), bid.bidPrice());
        if (_isPriced(status) && l.ceiling != 0 && price > l.ceiling) status = BidStatus.OverCeiling;
        if (_isPriced(status) && price < l.minimum) status = BidStatus.UnderMinimum;
        if (!_isPriced(status)) {
            c.candidates[bidder] = slot.goneSlot();
            emit BidDropped(tender, lot, bidder, status);
            return;
        }
        c.candidates[bidder] = slot.readSlot(pass, price, bid.bidNumber());
        if (p.passed == 0 || price < p.lowest) p.lowest = price;
        if (price > p.top) p.top = price;
        p.sum += price;
        ++p.passed;
    }

    function _endScreening(EvaluationRules storage r, TenderId tender, uint16 lot, Progress storage p) private {
        (uint24 bids, uint96 sum) = (p.passed, p.sum);
        p.lowLimit = ScoreLib.lowLimitUp(sum, bids, r.lowBp);
        (p.step, p.since) = (LotStep.Pricing, uint40(block.timestamp));
        (p.bids, p.visited, p.passed) = (bids, 0, 0);
        (p.lowest, p.top, p.sum) = (0, 0, 0);
        emit PricesScreened(tender, lot, bids, sum, p.lowLimit, _decideUntil(r, p));
    }

    function _endLoading(TenderId tender, uint16 lot, Progress storage p, Tender memory t, LotView memory l) private {
        // Where bidders opened themselves, one could steer the sum by staying silent.
        bool lottery = t.rules & LOTTERY != 0 && (t.phase == Phase.Opened || t.phase == Phase.PriceOpened);
        (p.lottery, p.lotterySum) = (lottery, l.lotterySum);
        if (l.ceiling != 0) p.top = l.ceiling;
        p.step = LotStep.Ranking;
        (p.bids, p.visited) = (p.passed, 0);
        emit PricesLoaded(tender, lot, p.bids, p.lowest, p.top, lottery, l.lotterySum);
    }

    // From the last bid of a piece to its first one keys rise. Equal ones are the same bid's.
    function _checkOrder(
        EvaluationRules storage r,
        Contest storage c,
        address[] calldata bidders
    ) private view returns (uint256 last) {
        Scale memory scale = _scaleOf(r, c.progress);
        mapping(address bidder => CandidateSlot) storage candidates = c.candidates;
        uint256 stages = r.stages;
        last = c.progress.key;
        for (uint256 i = bidders.length; i != 0;) {
            unchecked {
                --i;
            }
            address bidder = bidders[i];
            CandidateSlot slot = candidates[bidder];
            require(slot.isIn(stages), EvaluationBidUnexpected(bidder));
            uint256 key = ScoreLib.keyOf(scale, slot);
            require(key > last, EvaluationUnsorted(bidder));
            last = key;
        }
    }

    // Goes through the next bids of the ranking until places or budget are exhausted; tells of how many.
    function _select(
        EvaluationRules storage r,
        Contest storage c,
        TenderId tender,
        uint16 lot,
        address[] calldata bidders
    ) private returns (uint256 taken) {
        Progress storage p = c.progress;
        uint64 budget = r.budgetOf(lot);
        (uint16 chosen, uint96 spent, uint16 winners) = (p.chosen, p.spent, r.winners);
        for (; taken < bidders.length && chosen < winners; ++taken) {
            address bidder = bidders[taken];
            CandidateSlot slot = c.candidates[bidder];
            if (slot.isOut()) continue;
            uint64 price = slot.priceOf();
            if (budget != 0 && spent + price > budget) {
                p.blocked = true;
                emit BudgetExhausted(tender, lot, bidder, price, spent);
                break;
            }
            (chosen, spent) = (chosen + 1, spent + price);
            c.candidates[bidder] = slot.selectedSlot();
            emit BidSelected(tender, lot, bidder, price, spent);
        }
        (p.chosen, p.spent) = (chosen, spent);
    }
}
