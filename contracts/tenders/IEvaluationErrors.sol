// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {LotStep, PriceFormula} from "./EvaluationTypes.sol";
import {BidStatus, TenderId} from "./TenderTypes.sol";

/// @title Errors of the evaluation
interface IEvaluationErrors {
    /// @notice Only the house begins and reopens an evaluation.
    /// @custom:fix Publish the tender with this contract as its rule.
    error EvaluationHouseOnly(address caller);
    /// @notice The tender has no such lot that is judged here.
    /// @custom:fix See `tender show` for the tender's lots and its rule.
    error EvaluationUnknown(TenderId tender, uint16 lot);
    /// @notice The weights of stages and price are not 10,000 together.
    /// @custom:fix Give basis points that sum up to 10,000.
    error EvaluationSharesInvalid(uint256 sum);
    /// @notice The price has a weight without a formula, or a formula without a weight.
    /// @custom:fix Give both, or neither.
    error EvaluationFormulaInvalid(PriceFormula formula, uint16 priceWeight);
    /// @notice Budgets are not as many as the lots, or one is 0.
    /// @custom:fix Give one for each lot, in minor units, or none at all.
    error EvaluationBudgetsInvalid(uint256 budgets, uint16 lots);
    /// @notice Nobody is to win, or operators sign within less than an hour or more than 90 days.
    /// @custom:fix Let one bid win at least; give the period in seconds, or 0 where nobody has to sign.
    error EvaluationSelectionInvalid(uint16 winners, uint32 signPeriod);
    /// @notice The share below which prices are abnormally low exceeds 10,000 basis points, or the time to answer is
    /// missing, needless, or not between an hour and 90 days.
    /// @custom:fix Give both, or 0 for both.
    error EvaluationLowInvalid(uint16 lowBp, uint32 answerPeriod);
    /// @notice The panel is empty though there are stages, has more than 15 evaluators, one twice, or less than the
    /// quorum; or the quorum is 0, or there are more than 4 stages.
    /// @custom:fix Name each evaluator once; give a quorum of 1 up to their number; no panel without a stage.
    error EvaluationPanelInvalid(uint256 evaluators, uint8 quorum, uint256 stages);
    /// @notice The weights of a stage's criteria are not 10,000 together, or one is 0.
    /// @custom:fix Give basis points, none of them 0, that sum up to 10,000; 16 bits each, the first one lowest.
    error EvaluationWeightsInvalid(uint256 stage, uint256 weights);
    /// @notice A stage has a threshold above 10,000, a period that is not between an hour and 90 days, or is pass/fail
    /// and has a weight or a limit of bids.
    /// @custom:fix Give periods in seconds, and thresholds in basis points.
    error EvaluationStageInvalid(uint256 stage);
    /// @notice Scores of two parts would be revealed by someone else.
    /// @custom:fix Name this contract as scorer too.
    error EvaluationScorerOther(address scorer);
    /// @notice The tender's deadlines leave less time than stages and answers need.
    /// @custom:fix Shorten the periods, or give later scores and award deadlines.
    error EvaluationTimeShort(uint256 needed, uint256 left);
    /// @notice The lot is at another step.
    /// @custom:fix See `evaluation show` for what is to be done next.
    error EvaluationStep(LotStep step, uint8 stage);
    /// @notice It is too early: bids are still opened and judged, or prices explained.
    /// @custom:fix Wait until the time given is over.
    error EvaluationEarly(uint40 until);
    /// @notice The prices of a tender of two parts are sealed until the scores are revealed.
    /// @custom:fix Close the stages of all lots, and release the scores.
    error EvaluationPricesSealed();
    /// @notice Stages of some lots are not over.
    /// @custom:fix Close the stages of all lots first.
    error EvaluationUnfinished(uint16 finished, uint16 lots);
    /// @notice The bid does not stand where it belongs in the order.
    /// @custom:fix Give each bid once: scores by address, ascending; rankings best first, in pieces from the end.
    error EvaluationUnsorted(address bidder);
    /// @notice The house's number of bids changed while they were listed, or did not.
    /// @custom:fix Where it changed begin again with `relist`; otherwise go on with `list`.
    error EvaluationListChanged(uint24 before, uint24 bids);
    /// @notice The bid's status does not allow this.
    /// @custom:fix Leave out bids that do not stand; those that do cannot be excluded.
    error EvaluationBidStatus(address bidder, BidStatus status);
    /// @notice The bid is not one of those to go through now: it was not listed, dropped out, or was given already.
    /// @custom:fix Leave it out.
    error EvaluationBidUnexpected(address bidder);
    /// @notice The number of bids, or of their points, is wrong.
    /// @custom:fix Give points for each bid of the stage, in the order of the bidders' addresses.
    error EvaluationCountWrong(uint256 given, uint256 wanted);
    /// @notice The account is not on the panel, or has declared already.
    /// @custom:fix Declare once, from an evaluator's account.
    error EvaluationDeclarationInvalid(address evaluator);
    /// @notice The account is no evaluator who has declared that it has no conflict.
    /// @custom:fix Declare first, from an evaluator's account.
    error EvaluationUndeclared(address evaluator);
    /// @notice An evaluator bids in the lot, or stands behind a bid.
    /// @custom:fix It cannot score this lot; the others suffice where they reach the quorum.
    error EvaluationConflict(address evaluator);
    /// @notice The digest is zero.
    /// @custom:fix Pass the SHA-256 digest of the file.
    error EvaluationDigestMissing();
    /// @notice The time for committing to scores is over.
    /// @custom:fix Wait for the next stage, or until this one is opened again.
    error EvaluationCommitClosed(uint40 deadline);
    /// @notice The evaluator has committed to scores of this stage.
    /// @custom:fix Reveal what was committed.
    error EvaluationCommitted(address evaluator);
    /// @notice The evaluator has not committed in this stage, or its scores are revealed.
    /// @custom:fix Nothing can be revealed but what was committed, once.
    error EvaluationUncommitted(address evaluator);
    /// @notice Scores can be revealed between these times only; earlier once all evaluators have committed.
    /// @custom:fix Wait, or let the stage be opened again.
    error EvaluationRevealClosed(uint40 from, uint40 until);
    /// @notice The scores are not those committed to.
    /// @custom:fix Give the points and the salt that were kept for this evaluator, lot and stage.
    error EvaluationRevealMismatch(address evaluator);
    /// @notice Points are above 10,000, in a pass/fail stage neither 0 nor 10,000, or for a criterion that is not.
    /// @custom:fix Such scores cannot count: the evaluator is missing.
    error EvaluationPointsInvalid(uint256 index, bytes32 points);
    /// @notice Bids are not the next ones of the list that was hashed.
    /// @custom:fix Give them in the order of the list, and the hash of what follows.
    error EvaluationListMismatch(bytes32 given, bytes32 wanted);
    /// @notice The lot was not annulled.
    /// @custom:fix Judge it: only a lot that was annulled is passed over.
    error EvaluationLotStands(TenderId tender, uint16 lot);
    /// @notice Evaluators can still reveal their scores.
    /// @custom:fix Wait until then, or until all of them have.
    error EvaluationStageRunning(uint40 until);
    /// @notice Too few scores were revealed, or for opening the stage again enough.
    /// @custom:fix Open the stage again where they are too few; close it otherwise.
    error EvaluationQuorum(uint8 revealed, uint8 quorum);
    /// @notice Not all scores revealed are counted.
    /// @custom:fix Count them with `countScores`.
    error EvaluationUncounted(uint8 counted, uint8 revealed);
    /// @notice Prices can be flagged no more: there would be too little time to explain them.
    /// @custom:fix Flag them in the first half of the time between screening and scoring.
    error EvaluationFlagClosed(uint40 until);
    /// @notice The price is not abnormally low.
    /// @custom:fix Prices below the limit are; see `evaluation show`.
    error EvaluationPriceNormal(address bidder, uint64 price, uint64 limit);
    /// @notice The price was not flagged, was explained already, or the time for it is over.
    /// @custom:fix Explain a price within the time given by its flag.
    error EvaluationAnswerClosed(address bidder, uint40 until);
    /// @notice The account is neither the bidder nor its vendor, or has neither called nor signed.
    /// @custom:fix Send from the bidder's or the vendor's account, or pass a signature of it.
    error EvaluationBidderOnly(address bidder, address account);
    /// @notice No further bid can be selected.
    /// @custom:fix All places are taken, or the next bid exceeds the budget.
    error EvaluationSelectionFull(uint16 chosen, bool blocked);
    /// @notice The bid is not selected, or its operator has signed.
    /// @custom:fix See `evaluation show` for the bids selected.
    error EvaluationUnselected(address bidder);
    /// @notice The award is not final: it was not made, its standstill runs, or a complaint stops the lot.
    /// @custom:fix Wait until it is.
    error EvaluationAwardOpen(address bidder);
    /// @notice Nobody has to sign, or the operator was called already.
    /// @custom:fix Nothing is left to do.
    error EvaluationCallNeedless(address bidder);
    /// @notice The time to sign is over, or for yielding the place it is not; 0 = the operator was not called to sign.
    /// @custom:fix Sign in time; call the operator to sign, and wait, before its place is yielded.
    error EvaluationSigning(address bidder, uint40 until);
}
