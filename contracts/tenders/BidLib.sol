// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {BidStatus, MAX_PRICE, TenderId} from "./TenderTypes.sol";

bytes32 constant BID_TAG = keccak256("CommonSeal.Bid.v1");
// A bid has a section of the price: price (8 bytes), lottery number (2), digest of the quotation (32). The section of
// the vendor follows; the technical part of a bid of two has a digest before it instead.
uint256 constant PRICE_SECTION = 42;
uint256 constant TECHNICAL_SECTION = 32;
// The section of the vendor begins with the length of the identity.
uint256 constant IDENTITY_LENGTH = 2;
// Lottery numbers have three digits.
uint256 constant LOTTERY_NUMBERS = 1000;

/// @notice The one storage slot that a bidder has in a lot: its lowest 4 bits are the status, the next one tells
/// whether its bond was settled. Above them,
/// while Sealed or PartOpened: the upper 251 bits of a hash over all that was sealed, number and time;
/// once Withdrawn: those of a hash over the slot before, so that no state ever comes back;
/// once the price is opened, or the bid is out: a bit that tells whether the bid that follows has the same price, 59
/// bits of price, 32 of commit number, 32 of the number of the bid that follows in the order, 10 of lottery number,
/// and the upper 117 bits of the hash, so that the envelope can still be judged.
type BidSlot is uint256;

using BidLib for BidSlot global;

/// @title BidLib
/// @notice A bid's commitment, its bytes and its slot.
library BidLib {
    uint256 private constant _STATUS_MASK = 0xf;
    uint256 private constant _SETTLED = 0x10;
    uint256 private constant _TIED = 0x20;
    uint256 private constant _PRICE_AT = 6;
    uint256 private constant _NUMBER_AT = 65;
    uint256 private constant _NEXT_AT = 97;
    uint256 private constant _LOTTERY_AT = 129;
    uint256 private constant _PRINT_AT = 139;

    /// @notice The commitment: it binds chain, house, tender, lot, part and bidder.
    function commitment(
        TenderId tender,
        uint256 lot,
        uint256 part,
        address bidder,
        bytes32 bidHash,
        bytes32 salt
    ) internal view returns (bytes32) {
        return keccak256(abi.encode(BID_TAG, block.chainid, address(this), tender, lot, part, bidder, bidHash, salt));
    }

    /// @notice The section of the price.
    /// @return wellFormed whether it is complete, the price at most MAX_PRICE and the lottery number of three digits
    function parsePrice(bytes calldata bid) internal pure returns (bool wellFormed, uint64 price, uint16 lottery) {
        if (bid.length < PRICE_SECTION) return (false, 0, 0);
        uint256 head = uint256(bytes32(bid[:32]));
        price = uint64(head >> 192);
        lottery = uint16(head >> 176);
        if (price > MAX_PRICE || lottery >= LOTTERY_NUMBERS) return (false, 0, 0);
        return (true, price, lottery);
    }

    /// @notice What a slot keeps of a part: its commitment, and the hash of its envelope where it has one.
    function partHash(bytes32 commitmentHash, bytes32 envelope) internal pure returns (bytes32) {
        return envelope == 0 ? commitmentHash : Hashes.efficientKeccak256(commitmentHash, envelope);
    }

    /// @notice The slot of a sealed bid.
    /// @param first hash of the only or the technical part
    /// @param second hash of the price part; zero where there is one part
    function sealedSlot(bytes32 first, bytes32 second, uint32 number, uint40 time) internal pure returns (BidSlot) {
        bytes32 place = bytes32((uint256(number) << 40) | time);
        bytes32 parts = second == 0 ? first : Hashes.efficientKeccak256(first, second);
        return _hashSlot(Hashes.efficientKeccak256(parts, place), BidStatus.Sealed);
    }

    /// @notice The slot after a withdrawal.
    function withdrawnSlot(BidSlot slot) internal pure returns (BidSlot) {
        return _hashSlot(keccak256(abi.encode(slot)), BidStatus.Withdrawn);
    }

    /// @notice The slot of a bid whose price is opened. Settled once is settled for good.
    function openedSlot(
        BidSlot slot,
        BidStatus status,
        uint64 price,
        uint32 number,
        uint16 lottery
    ) internal pure returns (BidSlot) {
        uint256 kept = ((BidSlot.unwrap(slot) >> _PRINT_AT) << _PRINT_AT) | (BidSlot.unwrap(slot) & _SETTLED);
        return
            BidSlot.wrap(
                kept |
                    (uint256(lottery) << _LOTTERY_AT) |
                    (uint256(number) << _NUMBER_AT) |
                    (uint256(price) << _PRICE_AT) |
                    uint256(status)
            );
    }

    /// @notice An opened bid's slot with another successor; all else stays.
    function withNext(BidSlot slot, uint32 next, bool tied) internal pure returns (BidSlot) {
        uint256 rest = BidSlot.unwrap(slot) & ~((uint256(type(uint32).max) << _NEXT_AT) | _TIED);
        return BidSlot.wrap(rest | (uint256(next) << _NEXT_AT) | (tied ? _TIED : 0));
    }

    /// @notice The slot of a bid struck from the head of the order: it follows itself.
    function struckSlot(BidSlot slot) internal pure returns (BidSlot) {
        return slot.withNext(slot.bidNumber(), false);
    }

    /// @notice Whether a bid that keeps its number was struck from the order.
    function isStruck(BidSlot slot) internal pure returns (bool) {
        return slot.nextNumber() == slot.bidNumber();
    }

    /// @notice The slot with another status; all else stays.
    function withStatus(BidSlot slot, BidStatus status) internal pure returns (BidSlot) {
        return BidSlot.wrap((BidSlot.unwrap(slot) & ~_STATUS_MASK) | uint256(status));
    }

    /// @notice The slot of a bid that counts no more but keeps its place in the order.
    function outSlot(BidSlot slot, BidStatus status) internal pure returns (BidSlot) {
        return BidSlot.wrap(BidSlot.unwrap(slot.withStatus(status)) & ~(uint256(0x3ff) << _LOTTERY_AT));
    }

    /// @notice The slot with its bond settled; all else stays.
    function settledSlot(BidSlot slot) internal pure returns (BidSlot) {
        return BidSlot.wrap(BidSlot.unwrap(slot) | _SETTLED);
    }

    /// @notice The slot of a bid that was never opened in time.
    function forfeitedSlot() internal pure returns (BidSlot) {
        return BidSlot.wrap(uint256(BidStatus.Forfeited));
    }

    /// @notice Whether a slot was sealed as this one: by its whole hash, or once opened by what is left of it.
    function isOf(BidSlot slot, BidSlot sealed_) internal pure returns (bool) {
        uint256 shift = slot.isPriced() ? _PRINT_AT : 5;
        return BidSlot.unwrap(slot) >> shift == BidSlot.unwrap(sealed_) >> shift;
    }

    function isSettled(BidSlot slot) internal pure returns (bool) {
        return BidSlot.unwrap(slot) & _SETTLED != 0;
    }

    /// @notice Whether the bid that follows has the same price.
    function isTied(BidSlot slot) internal pure returns (bool) {
        return BidSlot.unwrap(slot) & _TIED != 0;
    }

    function bidStatus(BidSlot slot) internal pure returns (BidStatus) {
        return BidStatus(BidSlot.unwrap(slot) & _STATUS_MASK);
    }

    /// @notice Whether the slot holds no hash but price, number and so on.
    function isPriced(BidSlot slot) internal pure returns (bool) {
        BidStatus status = slot.bidStatus();
        return status != BidStatus.Sealed && status != BidStatus.Withdrawn && status != BidStatus.PartOpened;
    }

    /// @notice An opened bid's price; meaningless in a slot that holds a hash.
    function bidPrice(BidSlot slot) internal pure returns (uint64) {
        return uint64((BidSlot.unwrap(slot) >> _PRICE_AT) & MAX_PRICE);
    }

    /// @notice An opened bid's commit number; meaningless in a slot that holds a hash.
    function bidNumber(BidSlot slot) internal pure returns (uint32) {
        return uint32(BidSlot.unwrap(slot) >> _NUMBER_AT);
    }

    /// @notice The number of the bid after an opened one; meaningless in a slot that holds a hash.
    function nextNumber(BidSlot slot) internal pure returns (uint32) {
        return uint32(BidSlot.unwrap(slot) >> _NEXT_AT);
    }

    /// @notice An opened bid's lottery number; meaningless in a slot that holds a hash.
    function lotteryNumber(BidSlot slot) internal pure returns (uint16) {
        return uint16((BidSlot.unwrap(slot) >> _LOTTERY_AT) & 0x3ff);
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
