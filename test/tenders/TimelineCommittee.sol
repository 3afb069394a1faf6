// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BLS_ORDER} from "../../contracts/shared/Bls12381Lib.sol";
import {IOpeningCommittee} from "../../contracts/tenders/IOpeningCommittee.sol";
import {TimelineCheck} from "./TimelineCheck.sol";
import {FIRST_MEMBER, OFFICER, SCORER, SECOND, STRANGER, TENDER} from "./TimelineKeys.sol";
import {History, KEYS, MOST_SEATS, Model, Outcome} from "./TimelineTypes.sol";

/// @notice The acts of the committee, and those of the agency on the time line.
abstract contract TimelineCommittee is TimelineCheck {
    /* SEATS */

    function _takeSeat(History memory h) internal {
        _takeSeat(h, _random(h.model.plan.seats), _random(MOST_SEATS), _random(KEYS), _random(8) != 0);
    }

    /// @dev Each seat that is empty gets its member, and bidding opens.
    function _complete(History memory h) internal {
        for (uint256 seat = 0; seat < h.model.plan.seats; ++seat) {
            uint256 key = 0;
            while (key < KEYS && h.model.used[key]) ++key;
            if (h.model.seats[seat].member == 0 && key < KEYS) _takeSeat(h, seat, seat, key, true);
        }
        _freeze(h);
    }

    function _freeze(History memory h) internal {
        bytes memory act = abi.encodeCall(IOpeningCommittee.freeze, (address(_house), TENDER));
        _expect(h.model.freeze(), STRANGER, _committee, act, "freeze");
    }

    function _takeSeat(History memory h, uint256 seat, uint256 member, uint256 key, bool proven) private {
        uint256 parts = h.model.plan.parts;
        address account = address(FIRST_MEMBER + uint160(member));
        (bytes memory points, uint256[2][] memory proofs) = _keysFor(parts, seat, account, key);
        if (!proven) proofs[_random(parts)][_random(2)] ^= 1 << _random(250);
        bytes memory act = abi.encodeCall(
            IOpeningCommittee.takeSeat,
            (address(_house), TENDER, uint8(seat), points, proofs)
        );
        _expect(h.model.takeSeat(seat, member, key, proven), account, _committee, act, "takeSeat");
        _expectSeats(h.model);
    }

    /* SCALARS */

    function _proveLeak(History memory h) internal {
        (uint256 seat, uint256 part) = (_random(h.model.plan.seats), _random(h.model.plan.parts));
        (uint256 scalar, bool right) = _scalarOf(h.model, seat, part, part);
        bytes memory act = abi.encodeCall(
            IOpeningCommittee.proveLeak,
            (address(_house), TENDER, uint8(part), uint8(seat), scalar)
        );
        bool allowed = h.model.proveLeak(seat, part, right);
        _expect(allowed, STRANGER, _committee, act, "proveLeak");
        _expectSeats(h.model);
        if (!allowed) return;
        if (!h.model.frozen) _see(h, Outcome.SeatVacated);
        else if (h.model.isStopped()) _see(h, Outcome.Stopped);
    }

    /// @dev As many scalars as the threshold, or some number; of the current part, or too early of the next one.
    function _publishScalars(History memory h) internal {
        Model memory m = h.model;
        uint256 count = _random(2) == 0 ? m.plan.threshold : 1 + _random(m.plan.seats);
        uint256 part = m.part();
        if (m.plan.parts == 2 && _random(8) == 0) part = 1 - part;
        uint8[] memory seats = new uint8[](count);
        uint256[] memory scalars = new uint256[](count);
        bool[] memory right = new bool[](count);
        uint256 first = _random(m.plan.seats);
        for (uint256 i = 0; i < count; ++i) {
            // Mostly each another seat; sometimes one twice, or one that is none.
            uint256 seat = (first + i) % m.plan.seats;
            if (_random(16) == 0) seat = _random(m.plan.seats + 1);
            seats[i] = uint8(seat);
            (scalars[i], right[i]) = _scalarOf(m, seat % m.plan.seats, part, m.part());
        }
        bytes memory act = abi.encodeCall(IOpeningCommittee.publish, (address(_house), TENDER, seats, scalars));
        (bool before, uint40 until) = (m.keysOut(), m.times.scalars);
        bool allowed = m.publishScalars(seats, right);
        _expect(allowed, STRANGER, _committee, act, "publishScalars");
        _expectSeats(h.model);
        if (allowed && m.time == until) _see(h, Outcome.PublishedInLastSecond);
        if (!allowed && m.frozen && right[0] && !before && m.time == until + 1) _see(h, Outcome.PublishedLate);
        if (part > m.part() && before) _see(h, Outcome.PriceScalarEarly);
        if (allowed && m.part() == 1 && !before && m.keysOut()) _see(h, Outcome.PriceOpened);
    }

    // Mostly a seat's scalar of a part; tells whether it is the one of the part that is wanted.
    function _scalarOf(
        Model memory m,
        uint256 seat,
        uint256 part,
        uint256 wanted
    ) private returns (uint256 scalar, bool right) {
        scalar = _scalar(part, m.seats[seat].key);
        right = part == wanted;
        if (_random(24) != 0) return (scalar, right);
        uint256 wrong = _random(3);
        if (wrong == 0) return (0, false);
        if (wrong == 1) return (scalar + BLS_ORDER, false);
        return (_scalar(part, (m.seats[seat].key + 1) % KEYS), false);
    }

    /* THE AGENCY */

    function _proposeExtension(History memory h) internal {
        uint40 deadline = uint40(h.model.times.commit + _random(2 days));
        bytes memory act = abi.encodeCall(_house.proposeExtension, (TENDER, deadline));
        bool officer = _random(8) != 0;
        bool allowed = officer && h.model.proposeExtension(OFFICER, deadline);
        _expect(allowed, officer ? OFFICER : SECOND, address(_house), act, "proposeExtension");
    }

    function _extend(History memory h) internal {
        uint40 deadline = h.model.proposed;
        if (_random(6) == 0) deadline = uint40(h.model.times.commit + _random(2 days));
        address account = _random(4) == 0 ? OFFICER : SECOND;
        bytes memory act = abi.encodeCall(_house.extend, (TENDER, deadline, 1, keccak256("why")));
        bool allowed = h.model.extend(account, deadline);
        _expect(allowed, account, address(_house), act, "extend");
        if (allowed) _see(h, Outcome.Extended);
    }

    function _revealScores(History memory h) internal {
        Model memory m = h.model;
        bool scorer = _random(8) != 0;
        bytes memory act = abi.encodeCall(_house.revealScores, (TENDER, keccak256("scores")));
        (bool lapsed, bool scored) = (m.hasFailed() && !m.plan.openByBidders, m.scoredAt != 0);
        bool allowed = m.revealScores(scorer);
        _expect(allowed, scorer ? SCORER : STRANGER, address(_house), act, "revealScores");
        if (m.plan.parts == 1 || m.cancelledAt != 0) return;
        if (allowed && m.time == m.times.scores) _see(h, Outcome.ScoredInLastSecond);
        if (scorer && !lapsed && !scored && m.time == m.times.scores + 1) _see(h, Outcome.ScoredLate);
    }

    function _cancel(History memory h) internal {
        bool officer = _random(4) != 0;
        bytes memory act = abi.encodeCall(_house.cancel, (TENDER, 1, keccak256("why")));
        bool allowed = h.model.cancel(officer);
        _expect(allowed, officer ? OFFICER : STRANGER, address(_house), act, "cancel");
        if (allowed) _see(h, Outcome.Cancelled);
    }

    function _see(History memory h, Outcome outcome) internal pure {
        h.seen |= 1 << uint256(outcome);
    }
}
