// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, LotOutcome} from "../../contracts/tenders/TenderTypes.sol";
import {TimelineBids} from "./TimelineBids.sol";
import {OFFICER, STRANGER, TENDER, TREASURY} from "./TimelineKeys.sol";
import {BIDDERS, History, Model, Outcome} from "./TimelineTypes.sol";

/// @notice The acts that decide, and those that settle bonds.
abstract contract TimelineAwards is TimelineBids {
    /* DECISIONS */

    function _reject(History memory h) internal {
        uint256 i = _someone(
            h.model,
            h.model.part() < h.model.plan.parts - 1 ? BidStatus.PartOpened : BidStatus.Standing
        );
        (address account, bool officer) = _official();
        bytes memory act = abi.encodeCall(_house.reject, (TENDER, 0, _bidder(i), 1, keccak256("why")));
        _expect(h.model.reject(i, officer), account, address(_house), act, "reject");
    }

    function _strike(History memory h) internal {
        uint256 i = _head(h.model);
        address[] memory bidders = new address[](1);
        bidders[0] = _bidder(i);
        bytes memory act = abi.encodeCall(_house.strike, (TENDER, 0, bidders));
        _expect(h.model.strike(i), STRANGER, address(_house), act, "strike");
    }

    function _draw(History memory h) internal {
        Model memory m = h.model;
        uint256[] memory given = new uint256[](1);
        if (m.order.length != 0) (given, ) = m.drawing();
        if (_random(4) == 0) given[_random(given.length)] = _random(BIDDERS);
        address[] memory tied = new address[](given.length);
        for (uint256 j = 0; j < given.length; ++j) tied[j] = _bidder(given[j]);
        bytes memory act = abi.encodeCall(_house.draw, (TENDER, 0, tied));
        bool needed = m.isAwardable() && m.order.length != 0 && m.isUndrawn();
        bool allowed = m.draw(given);
        _expect(allowed, STRANGER, address(_house), act, "draw");
        if (allowed && needed) _see(h, Outcome.Drawn);
    }

    function _award(History memory h) internal {
        Model memory m = h.model;
        uint256 i = _head(m);
        (address account, bool officer) = _official();
        bytes memory act = abi.encodeCall(_house.award, (TENDER, 0, _bidder(i)));
        bool allowed = m.award(i, officer);
        _expect(allowed, account, address(_house), act, "award");
        if (allowed) {
            _see(h, Outcome.Awarded);
            if (m.rejectedUnder) _see(h, Outcome.AwardedBehindRejected);
            if (m.time == m.times.award) _see(h, Outcome.AwardedInLastSecond);
        } else if (m.order.length != 0 && m.order[0] == i && m.bidders[i].status == BidStatus.Standing) {
            bool late = officer && m.outcome == LotOutcome.Undecided && m.cancelledAt == 0 && !m.isUndrawn();
            if (late && m.time == m.times.award + 1) _see(h, Outcome.AwardedLate);
        }
    }

    function _closeLot(History memory h) internal {
        Model memory m = h.model;
        (address account, bool officer) = _official();
        address head = m.order.length == 0 ? address(0) : _bidder(m.order[0]);
        bytes memory act = abi.encodeCall(_house.closeLot, (TENDER, 0, head));
        bool allowed = m.closeLot(officer);
        _expect(allowed, account, address(_house), act, "closeLot");
        if (allowed) _see(h, m.outcome == LotOutcome.NoWinner ? Outcome.NoWinner : Outcome.OverCeiling);
    }

    /* BONDS */

    function _settle(History memory h) internal {
        Model memory m = h.model;
        uint256 i = _random(BIDDERS);
        uint256 before = m.due;
        bytes memory act = abi.encodeCall(_house.settleBond, (TENDER, 0, _bidder(i)));
        bool allowed = m.settle(i);
        _expect(allowed, STRANGER, address(_house), act, "settleBond");
        if (!allowed) return;
        if (m.due != before) _see(h, Outcome.Forfeited);
        else _see(h, m.winner == i ? Outcome.WinnerReleased : Outcome.Released);
    }

    function _payDue(History memory h) internal {
        bool allowed = h.model.payDue();
        _expect(allowed, STRANGER, address(_house), abi.encodeCall(_house.payDue, (_token, TREASURY)), "payDue");
        if (allowed) _see(h, Outcome.DuePaid);
    }

    /* HELPERS */

    // Mostly the bidder at the head of the order.
    function _head(Model memory m) private returns (uint256) {
        return m.order.length == 0 || _random(6) == 0 ? _random(BIDDERS) : m.order[0];
    }

    function _official() private returns (address account, bool officer) {
        officer = _random(10) != 0;
        account = officer ? OFFICER : STRANGER;
    }
}
