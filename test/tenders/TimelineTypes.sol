// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, LotOutcome} from "../../contracts/tenders/TenderTypes.sol";
import {TimelineAwardLib} from "./TimelineAwardLib.sol";
import {TimelineModelLib} from "./TimelineModelLib.sol";

using TimelineAwardLib for Model global;
using TimelineModelLib for Model global;

uint256 constant BIDDERS = 5;
// Of a committee in these tests.
uint256 constant MOST_SEATS = 5;
// Key pairs that members can post, one point of each for each part.
uint256 constant KEYS = 11;
// Stands for no bidder.
uint256 constant NOBODY = type(uint256).max;
uint96 constant BOND = 10;

/// @notice What is wrong with what a bidder sealed.
/// Share: one seat's share is spoilt. Other: it holds another bid. NoPoint: U is no point. Copied: it is another
/// bidder's envelope. Stolen: so is the commitment.
enum Flaw {
    None,
    Share,
    Other,
    NoPoint,
    Copied,
    Stolen
}

/// @notice The terms of the tender, as far as the model needs them.
struct Plan {
    uint256 parts;
    uint256 seats;
    uint256 threshold;
    bool openByBidders;
    bool earliest;
    bool bonded;
    uint64 ceiling;
    uint64 minimum;
    uint40 bidsFrom;
    uint32 standstill;
}

/// @notice The deadlines, those of the current part; each is the last second of its stage.
struct Times {
    uint40 commit;
    uint40 scalars;
    uint40 reveal;
    uint40 judge;
    uint40 scores;
    uint40 award;
}

/// @notice A seat in the model.
/// @param member who holds it, plus one; 0 = nobody
/// @param key the pair of keys posted
struct Seat {
    uint256 member;
    uint256 key;
    bool[2] published;
    bool[2] leaked;
}

/// @notice What a bidder sealed, without its cryptography: for each part what is wrong with it, and whether what it
/// commits to is well formed.
/// @param spoilt the seat whose share is spoilt
struct Content {
    uint64 price;
    uint16 lottery;
    bool[2] malformed;
    Flaw[2] flaws;
    uint256[2] spoilt;
}

/// @notice A bidder in the model.
/// @param priced whether its price is opened and well formed
struct Bidder {
    BidStatus status;
    uint32 number;
    Content content;
    bool priced;
    bool settled;
    uint256 free;
    uint256 locked;
}

/// @notice The whole time line of a tender with one lot.
/// @param time the present
/// @param order bidders in the order of prices, the lowest first
/// @param drawn price of the tied bids drawn last, plus one
/// @param rejectedUnder whether a rejected bid was struck from the head
/// @param due forfeited bonds
struct Model {
    Plan plan;
    Times times;
    uint40 time;
    uint40 cancelledAt;
    uint40 scoredAt;
    bool frozen;
    Seat[MOST_SEATS] seats;
    bool[KEYS] used;
    uint32 commits;
    uint40 proposed;
    address proposer;
    Bidder[BIDDERS] bidders;
    uint256[] order;
    uint64 drawn;
    bool rejectedUnder;
    LotOutcome outcome;
    uint256 winner;
    uint40 decidedAt;
    uint256 due;
}

/// @notice What a history can come to: each must be reached.
enum Outcome {
    SeatVacated,
    Extended,
    Stopped,
    Cancelled,
    LapsedByCommittee,
    LapsedByScores,
    OpenedByBidders,
    PriceScalarEarly,
    PriceOpeningEarly,
    PriceOpened,
    VoidedUnopened,
    VoidedThoughOpened,
    AcquittedByOthers,
    CopyRefused,
    Misplaced,
    Drawn,
    Awarded,
    AwardedBehindRejected,
    NoWinner,
    OverCeiling,
    Released,
    WinnerReleased,
    Forfeited,
    DuePaid,
    SealedInLastSecond,
    SealedLate,
    PublishedInLastSecond,
    PublishedLate,
    OpenedInLastSecond,
    OpenedLate,
    JudgedInLastSecond,
    JudgedLate,
    ScoredInLastSecond,
    ScoredLate,
    AwardedInLastSecond,
    AwardedLate
}

/// @notice What a bidder sealed, for each part: what it opens with, and what it handed in.
struct Letter {
    uint32 number;
    uint40 time;
    bytes[2] bids;
    bytes32[2] salts;
    bytes32[2] commitments;
    bytes[2] envelopes;
}

/// @notice A history as it is played.
/// @param letters what each bidder sealed last; number 0 = nothing
/// @param older what it sealed before
/// @param seen a bit for each Outcome
struct History {
    Model model;
    Letter[BIDDERS] letters;
    Letter[BIDDERS] older;
    uint256 seen;
}
