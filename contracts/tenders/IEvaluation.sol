// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CandidateView, Progress, Seat} from "./EvaluationTypes.sol";
import {IAwardRule} from "./IAwardRule.sol";
import {IEvaluationErrors} from "./IEvaluationErrors.sol";
import {BidStatus, TenderId} from "./TenderTypes.sol";

/// @title Evaluation: bids judged by a panel in stages and by their price, ranked, and selected
/// @notice The rule of tenders of one house whose terms are EvaluationTerms. It needs no trust in whoever calls: after
/// the deadlines of opening anyone may do every act but those of evaluators and bidders, and no act is the agency's.
/// Each lot goes through the steps of LotStep by itself, in pieces of any size but where an act says that it takes all
/// bids at once (which 1,000 fit into):
///
/// 1. `list`: all bids that stand in the house. 2. In each stage evaluators who declared that they have no
/// conflict commit to their scores of all bids, reveal them when all have committed or the time is over, and
/// `closeStage` tells the means and who goes on. Where fewer than the quorum reveal in time, the stage opens again for
/// those who are missing: who had committed reveals just that, who had not commits after others revealed. 3. Of two
/// parts `releaseScores` opens the prices, once the stages of all lots are over. 4. `loadPrices` reads the prices of
/// the bids that still stand. Where the terms say what is abnormally low, it does so twice: between, such prices are
/// flagged and explained, and the agency can reject them in the house. 5. `rank` takes the bids in their order and
/// selects the first ones within the budget; the first that exceeds what is left of it ends the selection, the rest is
/// the reserve. 6. Bids that are rejected later are excluded, operators called to sign who do not yield their place:
/// `select` then takes the next.
///
/// A total is the sum of weight * score of all stages and of the price: 10^12 at most. Bids of the same total go by
/// the tender's rule: lottery, where a committee opened them, otherwise the lower commit number. In a stage that keeps
/// a number of bids only, those whose score equals the last one's go on too: the lottery numbers and commit numbers
/// that would part them are not known before the prices are.
///
/// Points of a bid by an evaluator are a word: 16 bits for each criterion, basis points, the first criterion lowest.
/// The hash over a list is that of its first item and the hash of what follows, zero after the last one: so the next
/// items can be told of any list whose hash is known. A commitment is keccak256(abi.encode(SCORES_TAG, chainid,
/// evaluation, tender, lot, generation, stage, evaluator, hash over the points of all bids by the bidders' addresses,
/// salt)) with 256 random bits of salt.
///
/// Where a review orders that a lot be judged anew, its next generation begins with the listing; nothing of the one
/// before counts.
interface IEvaluation is IAwardRule, IEvaluationErrors {
    /// @notice A tender that is judged here was published; its terms stand in the house's event.
    event EvaluationBegun(TenderId indexed tender, uint16 lots);
    /// @notice A lot is judged anew, from the listing on.
    event JudgingRestarted(TenderId indexed tender, uint16 indexed lot, uint16 generation);
    /// @notice Bids are judged.
    event BidsListed(TenderId indexed tender, uint16 indexed lot, address[] bidders);
    /// @notice An evaluator declares that it has no conflict.
    /// @param digest SHA-256 digest of the signed declaration
    event ConflictDenied(TenderId indexed tender, address indexed evaluator, bytes32 digest);
    /// @notice A stage, or after too few scores a further round of it, began. Times are seconds, UTC, the last ones.
    event StageOpened(
        TenderId indexed tender,
        uint16 indexed lot,
        uint8 stage,
        uint16 round,
        uint24 bids,
        uint40 commitUntil,
        uint40 revealUntil
    );
    /// @notice An evaluator committed to its scores.
    event ScoresCommitted(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed evaluator,
        uint8 stage,
        bytes32 hash
    );
    /// @notice An evaluator's scores.
    /// @param points of all bids of the stage, by the bidders' addresses, ascending
    event SheetRevealed(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed evaluator,
        uint8 stage,
        bytes32[] points,
        bytes32 salt
    );
    /// @notice An evaluator's scores are counted for all bids.
    event SheetCounted(TenderId indexed tender, uint16 indexed lot, address indexed evaluator, uint8 stage);
    /// @notice Bids of a stage, their scores, and whether they go on: a bid that does not is excluded, below the
    /// threshold, or behind those kept.
    event BidsScored(
        TenderId indexed tender,
        uint16 indexed lot,
        uint8 stage,
        address[] bidders,
        uint32[] scores,
        bool[] passed
    );
    /// @notice The stages of a lot are over.
    /// @param bids number of bids that passed them
    event StagesFinished(TenderId indexed tender, uint16 indexed lot, uint24 bids);
    /// @notice A bid dropped out: in the house it stands no more, or its price is outside ceiling or minimum.
    event BidDropped(TenderId indexed tender, uint16 indexed lot, address indexed bidder, BidStatus status);
    /// @notice All prices were read to find those abnormally low.
    /// @param limit a lower price is
    /// @param until prices are scored after that time; the agency decides about explanations before
    event PricesScreened(
        TenderId indexed tender,
        uint16 indexed lot,
        uint24 bids,
        uint96 sum,
        uint64 limit,
        uint40 until
    );
    /// @notice A price is abnormally low: its bidder can explain it until then.
    event LowPriceFlagged(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint64 price,
        uint64 limit,
        uint40 until
    );
    /// @notice A bidder explained an abnormally low price.
    /// @param digest SHA-256 digest of the explanation
    event LowPriceAnswered(TenderId indexed tender, uint16 indexed lot, address indexed bidder, bytes32 digest);
    /// @notice All prices were read for the ranking: what price scores and ties go by.
    event PricesLoaded(
        TenderId indexed tender,
        uint16 indexed lot,
        uint24 bids,
        uint64 lowest,
        uint64 top,
        bool lottery,
        uint32 lotterySum
    );
    /// @notice Bids were ranked, best first.
    /// @param first rank of the first one, from 1
    event BidsRanked(TenderId indexed tender, uint16 indexed lot, uint24 first, address[] bidders);
    /// @notice A bid is to be awarded.
    event BidSelected(TenderId indexed tender, uint16 indexed lot, address indexed bidder, uint64 price, uint96 spent);
    /// @notice The next bid exceeds what is left of the budget, which ends the selection.
    event BudgetExhausted(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint64 price,
        uint96 spent
    );
    /// @notice A bid that stands no more in the house does not go on, or gave its place free.
    event BidExcluded(TenderId indexed tender, uint16 indexed lot, address indexed bidder, BidStatus status);
    /// @notice An operator was called to sign, until then.
    event SignatureDue(TenderId indexed tender, uint16 indexed lot, address indexed bidder, uint40 until);
    /// @notice An operator signed.
    /// @param document SHA-256 digest of the contract
    event ContractSigned(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        bytes32 document,
        address signer
    );
    /// @notice An operator did not sign in time: its place is free.
    event PlaceYielded(TenderId indexed tender, uint16 indexed lot, address indexed bidder);

    /// @notice Tells bids of a lot, after the deadlines of opening. With the last of those that stand in the house the
    /// first stage begins; where none does, an empty list ends the stages.
    /// @param bidders in any order, each once; in as many pieces as need be
    function list(TenderId tender, uint16 lot, address[] calldata bidders) external;

    /// @notice Begins the listing anew, where the house's number of bids changed since its begin, as long as nobody has
    /// committed to scores.
    function relist(TenderId tender, uint16 lot) external;

    /// @notice Declares, once for all lots, that the calling evaluator has no conflict.
    /// @param digest SHA-256 digest of the signed declaration
    function declare(TenderId tender, bytes32 digest) external;

    /// @notice Commits to the calling evaluator's scores, once for all rounds of the stage. Refused to who bids in the
    /// lot.
    function commitScores(TenderId tender, uint16 lot, uint8 stage, bytes32 hash) external;

    /// @notice Reveals the calling evaluator's scores, and counts them.
    /// @param points of all bids of the stage, by the bidders' addresses
    /// @param bidders all bids of the stage, ascending; empty where they do not fit into the transaction
    function revealScores(
        TenderId tender,
        uint16 lot,
        bytes32[] calldata points,
        bytes32 salt,
        address[] calldata bidders
    ) external;

    /// @notice Counts scores that an evaluator revealed and that are not counted.
    /// @param bidders all bids of the stage, ascending
    /// @param points of these
    function countScores(
        TenderId tender,
        uint16 lot,
        address evaluator,
        address[] calldata bidders,
        bytes32[] calldata points
    ) external;

    /// @notice Opens a stage again for evaluators who are missing. What was revealed stays.
    function reopenStage(TenderId tender, uint16 lot) external;

    /// @notice Tells the scores of bids of the stage, and whether they go on. With the last one the next stage begins.
    /// @param bidders in a stage that keeps a number of bids only, all at once by score, best first (excluded ones
    /// anywhere); otherwise in any order and in as many pieces as need be
    function closeStage(TenderId tender, uint16 lot, address[] calldata bidders) external;

    /// @notice Ends the stages of a lot that was annulled before they were over, so that the other lots need not wait.
    function skip(TenderId tender, uint16 lot) external;

    /// @notice Reveals the scores of all lots to the house, which opens the prices.
    function releaseScores(TenderId tender) external;

    /// @notice Reads prices, in any order, after the deadlines of their opening.
    function loadPrices(TenderId tender, uint16 lot, address[] calldata bidders) external;

    /// @notice Flags prices that are abnormally low, so early that they are explained before prices are scored; those
    /// flagged already stay so.
    function flagLow(TenderId tender, uint16 lot, address[] calldata bidders) external;

    /// @notice Explains an abnormally low price; only the bidder or its vendor.
    /// @param digest SHA-256 digest of the explanation
    function answerLow(TenderId tender, uint16 lot, address bidder, bytes32 digest) external;

    /// @notice Ranks bids. With the last piece, which begins with the best bid, those that win are selected, as far as
    /// the piece reaches.
    /// @param bidders best first; of several pieces the last one comes first. All at once begin anew what others began
    function rank(TenderId tender, uint16 lot, address[] calldata bidders) external;

    /// @notice Selects the next bids of the ranking, as far as places and budget reach.
    /// @param bidders the next ones, best first
    /// @param rest hash over the bids that follow; zero = none do
    function select(TenderId tender, uint16 lot, address[] calldata bidders, bytes32 rest) external;

    /// @notice Excludes a bid that stands no more in the house, from the stage that runs or from the selection.
    function exclude(TenderId tender, uint16 lot, address bidder) external;

    /// @notice Calls the operator of an award that is final to sign: its time begins.
    function callToSign(TenderId tender, uint16 lot, address bidder) external;

    /// @notice Signs the contract of an award that is final.
    /// @param document SHA-256 digest of the contract
    /// @param signer the bidder or its vendor
    /// @param signature its EIP-712 signature of SignContract(uint64 tender,uint16 lot,uint16 generation,address
    /// bidder,bytes32 document); ignored where the signer calls
    function sign(
        TenderId tender,
        uint16 lot,
        address bidder,
        bytes32 document,
        address signer,
        bytes calldata signature
    ) external;

    /// @notice Takes the place of an operator who was called to sign and did not in time.
    function yieldPlace(TenderId tender, uint16 lot, address bidder) external;

    /// @notice How far a lot has come, and in which generation of its judging.
    function progressOf(TenderId tender, uint16 lot) external view returns (uint16 generation, Progress memory);

    /// @notice Where a bid stands in its judging.
    function candidateOf(TenderId tender, uint16 lot, address bidder) external view returns (CandidateView memory);

    /// @notice Whether an account is on the panel, and has declared.
    function seatOf(TenderId tender, address account) external view returns (Seat);

    /// @notice Hash over all scores of the tender's stages that were closed; what it was when they were over is
    /// revealed to the house.
    function scoresDigest(TenderId tender) external view returns (bytes32);
}
