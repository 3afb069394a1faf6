// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {Requirements} from "../documents/IDocumentRegistry.sol";

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

// What a tender is like, a bit each (Tender.rules).
// Each bid locks a bond, or shows a guarantee.
uint8 constant BONDED = 1;
// Bids are sealed for a committee; without it bidders open them.
uint8 constant COMMITTEE_SEALED = 2;
// A bid has a technical part, opened first, and a price part.
uint8 constant TWO_PARTS = 4;
// Ties of price go by lottery; without it to the earlier bid.
uint8 constant LOTTERY = 8;
// Where the committee fails, whoever can opens the bids.
uint8 constant OPEN_BY_BIDDERS = 16;
// The agency seals the ceilings, and they are opened after the bids.
uint8 constant SEALED_CEILINGS = 32;
// Some lot has a published minimum.
uint8 constant MINIMUMS = 64;
// Only bidders of the round before may bid.
uint8 constant REBID = 128;

/// @notice How far a tender has come; beyond that, times decide.
/// Forming: the committee's seats are being taken. Sealing: bids are sealed (and without a committee, opened after the
/// deadline). Stopped: no more bids are sealed, because keys leaked. Opened: the scalars of the first part are out.
/// Scored: the technical scores are revealed. PriceOpened: the scalars of the price part are out.
enum Phase {
    Forming,
    Sealing,
    Stopped,
    Opened,
    Scored,
    PriceOpened
}

/// @notice Where a bidder stands in a lot.
/// None: it has sealed no bid. Sealed, Withdrawn: as they say.
/// Standing: opened, and in its place in the order of prices: only such bids can win. Unplaced: opened, and has yet to
/// take its place. OverCeiling, Malformed: opened, and cannot win; nothing else is lost. Rejected: by the agency.
/// Forfeited: never opened, and its bond went to the treasury. PartOpened: its technical part is opened.
/// UnderMinimum: opened, and cannot win. Duplicate: one of two bids of the same vendor; it cannot win.
/// Voided: its envelope was proven not to hold what the bidder committed to; it cannot win, and its bond is lost.
enum BidStatus {
    None,
    Sealed,
    Withdrawn,
    Standing,
    Unplaced,
    OverCeiling,
    Malformed,
    Rejected,
    Forfeited,
    PartOpened,
    UnderMinimum,
    Duplicate,
    Voided
}

/// @notice How a lot ended. A lot of a tender cancelled or lapsed, or past the award deadline, stays Undecided for
/// good. OverCeiling: without a winner, because every bid that could win is over the ceiling.
/// Annulled: a review annulled it.
enum LotOutcome {
    Undecided,
    Awarded,
    NoWinner,
    OverCeiling,
    Annulled
}

/// @notice The terms of a tender whose bids are sealed for a committee. All are ignored where `seats` is empty.
/// Times are seconds, UTC; those of a price part run from the reveal of the technical scores as these do from the
/// commit deadline. A deadline is the last second in which the act is allowed.
/// @param seats the body of each seat of the committee: 2t-1 to 15 seats of three bodies or more; empty = bidders open
/// their own bids
/// @param threshold number of scalars that open a bid
/// @param bidLengths length in bytes of each part of a bid: one, or the technical part and the price part
/// @param bidsFrom bids can be sealed from then on, and not before all seats are taken
/// @param scalarsDeadline members publish scalars until then; a day and half an hour after the commit deadline at least
/// @param judgeDeadline envelopes are judged until then; the reveal deadline is three days after the scalars' and three
/// days before this one, at least
/// @param scoresDeadline the technical scores are revealed after the judge deadline and until then, else the tender
/// lapses; ignored for one part
/// @param scorer who reveals the technical scores: the contract or account that keeps them; ignored for one part
/// @param sealedCeilings the agency seals the ceilings, see `sealCeiling`
/// @param openByBidders where too few scalars are out in time, whoever can opens the bids; otherwise the tender lapses
/// @param earliest ties of price go to the earlier bid rather than by lottery
struct SealingTerms {
    AgencyId[] seats;
    uint8 threshold;
    uint16[] bidLengths;
    uint40 bidsFrom;
    uint40 scalarsDeadline;
    uint40 judgeDeadline;
    uint40 scoresDeadline;
    address scorer;
    bool sealedCeilings;
    bool openByBidders;
    bool earliest;
}

/// @notice Who judges bids and complaints, and how amendments move the deadline.
/// @param rule contract that says which bids win, see IAwardRule; zero = the lowest price
/// @param ruleTerms what it is told at publication
/// @param complaints contract that hears complaints, see IComplaints; zero = nobody does
/// @param reviewTerms what it is told at publication
/// @param amendPeriod seconds, up to 60 days, that an amendment leaves for bidding at least: the commit deadline moves
/// where less would be left; zero = there are no amendments. They can be made until the deadline as two keys set it, so
/// that by them alone it moves by this much at the most
struct JudgingTerms {
    address rule;
    bytes ruleTerms;
    address complaints;
    bytes reviewTerms;
    uint32 amendPeriod;
}

/// @notice The terms of a tender, fixed at publication. Times are seconds, UTC; a deadline is the last second in which
/// the act is allowed. Money of prices is in minor units of the currency, money of bonds in token base units.
/// @param agency the body that buys
/// @param documents SHA-256 digest of the notice, a file that describes lots and items: its CIDv1 with codec raw
/// @param currency ISO 4217 code, three capital letters
/// @param decimals number of decimals of the currency's minor unit
/// @param tax whether prices and ceilings include value-added tax
/// @param commitDeadline bids are sealed, replaced and withdrawn until then
/// @param revealDeadline bids are opened after the commit deadline and until then; at least an hour later
/// @param awardDeadline the agency decides after the reveal deadline (of sealed bids: after the judge deadline) and
/// until then; an undecided lot then lapses
/// @param standstill seconds after an award in which it is not final and the winner's bond is held; up to a year
/// @param bondToken ERC-20 of the bond; zero = no bond
/// @param bondAmount flat bond of each bid; zero = no bond
/// @param treasury receiver of forfeited bonds; zero only without a bond
/// @param guarantee one requirement: a document that stands for a bond, see `commitFor`; zero = none does
/// @param ceilings for each lot the highest price that can win; zero = no ceiling, or a sealed one
/// @param minimums for each lot the lowest price that can win; empty = none in any lot
/// @param required for each lot up to four documents that its bidders must hold at the commit deadline, with
/// REQUIRED_AT_AWARD where the winner must hold it at the award too; empty = none in any lot
/// @param rebidOf the tender of which this one repeats a lot in which every bid was over the ceiling; zero = none
/// @param rebidLot that lot
/// @param sealing how bids are sealed
/// @param judging who judges bids and complaints
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
    Requirements guarantee;
    uint64[] ceilings;
    uint64[] minimums;
    Requirements[] required;
    TenderId rebidOf;
    uint16 rebidLot;
    SealingTerms sealing;
    JudgingTerms judging;
}

/// @notice What the house keeps of a tender; the rest of its terms stands in the event of its publication. Times are
/// those of the current part.
/// @param cancelledAt block time of the cancellation; 0 = not cancelled
/// @param commits number of commit numbers given so far, over all lots
/// @param lots number of lots
/// @param undecidedLots number of lots neither awarded nor closed without a winner
/// @param rules what the tender is like: BONDED, COMMITTEE_SEALED ...
/// @param phase how far it has come
/// @param sealedLength length of what is sealed: for each part a commitment and its envelope
/// @param technicalLength that of the technical part; 0 = there is one part
/// @param seats number of seats of the committee
/// @param guarantee document that stands for a bond; 0 = none does
/// @param scoredAt block time of the reveal of the technical scores; 0 = not revealed
/// @param rule who says which bids win; zero = the lowest price
/// @param amendPeriod seconds that an amendment leaves for bidding at least; 0 = there are no amendments
/// @param amendUntil last second in which the notice can be amended; 0 = there are no amendments
/// @param version number of amendments of the notice
/// @param complaints who hears complaints; zero = nobody
struct Tender {
    uint40 commitDeadline;
    uint40 revealDeadline;
    uint40 awardDeadline;
    uint40 cancelledAt;
    uint32 commits;
    uint16 lots;
    uint16 undecidedLots;
    uint8 rules;
    Phase phase;
    uint16 sealedLength;
    AgencyId agency;
    uint32 standstill;
    address treasury;
    uint16 technicalLength;
    uint8 seats;
    address bondToken;
    uint96 bondAmount;
    uint40 scalarsDeadline;
    uint40 judgeDeadline;
    uint40 scoresDeadline;
    uint40 bidsFrom;
    TenderId rebidOf;
    uint16 rebidLot;
    address scorer;
    uint48 guarantee;
    uint40 scoredAt;
    address rule;
    uint32 amendPeriod;
    uint40 amendUntil;
    uint16 version;
    address complaints;
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
/// @param ceiling highest price that can win, in minor units; 0 = none, or sealed and not opened
/// @param minimum lowest price that can win, likewise
/// @param required documents that bidders must hold
/// @param lowest commit number of the first bid in the order; 0 = none
/// @param unplaced number of opened bids that have yet to take their place
/// @param lotterySum sum of the lottery numbers of all bids opened and not void
/// @param overCeiling number of bids opened over the published ceiling
/// @param drawn price of the tied bids drawn last, plus one; 0 = none were
/// @param partOpened number of bids that are PartOpened
/// @param standing number of bids that are Standing or Unplaced
/// @param awardDeadline of this lot: later than the tender's where complaints stopped it, or a review opened it anew
/// @param award the decision; of several winners the first
struct LotView {
    uint64 ceiling;
    uint64 minimum;
    Requirements required;
    uint32 lowest;
    uint32 unplaced;
    uint32 lotterySum;
    uint32 overCeiling;
    uint64 drawn;
    uint24 partOpened;
    uint24 standing;
    uint40 awardDeadline;
    Award award;
}

/// @notice A bidder's bid in a lot. Number, price, lottery number and next are known once the price is opened.
/// @param status where the bidder stands
/// @param number the bid's commit number
/// @param price in minor units of the currency; 0 where malformed
/// @param lottery the number that the bid adds to the lottery
/// @param next commit number of the bid that follows in the order; 0 = none, its own = it was struck from the order
/// @param settled whether its bond was given back or forfeited
/// @param marks why required documents are not held, as BidMarked tells; 0 = none is wanting, or the bid was admitted
/// @param payer who paid the bond: zero = the bidder, GUARANTEED = nobody, a guarantee stands for it
/// @param vendor on whose behalf an account bids that is not the vendor's own; zero = it is
/// @param awardedAt block time of its award; 0 = it is not awarded
struct BidView {
    BidStatus status;
    uint32 number;
    uint64 price;
    uint16 lottery;
    uint32 next;
    bool settled;
    uint256 marks;
    address payer;
    address vendor;
    uint40 awardedAt;
}

// Stands for the payer of a bond where a guarantee is shown instead.
address constant GUARANTEED = address(1);

/// @notice What opens a part of a bid.
/// @param bid the part's bytes
/// @param salt the commitment's salt
/// @param envelope hash of the part's envelope; zero without a committee
/// @param other hash of the other part: keccak256(commitment | hash of its envelope); zero where there is one part
/// @param number the commit number that the sealing gave
/// @param time block time of the sealing
/// @param before bidder of the bid directly before this one in the order; zero = it is the lowest
/// @param next bidder of the bid directly behind it; zero = it is the highest. Wrong ones leave the bid Unplaced
struct Opening {
    bytes bid;
    bytes32 salt;
    bytes32 envelope;
    bytes32 other;
    uint32 number;
    uint40 time;
    address before;
    address next;
}

/// @notice What convicts an envelope: either seats that decrypt it to something else than was committed to; or, of a
/// bid or ceiling of which salt and bytes are known, one seat whose point or share is not what the salt makes.
/// @param seats as many as the committee's threshold, in rising order; or the one seat
/// @param envelope the envelope as it was sealed
/// @param commitment the commitment before it
/// @param other hash of the other part, as for an Opening
/// @param number the commit number that the sealing gave
/// @param time block time of the sealing
/// @param salt the commitment's salt; ignored unless there is one seat, and likewise:
/// @param bidHash keccak256 of the part's bytes
/// @param point the seat's point, 96 bytes
struct Judgement {
    uint8[] seats;
    bytes envelope;
    bytes32 commitment;
    bytes32 other;
    uint32 number;
    uint40 time;
    bytes32 salt;
    bytes32 bidHash;
    bytes point;
}
