// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, Judgement, Opening} from "../../contracts/tenders/TenderTypes.sol";
import {STRANGER, TENDER} from "./TimelineKeys.sol";
import {TimelineCommittee} from "./TimelineCommittee.sol";
import {BIDDERS, Content, Flaw, History, Letter, Model, NOBODY, Outcome} from "./TimelineTypes.sol";

/// @notice The acts of bidders, openers and judges.
abstract contract TimelineBids is TimelineCommittee {
    /* SEALING */

    function _commit(History memory h) internal {
        uint256 i = _someone(h.model, BidStatus.None);
        (Content memory content, Letter memory letter) = _write(h, i);
        (bytes memory sealed_, bool fits) = _handedIn(h, letter);
        BidStatus before = h.model.bidders[i].status;
        bool allowed = h.model.commit(i, content, fits);
        bytes memory act = abi.encodeCall(_house.commitEnvelope, (TENDER, 0, sealed_));
        _expect(allowed, _bidder(i), address(_house), act, "commitEnvelope");
        if (allowed) _keep(h, i, letter);
        bool late = !allowed && fits && h.model.frozen && !h.model.isStopped() && before == BidStatus.None;
        if (late && h.model.time == h.model.times.commit + 1) _see(h, Outcome.SealedLate);
    }

    function _replace(History memory h) internal {
        uint256 i = _someone(h.model, BidStatus.Sealed);
        (Content memory content, Letter memory letter) = _write(h, i);
        (bytes memory sealed_, bool fits) = _handedIn(h, letter);
        bool allowed = h.model.replace(i, content, fits);
        bytes memory act = abi.encodeCall(_house.replaceEnvelope, (TENDER, 0, sealed_));
        _expect(allowed, _bidder(i), address(_house), act, "replaceEnvelope");
        if (allowed) _keep(h, i, letter);
    }

    function _withdraw(History memory h) internal {
        uint256 i = _random(BIDDERS);
        bytes memory act = abi.encodeCall(_house.withdraw, (TENDER, 0));
        _expect(h.model.withdraw(i), _bidder(i), address(_house), act, "withdraw");
    }

    // Sometimes a byte too much or too little.
    function _handedIn(History memory h, Letter memory letter) private returns (bytes memory sealed_, bool fits) {
        sealed_ = _sealed(h.model.plan, letter);
        if (_random(24) != 0) return (sealed_, true);
        if (_random(2) == 0) return (abi.encodePacked(sealed_, bytes1(0)), false);
        bytes memory less = new bytes(sealed_.length - 1);
        for (uint256 i = 0; i < less.length; ++i) less[i] = sealed_[i];
        return (less, false);
    }

    function _keep(History memory h, uint256 i, Letter memory letter) private pure {
        (letter.number, letter.time) = (h.model.commits, h.model.time);
        (h.older[i], h.letters[i]) = (h.letters[i], letter);
        if (h.model.time == h.model.times.commit) _see(h, Outcome.SealedInLastSecond);
    }

    /* OPENING */

    function _open(History memory h) internal {
        Model memory m = h.model;
        uint256 i = _someone(m, _awaited(m));
        (uint256 before, uint256 next) = _places(m, i);
        (Opening memory o, bool matches, uint256 part) = _openingOf(h, i, before, next);
        bool waits = m.bidders[i].status == _awaited(m);
        bool allowed = m.open(i, matches, before, next);
        bytes memory act = abi.encodeCall(_house.open, (TENDER, 0, _bidder(i), o));
        _expect(allowed, STRANGER, address(_house), act, "open");

        if (allowed) {
            if (m.time == m.times.reveal) _see(h, Outcome.OpenedInLastSecond);
            if (!m.keysOut()) _see(h, Outcome.OpenedByBidders);
            if (m.bidders[i].status == BidStatus.Unplaced) _see(h, Outcome.Misplaced);
        } else if (m.cancelledAt == 0 && waits && m.isOut()) {
            _seeUnopened(h, m.bidders[i].content.flaws[m.part()] == Flaw.Stolen, matches, part);
        }
    }

    function _seeUnopened(History memory h, bool stolen, bool matches, uint256 part) private pure {
        (uint40 time, uint40 reveal) = (h.model.time, h.model.times.reveal);
        if (matches && !stolen && time == reveal + 1) _see(h, Outcome.OpenedLate);
        if (matches && stolen && time <= reveal) _see(h, Outcome.CopyRefused);
        if (part > h.model.part() && time <= reveal) _see(h, Outcome.PriceOpeningEarly);
    }

    function _place(History memory h) internal {
        uint256 i = _someone(h.model, BidStatus.Unplaced);
        (uint256 before, uint256 next) = _places(h.model, i);
        bytes memory act = abi.encodeCall(_house.place, (TENDER, 0, _bidder(i), _addressOf(before), _addressOf(next)));
        _expect(h.model.place(i, before, next), STRANGER, address(_house), act, "place");
    }

    /* JUDGING */

    function _judge(History memory h) internal {
        Model memory m = h.model;
        uint256 i = _random(BIDDERS);
        // One that can be convicted, if the first two are sound.
        for (uint256 j = 0; j < 2; ++j) if (m.bidders[i].content.flaws[m.part()] == Flaw.None) i = (i + 1) % BIDDERS;
        uint8[] memory seats = _subset(m);
        if (_random(6) == 0) seats = _spoilt(m, seats);
        (Judgement memory j_, bool matches) = _judgementOf(h, i, seats);
        BidStatus before = m.bidders[i].status;
        bool allowed = m.judge(i, matches, seats);
        bytes memory act = abi.encodeCall(_house.judge, (TENDER, 0, _bidder(i), j_));
        _expect(allowed, STRANGER, address(_house), act, "judge");

        if (allowed) {
            _see(h, before == BidStatus.Sealed ? Outcome.VoidedUnopened : Outcome.VoidedThoughOpened);
            if (m.time == m.times.judge) _see(h, Outcome.JudgedInLastSecond);
        } else if (matches && m.cancelledAt == 0 && before != BidStatus.Voided && m.canDecrypt(seats)) {
            _seeUnjudged(h, i, seats);
        }
    }

    function _seeUnjudged(History memory h, uint256 i, uint8[] memory seats) private pure {
        Model memory m = h.model;
        bool convicted = m.convicts(i, seats);
        if (convicted && m.time == m.times.judge + 1) _see(h, Outcome.JudgedLate);
        bool spared = !convicted && m.bidders[i].content.flaws[m.part()] == Flaw.Share;
        if (spared && m.time <= m.times.judge) _see(h, Outcome.AcquittedByOthers);
    }

    // One seat twice, two the other way round, one too many or another one.
    function _spoilt(Model memory m, uint8[] memory right) private returns (uint8[] memory seats) {
        seats = right;
        (uint256 kind, uint256 j) = (_random(4), _random(right.length - 1));
        if (kind == 0) seats[j] = seats[j + 1];
        else if (kind == 1) (seats[j], seats[j + 1]) = (seats[j + 1], seats[j]);
        else if (kind == 2) seats[j] = uint8(_random(m.plan.seats + 1));
        else seats = new uint8[](right.length + 1);
        for (uint256 i = 0; kind == 3 && i < seats.length; ++i) seats[i] = uint8(i);
    }

    // As many as the threshold, of those published if there are so many, rising.
    function _subset(Model memory m) private returns (uint8[] memory seats) {
        seats = new uint8[](m.plan.threshold);
        uint256 left = 0;
        for (uint256 seat = 0; seat < m.plan.seats; ++seat) if (m.seats[seat].published[m.part()]) ++left;
        uint256 given = 0;
        for (uint8 seat = 0; seat < m.plan.seats && given < seats.length; ++seat) {
            if (!m.seats[seat].published[m.part()]) continue;
            if (_random(left--) < seats.length - given) seats[given++] = seat;
        }
    }

    /* HELPERS */

    /// @dev The status of a bid of which the current part can be opened.
    function _awaited(Model memory m) internal pure returns (BidStatus) {
        return m.part() == 0 ? BidStatus.Sealed : BidStatus.PartOpened;
    }

    /// @dev Mostly a bidder with this status, if there is one.
    function _someone(Model memory m, BidStatus status) internal returns (uint256 i) {
        i = _random(BIDDERS);
        if (_random(8) == 0) return i;
        for (uint256 j = 0; j < BIDDERS && m.bidders[i].status != status; ++j) i = (i + 1) % BIDDERS;
    }

    // Between whom a bid belongs, or somebody else.
    function _places(Model memory m, uint256 i) private returns (uint256 before, uint256 next) {
        (before, next) = m.neighbours(i);
        if (_random(5) == 0) before = _random(3) == 0 ? NOBODY : _random(BIDDERS);
        else if (next != NOBODY && _random(8) == 0) next = _random(BIDDERS);
    }
}
