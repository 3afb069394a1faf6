// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Award, BidMark} from "./ITenderHouse.sol";

// An opened bid, kept under its commit number.
struct OpenedBid {
    uint128 price;
    uint32 next;
    BidMark mark;
}

struct Lot {
    uint128 ceiling;
    uint32 lowest;
    uint32 unplaced;
    Award award;
    mapping(address bidder => uint256) slots;
    mapping(uint32 number => OpenedBid) opened;
}

/// @title LotLib
/// @notice A lot's standing bids as a list, by price and then by commit number. Each act touches a bid and the one
/// before it, whatever the number of bids.
library LotLib {
    /// @notice Links a bid in after its predecessor (0 = in front). Changes nothing and returns false if it does not
    /// belong exactly there.
    function link(Lot storage lot, uint32 number, uint128 price, uint32 predecessor) internal returns (bool) {
        uint32 next;
        if (predecessor == 0) {
            next = lot.lowest;
        } else {
            OpenedBid memory before = lot.opened[predecessor];
            if (before.mark != BidMark.Standing) return false;
            if (!_precedes(before.price, predecessor, price, number)) return false;
            next = before.next;
        }
        if (next != 0 && !_precedes(price, number, lot.opened[next].price, next)) return false;

        if (predecessor == 0) lot.lowest = number;
        else lot.opened[predecessor].next = number;
        lot.opened[number] = OpenedBid(price, next, BidMark.Standing);
        return true;
    }

    /// @notice Takes a standing bid out of the list and marks it rejected. Changes nothing and returns false if the
    /// predecessor is not the one directly before it.
    function unlink(Lot storage lot, uint32 number, uint32 predecessor) internal returns (bool) {
        OpenedBid storage bid = lot.opened[number];
        if (predecessor == 0) {
            if (lot.lowest != number) return false;
            lot.lowest = bid.next;
        } else {
            OpenedBid storage before = lot.opened[predecessor];
            if (before.mark != BidMark.Standing || before.next != number) return false;
            before.next = bid.next;
        }
        bid.next = 0;
        bid.mark = BidMark.Rejected;
        return true;
    }

    function _precedes(uint128 priceA, uint32 numberA, uint128 priceB, uint32 numberB) private pure returns (bool) {
        return priceA < priceB || (priceA == priceB && numberA < numberB);
    }
}
