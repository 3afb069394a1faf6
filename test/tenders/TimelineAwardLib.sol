// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, LotOutcome} from "../../contracts/tenders/TenderTypes.sol";
import {BIDDERS, BOND, Bidder, Model} from "./TimelineTypes.sol";

/// @title TimelineAwardLib
/// @notice The end of the time line: decisions, the lottery and bonds, as the rooms' documents tell them.
library TimelineAwardLib {
    /* DECISIONS */

    function reject(Model memory m, uint256 i, bool byAgency) internal pure returns (bool) {
        Bidder memory b = m.bidders[i];
        if (!byAgency || !_isDecidable(m)) return false;
        bool technical = b.status == BidStatus.PartOpened && m.scoredAt == 0;
        if (b.status != BidStatus.Standing && !technical) return false;
        b.status = BidStatus.Rejected;
        return true;
    }

    function strike(Model memory m, uint256 i) internal pure returns (bool) {
        if (!m.isAwardable() || m.order.length == 0 || m.order[0] != i) return false;
        BidStatus status = m.bidders[i].status;
        bool rejected = status == BidStatus.Rejected && !m.isUndrawn();
        if (status != BidStatus.Voided && !rejected) return false;
        if (rejected) m.rejectedUnder = true;
        uint256[] memory order = new uint256[](m.order.length - 1);
        for (uint256 j = 0; j < order.length; ++j) order[j] = m.order[j + 1];
        m.order = order;
        return true;
    }

    /// @param given bidders in the order in which the draw needs them
    function draw(Model memory m, uint256[] memory given) internal pure returns (bool) {
        if (!m.isAwardable() || !_byLottery(m) || m.order.length == 0 || _isDrawn(m)) return false;
        (uint256[] memory sequence, uint256 turn) = m.drawing();
        if (keccak256(abi.encode(given)) != keccak256(abi.encode(sequence))) return false;
        uint256 tied = _tied(m);
        uint256[] memory order = new uint256[](m.order.length);
        for (uint256 j = 0; j < order.length; ++j) order[j] = m.order[j < tied ? (j + turn) % tied : j];
        m.drawn = m.bidders[m.order[0]].content.price + 1;
        m.order = order;
        return true;
    }

    /// @notice What has to be given to draw, and how many of the tied bids go behind the others.
    function drawing(Model memory m) internal pure returns (uint256[] memory sequence, uint256 turn) {
        uint256 tied = _tied(m);
        uint256 count = 0;
        for (uint256 j = 0; j < tied; ++j) if (_counts(m, m.order[j])) ++count;
        uint256 pass = count == 0 ? 0 : m.lotterySum() % count;
        if (pass != 0) {
            // Over so many that count, and over those in between that do not.
            while (pass != 0 || !_counts(m, m.order[turn])) {
                if (_counts(m, m.order[turn])) --pass;
                ++turn;
            }
        }
        sequence = new uint256[](turn == 0 ? tied : tied + turn + 1);
        for (uint256 j = 0; j < sequence.length; ++j) sequence[j] = m.order[j < tied ? j : j - tied];
    }

    function award(Model memory m, uint256 i, bool byAgency) internal pure returns (bool) {
        if (!byAgency || !m.isAwardable() || m.order.length == 0 || m.order[0] != i) return false;
        if (m.bidders[i].status != BidStatus.Standing || m.isUndrawn()) return false;
        (m.outcome, m.winner, m.decidedAt) = (LotOutcome.Awarded, i, m.time);
        return true;
    }

    function closeLot(Model memory m, bool byAgency) internal pure returns (bool) {
        if (!byAgency || !m.isAwardable() || m.order.length != 0) return false;
        bool over = m.countOf(BidStatus.OverCeiling) != 0 && !m.rejectedUnder;
        (m.outcome, m.decidedAt) = (over ? LotOutcome.OverCeiling : LotOutcome.NoWinner, m.time);
        return true;
    }

    function cancel(Model memory m, bool byAgency) internal pure returns (bool) {
        if (!byAgency || m.cancelledAt != 0 || m.outcome != LotOutcome.Undecided || m.time > m.times.award)
            return false;
        m.cancelledAt = m.time;
        return true;
    }

    /* BONDS */

    function settle(Model memory m, uint256 i) internal pure returns (bool) {
        Bidder memory b = m.bidders[i];
        if (!m.plan.bonded || b.settled || b.status == BidStatus.None || b.status == BidStatus.Withdrawn) return false;
        if (b.status == BidStatus.Voided) {
            m.due += BOND;
        } else {
            if (!_isFree(m, i)) return false;
            b.free += BOND;
        }
        (b.locked, b.settled) = (b.locked - BOND, true);
        return true;
    }

    function payDue(Model memory m) internal pure returns (bool) {
        if (m.due == 0) return false;
        m.due = 0;
        return true;
    }

    /* STATE */

    /// @notice Whether nothing is left to be opened, judged or placed, and the agency decides.
    function isAwardable(Model memory m) internal pure returns (bool) {
        return
            _isDecidable(m) &&
            m.part() == m.plan.parts - 1 &&
            m.isOut() &&
            m.time > m.times.judge &&
            m.countOf(BidStatus.Unplaced) == 0;
    }

    /// @notice Whether the bids at the head are tied and their lottery is still to come.
    function isUndrawn(Model memory m) internal pure returns (bool) {
        return _byLottery(m) && _tied(m) > 1 && !_isDrawn(m);
    }

    function countOf(Model memory m, BidStatus status) internal pure returns (uint256 count) {
        for (uint256 i = 0; i < BIDDERS; ++i) if (m.bidders[i].status == status) ++count;
    }

    /// @notice The lottery numbers of all bids opened and not void.
    function lotterySum(Model memory m) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < BIDDERS; ++i) {
            Bidder memory b = m.bidders[i];
            if (b.priced && b.status != BidStatus.Voided) sum += b.content.lottery;
        }
    }

    function _isDecidable(Model memory m) private pure returns (bool) {
        bool live = m.cancelledAt == 0 && !m.hasLapsed();
        return live && m.outcome == LotOutcome.Undecided && m.time <= m.times.award;
    }

    function _isFree(Model memory m, uint256 i) private pure returns (bool) {
        if (m.winner == i) return m.time > m.decidedAt + m.plan.standstill;
        bool over = m.outcome != LotOutcome.Undecided || m.cancelledAt != 0 || m.hasLapsed();
        return over || m.time > m.times.award;
    }

    // Where bidders opened themselves there is no lottery.
    function _byLottery(Model memory m) private pure returns (bool) {
        return !m.plan.earliest && m.keysOut();
    }

    // How many bids at the head have its price.
    function _tied(Model memory m) private pure returns (uint256 tied) {
        while (tied < m.order.length && _price(m, tied) == _price(m, 0)) ++tied;
    }

    function _isDrawn(Model memory m) private pure returns (bool) {
        return m.drawn == _price(m, 0) + 1;
    }

    function _price(Model memory m, uint256 rank) private pure returns (uint64) {
        return m.bidders[m.order[rank]].content.price;
    }

    function _counts(Model memory m, uint256 i) private pure returns (bool) {
        return m.bidders[i].status != BidStatus.Voided;
    }
}
