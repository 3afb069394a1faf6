// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {BidSlot} from "./BidLib.sol";
import {Award, BidStatus, LotOutcome, REQUIRED_AT_AWARD} from "./TenderTypes.sol";

// What an opening reads of a lot's terms is one word: the ceiling in the lowest 64 bits, then four requirements of 48.
struct Lot {
    uint256 terms;
    uint32 lowest;
    uint32 unplaced;
    uint32 lotterySum;
    uint32 overCeiling;
    uint64 drawn;
    bool named;
    uint24 partOpened;
    uint24 standing;
    Award award;
    uint64 minimum;
    bool rejectedUnder;
    bool rebid;
    uint16 round;
    uint32 putBack;
    uint40 reopenedUntil;
    uint32 postponed;
    uint40 lastAward;
    BidSlot ceilingSlot;
    Draw draw;
    mapping(address bidder => BidSlot) slots;
    mapping(address bidder => uint256 marks) marks;
    mapping(address bidder => address) payers;
    mapping(address bidder => address) vendors;
    mapping(address vendor => address) bidders;
    mapping(uint256 round => mapping(address bidder => uint40)) furtherAwards;
}

/// @notice A lottery under way among the tied bids at the head of the order.
/// @param count bids counted
/// @param cursor number of the bid to be given next; 0 = none is awaited
/// @param left bids to be passed over until the one drawn
/// @param last bidder of the last of the tied bids; zero = they are still being counted
/// @param before bidder passed over last
struct Draw {
    uint32 count;
    uint32 cursor;
    uint32 left;
    address last;
    address before;
}

uint256 constant REQUIREMENT_BITS = 48;
// Beside a bid's marks: the agency admitted it in spite of them.
uint256 constant ADMITTED = 1 << 255;

/// @title LotLib
/// @notice A lot's opened bids as a list, by price and then by commit number, which the numbers of the bids link. Each
/// act touches a bid and its neighbours, whatever the number of bids. A bid that can win no more keeps its place until
/// it comes to stand at the head.
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

    /// @notice Links an opened bid in between its neighbours (zero = it is the first, or the last) and stores it as
    /// Standing. Changes nothing and returns false if it does not belong exactly there.
    function link(
        Lot storage lot,
        address bidder,
        BidSlot bid,
        address predecessor,
        address successor
    ) internal returns (bool) {
        BidSlot before;
        uint32 next;
        if (predecessor == address(0)) {
            next = lot.lowest;
        } else {
            before = lot.slots[predecessor];
            if (!_isLinked(before) || !before.precedes(bid)) return false;
            next = before.nextNumber();
        }
        bool tied = false;
        if (next != 0) {
            BidSlot behind = lot.slots[successor];
            if (!behind.isPriced() || behind.bidNumber() != next || !bid.precedes(behind)) return false;
            tied = behind.bidPrice() == bid.bidPrice();
        }

        uint32 number = bid.bidNumber();
        if (predecessor == address(0)) lot.lowest = number;
        else lot.slots[predecessor] = before.withNext(number, before.bidPrice() == bid.bidPrice());
        lot.slots[bidder] = bid.withStatus(BidStatus.Standing).withNext(next, tied);
        return true;
    }

    /// @notice A bid that is void or a duplicate: it leaves the lottery, and keeps its place if it has one.
    function takeOut(Lot storage lot, address bidder, BidSlot bid, BidStatus status) internal {
        if (bid.isPriced()) lot.lotterySum -= bid.lotteryNumber();
        BidStatus before = bid.bidStatus();
        if (before == BidStatus.PartOpened) --lot.partOpened;
        if (before == BidStatus.Standing || before == BidStatus.Unplaced) --lot.standing;
        if (before == BidStatus.Unplaced) --lot.unplaced;
        if (before == BidStatus.OverCeiling) --lot.overCeiling;
        lot.slots[bidder] = _isLinked(bid) ? bid.outSlot(status) : bid.openedSlot(status, 0, 0, 0);
    }

    /// @notice Takes a bid out as a duplicate, unless it is out already; tells whether it did.
    function takeOutDuplicate(Lot storage lot, address bidder) internal returns (bool) {
        BidSlot bid = lot.slots[bidder];
        BidStatus status = bid.bidStatus();
        if (status == BidStatus.Voided || status == BidStatus.Duplicate) return false;
        takeOut(lot, bidder, bid, BidStatus.Duplicate);
        return true;
    }

    /// @notice When a bid was awarded in the lot's present round; 0 = it was not.
    function awardedAt(Lot storage lot, address bidder) internal view returns (uint40) {
        Award memory first = lot.award;
        if (first.outcome != LotOutcome.Awarded) return 0;
        if (first.winner == bidder) return first.time;
        return lot.furtherAwards[lot.round][bidder];
    }

    // Whether a bid has a place in the list. One that has not keeps no number once it is out, or was struck.
    function _isLinked(BidSlot bid) private pure returns (bool) {
        BidStatus status = bid.bidStatus();
        bool out = status == BidStatus.Rejected || status == BidStatus.Voided || status == BidStatus.Duplicate;
        return status == BidStatus.Standing || (out && bid.bidNumber() != 0 && !bid.isStruck());
    }
}
