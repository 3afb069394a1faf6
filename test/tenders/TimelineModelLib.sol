// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, Phase} from "../../contracts/tenders/TenderTypes.sol";
import {BOND, Bidder, Content, Flaw, Model, NOBODY, Plan, Seat, Times} from "./TimelineTypes.sol";

/// @title TimelineModelLib
/// @notice The time line of a sealed tender from its publication to its judges, as the rooms' documents tell it. Each
/// act returns whether it is allowed, and then has its effect.
library TimelineModelLib {
    uint40 private constant _MARGIN = 30 minutes;
    uint40 private constant _BIDDING = 1 days;

    /* STATE */

    /// @notice The part whose scalars, openings and judges are accepted.
    function part(Model memory m) internal pure returns (uint256) {
        return m.scoredAt == 0 ? 0 : 1;
    }

    function phase(Model memory m) internal pure returns (Phase) {
        if (m.scoredAt != 0) return m.keysOut() ? Phase.PriceOpened : Phase.Scored;
        if (m.keysOut()) return Phase.Opened;
        if (m.isStopped()) return Phase.Stopped;
        return m.frozen ? Phase.Sealing : Phase.Forming;
    }

    /// @notice Whether as many scalars of the current part are out as open an envelope.
    function keysOut(Model memory m) internal pure returns (bool) {
        uint256 count = 0;
        for (uint256 i = 0; i < m.plan.seats; ++i) if (m.seats[i].published[m.part()]) ++count;
        return count >= m.plan.threshold;
    }

    /// @notice Whether one more seat could open envelopes before their time.
    function isStopped(Model memory m) internal pure returns (bool stopped) {
        for (uint256 p = 0; p < 2; ++p) {
            uint256 count = 0;
            for (uint256 i = 0; i < m.plan.seats; ++i) if (m.seats[i].leaked[p]) ++count;
            stopped = stopped || count >= m.plan.threshold - 1;
        }
    }

    /// @notice Whether too few scalars of the current part came in time.
    function hasFailed(Model memory m) internal pure returns (bool) {
        return m.time > m.times.scalars && !m.keysOut();
    }

    function hasLapsed(Model memory m) internal pure returns (bool) {
        if (m.plan.parts == 2 && m.scoredAt == 0 && m.time > m.times.scores) return true;
        return m.hasFailed() && !m.plan.openByBidders;
    }

    /// @notice Whether the current part can be opened by anyone, or its bidders may open it themselves.
    function isOut(Model memory m) internal pure returns (bool) {
        return m.keysOut() || (m.hasFailed() && m.plan.openByBidders);
    }

    /* PUBLICATION */

    function mayPublish(Plan memory plan, Times memory times, uint40 time) internal pure returns (bool) {
        bool priced = plan.parts == 1 || (times.judge < times.scores && times.scores <= times.award);
        return
            priced &&
            time < times.commit &&
            plan.bidsFrom + _BIDDING <= times.commit &&
            times.commit + 24 hours + 30 minutes <= times.scalars &&
            times.scalars + 3 days <= times.reveal &&
            times.reveal + 3 days <= times.judge &&
            times.judge < times.award;
    }

    function proposeExtension(Model memory m, address officer, uint40 deadline) internal pure returns (bool) {
        if (!_isExtendable(m, deadline)) return false;
        (m.proposed, m.proposer) = (deadline, officer);
        return true;
    }

    function extend(Model memory m, address officer, uint40 deadline) internal pure returns (bool) {
        if (!_isExtendable(m, deadline) || m.proposed != deadline || m.proposer == officer) return false;
        uint40 shift = deadline - m.times.commit;
        m.times.commit = deadline;
        if (m.plan.parts == 2) m.times.scores += shift;
        _shift(m.times, shift);
        m.proposed = 0;
        return true;
    }

    /* COMMITTEE */

    /// @param proven whether the points are those of the key, and its proofs hold
    function takeSeat(
        Model memory m,
        uint256 seat,
        uint256 member,
        uint256 key,
        bool proven
    ) internal pure returns (bool) {
        // Seats and members are of three bodies in turn.
        if (m.frozen || m.used[key] || !proven || member % 3 != seat % 3) return false;
        for (uint256 i = 0; i < m.plan.seats; ++i) if (i != seat && m.seats[i].member == member + 1) return false;
        (m.seats[seat].member, m.seats[seat].key) = (member + 1, key);
        m.used[key] = true;
        return true;
    }

    function freeze(Model memory m) internal pure returns (bool) {
        if (m.frozen || m.cancelledAt != 0 || m.time < m.plan.bidsFrom) return false;
        if (m.time + _BIDDING > m.times.commit) return false;
        for (uint256 i = 0; i < m.plan.seats; ++i) if (m.seats[i].member == 0) return false;
        m.frozen = true;
        return true;
    }

    function proveLeak(Model memory m, uint256 seat, uint256 part_, bool right) internal pure returns (bool) {
        Seat memory s = m.seats[seat];
        if (m.cancelledAt != 0 || m.time > m.times.commit || !right) return false;
        if (s.member == 0 || s.leaked[part_]) return false;
        if (m.frozen) s.leaked[part_] = true;
        else s.member = 0;
        return true;
    }

    /// @param right for each seat whether the scalar is its own, of the current part
    function publishScalars(Model memory m, uint8[] memory seats, bool[] memory right) internal pure returns (bool) {
        uint256 p = m.part();
        if (!m.frozen || m.cancelledAt != 0 || m.time > m.times.scalars) return false;
        if (m.time < (p == 0 ? m.times.commit : m.scoredAt) + _MARGIN) return false;
        for (uint256 i = 0; i < seats.length; ++i) {
            if (seats[i] >= m.plan.seats) return false;
            bool known = m.seats[seats[i]].published[p];
            for (uint256 j = 0; j < i; ++j) known = known || seats[j] == seats[i];
            if (!known && !right[i]) return false;
        }
        for (uint256 i = 0; i < seats.length; ++i) m.seats[seats[i]].published[p] = true;
        return true;
    }

    function revealScores(Model memory m, bool byScorer) internal pure returns (bool) {
        if (m.plan.parts == 1 || !byScorer || m.cancelledAt != 0 || m.scoredAt != 0) return false;
        if (m.time <= m.times.judge || m.time > m.times.scores || m.hasLapsed()) return false;
        m.scoredAt = m.time;
        _shift(m.times, m.time - m.times.commit);
        return true;
    }

    /* SEALING */

    function commit(Model memory m, uint256 i, Content memory content, bool fits) internal pure returns (bool) {
        Bidder memory b = m.bidders[i];
        if (!_isSealing(m) || !fits) return false;
        if (b.status != BidStatus.None && b.status != BidStatus.Withdrawn) return false;
        if (m.plan.bonded) {
            if (b.free < BOND) return false;
            (b.free, b.locked) = (b.free - BOND, b.locked + BOND);
        }
        _store(m, b, content);
        return true;
    }

    function replace(Model memory m, uint256 i, Content memory content, bool fits) internal pure returns (bool) {
        if (!_isSealing(m) || !fits || m.bidders[i].status != BidStatus.Sealed) return false;
        _store(m, m.bidders[i], content);
        return true;
    }

    function withdraw(Model memory m, uint256 i) internal pure returns (bool) {
        Bidder memory b = m.bidders[i];
        if (m.cancelledAt != 0 || m.time > m.times.commit || b.status != BidStatus.Sealed) return false;
        b.status = BidStatus.Withdrawn;
        if (m.plan.bonded) (b.free, b.locked) = (b.free + BOND, b.locked - BOND);
        return true;
    }

    /* OPENING */

    /// @param matches whether what is given is what the bidder committed to, of the current part
    function open(Model memory m, uint256 i, bool matches, uint256 before, uint256 next) internal pure returns (bool) {
        Bidder memory b = m.bidders[i];
        uint256 p = m.part();
        if (m.cancelledAt != 0 || m.time <= m.times.commit || m.time > m.times.reveal || !m.isOut()) return false;
        if (b.status != (p == 0 ? BidStatus.Sealed : BidStatus.PartOpened)) return false;
        if (!matches || b.content.flaws[p] == Flaw.Stolen) return false;

        if (b.content.malformed[p]) {
            b.status = BidStatus.Malformed;
        } else if (m.plan.parts == 2 && p == 0) {
            b.status = BidStatus.PartOpened;
        } else {
            (b.priced, b.status) = (true, _priced(m.plan, b.content.price));
            m.place(i, before, next);
        }
        return true;
    }

    function place(Model memory m, uint256 i, uint256 before, uint256 next) internal pure returns (bool) {
        if (m.bidders[i].status != BidStatus.Unplaced) return false;
        (uint256 rightBefore, uint256 rightNext) = m.neighbours(i);
        if (before != rightBefore || (rightNext != NOBODY && next != rightNext)) return false;
        uint256[] memory order = new uint256[](m.order.length + 1);
        uint256 rank = 0;
        while (rank < m.order.length && _precedes(m, m.order[rank], i)) ++rank;
        for (uint256 j = 0; j < order.length; ++j) if (j != rank) order[j] = m.order[j < rank ? j : j - 1];
        order[rank] = i;
        (m.order, m.bidders[i].status) = (order, BidStatus.Standing);
        return true;
    }

    /// @param matches whether the envelope is the one sealed, of the current part
    function judge(Model memory m, uint256 i, bool matches, uint8[] memory seats) internal pure returns (bool) {
        Bidder memory b = m.bidders[i];
        if (m.cancelledAt != 0 || !m.keysOut() || m.time > m.times.judge || !matches) return false;
        if (b.status == BidStatus.None || b.status == BidStatus.Withdrawn || b.status == BidStatus.Voided) return false;
        if (!m.canDecrypt(seats) || !m.convicts(i, seats)) return false;
        b.status = BidStatus.Voided;
        return true;
    }

    /// @notice Exactly as many seats as the threshold, rising, each with its scalar out.
    function canDecrypt(Model memory m, uint8[] memory seats) internal pure returns (bool) {
        if (seats.length != m.plan.threshold) return false;
        for (uint256 j = 0; j < seats.length; ++j) {
            if (seats[j] >= m.plan.seats || !m.seats[seats[j]].published[m.part()]) return false;
            if (j > 0 && seats[j] <= seats[j - 1]) return false;
        }
        return true;
    }

    /// @notice Whether these seats show that the envelope does not hold what its bidder committed to.
    function convicts(Model memory m, uint256 i, uint8[] memory seats) internal pure returns (bool shown) {
        Content memory c = m.bidders[i].content;
        Flaw flaw = c.flaws[m.part()];
        if (flaw != Flaw.Share) return flaw != Flaw.None;
        for (uint256 j = 0; j < seats.length; ++j) shown = shown || seats[j] == c.spoilt[m.part()];
    }

    /// @notice The bidders in their places directly before and behind where this one belongs.
    function neighbours(Model memory m, uint256 i) internal pure returns (uint256 before, uint256 next) {
        (before, next) = (NOBODY, NOBODY);
        for (uint256 j = 0; j < m.order.length; ++j) {
            if (_precedes(m, m.order[j], i)) before = m.order[j];
            else if (next == NOBODY && m.order[j] != i) next = m.order[j];
        }
    }

    /* INTERNAL */

    function _isSealing(Model memory m) private pure returns (bool) {
        return m.cancelledAt == 0 && m.frozen && !m.isStopped() && m.time <= m.times.commit;
    }

    function _isExtendable(Model memory m, uint40 deadline) private pure returns (bool) {
        return m.cancelledAt == 0 && !m.isStopped() && m.time <= m.times.commit && deadline > m.times.commit;
    }

    function _shift(Times memory times, uint40 shift) private pure {
        times.scalars += shift;
        times.reveal += shift;
        times.judge += shift;
        times.award += shift;
    }

    function _store(Model memory m, Bidder memory b, Content memory content) private pure {
        (b.status, b.number, b.content) = (BidStatus.Sealed, ++m.commits, content);
    }

    // Where a bid stands by its price alone.
    function _priced(Plan memory plan, uint64 price) private pure returns (BidStatus) {
        if (plan.ceiling != 0 && price > plan.ceiling) return BidStatus.OverCeiling;
        return price < plan.minimum ? BidStatus.UnderMinimum : BidStatus.Unplaced;
    }

    function _precedes(Model memory m, uint256 i, uint256 j) private pure returns (bool) {
        (Bidder memory a, Bidder memory b) = (m.bidders[i], m.bidders[j]);
        return a.content.price < b.content.price || (a.content.price == b.content.price && a.number < b.number);
    }
}
