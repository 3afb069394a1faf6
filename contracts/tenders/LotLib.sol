// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {BidSlot} from "./BidLib.sol";
import {Award, BidStatus, REQUIRED_AT_AWARD} from "./ITenderHouse.sol";

// What an opening reads of a lot's terms is one word: the ceiling in the lowest 64 bits, then four requirements of 48.
struct Lot {
    uint256 terms;
    address lowest;
    uint32 unplaced;
    Award award;
    mapping(address bidder => BidSlot) slots;
    mapping(address bidder => uint256 marks) marks;
}

uint256 constant REQUIREMENT_BITS = 48;
// Beside a bid's marks: the agency admitted it in spite of them.
uint256 constant ADMITTED = 1 << 255;

/// @title LotLib
/// @notice A lot's standing bids as a list, by price and then by commit number. Each act touches a bid and its
/// neighbours, whatever the number of bids.
library LotLib {
    /// @notice A lot's terms in one word.
    function termsOf(uint64 ceiling, Requirements required) internal pure returns (uint256) {
        return ceiling | (Requirements.unwrap(required) << 64);
    }

    /// @notice The highest price that can win; zero = none.
    function ceilingOf(uint256 terms) internal pure returns (uint64) {
        return uint64(terms);
    }

    /// @notice The documents that a lot requires; zero = none.
    function requiredOf(uint256 terms) internal pure returns (Requirements) {
        return Requirements.wrap(terms >> 64);
    }

    /// @notice Those of them that are required at the award, but for those whose marks were admitted.
    function requiredAtAward(uint256 terms, uint256 admitted) internal pure returns (Requirements) {
        uint256 some = 0;
        uint256 shift = 0;
        for (uint256 rest = terms >> 64; rest != 0; (rest, admitted) = (rest >> REQUIREMENT_BITS, admitted >> 4)) {
            if (rest & REQUIRED_AT_AWARD == 0 || admitted & 0xf != 0) continue;
            some |= (rest & ((1 << REQUIREMENT_BITS) - 1)) << shift;
            shift += REQUIREMENT_BITS;
        }
        return Requirements.wrap(some);
    }

    /// @notice documents.documentMarks(required, proofs, holder, time), without what Solidity adds to a call of which
    /// the answer is one word.
    function marksOf(
        IDocumentRegistry documents,
        Requirements required,
        bytes calldata proofs,
        uint256 holder,
        uint256 time
    ) internal view returns (uint256 marks) {
        bytes4 selector = IDocumentRegistry.documentMarks.selector;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 4), required)
            mstore(add(data, 36), 128)
            mstore(add(data, 68), holder)
            mstore(add(data, 100), time)
            mstore(add(data, 132), proofs.length)
            calldatacopy(add(data, 164), proofs.offset, proofs.length)
            if iszero(staticcall(gas(), documents, data, add(164, proofs.length), 0, 32)) {
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
            marks := mload(0)
        }
    }

    /// @notice Links an opened bid in after its predecessor (zero = in front) and stores it as Standing. Changes
    /// nothing and returns false if it does not belong exactly there.
    function link(Lot storage lot, address bidder, BidSlot bid, address predecessor) internal returns (bool) {
        address next;
        BidSlot before;
        if (predecessor == address(0)) {
            next = lot.lowest;
        } else {
            before = lot.slots[predecessor];
            if (before.bidStatus() != BidStatus.Standing || !before.precedes(bid)) return false;
            next = before.nextBidder();
        }
        if (next != address(0) && !bid.precedes(lot.slots[next])) return false;

        if (predecessor == address(0)) lot.lowest = bidder;
        else lot.slots[predecessor] = before.withNext(bidder);
        lot.slots[bidder] = bid.withStatus(BidStatus.Standing).withNext(next);
        return true;
    }

    /// @notice Takes a standing bid out of the list and stores it as Rejected. Changes nothing and returns false if the
    /// predecessor (zero = none) is not the one directly before it.
    function unlink(Lot storage lot, address bidder, BidSlot bid, address predecessor) internal returns (bool) {
        if (predecessor == address(0)) {
            if (lot.lowest != bidder) return false;
            lot.lowest = bid.nextBidder();
        } else {
            BidSlot before = lot.slots[predecessor];
            if (before.bidStatus() != BidStatus.Standing || before.nextBidder() != bidder) return false;
            lot.slots[predecessor] = before.withNext(bid.nextBidder());
        }
        lot.slots[bidder] = bid.withStatus(BidStatus.Rejected).withNext(address(0));
        return true;
    }
}
