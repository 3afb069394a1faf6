// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Requirements} from "../documents/IDocumentRegistry.sol";
import {BidStatus, LotOutcome, Phase, TenderId} from "./TenderTypes.sol";

/// @title Errors of the tender house
/// @notice Of the acts of bidders and openers (ITenderHouse) and of those of the agency (ITenderOffice, ITenderDesk).
interface ITenderErrors {
    /// @notice There is no tender with this number.
    /// @custom:fix Look the number up with `tender list`.
    error TenderUnknown(TenderId tender);
    /// @notice The tender has no lot with this number.
    /// @custom:fix Lots are counted from 0; see `tender show`.
    error TenderLotUnknown(TenderId tender, uint16 lot);
    /// @notice The tender has no lot, or more than the house allows.
    /// @custom:fix Publish at least one lot; split a larger tender in two.
    error TenderLotsInvalid(uint256 lots, uint256 most);
    /// @notice The deadlines are not in the order now < commit < reveal < award, there is less than an hour to open
    /// bids, or the award deadline is more than five years away.
    /// @custom:fix Choose other deadlines; `tender publish --start` shifts those of a file.
    error TenderDeadlinesInvalid(uint256 time, uint40 commitDeadline, uint40 revealDeadline, uint40 awardDeadline);
    /// @notice The standstill is longer than a year.
    /// @custom:fix Give it in seconds.
    error TenderStandstillInvalid(uint32 standstill, uint32 most);
    /// @notice A ceiling is higher than any price can be.
    /// @custom:fix Give the ceiling in fewer decimals, or 0 for none.
    error TenderCeilingInvalid(uint16 lot, uint64 ceiling, uint64 most);
    /// @notice A required document names no schema of the registry, or the lots are not as many as those with ceilings.
    /// @custom:fix Look the schema's number up with `document schema list`; require at most four documents a lot.
    error TenderRequirementInvalid(uint256 lot);
    /// @notice Documents that the bidder must hold are wanting: at the opening, or now, at the award.
    /// @custom:fix Reject the bid with reason 3, admit it with `tender admit`, or award with the winner's proofs.
    error TenderBidMarked(TenderId tender, uint16 lot, address bidder, uint256 marks);
    /// @notice The currency is not three capital letters, or has more than 6 decimals.
    /// @custom:fix Use the ISO 4217 code and its minor unit.
    error TenderCurrencyInvalid(bytes3 currency, uint8 decimals);
    /// @notice A bond needs a token, an amount and a treasury that is not the house; without a bond all three are zero.
    /// @custom:fix Give all three, or none.
    error TenderBondInvalid(address token, uint96 amount, address treasury);
    /// @notice The digest of the tender's notice is zero.
    /// @custom:fix Store the notice and pass its SHA-256 digest.
    error TenderDocumentsMissing();
    /// @notice A rule or a body for complaints is no contract, or amendments would leave more than 60 days.
    /// @custom:fix Name contracts of this house, or none; give amendPeriod in seconds.
    error TenderJudgingInvalid(address rule, address complaints, uint32 amendPeriod);
    /// @notice The tender provides for no amendments (until = 0), or the deadline that two keys set is over.
    /// @custom:fix Extend it, which takes two accounts; or cancel it and publish another.
    error TenderUnamendable(TenderId tender, uint40 until);
    /// @notice The tender's rule does not select this bid.
    /// @custom:fix See `tender evaluation` for what it selects; the ranking may have to be submitted first.
    error TenderNotSelected(TenderId tender, uint16 lot, address bidder);
    /// @notice A complaint stops the lot.
    /// @custom:fix Wait for the review's decision, or for its deadline.
    error TenderUnderReview(TenderId tender, uint16 lot);
    /// @notice The price was not flagged as abnormally low, or its bidder can still answer.
    /// @custom:fix Flag it, and wait for the answer or until its time is over.
    error TenderLowBidUnheard(TenderId tender, uint16 lot, address bidder);
    /// @notice Only the contract that hears the tender's complaints orders remedies.
    /// @custom:fix Decide the complaint there.
    error TenderComplaintsOnly(TenderId tender, address complaints);
    /// @notice The lot cannot be opened anew: it was annulled or is being repeated, its award is long final, or the
    /// deadline is too far away.
    /// @custom:fix Annul it, or give an award deadline at most 180 days from now and two years after the tender's.
    error TenderReopenInvalid(TenderId tender, uint16 lot, uint40 awardDeadline);
    /// @notice The tender was cancelled.
    /// @custom:fix Its bonds can be settled; nothing else is left to do.
    error TenderIsCancelled(TenderId tender);
    /// @notice Every lot of the tender is decided, so there is nothing to cancel.
    /// @custom:fix An award can be changed by a complaint only.
    error TenderIsDecided(TenderId tender);
    /// @notice The time for sealing, replacing and withdrawing bids is over.
    /// @custom:fix A sealed bid can still be opened until the reveal deadline.
    error TenderCommitClosed(TenderId tender, uint40 deadline);
    /// @notice Bids can be opened only after the commit deadline.
    /// @custom:fix Wait until the commit deadline is over, then run the command again.
    error TenderRevealNotOpen(TenderId tender, uint40 commitDeadline);
    /// @notice The time for opening bids is over.
    /// @custom:fix The bid counts no more, and its bond goes to the treasury.
    error TenderRevealClosed(TenderId tender, uint40 deadline);
    /// @notice Bids can still be opened, so nothing can be decided yet.
    /// @custom:fix Wait until the reveal deadline is over.
    error TenderRevealRunning(TenderId tender, uint40 deadline);
    /// @notice The time for deciding is over: the undecided lots have lapsed.
    /// @custom:fix Settle the bonds and publish a new tender.
    error TenderAwardClosed(TenderId tender, uint40 deadline);
    /// @notice The lot is decided already.
    /// @custom:fix See `tender show`; an award can be changed by a complaint only.
    error TenderLotDecided(TenderId tender, uint16 lot, LotOutcome outcome);
    /// @notice A bid stands in the lot, so it cannot be closed without a winner.
    /// @custom:fix Award the lot to the lowest bid, or reject the bids that must not win.
    error TenderBidStands(TenderId tender, uint16 lot, uint32 lowest);
    /// @notice A lower bid stands that is not rejected, or one of the same price with a lower commit number.
    /// @custom:fix Award to the lowest bidder, or reject its bid with reason and evidence.
    error TenderLowerBidStands(TenderId tender, uint16 lot, address bidder, uint32 lowest);
    /// @notice Some opened bids have yet to take their place in the order of prices.
    /// @custom:fix `tender award` places them first; or call `place` for each.
    error TenderBidsUnplaced(TenderId tender, uint16 lot, uint32 unplaced);
    /// @notice The bid is not in a state that allows this act, or its bond was given back already.
    /// @custom:fix Compare the status with `tender show`.
    error TenderBidStatus(TenderId tender, uint16 lot, address bidder, BidStatus status);
    /// @notice The opening does not yield what the bidder committed to: the bid, salt, number, time, bidder, lot,
    /// tender, house or chain is another.
    /// @custom:fix Open with the bid file of this tender and lot; see `tender bids`.
    error TenderOpeningMismatch(TenderId tender, uint16 lot, address bidder);
    /// @notice The commitment is zero.
    /// @custom:fix Let the SDK compute it.
    error TenderCommitmentZero();
    /// @notice The bid of the bidder named as predecessor does not stand directly before this one.
    /// @custom:fix Run the command again: it reads the order anew.
    error TenderPlaceStale(TenderId tender, uint16 lot, address bidder, address predecessor);
    /// @notice A reason code and the digest of the evidence are both needed.
    /// @custom:fix Give both; docs/rooms/tenders.md lists the codes.
    error TenderReasonMissing(uint16 reason, bytes32 evidence);
    /// @notice The tender asks for no bond.
    /// @custom:fix Nothing is left to do.
    error TenderUnbonded(TenderId tender);
    /// @notice The bond is still held: the lot is undecided, or the standstill of the winner's award is running.
    /// @custom:fix Repeat after the time given (0 = when the lot is decided, cancelled or lapsed).
    error TenderBondHeld(TenderId tender, uint16 lot, address bidder, uint40 until);
    /// @notice The terms of sealing are not those of a committee: bids, opening and judging need their times (a day and
    /// half an hour for scalars, three days each to open and to judge), one or two parts of sufficient length, ceilings
    /// either published or sealed, and two parts a scorer and a deadline of theirs before the award's.
    /// @custom:fix Compare with docs/rooms/tenders.md; `tender publish` fills in what a notice does not tell.
    error TenderSealingInvalid();
    /// @notice A minimum is higher than the lot's ceiling or than any price, or the minimums are not as many as the
    /// lots.
    /// @custom:fix Give a minimum up to the ceiling for each lot, 0 for none.
    error TenderMinimumInvalid(uint256 lot);
    /// @notice The guarantee is not one requirement of a schema of the registry, or the tender asks for no bond.
    /// @custom:fix Look the schema's number up with `document schema list`.
    error TenderGuaranteeInvalid(Requirements guarantee);
    /// @notice A lot can be repeated by its own agency, once, after it ended with every bid over its ceiling, as the
    /// only lot of a new tender with the same ceiling.
    /// @custom:fix Publish an ordinary tender instead.
    error TenderRebidInvalid(TenderId tender, uint16 lot);
    /// @notice Only those whose bids of the round before were opened and not excluded may bid again.
    /// @custom:fix Bid from the same account as in the round before.
    error TenderNotInvited(TenderId tender, address bidder);
    /// @notice Bids cannot be sealed: the committee's seats are not all taken (Forming), keys leaked (Stopped), or the
    /// opening has begun.
    /// @custom:fix See `tender show`; a forming committee opens the bidding when its keys are posted.
    error TenderNotSealing(TenderId tender, Phase phase);
    /// @notice What is sealed has another length than the tender fixes, or the tender is sealed in the other mode.
    /// @custom:fix Seal with `tender seal`, which fits it to the tender.
    error TenderSealedLength(TenderId tender, uint256 length, uint256 wanted);
    /// @notice The relayed act was signed for another state of the bid: it was sent before, or replaced meanwhile.
    /// @custom:fix Sign anew over the present state.
    error TenderRelayStale(TenderId tender, uint16 lot, address bidder);
    /// @notice The time in which the signed act could be relayed is over.
    /// @custom:fix Sign anew with a later deadline.
    error TenderRelayExpired(uint40 deadline);
    /// @notice The signature is not the bidder's over this very act.
    /// @custom:fix Sign with the bidder's account, for this chain and house.
    error TenderRelaySignature(address bidder);
    /// @notice The guarantee does not hold, or the tender accepts none.
    /// @custom:fix Have it attested for this very bid; `tender guarantee` tells its holder.
    error TenderGuaranteeMarked(TenderId tender, uint16 lot, address bidder, uint256 marks);
    /// @notice The scalars of this part are not out, or the tender has no committee.
    /// @custom:fix Wait until enough members have published; see `committee status`.
    error TenderKeysNotOut(TenderId tender, uint8 part);
    /// @notice The committee published too few scalars in time, or the technical scores were not revealed in time.
    /// @custom:fix Settle the bonds, which are free, and publish a new tender.
    error TenderLapsed(TenderId tender);
    /// @notice The time for judging envelopes is over.
    /// @custom:fix What was opened stands.
    error TenderJudgeClosed(TenderId tender, uint40 deadline);
    /// @notice The envelope holds what its sealer committed to.
    /// @custom:fix Open the bid with what it holds.
    error TenderEnvelopeSound(TenderId tender, uint16 lot, address bidder);
    /// @notice The bid's price is over the ceiling, so that no bid can win.
    /// @custom:fix Close the lot; it can be repeated once among its bidders.
    error TenderCeilingExceeded(TenderId tender, uint16 lot, uint64 price, uint64 ceiling);
    /// @notice The bid is tied, and the tied bids are yet to be drawn.
    /// @custom:fix `tender award` draws first; or call `draw`.
    error TenderTiesUndrawn(TenderId tender, uint16 lot);
    /// @notice The bid named is not the next in the order of the tied ones.
    /// @custom:fix Run the command again: it reads the order anew.
    error TenderDrawOrder(TenderId tender, uint16 lot);
    /// @notice There is nothing to draw: the tender has no lottery, or the bids at the head are drawn already.
    /// @custom:fix Go on with the award.
    error TenderDrawNeedless(TenderId tender, uint16 lot);
    /// @notice The bid does not stand at the head of the order, or it can still win, or is to be drawn first.
    /// @custom:fix Compare with `tender show`.
    error TenderHeadStands(TenderId tender, uint16 lot, address bidder);
    /// @notice Only the tender's scorer may do this.
    /// @custom:fix Call from the account or contract that the tender names as scorer.
    error TenderScorerOnly(TenderId tender, address scorer);
    /// @notice Only the house's opening committee may do this.
    /// @custom:fix Call the committee, which calls the house.
    error TenderCommitteeOnly(address caller);
    /// @notice The technical scores are revealed after the judge deadline and until the scores' deadline, once, in a
    /// tender of two parts (0 to 0: the tender has one, or they are revealed).
    /// @custom:fix Wait until then.
    error TenderScoresClosed(TenderId tender, uint40 from, uint40 until);
    /// @notice An extension needs a later deadline than the present one, within five years of now.
    /// @custom:fix Propose a later deadline.
    error TenderExtensionInvalid(TenderId tender, uint40 deadline);
    /// @notice No such extension was proposed, or the account that proposed it confirms it itself.
    /// @custom:fix Propose with one key of the body, confirm with another's.
    error TenderExtensionUnproposed(TenderId tender, uint40 deadline);
    /// @notice The ceilings of this tender are not sealed, or not opened now, or this one is no envelope to open.
    /// @custom:fix Ceilings are sealed until the commit deadline, opened from the reveal to the judge deadline.
    error TenderCeilingClosed(TenderId tender, uint16 lot);
    /// @notice The office acts only for its house.
    /// @custom:fix Call the house.
    error TenderOfficeDirect();
}
