// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Agency, AgencyId, AgencyKey, IAgencyRegistry, TENDER_REVIEW} from "../agencies/IAgencyRegistry.sol";
import {TokenLib} from "../shared/TokenLib.sol";
import {IComplaintBody} from "./IComplaintBody.sol";
import {
    Complaint,
    ComplaintId,
    ComplaintStatus,
    IComplaints,
    Reinstatement,
    Review,
    ReviewTerms
} from "./IComplaints.sol";
import {ITenderHouse} from "./ITenderHouse.sol";
import {BidStatus, BidView, LotOutcome, LotView, Tender, TenderId} from "./TenderTypes.sol";

uint32 constant MIN_DECISION = 1 days;
uint32 constant MAX_DECISION = 60 days;
// Without a standstill nobody could complain about an award.
uint32 constant MIN_STANDSTILL = 1 days;
// Length of ABI-encoded ReviewTerms.
uint256 constant TERMS_LENGTH = 160;

/// @title Complaints
/// @notice See IComplaints.
contract Complaints is IComplaints, ReentrancyGuardTransient {
    /// @notice What is kept of a lot. As all complaints about a tender have the same time, its newest open one is the
    /// last to lapse, and tells whether the lot is stopped.
    /// @param newest the open complaint filed last; 0 = none is open
    /// @param round number of times that the lot was reopened
    /// @param given end of the stop for which the lot's award deadline was moved
    struct LotReview {
        ComplaintId newest;
        uint16 round;
        uint40 given;
    }

    /* STORAGE */

    ITenderHouse public immutable HOUSE;
    IAgencyRegistry public immutable AGENCIES;

    uint64 private _complaintCount;
    mapping(TenderId tender => Review) private _reviews;
    mapping(ComplaintId complaint => Complaint) private _complaints;
    mapping(TenderId tender => mapping(uint16 lot => LotReview)) private _lots;
    // By tender, lot, bidder and the decision complained about.
    mapping(bytes32 matter => ComplaintId) private _filed;
    mapping(address token => mapping(address account => uint128)) private _due;

    constructor(ITenderHouse house, IAgencyRegistry agencies) {
        HOUSE = house;
        AGENCIES = agencies;
    }

    /* PUBLICATION */

    /// @inheritdoc IComplaintBody
    function begin(TenderId tender, AgencyId agency, bytes calldata terms) external {
        require(msg.sender == address(HOUSE), ComplaintHouseOnly(msg.sender));
        require(terms.length == TERMS_LENGTH, ComplaintTermsInvalid(tender));
        ReviewTerms memory r = abi.decode(terms, (ReviewTerms));
        bool charged = r.feeToken != address(0);
        bool valid =
            r.decisionPeriod >= MIN_DECISION &&
                r.decisionPeriod <= MAX_DECISION &&
                charged == (r.feeAmount != 0) &&
                charged == (r.treasury != address(0)) &&
                r.treasury != address(this) &&
                HOUSE.tenderOf(tender).standstill >= MIN_STANDSTILL;
        require(valid, ComplaintTermsInvalid(tender));
        if (charged) TokenLib.requireToken(r.feeToken);
        require(_independent(agency, r.reviewer), ComplaintReviewerInvalid(agency, r.reviewer));

        Review memory review = Review(agency, r.reviewer, r.decisionPeriod, r.feeToken, r.feeAmount, r.treasury);
        _reviews[tender] = review;
        emit ReviewBegun(tender, r.reviewer, review);
    }

    /* COMPLAINTS */

    /// @inheritdoc IComplaints
    function complain(
        TenderId tender,
        uint16 lot,
        address bidder,
        address winner,
        bytes32 grounds
    ) external nonReentrant returns (ComplaintId complaint) {
        Review memory review = _reviews[tender];
        require(review.decisionPeriod != 0, ComplaintUnheard(tender));
        require(grounds != 0, ComplaintFileMissing());
        _requireBidder(tender, lot, bidder);
        (uint40 decision, address awarded) = _requireTimely(tender, lot, winner);
        bytes32 matter = keccak256(abi.encode(tender, lot, bidder, _lots[tender][lot].round, decision, awarded));
        ComplaintId earlier = _filed[matter];
        require(ComplaintId.unwrap(earlier) == 0, ComplaintFiledBefore(earlier));

        uint40 deadline = uint40(block.timestamp) + review.decisionPeriod;
        complaint = _file(tender, lot, deadline, review.agency);
        _filed[matter] = complaint;
        emit ComplaintFiled(complaint, tender, lot, msg.sender, bidder, winner, grounds, deadline);
        _giveTime(tender, lot, deadline);
        if (review.feeAmount != 0) TokenLib.take(review.feeToken, msg.sender, review.feeAmount);
    }

    /// @inheritdoc IComplaints
    function withdraw(ComplaintId complaint) external {
        Complaint storage c = _open(complaint);
        require(msg.sender == c.complainant, ComplaintComplainantOnly(complaint, c.complainant));
        _close(c, ComplaintStatus.Withdrawn);
        emit ComplaintWithdrawn(complaint);
        _takeTime(c.tender, c.lot);
    }

    /// @inheritdoc IComplaints
    function decide(
        ComplaintId complaint,
        ComplaintStatus status,
        bytes32 statement,
        uint40 awardDeadline,
        Reinstatement[] calldata reinstated
    ) external {
        Complaint storage c = _open(complaint);
        require(statement != 0, ComplaintFileMissing());
        bool anew = status == ComplaintStatus.Reevaluated;
        bool valid =
            status >= ComplaintStatus.Rejected &&
                status <= ComplaintStatus.Annulled &&
                (anew ? awardDeadline > block.timestamp : awardDeadline == 0 && reinstated.length == 0);
        require(valid, ComplaintDecisionInvalid(complaint, status, awardDeadline));
        (TenderId tender, uint16 lot) = (c.tender, c.lot);
        Review storage review = _reviews[tender];
        uint16 key = AGENCIES.requireMay(review.reviewer, msg.sender, TENDER_REVIEW);
        require(_impartial(review, c), ComplaintReviewerPartial(complaint, msg.sender));

        _close(c, status);
        if (anew) ++_lots[tender][lot].round;
        emit ComplaintDecided(complaint, status, key, statement);
        _takeTime(tender, lot);
        if (status == ComplaintStatus.Annulled) HOUSE.annul(tender, lot);
        if (!anew) return;
        HOUSE.reopen(tender, lot, awardDeadline);
        for (uint256 i = 0; i < reinstated.length; ++i) {
            HOUSE.reinstate(tender, lot, reinstated[i].bidder, reinstated[i].head);
        }
    }

    /// @inheritdoc IComplaints
    function lapse(ComplaintId complaint) external {
        Complaint storage c = _complaints[complaint];
        ComplaintStatus status = c.status;
        require(status != ComplaintStatus.None, ComplaintUnknown(complaint));
        require(status == ComplaintStatus.Open, ComplaintNotOpen(complaint, status));
        require(block.timestamp > c.deadline, ComplaintNotLapsed(complaint, c.deadline));
        _close(c, ComplaintStatus.Lapsed);
        emit ComplaintLapsed(complaint);
    }

    /// @inheritdoc IComplaints
    function collect(address token, address account) external nonReentrant {
        uint128 amount = _due[token][account];
        require(amount != 0, ComplaintNothingDue(token, account));
        _due[token][account] = 0;
        emit ComplaintFeesPaid(token, account, amount);
        TokenLib.pay(token, account, amount);
    }

    /* VIEWS */

    /// @inheritdoc IComplaintBody
    function blocks(TenderId tender, uint16 lot) external view returns (bool) {
        return block.timestamp <= _complaints[_lots[tender][lot].newest].deadline;
    }

    /// @inheritdoc IComplaints
    function reviewOf(TenderId tender) external view returns (Review memory) {
        return _reviews[tender];
    }

    /// @inheritdoc IComplaints
    function complaintOf(ComplaintId complaint) external view returns (Complaint memory c) {
        c = _complaints[complaint];
        c.status = _statusOf(complaint, c.status, c.deadline);
    }

    /// @inheritdoc IComplaints
    function complaintCount() external view returns (uint64) {
        return _complaintCount;
    }

    /// @inheritdoc IComplaints
    function feesDue(address token, address account) external view returns (uint128) {
        return _due[token][account];
    }

    /* INTERNAL */

    // Whether a body exists and is another than the agency, with an admin of its own.
    function _independent(AgencyId agency, AgencyId reviewer) private view returns (bool) {
        address admin = AGENCIES.agencyOf(reviewer).admin;
        return AgencyId.unwrap(agency) != AgencyId.unwrap(reviewer) && admin != AGENCIES.agencyOf(agency).admin;
    }

    // Whether the caller has nothing to do with the lot, or with the agency as it was when the complaint was filed: any
    // key that it ever had counts, as one that was ended could be added again. What the agency changed since does not:
    // it needs nobody's consent to add a key or to name an admin, and could make every reviewer partial by it.
    function _impartial(Review storage review, Complaint storage c) private view returns (bool) {
        address admin = c.agencyAdmin;
        if (msg.sender == admin || AGENCIES.agencyOf(review.reviewer).admin == admin) return false;
        if (msg.sender == c.complainant) return false;
        if (HOUSE.bidOf(c.tender, c.lot, msg.sender).status != BidStatus.None) return false;
        if (HOUSE.bidderOf(c.tender, c.lot, msg.sender) != address(0)) return false;
        try AGENCIES.keyOf(review.agency, msg.sender) returns (AgencyKey memory key) {
            return _isLater(review.agency, key, c.agencyKeys);
        } catch {
            return true;
        }
    }

    // Whether an account's keys were all added since.
    function _isLater(AgencyId agency, AgencyKey memory key, uint16 since) private view returns (bool) {
        while (key.index >= since) {
            if (key.previous == 0) return true;
            (, key) = AGENCIES.keyAt(agency, key.previous - 1);
        }
        return false;
    }

    // Makes a complaint the lot's newest open one.
    function _file(
        TenderId tender,
        uint16 lot,
        uint40 deadline,
        AgencyId agency
    ) private returns (ComplaintId complaint) {
        complaint = ComplaintId.wrap(++_complaintCount);
        LotReview storage l = _lots[tender][lot];
        ComplaintId older = l.newest;
        Agency memory a = AGENCIES.agencyOf(agency);
        _complaints[complaint] = Complaint({
            complainant: msg.sender,
            deadline: deadline,
            lot: lot,
            status: ComplaintStatus.Open,
            agencyKeys: a.keyCount,
            agencyAdmin: a.admin,
            tender: tender,
            older: older,
            newer: ComplaintId.wrap(0)
        });
        if (ComplaintId.unwrap(older) != 0) _complaints[older].newer = complaint;
        l.newest = complaint;
    }

    // Gives a lot the time in which a complaint will stop it, as far as earlier ones do not.
    function _giveTime(TenderId tender, uint16 lot, uint40 end) private {
        LotReview storage l = _lots[tender][lot];
        int40 time = int40(uint40(end - Math.max(block.timestamp, l.given)));
        if (HOUSE.postpone(tender, lot, time, end)) l.given = end;
    }

    // Takes back what was given for a time in which no complaint stops the lot any more.
    function _takeTime(TenderId tender, uint16 lot) private {
        LotReview storage l = _lots[tender][lot];
        uint40 end = uint40(Math.max(block.timestamp, _complaints[l.newest].deadline));
        uint40 given = l.given;
        if (given <= end) return;
        l.given = end;
        HOUSE.postpone(tender, lot, int40(end) - int40(given), end);
    }

    function _requireBidder(TenderId tender, uint16 lot, address bidder) private view {
        BidView memory bid = HOUSE.bidOf(tender, lot, bidder);
        bool bids = bid.status != BidStatus.None && bid.status != BidStatus.Withdrawn;
        bool own = bids && (msg.sender == bidder || msg.sender == bid.vendor);
        require(own, ComplaintBidderOnly(tender, lot, bidder, msg.sender));
    }

    // Reverts unless a complaint is in time; tells when what it is about was decided, and whose award it is. Both are
    // zero if it is not decided.
    function _requireTimely(
        TenderId tender,
        uint16 lot,
        address winner
    ) private view returns (uint40 decision, address awarded) {
        Tender memory t = HOUSE.tenderOf(tender);
        require(block.timestamp > t.commitDeadline, ComplaintTooEarly(tender, t.commitDeadline));
        LotView memory l = HOUSE.lotOf(tender, lot);
        uint40 until = 0;
        awarded = winner == address(0) ? l.award.winner : winner;
        if (winner != address(0)) decision = HOUSE.bidOf(tender, lot, winner).awardedAt;
        else if (l.award.outcome != LotOutcome.Annulled) decision = l.award.time;
        if (decision != 0) until = decision + t.standstill;
        else if (winner == address(0) && l.award.outcome == LotOutcome.Undecided && t.cancelledAt == 0)
            until = HOUSE.lapsed(tender) ? 0 : l.awardDeadline;
        require(block.timestamp <= until, ComplaintTooLate(tender, lot, until));
    }

    // A complaint that can be decided.
    function _open(ComplaintId complaint) private view returns (Complaint storage c) {
        c = _complaints[complaint];
        ComplaintStatus status = _statusOf(complaint, c.status, c.deadline);
        require(status == ComplaintStatus.Open, ComplaintNotOpen(complaint, status));
    }

    function _statusOf(
        ComplaintId complaint,
        ComplaintStatus status,
        uint40 deadline
    ) private view returns (ComplaintStatus) {
        require(status != ComplaintStatus.None, ComplaintUnknown(complaint));
        return status == ComplaintStatus.Open && block.timestamp > deadline ? ComplaintStatus.Lapsed : status;
    }

    // Takes a complaint from the lot's open ones. Its fee is lost where it was rejected or withdrawn.
    function _close(Complaint storage c, ComplaintStatus status) private {
        (ComplaintId older, ComplaintId newer) = (c.older, c.newer);
        if (ComplaintId.unwrap(older) != 0) _complaints[older].newer = newer;
        if (ComplaintId.unwrap(newer) != 0) _complaints[newer].older = older;
        else _lots[c.tender][c.lot].newest = older;
        (c.status, c.older, c.newer) = (status, ComplaintId.wrap(0), ComplaintId.wrap(0));
        Review storage review = _reviews[c.tender];
        uint96 amount = review.feeAmount;
        if (amount == 0) return;
        bool lost = status == ComplaintStatus.Rejected || status == ComplaintStatus.Withdrawn;
        _due[review.feeToken][lost ? review.treasury : c.complainant] += amount;
    }
}
