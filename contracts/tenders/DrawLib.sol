// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidSlot} from "./BidLib.sol";
import {Draw, Lot} from "./LotLib.sol";
import {BidStatus} from "./TenderTypes.sol";

/// @title DrawLib
/// @notice The lottery among tied bids at the head of a lot's order: the sum of the lottery numbers, modulo their
/// number, tells how many are passed over. The list is turned so that the one drawn comes to stand at the head and the
/// others behind it, those before it last; so one rejected later yields to the next without another draw. Void bids and
/// duplicates are not counted; rejected ones are, so that no rejection changes who is drawn.
library DrawLib {
    /// @notice Goes on with the draw.
    /// @param tied the tied bids in their order, or the next few of them: first all are counted, then those up to the
    /// one drawn are given again
    /// @return right whether each one given was the next
    /// @return done whether the draw is over
    function advance(Lot storage lot, address[] calldata tied) internal returns (bool right, bool done) {
        Draw memory d = lot.draw;
        if (d.cursor == 0) d.cursor = lot.lowest;
        for (uint256 i = 0; i < tied.length && !done; ++i) {
            BidSlot bid = lot.slots[tied[i]];
            if (!bid.isPriced() || bid.bidNumber() != d.cursor) return (false, false);
            done = d.last == address(0) ? _count(lot, d, tied[i], bid) : _pass(lot, d, tied[i], bid);
            if (done) lot.drawn = bid.bidPrice() + 1;
        }
        if (done) delete lot.draw;
        else lot.draw = d;
        return (true, done);
    }

    // Counts a bid; with the last one it is known how many to pass over. Done where the first one is drawn.
    function _count(Lot storage lot, Draw memory d, address bidder, BidSlot bid) private view returns (bool done) {
        if (_counts(bid)) ++d.count;
        d.cursor = bid.nextNumber();
        if (bid.isTied()) return false;
        d.last = bidder;
        d.cursor = lot.lowest;
        if (d.count != 0) d.left = lot.lotterySum % d.count;
        return d.left == 0;
    }

    // Passes over a bid; or turns the list so that it stands at the head, and those passed over behind the last.
    function _pass(Lot storage lot, Draw memory d, address bidder, BidSlot bid) private returns (bool done) {
        if (d.left != 0 || !_counts(bid)) {
            if (_counts(bid)) --d.left;
            d.cursor = bid.nextNumber();
            d.before = bidder;
            return false;
        }
        BidSlot last = lot.slots[d.last];
        uint32 behind = last.nextNumber();
        lot.slots[d.last] = last.withNext(lot.lowest, true);
        lot.slots[d.before] = lot.slots[d.before].withNext(behind, false);
        lot.lowest = bid.bidNumber();
        return true;
    }

    function _counts(BidSlot bid) private pure returns (bool) {
        BidStatus status = bid.bidStatus();
        return status != BidStatus.Voided && status != BidStatus.Duplicate;
    }
}
