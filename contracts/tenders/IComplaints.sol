// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {IComplaintBody} from "./IComplaintBody.sol";
import {TenderId} from "./TenderTypes.sol";

/// @notice Number of a complaint; the first one is 1.
type ComplaintId is uint64;

/// @notice How a complaint stands or ended.
/// None: there is no such complaint. Open: it stops its lot. Rejected: the award stands, and the fee is lost. Upheld:
/// it was right, and nothing is left to order. Reevaluated: the lot is decided anew. Annulled: the lot ended without a
/// winner. Withdrawn: by the complainant, and the fee is lost. Lapsed: not decided in time, and the fee goes back.
enum ComplaintStatus {
    None,
    Open,
    Rejected,
    Upheld,
    Reevaluated,
    Annulled,
    Withdrawn,
    Lapsed
}

/// @notice How complaints about a tender are heard: JudgingTerms.reviewTerms, ABI-encoded.
/// @param reviewer the body that decides: not the agency, and not one with the same admin
/// @param feeToken ERC-20 of the fee; zero = there is no fee
/// @param feeAmount fee of each complaint in token base units; zero = there is no fee
/// @param treasury receiver of lost fees; zero only without a fee
/// @param decisionPeriod seconds, 1 to 60 days, in which a complaint is decided
struct ReviewTerms {
    AgencyId reviewer;
    address feeToken;
    uint96 feeAmount;
    address treasury;
    uint32 decisionPeriod;
}

/// @notice How complaints about a tender are heard, and the agency that they are about.
struct Review {
    AgencyId agency;
    AgencyId reviewer;
    uint32 decisionPeriod;
    address feeToken;
    uint96 feeAmount;
    address treasury;
}

/// @notice A complaint.
/// @param complainant account that filed it, and gets the fee back
/// @param deadline last second in which it can be decided
/// @param lot of the tender
/// @param status how it stands
/// @param agencyKeys number of keys that the agency had ever added then
/// @param agencyAdmin the agency's admin then
/// @param older, newer the open complaints of the lot filed before and after it; 0 = none
struct Complaint {
    address complainant;
    uint40 deadline;
    uint16 lot;
    ComplaintStatus status;
    uint16 agencyKeys;
    address agencyAdmin;
    TenderId tender;
    ComplaintId older;
    ComplaintId newer;
}

/// @notice A bid of which the rejection is annulled.
/// @param bidder whose bid it is
/// @param head bidder of the bid at the head of the order then; zero where there is none
struct Reinstatement {
    address bidder;
    address head;
}

/// @title Complaints about a house's tenders, heard by a body that is not the agency
/// @notice A tender names this contract at publication, with the reviewer, the fee and the time for a decision. Bidders
/// of a lot complain from the opening of bids on: before the lot is decided until the award deadline, afterwards until
/// the end of the standstill. An open complaint stops its lot: the house awards and closes nothing there, no award of
/// it is final, and bonds are held. What the reviewer decides, this contract orders of the house. A complaint not
/// decided in time has lapsed: it stops nothing more, and its fee goes back.
///
/// No account decides that, when the complaint was filed, was the agency's admin or had, would have or ever had a key
/// of it; that bids in the lot; and no body whose keys that admin manages. What the agency changes later does not
/// count: it needs nobody's consent to add a key or to name an admin, and would so choose who decides.
/// @dev Of each fee token, balance >= fees of open complaints + what is due. Assumed of a token is what IBonds says.
interface IComplaints is IComplaintBody {
    /// @notice Complaints about a tender are heard in this way.
    event ReviewBegun(TenderId indexed tender, AgencyId indexed reviewer, Review review);
    /// @notice A complaint was filed.
    /// @param bidder whose bid gives the right to complain
    /// @param winner whose award it is about; zero = the lot's first decision, or it is not decided
    /// @param grounds SHA-256 digest of the complaint
    event ComplaintFiled(
        ComplaintId indexed complaint,
        TenderId indexed tender,
        uint16 indexed lot,
        address complainant,
        address bidder,
        address winner,
        bytes32 grounds,
        uint40 deadline
    );
    /// @notice A complaint was withdrawn.
    event ComplaintWithdrawn(ComplaintId indexed complaint);
    /// @notice A complaint was decided.
    /// @param key position of the key that acted among the reviewer's keys
    /// @param statement SHA-256 digest of the decision with its reasons
    event ComplaintDecided(
        ComplaintId indexed complaint,
        ComplaintStatus indexed status,
        uint16 key,
        bytes32 statement
    );
    /// @notice A complaint was not decided in time.
    event ComplaintLapsed(ComplaintId indexed complaint);
    /// @notice Fees were paid out to who they are due to.
    event ComplaintFeesPaid(address indexed token, address indexed account, uint128 amount);

    /// @notice Only the house of these complaints publishes tenders here.
    /// @custom:fix Name the contract that belongs to the tender's house.
    error ComplaintHouseOnly(address caller);
    /// @notice The terms are not those of a review: they are ABI-encoded ReviewTerms, with a time of 1 to 60 days, fee
    /// token, amount and treasury or none of them; and the tender has a standstill of a day or more.
    /// @custom:fix Compare the terms with docs/rooms/complaints.md.
    error ComplaintTermsInvalid(TenderId tender);
    /// @notice The reviewer is the agency itself, or has the same admin.
    /// @custom:fix Name a body that is independent of the agency.
    error ComplaintReviewerInvalid(AgencyId agency, AgencyId reviewer);
    /// @notice Complaints about this tender are not heard here.
    /// @custom:fix See `tender show` for who hears them.
    error ComplaintUnheard(TenderId tender);
    /// @notice There is no complaint with this number.
    /// @custom:fix Look the number up with `complaint list`.
    error ComplaintUnknown(ComplaintId complaint);
    /// @notice Only a bidder of the lot complains: an account with a bid, or the vendor whom its opened bid names.
    /// @custom:fix Complain from the account of the bid, or from the vendor's.
    error ComplaintBidderOnly(TenderId tender, uint16 lot, address bidder, address caller);
    /// @notice Complaints are heard once the bids are being opened.
    /// @custom:fix Ask a question before the commit deadline; complain after it.
    error ComplaintTooEarly(TenderId tender, uint40 commitDeadline);
    /// @notice The time to complain is over: the standstill of what was decided, or the award deadline where nothing
    /// was. Zero: nothing is left to complain about, as in a lot annulled or a tender cancelled.
    /// @custom:fix Nothing is left to do here; the courts may hear it.
    error ComplaintTooLate(TenderId tender, uint16 lot, uint40 until);
    /// @notice About this decision, or before it, the bidder has complained already.
    /// @custom:fix See `complaint list`; once the lot is decided the bidder can complain about that.
    error ComplaintFiledBefore(ComplaintId complaint);
    /// @notice The digest of the grounds, or of the statement, is zero.
    /// @custom:fix Store the file and pass its SHA-256 digest.
    error ComplaintFileMissing();
    /// @notice The complaint is not open, or not in time for this: it is decided, withdrawn or lapsed.
    /// @custom:fix See `complaint list`; of a lapsed one the fee is free with `complaint collect`.
    error ComplaintNotOpen(ComplaintId complaint, ComplaintStatus status);
    /// @notice The complaint can still be decided.
    /// @custom:fix Wait until its deadline is over.
    error ComplaintNotLapsed(ComplaintId complaint, uint40 deadline);
    /// @notice Only who filed the complaint withdraws it.
    /// @custom:fix Send from the account that filed it.
    error ComplaintComplainantOnly(ComplaintId complaint, address complainant);
    /// @notice The account may not decide: when the complaint was filed it was the agency's admin, or had or had had a
    /// key of it; or it bids in the lot; or that admin manages the reviewer's keys.
    /// @custom:fix Let another key of the reviewer decide.
    error ComplaintReviewerPartial(ComplaintId complaint, address account);
    /// @notice The decision is none of Rejected, Upheld, Reevaluated and Annulled; or only Reevaluated has a deadline
    /// to decide anew, which is to come, and bids to reinstate.
    /// @custom:fix Give an award deadline in the future to reevaluate, and nothing but a statement otherwise.
    error ComplaintDecisionInvalid(ComplaintId complaint, ComplaintStatus status, uint40 awardDeadline);
    /// @notice No fee is due.
    /// @custom:fix Fees are due once the complaint is decided, withdrawn or lapsed.
    error ComplaintNothingDue(address token, address account);

    /// @notice Files a complaint, and takes the fee from the caller's allowance. By a bidder of the lot: the account of
    /// a bid, or the vendor whom the opened bid names. Each bid complains once before a decision, and once about each.
    /// The award deadline of a lot that can still be awarded moves by the time for a decision, as far as no other
    /// complaint stops the lot meanwhile; what is not needed is taken back once the complaint ends.
    /// @param bidder account whose bid gives the right to complain
    /// @param winner whose award the complaint is about, where a lot is awarded to several; zero = the lot's decision,
    /// or it is not decided
    /// @param grounds SHA-256 digest of the complaint
    function complain(
        TenderId tender,
        uint16 lot,
        address bidder,
        address winner,
        bytes32 grounds
    ) external returns (ComplaintId complaint);

    /// @notice Withdraws an open complaint. The fee goes to the treasury, so that stopping a lot is never free.
    function withdraw(ComplaintId complaint) external;

    /// @notice Decides an open complaint, until its deadline. A key of the reviewer with TENDER_REVIEW.
    /// @param status Rejected: the fee goes to the treasury. Upheld: it goes back. Reevaluated: it goes back, and the
    /// lot is decided anew. Annulled: it goes back, and the lot ends without a winner
    /// @param statement SHA-256 digest of the decision with its reasons
    /// @param awardDeadline to decide anew, see ITenderRemedy.reopen; zero unless Reevaluated
    /// @param reinstated bids of which the rejection is annulled, in this order; none unless Reevaluated
    function decide(
        ComplaintId complaint,
        ComplaintStatus status,
        bytes32 statement,
        uint40 awardDeadline,
        Reinstatement[] calldata reinstated
    ) external;

    /// @notice Ends a complaint that was not decided in time: the fee goes back. Anyone may call. The complaint stops
    /// nothing, whether this was called or not.
    function lapse(ComplaintId complaint) external;

    /// @notice Pays all fees due to an account out to it. Anyone may call.
    function collect(address token, address account) external;

    /// @notice How complaints about a tender are heard; all zero where they are not heard here.
    function reviewOf(TenderId tender) external view returns (Review memory);

    /// @notice A complaint; Lapsed as soon as its deadline is over.
    function complaintOf(ComplaintId complaint) external view returns (Complaint memory);

    /// @notice Number of complaints filed; the newest one has this number.
    function complaintCount() external view returns (uint64);

    /// @notice Fees due to an account and not yet paid out.
    function feesDue(address token, address account) external view returns (uint128);
}
