// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgencyId, COMMITTEE_SIT, IAgencyRegistry} from "../agencies/IAgencyRegistry.sol";
import {BLS_ORDER, Bls12381Lib, POINT_LENGTH} from "../shared/Bls12381Lib.sol";
import {EnvelopeLib} from "./EnvelopeLib.sol";
import {ICommitteeHouse, OpeningTimes} from "./ICommitteeHouse.sol";
import {CommitteeView, IOpeningCommittee} from "./IOpeningCommittee.sol";
import {TenderId} from "./TenderTypes.sol";

bytes32 constant KEY_TAG = keccak256("CommonSeal.Committee.Key.v1");
// A bit for each seat, and one to spare.
uint256 constant MAX_SEATS = 15;
uint256 constant MIN_AGENCIES = 3;

/// @title OpeningCommittee
/// @notice See IOpeningCommittee. It keeps the committees of each house apart, so that none has to be trusted.
contract OpeningCommittee is IOpeningCommittee {
    struct Committee {
        uint8 threshold;
        uint8 seats;
        uint8 parts;
        bool frozen;
        uint16 taken;
        uint16[2] published;
        uint16[2] leaked;
        AgencyId[] agencies;
        mapping(uint256 seat => address) members;
        mapping(uint256 part => mapping(uint256 seat => bytes32)) keys;
    }

    /* STORAGE */

    IAgencyRegistry public immutable AGENCIES;

    mapping(address house => mapping(TenderId tender => Committee)) private _committees;
    mapping(bytes32 pointHash => bool) private _used;

    constructor(IAgencyRegistry agencies) {
        AGENCIES = agencies;
    }

    /* BEFORE BIDDING OPENS */

    /// @inheritdoc IOpeningCommittee
    function form(TenderId tender, AgencyId[] calldata agencies, uint8 threshold, uint8 parts) external {
        _checkSeats(agencies, threshold);
        Committee storage c = _committees[msg.sender][tender];
        // A house numbers its tenders itself; forming twice would change what is frozen.
        require(c.threshold == 0, CommitteeFrozen(tender));
        (c.threshold, c.seats, c.parts) = (threshold, uint8(agencies.length), parts);
        c.agencies = agencies;
        emit CommitteeFormed(msg.sender, tender, threshold, parts, agencies);
    }

    /// @inheritdoc IOpeningCommittee
    function takeSeat(
        address house,
        TenderId tender,
        uint8 seat,
        bytes calldata points,
        uint256[2][] calldata proofs
    ) external {
        Committee storage c = _forming(house, tender, seat);
        for (uint256 other = 0; other < c.seats; ++other) {
            bool seated = other != seat && c.members[other] == msg.sender;
            require(!seated, CommitteeMemberSeated(tender, msg.sender, other));
        }
        uint16 key = AGENCIES.requireMay(c.agencies[seat], msg.sender, COMMITTEE_SIT);
        require(points.length == c.parts * POINT_LENGTH, CommitteePointInvalid(tender, c.parts));
        require(proofs.length == c.parts, CommitteePointInvalid(tender, c.parts));

        c.members[seat] = msg.sender;
        c.taken |= uint16(1 << seat);
        for (uint256 part = 0; part < proofs.length; ++part) {
            bytes memory point = Bls12381Lib.padded(points[part * POINT_LENGTH:(part + 1) * POINT_LENGTH]);
            bytes32 hash = keccak256(point);
            bytes memory message = abi.encode(
                KEY_TAG,
                block.chainid,
                address(this),
                house,
                tender,
                part,
                seat,
                msg.sender
            );
            require(!_used[hash] && _proves(message, point, proofs[part]), CommitteePointInvalid(tender, part));
            _used[hash] = true;
            c.keys[part][seat] = hash;
        }
        emit SeatTaken(house, tender, seat, msg.sender, key, points);
    }

    /// @inheritdoc IOpeningCommittee
    function freeze(address house, TenderId tender) external {
        Committee storage c = _forming(house, tender, 0);
        require(c.taken == (1 << c.seats) - 1, CommitteeNotFrozen(tender, c.taken));
        c.frozen = true;
        emit SeatsFrozen(house, tender);
        ICommitteeHouse(house).biddingOpened(tender);
    }

    /* SCALARS */

    /// @inheritdoc IOpeningCommittee
    function publish(address house, TenderId tender, uint8[] calldata seats, uint256[] calldata scalars) external {
        Committee storage c = _frozen(house, tender);
        OpeningTimes memory times = ICommitteeHouse(house).openingTimes(tender);
        uint8 part = times.part;
        bool open =
            times.publishFrom != 0 && block.timestamp >= times.publishFrom && block.timestamp <= times.publishUntil;
        require(open, CommitteePublishClosed(tender, part, times.publishFrom, times.publishUntil));
        require(seats.length == scalars.length, CommitteeSeatsWrong(tender, part, seats));

        uint256 before = c.published[part];
        uint256 published = before;
        for (uint256 i = 0; i < seats.length; ++i) {
            uint8 seat = seats[i];
            if (published & (1 << seat) != 0) continue;
            _checkScalar(c, tender, part, seat, scalars[i]);
            published |= 1 << seat;
            c.keys[part][seat] = bytes32(scalars[i]);
            emit ScalarPublished(house, tender, part, seat, scalars[i]);
        }
        if (published == before) return;
        c.published[part] = uint16(published);
        if (_count(before) < c.threshold && _count(published) >= c.threshold) {
            ICommitteeHouse(house).keysPublished(tender);
        }
    }

    /// @inheritdoc IOpeningCommittee
    function proveLeak(address house, TenderId tender, uint8 part, uint8 seat, uint256 scalar) external {
        Committee storage c = _seated(house, tender, seat);
        require(part < c.parts && c.taken & (1 << seat) != 0, CommitteeScalarWrong(tender, part, seat));
        uint40 sealedUntil = ICommitteeHouse(house).openingTimes(tender).sealedUntil;
        require(block.timestamp <= sealedUntil, CommitteeLeakLate(tender, sealedUntil));
        uint256 before = c.leaked[part];
        require(before & (1 << seat) == 0, CommitteeScalarKnown(tender, part, seat));
        _checkScalar(c, tender, part, seat, scalar);
        if (!c.frozen) {
            c.taken &= ~uint16(1 << seat);
            c.members[seat] = address(0);
            emit SeatVacated(house, tender, seat);
            return;
        }
        c.leaked[part] = uint16(before | (1 << seat));
        emit ScalarLeaked(house, tender, part, seat, scalar);
        if (_count(before) + 1 == c.threshold - 1) ICommitteeHouse(house).keysLeaked(tender);
    }

    /* VIEWS */

    /// @inheritdoc IOpeningCommittee
    function decrypt(
        address house,
        TenderId tender,
        uint16 lot,
        uint8 part,
        address bidder,
        uint8[] calldata seats,
        bytes calldata envelope
    ) external view returns (bytes memory plaintext) {
        Committee storage c = _frozen(house, tender);
        bytes32 context = EnvelopeLib.contextOf(house, tender, lot, part, bidder);
        uint256[] memory scalars = _scalarsOf(c, tender, part, seats);
        return EnvelopeLib.open(context, c.seats, seats, scalars, envelope);
    }

    /// @inheritdoc IOpeningCommittee
    function isMadeOf(
        address house,
        TenderId tender,
        uint16 lot,
        uint8 part,
        address bidder,
        uint8 seat,
        bytes calldata point,
        bytes32 salt,
        bytes calldata envelope
    ) external view returns (bool) {
        Committee storage c = _seated(house, tender, seat);
        // With its scalar the seat judges by decryption; what is kept is the hash of its point no more.
        require(part < c.parts && c.published[part] & (1 << seat) == 0, CommitteeScalarKnown(tender, part, seat));
        bool right = point.length == POINT_LENGTH && keccak256(Bls12381Lib.padded(point)) == c.keys[part][seat];
        require(right, CommitteePointInvalid(tender, part));
        bytes32 context = EnvelopeLib.contextOf(house, tender, lot, part, bidder);
        return EnvelopeLib.isMadeOf(context, salt, c.threshold, seat, point, envelope);
    }

    /// @inheritdoc IOpeningCommittee
    function committeeOf(address house, TenderId tender) external view returns (CommitteeView memory) {
        Committee storage c = _known(house, tender);
        return CommitteeView(c.threshold, c.seats, c.parts, c.taken, c.frozen, c.published, c.leaked);
    }

    /// @inheritdoc IOpeningCommittee
    function seatOf(
        address house,
        TenderId tender,
        uint8 seat
    ) external view returns (AgencyId agency, address member) {
        Committee storage c = _seated(house, tender, seat);
        return (c.agencies[seat], c.members[seat]);
    }

    /// @inheritdoc IOpeningCommittee
    function keyOf(address house, TenderId tender, uint8 part, uint8 seat) external view returns (bytes32) {
        return _seated(house, tender, seat).keys[part][seat];
    }

    /* INTERNAL */

    // n >= 2t-1 seats of at least three bodies, of which none has t.
    function _checkSeats(AgencyId[] calldata agencies, uint8 threshold) private pure {
        uint256 seats = agencies.length;
        bool valid = threshold > 1 && seats <= MAX_SEATS && seats + 1 >= 2 * uint256(threshold);
        uint256 bodies = 0;
        for (uint256 i = 0; valid && i < seats; ++i) {
            uint256 earlier = 0;
            for (uint256 j = 0; j < i; ++j) {
                if (AgencyId.unwrap(agencies[j]) == AgencyId.unwrap(agencies[i])) ++earlier;
            }
            if (earlier == 0) ++bodies;
            valid = earlier + 1 < threshold;
        }
        require(valid && bodies >= MIN_AGENCIES, CommitteeSeatsInvalid(seats, threshold));
    }

    function _known(address house, TenderId tender) private view returns (Committee storage c) {
        c = _committees[house][tender];
        require(c.threshold != 0, CommitteeUnknown(house, tender));
    }

    function _seated(address house, TenderId tender, uint256 seat) private view returns (Committee storage c) {
        c = _known(house, tender);
        require(seat < c.seats, CommitteeSeatUnknown(tender, seat));
    }

    function _forming(address house, TenderId tender, uint256 seat) private view returns (Committee storage c) {
        c = _seated(house, tender, seat);
        require(!c.frozen, CommitteeFrozen(tender));
    }

    function _frozen(address house, TenderId tender) private view returns (Committee storage c) {
        c = _known(house, tender);
        require(c.frozen, CommitteeNotFrozen(tender, c.taken));
    }

    function _scalarsOf(
        Committee storage c,
        TenderId tender,
        uint8 part,
        uint8[] calldata seats
    ) private view returns (uint256[] memory scalars) {
        uint256 published = part < c.parts ? c.published[part] : 0;
        bool right = seats.length == c.threshold;
        scalars = new uint256[](seats.length);
        for (uint256 i = 0; right && i < seats.length; ++i) {
            uint256 seat = seats[i];
            right = published & (1 << seat) != 0 && (i == 0 || seats[i - 1] < seat);
            scalars[i] = uint256(c.keys[part][seat]);
        }
        require(right, CommitteeSeatsWrong(tender, part, seats));
    }

    // Whether the scalar belongs to the key kept for a seat; the point itself was found valid when the seat was taken.
    function _checkScalar(Committee storage c, TenderId tender, uint8 part, uint8 seat, uint256 scalar) private view {
        bool right = seat < c.seats && scalar != 0 && scalar < BLS_ORDER;
        right = right && keccak256(Bls12381Lib.mulBase(scalar)) == c.keys[part][seat];
        require(right, CommitteeScalarWrong(tender, part, seat));
    }

    function _proves(
        bytes memory message,
        bytes memory point,
        uint256[2] calldata proof
    ) private view returns (bool proven) {
        (uint256 challenge, uint256 response) = (proof[0], proof[1]);
        if (challenge >= BLS_ORDER || response >= BLS_ORDER) return false;
        if (keccak256(point) == keccak256(new bytes(128))) return false;
        (bool valid, bytes memory nonce) = Bls12381Lib.mulBaseAdd(response, point, BLS_ORDER - challenge);
        return valid && uint256(keccak256(abi.encodePacked(message, point, nonce))) % BLS_ORDER == challenge;
    }

    function _count(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) ++count;
    }
}
