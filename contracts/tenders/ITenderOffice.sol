// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {ITenderErrors} from "./ITenderErrors.sol";
import {ITenderSealing} from "./ITenderSealing.sol";
import {Judgement, Opening, TenderId, TenderTerms} from "./TenderTypes.sol";

/// @title Office of the tender house: publication, times, ceilings and judging
/// @notice They are called at the house, which runs the office's code on its own state.
interface ITenderOffice is ITenderErrors, ITenderSealing {
    // In the agency's acts `key` is the position of the key that acted among the agency's keys.

    /// @notice A tender was published.
    event TenderPublished(TenderId indexed tender, AgencyId indexed agency, uint16 key, TenderTerms terms);
    /// @notice A later commit deadline was proposed.
    event ExtensionProposed(TenderId indexed tender, uint16 key, uint40 deadline);
    /// @notice A tender was extended: all its deadlines moved by as much as the commit deadline.
    event TenderExtended(TenderId indexed tender, uint16 key, uint40 deadline, uint16 reason, bytes32 evidence);
    /// @notice A tender's notice was amended.
    /// @param version number of the amendment, from 1 on
    /// @param documents SHA-256 digest of the notice as it is now
    /// @param deadline the commit deadline: where it moved, all deadlines moved by as much
    event TenderAmended(TenderId indexed tender, uint16 key, uint16 version, bytes32 documents, uint40 deadline);
    /// @notice The technical scores are revealed: the price part's times begin.
    /// @param evidence digest of the scores
    event ScoresRevealed(
        TenderId indexed tender,
        bytes32 evidence,
        uint40 scalarsDeadline,
        uint40 revealDeadline,
        uint40 judgeDeadline,
        uint40 awardDeadline
    );
    /// @notice A bid's envelope was proven with these seats not to hold what its bidder committed to: it is void.
    event BidVoided(TenderId indexed tender, uint16 indexed lot, address indexed bidder, uint8 part, uint8[] seats);
    /// @notice The agency sealed a lot's ceiling, or sealed it anew.
    /// @param number commit number
    /// @param sealed_ commitment and envelope
    event CeilingSealed(TenderId indexed tender, uint16 indexed lot, uint16 key, uint32 number, bytes sealed_);
    /// @notice A sealed ceiling was opened. Zero = none; both are where what was sealed is no ceiling.
    event CeilingOpened(
        TenderId indexed tender,
        uint16 indexed lot,
        uint64 ceiling,
        uint64 minimum,
        bytes bid,
        bytes32 salt
    );
    /// @notice A sealed ceiling was proven not to hold what the agency committed to: the lot has none.
    event CeilingVoided(TenderId indexed tender, uint16 indexed lot, uint8[] seats);
    /// @notice A tender was cancelled: its undecided lots stay without a winner.
    event TenderCancelled(TenderId indexed tender, uint16 key, uint16 reason, bytes32 evidence);

    /// @notice Publishes a tender. A key of the agency with TENDER_PUBLISH.
    /// @return tender its number
    function publish(TenderTerms calldata terms) external returns (TenderId tender);

    /// @notice Proposes a later commit deadline, before the present one and while bids can be sealed. A key of the
    /// agency with TENDER_PUBLISH.
    function proposeExtension(TenderId tender, uint40 deadline) external;

    /// @notice Extends a tender by confirming what was proposed, before the commit deadline: every deadline moves by as
    /// much. A key of the agency with TENDER_EXTEND, of another account than the one that proposed.
    /// @param reason code of the reason, not 0
    /// @param evidence SHA-256 digest of the public statement of reasons
    function extend(TenderId tender, uint40 deadline, uint16 reason, bytes32 evidence) external;

    /// @notice Amends a tender's notice in a tender that provides for it, until the commit deadline as it was published
    /// or extended by two keys: what stands in its terms stays. Where less than its amendPeriod is left, every deadline
    /// moves so that as much is. A key of the agency with TENDER_PUBLISH.
    /// @param documents digest of the new notice
    function amend(TenderId tender, bytes32 documents) external;

    /// @notice Reveals that the technical scores are final, after the judge deadline and until the scores' deadline:
    /// the price part can be opened, in times that run from now. The tender's scorer.
    /// @param evidence digest of the scores
    function revealScores(TenderId tender, bytes32 evidence) external;

    /// @notice Proves that the envelope of a bid's current part does not hold what its bidder committed to: the bid is
    /// void, opened or not. Until the judge deadline, once the scalars are out. Anyone may call; the bond goes to the
    /// treasury with `settleBond`.
    function judge(TenderId tender, uint16 lot, address bidder, Judgement calldata judgement) external;

    /// @notice Seals a lot's ceiling, or seals it anew, until the commit deadline, like the last part of a bid of the
    /// house's own address: commitment and envelope. What is sealed is ceiling and minimum, 8 bytes each, 0 = none. A
    /// key of the agency with TENDER_PUBLISH.
    /// @return number the commit number, needed to open it
    function sealCeiling(TenderId tender, uint16 lot, bytes calldata sealed_) external returns (uint32 number);

    /// @notice Opens a lot's ceiling, after the reveal deadline of the (price) bids and until the judge deadline.
    /// Anyone may call. One never opened is none.
    /// @param opening as of a bid; neighbours and other part are ignored
    function openCeiling(TenderId tender, uint16 lot, Opening calldata opening) external;

    /// @notice Proves that a sealed ceiling does not hold what the agency committed to, until the judge deadline: the
    /// lot has no ceiling then. Anyone may call.
    function judgeCeiling(TenderId tender, uint16 lot, Judgement calldata judgement) external;

    /// @notice Cancels a tender, until the award deadline: its undecided lots stay without a winner, decided ones stay
    /// as they are. A key of the agency with TENDER_CANCEL.
    /// @param reason code of the reason, not 0
    /// @param evidence SHA-256 digest of the public statement of reasons
    function cancel(TenderId tender, uint16 reason, bytes32 evidence) external;
}
