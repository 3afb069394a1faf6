// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {TenderId} from "./TenderTypes.sol";

/// @notice A committee.
/// @param threshold number of scalars that open an envelope
/// @param seats number of seats
/// @param parts number of parts of a bid; each seat has a key for each
/// @param taken a bit for each seat whose keys are posted, seat 0 lowest
/// @param frozen whether seats and keys can change no more
/// @param published for each part a bit for each seat whose scalar is out
/// @param leaked for each part a bit for each seat whose scalar leaked before its time
struct CommitteeView {
    uint8 threshold;
    uint8 seats;
    uint8 parts;
    uint16 taken;
    bool frozen;
    uint16[2] published;
    uint16[2] leaked;
}

/// @title Opening committee: keys under which bids are sealed, and their scalars after the deadline
/// @notice A house forms a committee for a tender: seats of public bodies, n >= 2t-1 of at least three bodies, none of
/// which holds t seats. For each part of the tender every seat posts a fresh point P = p*G of BLS12-381 with a proof
/// that its member knows p. When all are posted, seats and keys freeze and bidding opens. After the deadline members
/// publish p; with t of them anyone can open every envelope, offline bidders' too; fewer open none. What t members do
/// together off chain leaves no trace.
///
/// A point is 96 bytes, x and y big-endian. In hashes it is in the form of EIP-2537, 128 bytes.
///
/// Proof of knowledge (Schnorr): R = k*G, challenge = keccak256(abi.encode(KEY_TAG, chainid, committee, house, tender,
/// part, seat, member) | P | R) modulo the order, response = k + challenge * p.
///
/// Envelope of a part of a bid: U (96 bytes) | a masked share for each seat (32) | body. With context =
/// keccak256(abi.encode(ENVELOPE_TAG, chainid, house, tender, lot, part, bidder)): a share is s_i xor keccak256(context
/// | i | U | p_i*U), s_i the value at i+1 of a polynomial of degree t-1 modulo the order whose value at 0 is the key K;
/// the body is (salt | bid) xor the blocks keccak256(context | K | j), j = 0, 1... This is ElGamal with Shamir's
/// sharing. U = r*G; r, K and the other coefficients a_1, a_2 ... are the scalars 0, 1, 2, 3 ... of the salt: scalar i
/// = (h_0 * 2^256 + h_1) modulo the order, h_j = keccak256(abi.encode(DERIVE_TAG, context, salt, i, j)). So an honest
/// envelope opens the same with every subset of seats, and who knows the salt can show of a seat that keeps silent
/// whether its share is honest.
interface IOpeningCommittee {
    /// @notice A house formed a committee.
    event CommitteeFormed(
        address indexed house,
        TenderId indexed tender,
        uint8 threshold,
        uint8 parts,
        AgencyId[] agencies
    );
    /// @notice A seat was taken, or taken anew with other keys.
    /// @param key position of the member's key among its body's keys
    /// @param points the seat's point for each part, 96 bytes each
    event SeatTaken(
        address indexed house,
        TenderId indexed tender,
        uint8 indexed seat,
        address member,
        uint16 key,
        bytes points
    );
    /// @notice A seat was vacated: its scalar was shown before bidding opened.
    event SeatVacated(address indexed house, TenderId indexed tender, uint8 indexed seat);
    /// @notice Seats and keys are frozen, and bidding is open.
    event SeatsFrozen(address indexed house, TenderId indexed tender);
    /// @notice A seat's scalar is out.
    event ScalarPublished(
        address indexed house,
        TenderId indexed tender,
        uint8 part,
        uint8 indexed seat,
        uint256 scalar
    );
    /// @notice A seat's scalar was shown while bids were being sealed.
    event ScalarLeaked(address indexed house, TenderId indexed tender, uint8 part, uint8 indexed seat, uint256 scalar);

    /// @notice The house has formed no committee for this tender.
    /// @custom:fix Look the tender up with `tender show`: bidders of a plain tender open their own bids.
    error CommitteeUnknown(address house, TenderId tender);
    /// @notice A committee needs a threshold of at least two, 2t-1 to 15 seats of at least three bodies, and no body
    /// with t seats.
    /// @custom:fix Name more bodies, or a lower threshold.
    error CommitteeSeatsInvalid(uint256 seats, uint8 threshold);
    /// @notice The committee has no seat with this number.
    /// @custom:fix Seats are counted from 0; see `committee status`.
    error CommitteeSeatUnknown(TenderId tender, uint256 seat);
    /// @notice Seats and keys can change no more: bidding is open.
    /// @custom:fix The key posted counts; with too few keys at the deadline the tender lapses and no bond is lost.
    error CommitteeFrozen(TenderId tender);
    /// @notice The committee is not complete and frozen yet.
    /// @custom:fix Every seat posts its keys with `committee join`; then anyone opens the bidding.
    error CommitteeNotFrozen(TenderId tender, uint16 taken);
    /// @notice The account holds another seat of this committee.
    /// @custom:fix Each seat needs a member of its own.
    error CommitteeMemberSeated(TenderId tender, address member, uint256 seat);
    /// @notice A point is not one of the group, is infinity, was used before in any tender, or its proof does not hold
    /// for this member, seat, part and tender.
    /// @custom:fix Make a fresh key with `committee key`.
    error CommitteePointInvalid(TenderId tender, uint256 part);
    /// @notice Scalars of this part are not accepted now (0 to 0: they are not yet to come).
    /// @custom:fix Wait for the time given; after it the committee has failed, and no bond is lost.
    error CommitteePublishClosed(TenderId tender, uint256 part, uint40 from, uint40 until);
    /// @notice The scalar is not the one of this seat, part and tender.
    /// @custom:fix Publish with the secrets kept for this tender; see `committee status`.
    error CommitteeScalarWrong(TenderId tender, uint256 part, uint256 seat);
    /// @notice The scalar is known already.
    /// @custom:fix Nothing is left to do.
    error CommitteeScalarKnown(TenderId tender, uint256 part, uint256 seat);
    /// @notice Bids are sealed no more, so a scalar shown now is no leak.
    /// @custom:fix Publish it instead.
    error CommitteeLeakLate(TenderId tender, uint40 sealedUntil);
    /// @notice An envelope is opened with exactly as many seats as the threshold, in rising order, each with its scalar
    /// out.
    /// @custom:fix Choose seats whose scalars are published; the SDK does.
    error CommitteeSeatsWrong(TenderId tender, uint256 part, uint8[] seats);

    /// @notice Forms the caller's committee for a tender. For houses; once a tender.
    /// @param agencies the body of each seat
    /// @param threshold number of scalars that open an envelope
    /// @param parts number of parts of a bid, 1 or 2
    function form(TenderId tender, AgencyId[] calldata agencies, uint8 threshold, uint8 parts) external;

    /// @notice Takes a seat with fresh keys, or takes it anew with others, until seats freeze. A key of the seat's body
    /// with COMMITTEE_SIT that holds no other seat of the committee.
    /// @param points a point for each part, 96 bytes each
    /// @param proofs challenge and response for each part
    function takeSeat(
        address house,
        TenderId tender,
        uint8 seat,
        bytes calldata points,
        uint256[2][] calldata proofs
    ) external;

    /// @notice Freezes seats and keys and opens the bidding, once all seats are taken and the house's time has come.
    /// Anyone may call.
    function freeze(address house, TenderId tender) external;

    /// @notice Publishes scalars of the current part, one or several; those that are out already are skipped. Anyone
    /// may call who knows them.
    function publish(address house, TenderId tender, uint8[] calldata seats, uint256[] calldata scalars) external;

    /// @notice Shows that a scalar is known before its time. Before the bidding opens the seat is vacated; while bids
    /// are sealed it counts as leaked: t-1 leaked ones of a part stop further sealing. Anyone may call.
    function proveLeak(address house, TenderId tender, uint8 part, uint8 seat, uint256 scalar) external;

    /// @notice What an envelope holds, opened with exactly these seats.
    /// @return plaintext salt (32 bytes) and bid; empty where U is no point of the group
    function decrypt(
        address house,
        TenderId tender,
        uint16 lot,
        uint8 part,
        address bidder,
        uint8[] calldata seats,
        bytes calldata envelope
    ) external view returns (bytes memory plaintext);

    /// @notice Whether an envelope's point, and its share for a seat whose scalar is not out, are those that the salt
    /// makes.
    /// @param point the seat's, 96 bytes
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
    ) external view returns (bool);

    /// @notice A committee.
    function committeeOf(address house, TenderId tender) external view returns (CommitteeView memory);

    /// @notice A seat: its body and member (zero = not taken).
    function seatOf(address house, TenderId tender, uint8 seat) external view returns (AgencyId agency, address member);

    /// @notice What is kept of a seat's key of a part: the hash of its point (128 bytes) until its scalar is out, then
    /// the scalar.
    function keyOf(address house, TenderId tender, uint8 part, uint8 seat) external view returns (bytes32);
}
