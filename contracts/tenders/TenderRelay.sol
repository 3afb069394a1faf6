// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Requirements} from "../documents/IDocumentRegistry.sol";
import {BidSlot} from "./BidLib.sol";
import {ITenderDesk} from "./ITenderDesk.sol";
import {Lot, LotLib} from "./LotLib.sol";
import {TenderSealing} from "./TenderSealing.sol";
import {BidStatus, GUARANTEED, TWO_PARTS, Tender, TenderId} from "./TenderTypes.sol";

bytes32 constant SEAL_TYPEHASH = keccak256(
    "SealBid(uint64 tender,uint16 lot,bytes sealed,bytes guarantee,bytes32 replaces,uint40 deadline)"
);
bytes32 constant WITHDRAW_TYPEHASH = keccak256(
    "WithdrawBid(uint64 tender,uint16 lot,bytes32 replaces,uint40 deadline)"
);
bytes32 constant GUARANTEE_TAG = keccak256("CommonSeal.Guarantee.v1");

/// @title TenderRelay
/// @notice See ITenderDesk. The part of the desk that does for bidders what they have signed.
abstract contract TenderRelay is TenderSealing, ITenderDesk {
    /* EXTERNAL */

    /// @inheritdoc ITenderDesk
    function commitFor(
        address bidder,
        TenderId tender,
        uint16 lot,
        bytes calldata sealed_,
        bytes calldata guarantee,
        bytes32 replaces,
        uint40 deadline,
        bytes calldata signature
    ) external returns (uint32 number) {
        Tender storage t = _sealing(tender, lot);
        bytes32 message = keccak256(
            abi.encode(SEAL_TYPEHASH, tender, lot, keccak256(sealed_), keccak256(guarantee), replaces, deadline)
        );
        BidStatus status = _relayed(bidder, tender, lot, replaces, deadline, message, signature);
        Lot storage l = _lots[tender][lot];
        (bytes32 first, bytes32 second) = _parts(t, tender, sealed_);
        if (status == BidStatus.Sealed) {
            require(guarantee.length == 0, TenderBidStatus(tender, lot, bidder, status));
        } else {
            _enter(t, tender, lot, l, bidder);
            if (guarantee.length == 0) _pay(t, tender, lot, l, bidder, msg.sender);
            else _guarantee(t, tender, lot, bidder, guarantee);
        }
        number = _store(t, l, bidder, first, second);
        emit BidSealed(tender, lot, bidder, number, sealed_);
    }

    /// @inheritdoc ITenderDesk
    function withdrawFor(
        address bidder,
        TenderId tender,
        uint16 lot,
        bytes32 replaces,
        uint40 deadline,
        bytes calldata signature
    ) external {
        Tender storage t = _withdrawing(tender, lot);
        bytes32 message = keccak256(abi.encode(WITHDRAW_TYPEHASH, tender, lot, replaces, deadline));
        _relayed(bidder, tender, lot, replaces, deadline, message, signature);
        _withdraw(t, tender, lot, bidder);
    }

    /* INTERNAL */

    function _guarantee(Tender storage t, TenderId tender, uint16 lot, address bidder, bytes calldata proof) private {
        Requirements wanted = Requirements.wrap(t.guarantee);
        bytes32 holder = keccak256(abi.encode(GUARANTEE_TAG, block.chainid, address(this), tender, lot, bidder));
        // It must last until nothing can be forfeited any more, as far as is known: of two parts the times run anew.
        uint256 until = t.awardDeadline;
        if (t.rules & TWO_PARTS != 0) until += t.scoresDeadline - t.commitDeadline;
        uint256 marks = LotLib.marksOf(DOCUMENTS, wanted, proof, uint160(uint256(holder)), until);
        require(t.guarantee != 0 && marks == 0, TenderGuaranteeMarked(tender, lot, bidder, marks));
        _lots[tender][lot].payers[bidder] = GUARANTEED;
        emit GuaranteeShown(tender, lot, bidder, proof);
    }

    // Checks an act that its bidder signed over the bid's present state; tells the bid's status.
    function _relayed(
        address bidder,
        TenderId tender,
        uint16 lot,
        bytes32 replaces,
        uint40 deadline,
        bytes32 message,
        bytes calldata signature
    ) private view returns (BidStatus) {
        BidSlot slot = _lots[tender][lot].slots[bidder];
        require(bytes32(BidSlot.unwrap(slot)) == replaces, TenderRelayStale(tender, lot, bidder));
        require(block.timestamp <= deadline, TenderRelayExpired(deadline));
        bool signed =
            msg.sender == bidder ||
                SignatureChecker.isValidSignatureNowCalldata(bidder, _hashTypedDataV4(message), signature);
        require(signed, TenderRelaySignature(bidder));
        return slot.bidStatus();
    }
}
