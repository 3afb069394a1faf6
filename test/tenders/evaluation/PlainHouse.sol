// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../../contracts/agencies/IAgencyRegistry.sol";
import {BidLib, BidSlot} from "../../../contracts/tenders/BidLib.sol";
import {IAwardRule} from "../../../contracts/tenders/IAwardRule.sol";
import {BidStatus, LOTTERY, LotView, Phase, Tender, TenderId} from "../../../contracts/tenders/TenderTypes.sol";

/// @notice What an evaluation asks of a house, with bids as they are put there. Its deadlines are over.
contract PlainHouse {
    mapping(address bidder => BidSlot) private _slots;
    uint24 private _standing;
    bool private _lottery;
    uint32 private _sum;

    function publish(IAwardRule rule, bytes calldata terms, bool lottery, uint32 sum) external {
        (_lottery, _sum) = (lottery, sum);
        rule.begin(TenderId.wrap(1), AgencyId.wrap(1), 1, terms);
    }

    function put(address bidder, uint64 price, uint32 number) external {
        _slots[bidder] = BidLib.openedSlot(BidSlot.wrap(0), BidStatus.Standing, price, number, 0);
        ++_standing;
    }

    function reject(address bidder) external {
        _slots[bidder] = _slots[bidder].withStatus(BidStatus.Rejected);
        --_standing;
    }

    function tenderOf(TenderId) external view returns (Tender memory t) {
        (t.awardDeadline, t.phase) = (type(uint40).max, Phase.Opened);
        if (_lottery) t.rules = LOTTERY;
    }

    function lotOf(TenderId, uint16) external view returns (LotView memory l) {
        (l.standing, l.lotterySum) = (_standing, _sum);
    }

    function slotOf(TenderId, uint16, address bidder) external view returns (bytes32) {
        return bytes32(BidSlot.unwrap(_slots[bidder]));
    }

    function bidderOf(TenderId, uint16, address) external pure returns (address) {
        return address(0);
    }
}
