// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {BidLib, BidSlot} from "./BidLib.sol";
import {ITenderSealing} from "./ITenderSealing.sol";
import {Lot} from "./LotLib.sol";
import {TenderState} from "./TenderState.sol";
import {BONDED, BidStatus, GUARANTEED, REBID, TWO_PARTS, Tender, TenderId} from "./TenderTypes.sol";

/// @title TenderSealing
/// @notice How a bid is sealed, paid for and withdrawn: by its bidder at the house, on its behalf at the desk.
abstract contract TenderSealing is TenderState, EIP712, ITenderSealing {
    constructor() EIP712("Common Seal TenderHouse", "1") {}

    // The hashes of the parts of what is sealed; the second is zero where there is one.
    function _parts(
        Tender storage t,
        TenderId tender,
        bytes calldata sealed_
    ) internal view returns (bytes32 first, bytes32 second) {
        uint256 length = t.sealedLength;
        require(sealed_.length == length, TenderSealedLength(tender, sealed_.length, length));
        if (t.rules & TWO_PARTS == 0) return (_part(sealed_), 0);
        uint256 technical = t.technicalLength;
        return (_part(sealed_[:technical]), _part(sealed_[technical:]));
    }

    function _part(bytes calldata sealed_) internal pure returns (bytes32) {
        bytes32 commitment = bytes32(sealed_[:32]);
        return sealed_.length == 32 ? commitment : BidLib.partHash(commitment, keccak256(sealed_[32:]));
    }

    // Lets an account without a bid, or with one withdrawn, into a lot; locks the bond.
    function _enter(Tender storage t, TenderId tender, uint16 lot, Lot storage l, address bidder) internal view {
        BidStatus status = l.slots[bidder].bidStatus();
        require(
            status == BidStatus.None || status == BidStatus.Withdrawn,
            TenderBidStatus(tender, lot, bidder, status)
        );
        if (t.rules & REBID != 0) _requireInvited(t, tender, bidder);
    }

    function _store(
        Tender storage t,
        Lot storage l,
        address bidder,
        bytes32 first,
        bytes32 second
    ) internal returns (uint32 number) {
        require(first != 0, TenderCommitmentZero());
        number = ++t.commits;
        l.slots[bidder] = BidLib.sealedSlot(first, second, number, uint40(block.timestamp));
    }

    // In the round before its bid was opened, in order, and not rejected.
    function _requireInvited(Tender storage t, TenderId tender, address bidder) internal view {
        BidStatus status = _lots[t.rebidOf][t.rebidLot].slots[bidder].bidStatus();
        bool invited = status == BidStatus.Standing || status == BidStatus.OverCeiling;
        require(invited, TenderNotInvited(tender, bidder));
    }

    // Locks the bond of a bid, and notes who paid where it is not the bidder.
    function _pay(
        Tender storage t,
        TenderId tender,
        uint16 lot,
        Lot storage l,
        address bidder,
        address payer
    ) internal {
        if (t.rules & BONDED == 0) return;
        _lock(t.bondToken, payer, t.bondAmount);
        if (payer == bidder) return;
        l.payers[bidder] = payer;
        emit BondPaidFor(tender, lot, bidder, payer);
    }

    function _withdraw(Tender storage t, TenderId tender, uint16 lot, address bidder) internal {
        Lot storage l = _lots[tender][lot];
        BidSlot slot = l.slots[bidder];
        _requireStatus(tender, lot, bidder, slot, BidStatus.Sealed);
        l.slots[bidder] = BidLib.withdrawnSlot(slot);
        if (t.rules & BONDED != 0) {
            address payer = _payerOf(l, bidder);
            if (payer != bidder) delete l.payers[bidder];
            if (payer != GUARANTEED) _unlock(t.bondToken, payer, t.bondAmount);
        }
        emit BidWithdrawn(tender, lot, bidder);
    }

    function _payerOf(Lot storage l, address bidder) internal view returns (address payer) {
        payer = l.payers[bidder];
        if (payer == address(0)) payer = bidder;
    }
}
