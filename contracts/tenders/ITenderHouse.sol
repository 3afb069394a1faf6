// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {Requirements} from "../documents/IDocumentRegistry.sol";
import {IBonds} from "./IBonds.sol";

/// @notice Number of a tender in the house; the first one is 1.
type TenderId is uint64;

/// @notice Whether prices and ceilings include value-added tax.
enum TaxBasis {
    Unstated,
    Net,
    Gross
}

// The highest price and ceiling, in minor units: a price shares its slot with the order of the bids.
uint64 constant MAX_PRICE = (1 << 59) - 1;

// The bit of each of the 48 bits of a requirement that asks for the document at the award again.
uint256 constant REQUIRED_AT_AWARD = 1 << 47;

/// @notice Where a bidder stands in a lot.
/// None: it has sealed no bid. Sealed, Withdrawn: as they say.
/// Standing: opened, and in its place in the order of prices: only such bids can win. Unplaced: opened, and has yet to
/// take its place. OverCeiling, Malformed: opened, and cannot win; nothing else is lost. Rejected: by the agency.
/// Forfeited: never opened, and its bond went to the treasury.
enum BidStatus {
    None,
    Sealed,
    Withdrawn,
    Standing,
    Unplaced,
    OverCeiling,
    Malformed,
    Rejected,
    Forfeited
}

/// @notice How a lot ended. A lot of a cancelled tender, or past the award deadline, stays Undecided for good.
enum LotOutcome {
    Undecided,
    Awarded,
    NoWinner
}

/// @notice The terms of a tender, fixed at publication. Times are seconds, UTC; a deadline is the last second in which
/// the act is allowed. Money of prices is in minor units of the currency, money of bonds in token base units.
/// @param agency the body that buys
/// @param documents SHA-256 digest of the notice, a file that describes lots and items: its CIDv1 with codec raw
/// @param currency ISO 4217 code, three capital letters
/// @param decimals number of decimals of the currency's minor unit
/// @param tax whether prices and ceilings include value-added tax
/// @param commitDeadline bids are sealed, replaced and withdrawn until then
/// @param revealDeadline bidders open their bids after the commit deadline and until then; at least an hour later
/// @param awardDeadline the agency decides after the reveal deadline and until then; an undecided lot then lapses
/// @param standstill seconds after an award in which it is not final and the winner's bond is held; up to a year
/// @param bondToken ERC-20 of the bond; zero = no bond
/// @param bondAmount flat bond of each bid; zero = no bond
/// @param treasury receiver of forfeited bonds; zero only without a bond
/// @param ceilings for each lot the highest price that can win; zero = no ceiling
/// @param required for each lot up to four documents that its bidders must hold at the commit deadline, with
/// REQUIRED_AT_AWARD where the winner must hold it at the award too; empty = none in any lot
struct TenderTerms {
    AgencyId agency;
    bytes32 documents;
    bytes3 currency;
    uint8 decimals;
    TaxBasis tax;
    uint40 commitDeadline;
    uint40 revealDeadline;
    uint40 awardDeadline;
    uint32 standstill;
    address bondToken;
    uint96 bondAmount;
    address treasury;
    uint64[] ceilings;
    Requirements[] required;
}

/// @notice What the house keeps of a tender; the rest of its terms stands in the event of its publication.
/// @param cancelledAt block time of the cancellation; 0 = not cancelled
/// @param commits number of commit numbers given so far, over all lots
/// @param lots number of lots
/// @param undecidedLots number of lots neither awarded nor closed without a winner
/// @param bonded whether each bid locks a bond
struct Tender {
    uint40 commitDeadline;
    uint40 revealDeadline;
    uint40 awardDeadline;
    uint40 cancelledAt;
    uint32 commits;
    uint16 lots;
    uint16 undecidedLots;
    bool bonded;
    AgencyId agency;
    uint32 standstill;
    address treasury;
    address bondToken;
    uint96 bondAmount;
}

/// @notice A decision on a lot.
/// @param winner the bidder; zero where there is none
/// @param time block time of the decision
/// @param outcome how the lot ended
struct Award {
    address winner;
    uint40 time;
    LotOutcome outcome;
}

/// @notice A lot.
/// @param ceiling highest price that can win, in minor units; 0 = none
/// @param required documents that bidders must hold
/// @param lowest bidder of the lowest standing bid; zero = none stands
/// @param unplaced number of opened bids that have yet to take their place
/// @param award the decision
struct LotView {
    uint64 ceiling;
    Requirements required;
    address lowest;
    uint32 unplaced;
    Award award;
}

/// @notice A bidder's bid in a lot. Number, price and next are known once the bid is opened.
/// @param status where the bidder stands
/// @param number the bid's commit number
/// @param price in minor units of the currency; 0 where malformed
/// @param next bidder of the next higher standing bid; zero = none
/// @param settled whether its bond was given back; the bid keeps its status and its place
/// @param marks why required documents are not held, as BidMarked tells; 0 = none is wanting, or the bid was admitted
struct BidView {
    BidStatus status;
    uint32 number;
    uint64 price;
    address next;
    bool settled;
    uint256 marks;
}

/// @title House of tenders: sealed bids, opened by their bidders, awarded to the lowest
/// @notice A bidder commits to a bid before the commit deadline and opens it before the reveal deadline. The agency may
/// reject opened bids, with a reason and evidence, and awards each lot; the house refuses every winner but the lowest
/// bid not rejected. The cost of each act is independent of the number of bids.
///
/// A bid is 64 bytes: abi.encode(uint256 price, bytes32 quotation), the price in minor units of the currency, the
/// quotation the SHA-256 digest of a file with the details (0 = none). Where the lot requires documents, their proofs
/// follow, see IDocumentRegistry.documentMarks. A commitment is
/// keccak256(abi.encode(BID_TAG, chainid, house, tender, lot, part, bidder, keccak256(bid), salt)) with part 0 and 256
/// random bits of salt, so that it hides the price and nobody else can open it.
///
/// Opened bids of a lot stand in a list by price, then by commit number. Who opens a bid names the bidder after whose
/// bid it belongs; where that has become wrong meanwhile, the bid is opened all the same and anyone can place it later.
///
/// Required documents are judged at the opening by what held at the commit deadline. One that is wanting never hinders
/// the opening: it marks the bid, which keeps its place; the agency rejects it or, with reasons, admits it.
interface ITenderHouse is IBonds {
    // In the agency's acts `key` is the position of the key that acted among the agency's keys.

    /// @notice A tender was published.
    event TenderPublished(TenderId indexed tender, AgencyId indexed agency, uint16 key, TenderTerms terms);
    /// @notice A tender was cancelled: its undecided lots stay without a winner.
    event TenderCancelled(TenderId indexed tender, uint16 key, uint16 reason, bytes32 evidence);
    /// @notice A bid was sealed. Numbers rise through the whole tender; ties of price go to the lower one.
    event BidCommitted(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        bytes32 commitment,
        uint32 number
    );
    /// @notice A sealed bid was replaced; it has a new number.
    event BidReplaced(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        bytes32 commitment,
        uint32 number
    );
    /// @notice A sealed bid was withdrawn.
    event BidWithdrawn(TenderId indexed tender, uint16 indexed lot, address indexed bidder);
    /// @notice A bid was opened: it is Standing, Unplaced, OverCeiling or Malformed. With the salt everyone can compute
    /// the commitment again.
    event BidOpened(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint32 number,
        BidStatus status,
        bytes bid,
        bytes32 salt
    );
    /// @notice Documents required of an opened bid are wanting.
    /// @param marks a DocumentMark for each requirement of the lot, 4 bits, the first one lowest
    event BidMarked(TenderId indexed tender, uint16 indexed lot, address indexed bidder, uint256 marks);
    /// @notice The agency admitted a marked bid: its marks hinder an award no more.
    event BidAdmitted(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint16 key,
        uint16 reason,
        bytes32 evidence
    );
    /// @notice An opened bid took its place in the order of prices.
    event BidPlaced(TenderId indexed tender, uint16 indexed lot, address indexed bidder);
    /// @notice The agency rejected an opened bid.
    event BidRejected(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint16 key,
        uint16 reason,
        bytes32 evidence
    );
    /// @notice A lot was awarded; the award is final after `standstillEnd`.
    event LotAwarded(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed winner,
        uint16 key,
        uint32 number,
        uint64 price,
        uint40 standstillEnd
    );
    /// @notice A lot was closed without a winner: no bid stood.
    event LotClosed(TenderId indexed tender, uint16 indexed lot, uint16 key);
    /// @notice A bid's bond is free again.
    event BondReleased(TenderId indexed tender, uint16 indexed lot, address indexed bidder);
    /// @notice A bid's bond is forfeited: the bid was neither withdrawn nor opened in time.
    event BondForfeited(TenderId indexed tender, uint16 indexed lot, address indexed bidder, address treasury);

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
    error TenderBidStands(TenderId tender, uint16 lot, address bidder);
    /// @notice A lower bid stands that is not rejected, or one of the same price with a lower commit number.
    /// @custom:fix Award to the lowest bidder, or reject its bid with reason and evidence.
    error TenderLowerBidStands(TenderId tender, uint16 lot, address bidder, address lowest);
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

    /// @notice Publishes a tender. A key of the agency with TENDER_PUBLISH.
    /// @return tender its number
    function publish(TenderTerms calldata terms) external returns (TenderId tender);

    /// @notice Seals a bid, until the commit deadline; locks the bond from the caller's balance. Allowed again after a
    /// withdrawal.
    /// @return number the bid's commit number, needed to open it
    function commit(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number);

    /// @notice Replaces the caller's sealed bid, until the commit deadline; the bond stays locked.
    /// @return number the new commit number: the bid loses its place among ties
    function replace(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number);

    /// @notice Withdraws the caller's sealed bid, until the commit deadline; frees the bond.
    function withdraw(TenderId tender, uint16 lot) external;

    /// @notice Opens the caller's bid, after the commit deadline and until the reveal deadline. A bid over the ceiling
    /// or malformed is opened and marked.
    /// @param bid the bid's bytes
    /// @param salt the commitment's salt
    /// @param number the commit number that the sealing gave
    /// @param time block time of the sealing
    /// @param predecessor bidder of the standing bid directly before this one in the order; zero = it is the lowest. A
    /// wrong one leaves the bid Unplaced
    function reveal(
        TenderId tender,
        uint16 lot,
        bytes calldata bid,
        bytes32 salt,
        uint32 number,
        uint40 time,
        address predecessor
    ) external;

    /// @notice Gives an Unplaced bid its place in the order of prices. Anyone may call, at any time.
    /// @param predecessor as for `reveal`
    function place(TenderId tender, uint16 lot, address bidder, address predecessor) external;

    /// @notice Rejects an opened bid, from its opening until the lot is decided. A key of the agency with
    /// TENDER_REJECT.
    /// @param predecessor bidder of the standing bid directly before it; zero = it is the lowest, or Unplaced
    /// @param reason code of the reason, not 0
    /// @param evidence SHA-256 digest of the public statement of reasons
    function reject(
        TenderId tender,
        uint16 lot,
        address bidder,
        address predecessor,
        uint16 reason,
        bytes32 evidence
    ) external;

    /// @notice Admits a marked bid, from its opening until the lot is decided: what was wanting hinders its award no
    /// more. A key of the agency with TENDER_REJECT.
    /// @param reason code of the reason, not 0
    /// @param evidence SHA-256 digest of the public statement of reasons
    function admit(TenderId tender, uint16 lot, address bidder, uint16 reason, bytes32 evidence) external;

    /// @notice Awards a lot, after the reveal deadline and until the award deadline. Refused unless the bidder's bid is
    /// the lowest standing one, and has no marks. A key of the agency with TENDER_AWARD.
    function award(TenderId tender, uint16 lot, address bidder) external;

    /// @notice As `award`, of a lot that requires documents at the award: those are judged by what holds now.
    /// @param proofs of the documents required at the award, in the lot's order, but for those admitted: see
    /// IDocumentRegistry.documentMarks
    function awardWithDocuments(TenderId tender, uint16 lot, address bidder, bytes calldata proofs) external;

    /// @notice Closes a lot in which no bid stands without a winner, in the same time as an award. A key of the agency
    /// with TENDER_AWARD.
    function closeLot(TenderId tender, uint16 lot) external;

    /// @notice Cancels a tender, until the award deadline: its undecided lots stay without a winner, decided ones stay
    /// as they are. A key of the agency with TENDER_CANCEL.
    /// @param reason code of the reason, not 0
    /// @param evidence SHA-256 digest of the public statement of reasons
    function cancel(TenderId tender, uint16 reason, bytes32 evidence) external;

    /// @notice Settles the bond of a bid once its fate is known; anyone may call. Back into the bidder's free balance:
    /// of an opened bid when the lot is decided, cancelled or lapsed (the winner's after the standstill), of a sealed
    /// bid when the tender was cancelled by the reveal deadline. To the treasury: of a bid still sealed after it.
    function settleBond(TenderId tender, uint16 lot, address bidder) external;

    /// @notice What the house keeps of a tender.
    function tenderOf(TenderId tender) external view returns (Tender memory);

    /// @notice Number of tenders published; the newest one has this number.
    function tenderCount() external view returns (uint64);

    /// @notice A lot and its decision.
    function lotOf(TenderId tender, uint16 lot) external view returns (LotView memory);

    /// @notice A bidder's bid in a lot.
    function bidOf(TenderId tender, uint16 lot, address bidder) external view returns (BidView memory);
}
