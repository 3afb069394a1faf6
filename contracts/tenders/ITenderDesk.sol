// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITenderErrors} from "./ITenderErrors.sol";
import {ITenderRemedy} from "./ITenderRemedy.sol";
import {ITenderSealing} from "./ITenderSealing.sol";
import {LotOutcome, TenderId} from "./TenderTypes.sol";

/// @title Desk of the tender house: decisions on bids and lots, and acts on bidders' behalf
/// @notice They are called at the house, which runs the desk's code on its own state.
interface ITenderDesk is ITenderErrors, ITenderRemedy, ITenderSealing {
    // In the agency's acts `key` is the position of the key that acted among the agency's keys.

    /// @notice The agency admitted a marked bid: its marks hinder an award no more.
    event BidAdmitted(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint16 key,
        uint16 reason,
        bytes32 evidence
    );
    /// @notice The agency rejected an opened bid.
    event BidRejected(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint16 key,
        uint16 reason,
        bytes32 evidence
    );
    /// @notice A guarantee stands for the bond of a bid.
    /// @param proof of the document, as in a bid
    event GuaranteeShown(TenderId indexed tender, uint16 indexed lot, address indexed bidder, bytes proof);
    /// @notice A bid's bond is free again.
    event BondReleased(TenderId indexed tender, uint16 indexed lot, address indexed bidder);
    /// @notice A bid's bond is forfeited: the bid was proven void, or without a committee neither
    /// withdrawn nor opened in time.
    event BondForfeited(TenderId indexed tender, uint16 indexed lot, address indexed bidder, address treasury);
    /// @notice A guarantee is to be called: its bid was proven void, or without a committee never opened.
    event GuaranteeForfeited(TenderId indexed tender, uint16 indexed lot, address indexed bidder, address treasury);
    /// @notice The tied bids of this price were drawn: `sum` modulo their number were passed over.
    event TiesDrawn(TenderId indexed tender, uint16 indexed lot, uint64 price, uint32 sum);
    /// @notice A lot was awarded; the award is final after `standstillEnd`.
    /// @param vendor on whose behalf the winner bid: the winner itself, or who it named in its bid
    event LotAwarded(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed winner,
        address vendor,
        uint16 key,
        uint32 number,
        uint64 price,
        uint40 standstillEnd
    );
    /// @notice A lot was closed without a winner.
    /// @param outcome NoWinner, or OverCeiling where every bid that could win is over the ceiling
    event LotClosed(TenderId indexed tender, uint16 indexed lot, uint16 key, LotOutcome outcome);

    /// @notice Rejects a bid: an opened one in its place, until the lot is decided, or by a rule until it is awarded
    /// itself; of two parts also one of which the
    /// technical part is opened, until the scores are revealed. It keeps its place and its lottery number. A key of the
    /// agency with TENDER_REJECT.
    /// @param reason code of the reason, not 0; of an abnormally low price (5), where a rule judges bids, only once its
    /// bidder was asked
    /// @param evidence SHA-256 digest of the public statement of reasons
    function reject(TenderId tender, uint16 lot, address bidder, uint16 reason, bytes32 evidence) external;

    /// @notice Admits a marked bid, from its opening until the lot is decided: what was wanting hinders its award no
    /// more. A key of the agency with TENDER_REJECT.
    /// @param reason code of the reason, not 0
    /// @param evidence SHA-256 digest of the public statement of reasons
    function admit(TenderId tender, uint16 lot, address bidder, uint16 reason, bytes32 evidence) external;

    /// @notice Takes bids that cannot win from the head of a lot's order: void, duplicate, rejected, or under the
    /// minimum. In the time of awards; anyone may call, as often as need be.
    /// @param bidders those bids in order, from the head
    function strike(TenderId tender, uint16 lot, address[] calldata bidders) external;

    /// @notice Draws among the tied bids at the head of a lot's order, in the time of awards; anyone may call, as often
    /// as need be. Given are the bids in their order: first all of the tied ones, then from the first again up to the
    /// one drawn. The sum of the lottery numbers of all bids opened and not void, modulo the number of the tied ones
    /// that are not void, is how many are passed over. Those follow behind the others should the one drawn be rejected.
    function draw(TenderId tender, uint16 lot, address[] calldata tied) external;

    /// @notice Awards a lot, after the reveal deadline (of sealed bids: the judge deadline) and until the award
    /// deadline. Refused unless the bidder's bid stands within ceiling and minimum and has no marks; is at the head of
    /// the order, and drawn where it is tied, or is selected by the tender's rule; and while a complaint stops the lot.
    /// By a rule, a lot can be awarded to several, one by one. A key of the agency with TENDER_AWARD.
    function award(TenderId tender, uint16 lot, address bidder) external;

    /// @notice As `award`, of a lot that requires documents at the award: those are judged by what holds now.
    /// @param proofs of the documents required at the award, in the lot's order, but for those admitted: see
    /// IDocumentRegistry.documentMarks
    function awardWithDocuments(TenderId tender, uint16 lot, address bidder, bytes calldata proofs) external;

    /// @notice Closes a lot in which no bid can win, in the same time as an award: none stands, or the lowest is over
    /// the ceiling, or the tender's rule selects nobody. A key of the agency with TENDER_AWARD.
    /// @param head bidder of the bid at the head of the order; zero where there is none
    function closeLot(TenderId tender, uint16 lot, address head) external;

    /// @notice Seals or replaces a bid on a bidder's behalf, in either mode. The caller pays the bond unless the bid is
    /// replaced or a guarantee is shown: a document as the tender asks for, whose holder is
    /// address(uint160(uint256(keccak256(abi.encode(GUARANTEE_TAG, chainid, house, tender, lot, bidder))))).
    /// @param sealed_ as for `commitEnvelope`; without a committee the commitment alone
    /// @param guarantee proof of the document, as in a bid; empty = the bond is paid
    /// @param replaces what `slotOf` tells of the bid now, which makes the act unrepeatable
    /// @param deadline last second in which the act can be relayed
    /// @param signature the bidder's over the EIP-712 message SealBid(uint64 tender,uint16 lot,bytes sealed,bytes
    /// guarantee,bytes32 replaces,uint40 deadline), ERC-1271 included; ignored where the bidder calls
    function commitFor(
        address bidder,
        TenderId tender,
        uint16 lot,
        bytes calldata sealed_,
        bytes calldata guarantee,
        bytes32 replaces,
        uint40 deadline,
        bytes calldata signature
    ) external returns (uint32 number);

    /// @notice As `withdraw`, on a bidder's behalf, by its signature over WithdrawBid(uint64 tender,uint16 lot,bytes32
    /// replaces,uint40 deadline). The bond goes back to who paid it.
    function withdrawFor(
        address bidder,
        TenderId tender,
        uint16 lot,
        bytes32 replaces,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Settles the bond of a bid once its fate is known; anyone may call. To the treasury: of a void bid;
    /// without a committee, of one still sealed after the reveal deadline. All others go back into the free balance of
    /// who paid: when the lot is decided, cancelled or lapsed (the winner's after the standstill; where complaints are
    /// heard everyone's, and not while one stops the lot, for 425 days after the award deadline at the longest). A
    /// guarantee moves nothing.
    function settleBond(TenderId tender, uint16 lot, address bidder) external;
}
