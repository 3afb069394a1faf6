// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {TenderId} from "../../contracts/tenders/TenderTypes.sol";
import {signed} from "./Support.sol";

bytes32 constant SEAL_TYPE = keccak256(
    "SealBid(uint64 tender,uint16 lot,bytes sealed,bytes guarantee,bytes32 replaces,uint40 deadline)"
);
bytes32 constant WITHDRAW_TYPE = keccak256("WithdrawBid(uint64 tender,uint16 lot,bytes32 replaces,uint40 deadline)");

/// @notice An act on a bidder's behalf.
/// @param key the bidder's private key; 0 = the bidder sends the act itself, and signs nothing
struct Relay {
    TenderId tender;
    uint16 lot;
    address bidder;
    uint256 key;
    bytes commitment;
    bytes guarantee;
    uint40 deadline;
}

/// @dev Call data that seal a bid, or seal it anew.
function sealFor(ITenderHouse house, Relay memory r) view returns (bytes memory) {
    bytes32 slot = house.slotOf(r.tender, r.lot, r.bidder);
    (bytes32 what, bytes32 guarantee) = (keccak256(r.commitment), keccak256(r.guarantee));
    bytes32 message = keccak256(abi.encode(SEAL_TYPE, r.tender, r.lot, what, guarantee, slot, r.deadline));
    bytes memory signature;
    if (r.key != 0) signature = signed(house, r.key, message);
    return _sealFor(house, r, slot, signature);
}

/// @dev Call data that withdraw a bid.
function withdrawalFor(ITenderHouse house, Relay memory r) view returns (bytes memory) {
    bytes32 slot = house.slotOf(r.tender, r.lot, r.bidder);
    bytes32 message = keccak256(abi.encode(WITHDRAW_TYPE, r.tender, r.lot, slot, r.deadline));
    bytes memory signature;
    if (r.key != 0) signature = signed(house, r.key, message);
    return abi.encodeCall(house.withdrawFor, (r.bidder, r.tender, r.lot, slot, r.deadline, signature));
}

/// @dev Who must hold the document that stands for the bond of a bid.
function guaranteeHolder(ITenderHouse house, TenderId tender, uint16 lot, address bidder) view returns (address) {
    bytes32 tag = keccak256("CommonSeal.Guarantee.v1");
    return address(uint160(uint256(keccak256(abi.encode(tag, block.chainid, house, tender, lot, bidder)))));
}

function _sealFor(
    ITenderHouse house,
    Relay memory r,
    bytes32 slot,
    bytes memory signature
) pure returns (bytes memory) {
    return
        abi.encodeCall(
            house.commitFor,
            (r.bidder, r.tender, r.lot, r.commitment, r.guarantee, slot, r.deadline, signature)
        );
}
