// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidSlot} from "./BidLib.sol";
import {Award, BidStatus} from "./ITenderHouse.sol";

// Ceiling, lowest and unplaced fill one slot.
struct Lot {
    uint64 ceiling;
    address lowest;
    uint32 unplaced;
    Award award;
    mapping(address bidder => BidSlot) slots;
}

/// @title LotLib
/// @notice A lot's standing bids as a list, by price and then by commit number. Each act touches a bid and its
/// neighbours, whatever the number of bids.
library LotLib {
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
