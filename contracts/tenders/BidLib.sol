// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, TenderId} from "./ITenderHouse.sol";

bytes32 constant BID_TAG = keccak256("CommonSeal.Bid.v1");
// A bid is abi.encode(uint256 price, bytes32 quotation).
uint256 constant BID_LENGTH = 64;
// Plain bids have one part; technical and price parts will be 0 and 1.
uint256 constant SINGLE_PART = 0;

/// @title BidLib
/// @notice A bid's commitment, its bytes, and the one storage slot that a bidder has in a lot. The slot's lowest 3 bits
/// are the status. Above them: while Sealed the upper 253 bits of a hash over commitment, number and time; once
/// Withdrawn those of a hash over the slot before, so that no state ever comes back; once opened the commit number.
library BidLib {
    uint256 private constant _STATUS_BITS = 3;
    uint256 private constant _STATUS_MASK = (1 << _STATUS_BITS) - 1;

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
                abi.encode(
                    BID_TAG,
                    block.chainid,
                    address(this),
                    tender,
                    lot,
                    SINGLE_PART,
                    bidder,
                    bidHash,
                    salt
                )
            );
    }

    /// @notice The slot of a sealed bid.
    function sealedSlot(bytes32 commitment_, uint32 number, uint40 time) internal pure returns (uint256) {
        return _hashSlot(keccak256(abi.encode(commitment_, number, time)), BidStatus.Sealed);
    }

    /// @notice The slot after a withdrawal.
    function withdrawnSlot(uint256 slot) internal pure returns (uint256) {
        return _hashSlot(keccak256(abi.encode(slot)), BidStatus.Withdrawn);
    }

    /// @notice The slot of a bid that is Opened, Forfeited or Settled. A bid never opened has number 0 there.
    function numberSlot(uint32 number, BidStatus status) internal pure returns (uint256) {
        return (uint256(number) << _STATUS_BITS) | uint256(status);
    }

    /// @notice The status in a slot.
    function statusOf(uint256 slot) internal pure returns (BidStatus) {
        return BidStatus(slot & _STATUS_MASK);
    }

    /// @notice The commit number in a slot; 0 while it holds a hash.
    function numberOf(uint256 slot) internal pure returns (uint32) {
        BidStatus status = statusOf(slot);
        if (status == BidStatus.Sealed || status == BidStatus.Withdrawn) return 0;
        return uint32(slot >> _STATUS_BITS);
    }

    /// @notice The price of a bid.
    /// @return wellFormed whether the bytes have the length of a bid and the price fits 128 bits
    function priceOf(bytes calldata bid) internal pure returns (bool wellFormed, uint128 price) {
        if (bid.length != BID_LENGTH) return (false, 0);
        uint256 word = uint256(bytes32(bid[:32]));
        if (word > type(uint128).max) return (false, 0);
        return (true, uint128(word));
    }

    function _hashSlot(bytes32 hash, BidStatus status) private pure returns (uint256) {
        return (uint256(hash) & ~_STATUS_MASK) | uint256(status);
    }
}
