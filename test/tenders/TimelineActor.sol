// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {MockToken} from "../../contracts/mocks/Tokens.sol";
import {BidStatus, LotOutcome, TenderTerms} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {termsOf} from "./Support.sol";
import {TimelineAwards} from "./TimelineAwards.sol";
import {OFFICER, SCORER, TREASURY} from "./TimelineKeys.sol";
import {BID_LENGTH} from "./TimelineLetters.sol";
import {TimelineModelLib} from "./TimelineModelLib.sol";
import {BIDDERS, BOND, History, Model, NOBODY, Outcome, Plan, Times} from "./TimelineTypes.sol";

/// @notice Publishes a random tender and plays a random history of it: the acts of its stage mostly, and any others;
/// the time jumps to the last second of a stage, to the one after it, or somewhere in between.
abstract contract TimelineActor is TimelineAwards {
    uint256 private constant _ACTS = 56;

    constructor() {
        MockToken token = new MockToken();
        _token = address(token);
        for (uint256 i = 0; i < BIDDERS; ++i) {
            // The last one lacks a bit.
            uint128 sum = uint128(i == BIDDERS - 1 ? BOND - 1 : BOND);
            token.mint(_bidder(i), sum);
            vm.startPrank(_bidder(i));
            token.approve(address(_house), sum);
            _house.depositBond(address(token), sum);
            vm.stopPrank();
        }
    }

    /// @dev Returns what was seen, a bit for each Outcome.
    function _play(uint256 seed, uint256 start) internal returns (uint256) {
        _begin(seed);
        vm.warp(start);
        History memory h;
        h.model.time = uint40(start);
        h.model.winner = NOBODY;
        for (uint256 i = 0; i < BIDDERS; ++i) h.model.bidders[i].free = i == BIDDERS - 1 ? BOND - 1 : BOND;
        while (!_publish(h)) {}
        _expectSame(h.model);
        for (uint256 i = 0; i < _ACTS; ++i) {
            if (_random(5) < (_isBusy(h.model) ? 1 : 4)) _pass(h.model);
            _act(h);
            _expectSame(h.model);
            _seeLapse(h);
        }
        _expectSeats(h.model);
        return h.seen;
    }

    /* PUBLICATION */

    // Often a deadline is as early as it may be, sometimes a second too early.
    function _publish(History memory h) private returns (bool published) {
        (Plan memory plan, Times memory times) = (h.model.plan, h.model.times);
        _plan(plan, times, h.model.time);
        published = TimelineModelLib.mayPublish(plan, times, h.model.time);
        bytes memory act = abi.encodeCall(_house.publish, (_termsOf(plan, times)));
        _expect(published, OFFICER, address(_house), act, "publish");
    }

    function _plan(Plan memory plan, Times memory times, uint40 time) private {
        plan.parts = 1 + _random(2);
        (plan.threshold, plan.seats) = _random(2) == 0 ? (2, 3) : (3, 5);
        plan.openByBidders = _random(2) == 0;
        plan.earliest = _random(4) == 0;
        plan.bonded = _random(4) != 0;
        plan.ceiling = uint64(_random(2) == 0 ? 0 : 1 + _random(3));
        plan.minimum = uint64(_random(3) == 0 && plan.ceiling != 1 ? 2 : 0);
        plan.standstill = uint32(_random(2 days));
        plan.bidsFrom = uint40(time + (_random(2) == 0 ? 0 : _random(1 days)));
        times.commit = plan.bidsFrom + _span(1 days);
        times.scalars = times.commit + _span(24 hours + 30 minutes);
        times.reveal = times.scalars + _span(3 days);
        times.judge = times.reveal + _span(3 days);
        times.award = times.judge + _span(2);
        times.scores = plan.parts == 1 ? 0 : times.judge + _span(1);
        if (plan.parts == 2) times.award = times.scores + _span(0);
    }

    function _span(uint40 least) private returns (uint40) {
        uint256 kind = _random(24);
        if (kind == 0 && least > 0) return least - 1;
        return kind < 8 ? least : uint40(least + _random(1 days));
    }

    function _termsOf(Plan memory plan, Times memory times) private view returns (TenderTerms memory terms) {
        bool bonded = plan.bonded;
        uint64[] memory ceilings = new uint64[](1);
        ceilings[0] = plan.ceiling;
        terms = termsOf(1, bonded ? _token : address(0), bonded ? BOND : 0, bonded ? TREASURY : address(0), ceilings);
        (terms.minimums, terms.standstill) = (new uint64[](1), plan.standstill);
        terms.minimums[0] = plan.minimum;
        (terms.commitDeadline, terms.revealDeadline, terms.awardDeadline) = (times.commit, times.reveal, times.award);
        terms.sealing.seats = new AgencyId[](plan.seats);
        for (uint32 i = 0; i < plan.seats; ++i) terms.sealing.seats[i] = AgencyId.wrap((i % 3) + 1);
        terms.sealing.threshold = uint8(plan.threshold);
        terms.sealing.bidLengths = new uint16[](plan.parts);
        for (uint256 part = 0; part < plan.parts; ++part) terms.sealing.bidLengths[part] = BID_LENGTH;
        (terms.sealing.bidsFrom, terms.sealing.scalarsDeadline) = (plan.bidsFrom, times.scalars);
        (terms.sealing.judgeDeadline, terms.sealing.scoresDeadline) = (times.judge, times.scores);
        if (plan.parts == 2) terms.sealing.scorer = SCORER;
        (terms.sealing.openByBidders, terms.sealing.earliest) = (plan.openByBidders, plan.earliest);
    }

    /* TIME */

    function _pass(Model memory m) private {
        (uint40 next, bool last) = _nextEnd(m);
        uint256 kind = _random(10);
        if (last && kind < 6) ++m.time;
        else if (next == 0) m.time += uint40(_random(10 days));
        else if (kind == 9) m.time += uint40(_random(next - m.time));
        else m.time = kind < 4 ? next : next + 1;
        vm.warp(m.time);
    }

    // Whether the stage has something left to do.
    function _isBusy(Model memory m) private pure returns (bool) {
        if (_isOver(m)) return false;
        if (m.time <= m.times.commit) return m.frozen ? m.countOf(BidStatus.Sealed) < 4 : m.time >= m.plan.bidsFrom;
        if (m.time < (m.scoredAt == 0 ? m.times.commit : m.scoredAt) + 30 minutes) return false;
        if (m.time <= m.times.scalars && !m.keysOut()) return true;
        if (m.time <= m.times.reveal) return m.isOut() && m.countOf(_awaited(m)) != 0;
        return m.time > m.times.judge && m.time <= m.times.award;
    }

    function _isOver(Model memory m) private pure returns (bool) {
        return m.cancelledAt != 0 || m.hasLapsed() || m.outcome != LotOutcome.Undecided;
    }

    // The next last second of a stage, 0 = there is none; and whether this is one.
    function _nextEnd(Model memory m) private pure returns (uint40 next, bool last) {
        uint40[11] memory ends = [
            m.plan.bidsFrom - 1,
            m.times.commit - 1 days,
            m.times.commit,
            m.times.commit + 30 minutes - 1,
            m.times.scalars,
            m.times.reveal,
            m.times.judge,
            m.plan.parts == 2 && m.scoredAt == 0 ? m.times.scores : 0,
            m.scoredAt == 0 ? 0 : m.scoredAt + 30 minutes - 1,
            m.times.award,
            m.winner == NOBODY ? 0 : m.decidedAt + m.plan.standstill
        ];
        for (uint256 i = 0; i < ends.length; ++i) {
            last = last || ends[i] == m.time;
            if (ends[i] > m.time && (next == 0 || ends[i] < next)) next = ends[i];
        }
    }

    function _seeLapse(History memory h) private pure {
        Model memory m = h.model;
        if (m.cancelledAt != 0 || !m.hasLapsed()) return;
        bool failed = m.hasFailed() && !m.plan.openByBidders;
        _see(h, failed ? Outcome.LapsedByCommittee : Outcome.LapsedByScores);
    }

    /* ACTS */

    function _act(History memory h) private {
        if (_random(8) == 0) return _actAnyhow(h, _random(4));
        Model memory m = h.model;
        if (_random(3) == 0 && _actLate(h)) return;
        if (_isOver(m) || m.time > m.times.award) _actOfEnd(h, _random(6));
        else if (m.time <= m.times.commit) _actOfBidding(h);
        else if (m.time <= m.times.scalars && (!m.keysOut() || _random(5) == 0)) _publishScalars(h);
        else if (m.time <= m.times.reveal) _actOfOpening(h, _random(12));
        else if (m.time <= m.times.judge) _actOfJudging(h, _random(8));
        else _actOfDeciding(h, _random(10));
    }

    // What a second ago was still in time.
    function _actLate(History memory h) private returns (bool late) {
        (uint40 time, Times memory times) = (h.model.time - 1, h.model.times);
        late = true;
        if (time == times.commit) _commit(h);
        else if (time == times.scalars) _publishScalars(h);
        else if (time == times.reveal) _open(h);
        else if (time == times.judge) _judge(h);
        else if (time == times.scores && h.model.scoredAt == 0) _revealScores(h);
        else if (time == times.award) _award(h);
        else late = false;
    }

    function _actAnyhow(History memory h, uint256 stage) private {
        if (stage == 0) _actOfForming(h, _random(6));
        else if (stage == 1) _actOfSealing(h, _random(16));
        else if (stage == 2) _actOfOpening(h, _random(12));
        else if (_random(2) == 0) _actOfDeciding(h, _random(10));
        else _decide(h, _random(6));
    }

    function _actOfBidding(History memory h) private {
        if (h.model.frozen) _actOfSealing(h, _random(16));
        else if (_random(3) != 0) _complete(h);
        else _actOfForming(h, _random(6));
    }

    function _actOfForming(History memory h, uint256 kind) private {
        if (kind < 3) _takeSeat(h);
        else if (kind == 3) _freeze(h);
        else if (kind == 4) _proveLeak(h);
        else _proposeExtension(h);
    }

    function _actOfSealing(History memory h, uint256 kind) private {
        if (kind < 10) _commit(h);
        else if (kind < 12) _replace(h);
        else if (kind == 12) _withdraw(h);
        else if (kind == 13) _proposeExtension(h);
        else if (kind == 14) _extend(h);
        else if (_random(2) == 0) _proveLeak(h);
    }

    function _actOfOpening(History memory h, uint256 kind) private {
        if (kind < 7) _open(h);
        else if (kind < 9) _judge(h);
        else if (kind == 9) _place(h);
        else if (kind == 10) _publishScalars(h);
        else _reject(h);
    }

    function _actOfJudging(History memory h, uint256 kind) private {
        if (kind < 5) _judge(h);
        else if (kind == 5) _place(h);
        else if (kind == 6) _open(h);
        else _reject(h);
    }

    function _actOfDeciding(History memory h, uint256 kind) private {
        Model memory m = h.model;
        bool scoring = m.plan.parts == 2 && m.scoredAt == 0;
        if (kind > 5) _decide(h, _random(7));
        else if (scoring) _revealScores(h);
        else if (m.countOf(BidStatus.Unplaced) != 0) _place(h);
        else if (m.order.length == 0) _closeLot(h);
        else if (kind < 4 && m.isUndrawn()) _draw(h);
        else if (m.bidders[m.order[0]].status != BidStatus.Standing) _strike(h);
        else if (kind < 3) _award(h);
        else _reject(h);
    }

    // Any act of the time of awards, due or not.
    function _decide(History memory h, uint256 kind) private {
        if (kind == 0) _award(h);
        else if (kind == 1) _draw(h);
        else if (kind == 2) _strike(h);
        else if (kind == 3) _closeLot(h);
        else if (kind == 4) _revealScores(h);
        else if (kind == 5) _actOfEnd(h, _random(2));
        else _cancel(h);
    }

    function _actOfEnd(History memory h, uint256 kind) private {
        if (kind == 0) _payDue(h);
        else _settle(h);
    }
}
