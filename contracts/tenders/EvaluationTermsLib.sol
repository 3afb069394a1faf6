// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {
    EvaluationTerms,
    MAX_EVALUATORS,
    MAX_STAGES,
    NO_BUDGET,
    PriceFormula,
    Seat,
    StageTerms,
    WHOLE
} from "./EvaluationTypes.sol";
import {IEvaluationErrors} from "./IEvaluationErrors.sol";
import {COMMITTEE_SEALED, TWO_PARTS, Tender} from "./TenderTypes.sol";

// The times of evaluators, bidders and operators.
uint256 constant MIN_PERIOD = 1 hours;
uint256 constant MAX_PERIOD = 90 days;

/// @notice The terms of an evaluation as they are kept, and what is common to its lots.
/// @param budgets 64 bits for each lot, four to a word; 0 = none
/// @param finished number of lots whose stages are over
/// @param digest hash over all scores of stages that were closed, in the order in which they were
struct EvaluationRules {
    uint16 lots;
    uint8 panel;
    uint8 quorum;
    bool dropExtremes;
    uint8 stages;
    uint16 priceWeight;
    PriceFormula formula;
    uint16 winners;
    uint32 signPeriod;
    uint16 lowBp;
    uint32 answerPeriod;
    uint16 finished;
    bytes32 digest;
    mapping(uint256 word => uint256) budgets;
    mapping(uint256 stage => StageTerms) stage;
    mapping(address evaluator => Seat) seats;
}

/// @title EvaluationTermsLib
/// @notice Which terms an evaluation can have, and what of them is kept.
library EvaluationTermsLib {
    /// @notice The most that the prices selected in a lot may be together; 0 = there is no limit.
    function budgetOf(EvaluationRules storage r, uint16 lot) internal view returns (uint64 budget) {
        budget = uint64(r.budgets[lot / 4] >> (64 * (lot % 4)));
        if (budget == NO_BUDGET) budget = 0;
    }

    /// @notice Keeps the terms; reverts unless they can be a tender's.
    function store(
        EvaluationRules storage r,
        EvaluationTerms memory terms,
        uint16 lots,
        Tender memory tender
    ) internal {
        _checkShares(terms);
        _checkSelection(terms, lots);
        _storePanel(r, terms);
        uint256 needed = 0;
        for (uint256 i = 0; i < terms.stages.length; ++i) {
            needed += _checkStage(i, terms.stages[i]);
            r.stage[i] = terms.stages[i];
        }
        _checkTime(needed, 2 * uint256(terms.answerPeriod), tender);

        (r.lots, r.panel, r.quorum) = (lots, uint8(terms.panel.length), terms.quorum);
        (r.dropExtremes, r.stages) = (terms.dropExtremes, uint8(terms.stages.length));
        (r.priceWeight, r.formula, r.winners) = (terms.priceWeight, terms.formula, terms.winners);
        (r.signPeriod, r.lowBp, r.answerPeriod) = (terms.signPeriod, terms.lowBp, terms.answerPeriod);
        _storeBudgets(r, terms.budgets);
    }

    // What the total is made of.
    function _checkShares(EvaluationTerms memory terms) private pure {
        uint256 stages = terms.stages.length;
        uint256 share = terms.priceWeight;
        for (uint256 i = 0; i < stages; ++i) share += terms.stages[i].weight;
        require(share == WHOLE, IEvaluationErrors.EvaluationSharesInvalid(share));
        bool priced = (terms.priceWeight != 0) == (terms.formula != PriceFormula.None);
        require(priced, IEvaluationErrors.EvaluationFormulaInvalid(terms.formula, terms.priceWeight));
    }

    function _checkSelection(EvaluationTerms memory terms, uint16 lots) private pure {
        uint256 budgets = terms.budgets.length;
        bool valid = budgets == 0 || budgets == lots;
        for (uint256 lot = 0; valid && lot < budgets; ++lot) valid = terms.budgets[lot] != 0;
        require(valid, IEvaluationErrors.EvaluationBudgetsInvalid(budgets, lots));
        require(
            terms.winners != 0 && (terms.signPeriod == 0 || _isPeriod(terms.signPeriod)),
            IEvaluationErrors.EvaluationSelectionInvalid(terms.winners, terms.signPeriod)
        );
        bool heard =
            terms.lowBp <= WHOLE && (terms.lowBp != 0 ? _isPeriod(terms.answerPeriod) : terms.answerPeriod == 0);
        require(heard, IEvaluationErrors.EvaluationLowInvalid(terms.lowBp, terms.answerPeriod));
    }

    function _storePanel(EvaluationRules storage r, EvaluationTerms memory terms) private {
        uint256 size = terms.panel.length;
        bool valid =
            size <= MAX_EVALUATORS &&
                terms.quorum <= size &&
                terms.stages.length <= MAX_STAGES &&
                (terms.stages.length != 0) == (size != 0) &&
                (size != 0) == (terms.quorum != 0);
        for (uint256 i = 0; valid && i < size; ++i) {
            address evaluator = terms.panel[i];
            valid = evaluator != address(0) && r.seats[evaluator] == Seat.None;
            r.seats[evaluator] = Seat.Named;
        }
        require(valid, IEvaluationErrors.EvaluationPanelInvalid(size, terms.quorum, terms.stages.length));
    }

    // How long a stage lasts.
    function _checkStage(uint256 index, StageTerms memory s) private pure returns (uint256) {
        uint256 sum = 0;
        bool valid = true;
        for (uint256 rest = s.weights; rest != 0; rest >>= 16) {
            valid = valid && uint16(rest) != 0;
            sum += uint16(rest);
        }
        require(valid && sum == WHOLE, IEvaluationErrors.EvaluationWeightsInvalid(index, s.weights));
        valid =
            s.threshold <= WHOLE &&
            (!s.passFail || (s.weight == 0 && s.keep == 0)) &&
            _isPeriod(s.commitPeriod) &&
            _isPeriod(s.revealPeriod);
        require(valid, IEvaluationErrors.EvaluationStageInvalid(index));
        return uint256(s.commitPeriod) + s.revealPeriod;
    }

    // Four to a word.
    function _storeBudgets(EvaluationRules storage r, uint64[] memory budgets) private {
        uint256 word = 0;
        for (uint256 lot = 0; lot < budgets.length; ++lot) {
            word |= uint256(budgets[lot]) << (64 * (lot % 4));
            if (lot % 4 != 3 && lot + 1 != budgets.length) continue;
            r.budgets[lot / 4] = word;
            word = 0;
        }
    }

    // The times of stages and answers fit into the house's, as far as is known; of two parts the evaluation reveals the
    // scores.
    function _checkTime(uint256 stages, uint256 answers, Tender memory t) private view {
        bool parts = t.rules & TWO_PARTS != 0;
        require(!parts || t.scorer == address(this), IEvaluationErrors.EvaluationScorerOther(t.scorer));
        uint256 from = t.rules & COMMITTEE_SEALED != 0 ? t.judgeDeadline : t.revealDeadline;
        uint256 left = t.awardDeadline - from;
        if (parts) {
            uint256 scoring = t.scoresDeadline - from;
            require(stages != 0 && stages < scoring, IEvaluationErrors.EvaluationTimeShort(stages, scoring));
            stages = 0;
        }
        require(stages + answers < left, IEvaluationErrors.EvaluationTimeShort(stages + answers, left));
    }

    function _isPeriod(uint256 period) private pure returns (bool) {
        return period >= MIN_PERIOD && period <= MAX_PERIOD;
    }
}
