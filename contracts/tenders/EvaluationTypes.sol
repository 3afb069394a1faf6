// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

// Points, weights and shares are in basis points.
uint256 constant WHOLE = 10_000;
// A score is a weighted sum of points: from 0 to 10^8.
uint256 constant FULL_SCORE = WHOLE * WHOLE;
uint256 constant MAX_EVALUATORS = 15;
uint256 constant MAX_STAGES = 4;
// Stands for a budget where there is none.
uint64 constant NO_BUDGET = type(uint64).max;

/// @notice How a price becomes a score, rounded down.
/// None: it does not. Proportional: 10^8 * lowest / price. Linear: 10^8 * (top - price) / (top - lowest), top the lot's
/// ceiling or, where there is none, its highest price. The lowest price has 10^8.
enum PriceFormula {
    None,
    Proportional,
    Linear
}

/// @notice How far a lot has come.
/// Listing: the bids are being told. Scoring: a stage runs. Screening: prices are read to find those abnormally low.
/// Pricing: prices are read for the ranking. Ranking: the ranking is being submitted. Ranked: bids are selected.
enum LotStep {
    Listing,
    Scoring,
    Screening,
    Pricing,
    Ranking,
    Ranked
}

/// @notice Whether an account is on the panel, and has declared that it has no conflict.
enum Seat {
    None,
    Named,
    Declared
}

/// @notice A stage.
/// @param weights of its criteria, 16 bits each, the first one lowest, basis points: 1 to 16, none 0, 10,000 together
/// @param passFail points are 0 or 10,000 only; such a stage has no weight and keeps all that pass
/// @param threshold a bid goes on whose score is this share of a full one, basis points
/// @param keep so many of them go on, and those whose score equals the last one's; 0 = all
/// @param weight of the stage's score in the total, basis points
/// @param commitPeriod seconds in which evaluators commit to their scores: an hour to 90 days
/// @param revealPeriod seconds in which they reveal them then, likewise
struct StageTerms {
    uint256 weights;
    bool passFail;
    uint16 threshold;
    uint24 keep;
    uint16 weight;
    uint32 commitPeriod;
    uint32 revealPeriod;
}

/// @notice The terms of an evaluation, ABI-encoded in JudgingTerms.ruleTerms.
/// @param panel the evaluators: 1 to 15, none of them twice; empty where there is no stage
/// @param quorum of so many evaluators the scores count in each stage, at least
/// @param dropExtremes of each bid's scores in a stage the highest and the lowest are left out where three are there
/// @param stages in their order, up to 4; none = the price decides. Of two parts at least one
/// @param priceWeight of the price's score in the total, basis points; it and the stages' weights are 10,000 together
/// @param formula how the price becomes a score; None where it has no weight
/// @param winners so many bids are selected in each lot, at most
/// @param budgets for each lot the most that the prices selected may be together, minor units, NO_BUDGET = no limit;
/// empty = none in any lot
/// @param signPeriod seconds in which an operator signs once its award is final and it was called to; 0 = none has to
/// @param lowBp a price below this share of the lot's mean price, basis points, is abnormally low; 0 = none is
/// @param answerPeriod seconds in which such prices are flagged, and in which a bidder explains one from then on;
/// prices are scored after twice that time, in which the agency decides. 0 where none is abnormally low
struct EvaluationTerms {
    address[] panel;
    uint8 quorum;
    bool dropExtremes;
    StageTerms[] stages;
    uint16 priceWeight;
    PriceFormula formula;
    uint16 winners;
    uint64[] budgets;
    uint32 signPeriod;
    uint16 lowBp;
    uint32 answerPeriod;
}

/// @notice How far a lot has come, in the present generation of its judging. Times are seconds, UTC.
/// @param step what is being done
/// @param stage index of the present stage; the number of stages where they are over
/// @param round how often the stage was opened again because too few scores were revealed
/// @param committed number of evaluators who committed in the stage
/// @param revealed number of evaluators whose scores are revealed
/// @param counted number of those whose scores are counted to the last bid
/// @param bids number of bids to go through in the present step
/// @param visited number of those gone through
/// @param passed number of those that go on; while Listing the number of bids that the house told at its begin
/// @param since block time at which the round, or the time to explain low prices, began
/// @param lastScore score of the bid gone through last
/// @param lastPassed whether that bid goes on
/// @param chosen number of bids selected
/// @param blocked whether the first bid of the reserve exceeds what is left of the budget
/// @param lottery whether ties go by lottery; otherwise to the earlier bid
/// @param spent sum of the prices selected
/// @param lowest lowest price
/// @param top ceiling, or where there is none highest price
/// @param sum of the prices read
/// @param lotterySum the lot's sum of lottery numbers
/// @param lowLimit a lower price is abnormally low; 0 = none is
/// @param key of the bid ranked last; 0 where the ranking is complete
/// @param chain hash over the bids ranked so far; once the ranking is complete, over the reserve list
struct Progress {
    LotStep step;
    uint8 stage;
    uint16 round;
    uint8 committed;
    uint8 revealed;
    uint8 counted;
    uint24 bids;
    uint24 visited;
    uint24 passed;
    uint40 since;
    uint32 lastScore;
    bool lastPassed;
    uint16 chosen;
    bool blocked;
    bool lottery;
    uint96 spent;
    uint64 lowest;
    uint64 top;
    uint96 sum;
    uint32 lotterySum;
    uint64 lowLimit;
    uint256 key;
    bytes32 chain;
}

/// @notice Where a bid stands in its judging. Times are seconds, UTC.
/// @param stage what it goes through next, plus 1: a stage, or after the last one the prices; 0 = it is not listed;
/// GONE = it did not pass, or dropped out
/// @param out whether it was excluded, or yielded its place
/// @param selected whether it is to be awarded
/// @param answered whether its bidder explained an abnormally low price
/// @param signed whether its operator signed
/// @param quality sum of weight * score of the stages passed, 10^12 at most
/// @param price minor units; 0 until it is read
/// @param number commit number; 0 until the price is read
/// @param flaggedAt block time at which its price was flagged; 0 = it was not
/// @param calledAt block time at which its operator was called to sign; 0 = it was not
/// @param total quality and priceWeight * price score, once prices are read: 10^12 at most
/// @param key by which bids are ranked, highest first, once prices are read
struct CandidateView {
    uint8 stage;
    bool out;
    bool selected;
    bool answered;
    bool signed;
    uint40 quality;
    uint64 price;
    uint32 number;
    uint40 flaggedAt;
    uint40 calledAt;
    uint40 total;
    uint256 key;
}
