// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {BidStatus, MAX_PRICE, TenderId} from "./ITenderHouse.sol";

bytes32 constant BID_TAG = keccak256("CommonSeal.Bid.v1");
// A bid is abi.encode(uint256 price, bytes32 quotation); the proofs of required documents follow.
uint256 constant BID_LENGTH = 64;
// Plain bids have one part; technical and price parts will be 0 and 1.
uint256 constant SINGLE_PART = 0;

/// @notice The one storage slot that a bidder has in a lot: its lowest 4 bits are the status, the next one tells
/// whether its bond was given back. Above them,
/// while Sealed: the upper 251 bits of a hash over commitment, number and time;
/// once Withdrawn: those of a hash over the slot before, so that no state ever comes back;
/// once opened: 59 bits of price, 32 of commit number, 160 of the bidder whose standing bid follows in the order.
type BidSlot is uint256;

using BidLib for BidSlot global;

/// @title BidLib
/// @notice A bid's commitment, its bytes and its slot.
library BidLib {
    uint256 private constant _STATUS_MASK = 0xf;
    uint256 private constant _SETTLED = 0x10;
    uint256 private constant _PRICE_AT = 5;
    uint256 private constant _NUMBER_AT = 64;
    uint256 private constant _NEXT_AT = 96;

    /// @notice The commitment: it binds chain, house, tender, lot, part and bidder.
    function commitment(
        TenderId tender,
        uint256 lot,
        address bidder,
        bytes32 bidHash,
        bytes32 salt
    ) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(BID_TAG, block.chainid, address(this), tender, lot, SINGLE_PART, bidder, bidHash, salt)
            );
    }

    /// @notice The price of a bid.
    /// @param documented whether the lot requires documents, so that their proofs may follow
    /// @return wellFormed whether the bytes have the length of a bid and the price is at most MAX_PRICE
    function parse(bytes calldata bid, bool documented) internal pure returns (bool wellFormed, uint64 price) {
        if (documented ? bid.length < BID_LENGTH : bid.length != BID_LENGTH) return (false, 0);
        uint256 word = uint256(bytes32(bid[:32]));
        if (word > MAX_PRICE) return (false, 0);
        return (true, uint64(word));
    }

    /// @notice The slot of a sealed bid.
    function sealedSlot(bytes32 commitmentHash, uint32 number, uint40 time) internal pure returns (BidSlot) {
        bytes32 place = bytes32((uint256(number) << 40) | time);
        return _hashSlot(Hashes.efficientKeccak256(commitmentHash, place), BidStatus.Sealed);
    }

    /// @notice The slot after a withdrawal.
    function withdrawnSlot(BidSlot slot) internal pure returns (BidSlot) {
        return _hashSlot(keccak256(abi.encode(slot)), BidStatus.Withdrawn);
    }

    /// @notice The slot of an opened bid.
    function openedSlot(BidStatus status, uint64 price, uint32 number, address next) internal pure returns (BidSlot) {
        return
            BidSlot.wrap(
                uint256(status) |
                    (uint256(price) << _PRICE_AT) |
                    (uint256(number) << _NUMBER_AT) |
                    (uint256(uint160(next)) << _NEXT_AT)
            );
    }

    /// @notice An opened bid's slot with another successor; all else stays.
    function withNext(BidSlot slot, address next) internal pure returns (BidSlot) {
        uint256 rest = BidSlot.unwrap(slot) & ((1 << _NEXT_AT) - 1);
        return BidSlot.wrap(rest | (uint256(uint160(next)) << _NEXT_AT));
    }

    /// @notice An opened bid's slot with another status; all else stays.
    function withStatus(BidSlot slot, BidStatus status) internal pure returns (BidSlot) {
        return BidSlot.wrap((BidSlot.unwrap(slot) & ~_STATUS_MASK) | uint256(status));
    }

    /// @notice The slot with its bond given back; all else stays.
    function settledSlot(BidSlot slot) internal pure returns (BidSlot) {
        return BidSlot.wrap(BidSlot.unwrap(slot) | _SETTLED);
    }

    /// @notice The slot of a bid that was never opened in time.
    function forfeitedSlot() internal pure returns (BidSlot) {
        return BidSlot.wrap(uint256(BidStatus.Forfeited));
    }

    function isSettled(BidSlot slot) internal pure returns (bool) {
        return BidSlot.unwrap(slot) & _SETTLED != 0;
    }

    function bidStatus(BidSlot slot) internal pure returns (BidStatus) {
        return BidStatus(BidSlot.unwrap(slot) & _STATUS_MASK);
    }

    /// @notice Whether the bid was opened.
    function isOpened(BidSlot slot) internal pure returns (bool) {
        BidStatus status = slot.bidStatus();
        return BidStatus.Standing <= status && status <= BidStatus.Rejected;
    }

    /// @notice An opened bid's price; meaningless in a slot that holds a hash.
    function bidPrice(BidSlot slot) internal pure returns (uint64) {
        return uint64(BidSlot.unwrap(slot)) >> uint64(_PRICE_AT);
    }

    /// @notice An opened bid's commit number; meaningless in a slot that holds a hash.
    function bidNumber(BidSlot slot) internal pure returns (uint32) {
        return uint32(BidSlot.unwrap(slot) >> _NUMBER_AT);
    }

    /// @notice The bidder after an opened bid; meaningless in a slot that holds a hash.
    function nextBidder(BidSlot slot) internal pure returns (address) {
        return address(uint160(BidSlot.unwrap(slot) >> _NEXT_AT));
    }

    /// @notice Whether an opened bid comes before another: lower price, or the same and a lower commit number.
    function precedes(BidSlot slot, BidSlot other) internal pure returns (bool) {
        uint64 price = slot.bidPrice();
        uint64 otherPrice = other.bidPrice();
        return price < otherPrice || (price == otherPrice && slot.bidNumber() < other.bidNumber());
    }

    function _hashSlot(bytes32 hash, BidStatus status) private pure returns (BidSlot) {
        return BidSlot.wrap((uint256(hash) & ~(_STATUS_MASK | _SETTLED)) | uint256(status));
    }
}
