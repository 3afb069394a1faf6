// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TenderId} from "../../contracts/tenders/TenderTypes.sol";
import {bidOf} from "./Support.sol";

/// @notice What was done, to count it.
enum Act {
    Deposit,
    WithdrawBond,
    Publish,
    Commit,
    CommitFor,
    Guarantee,
    Replace,
    ReplaceFor,
    Withdraw,
    WithdrawFor,
    Open,
    Place,
    Reject,
    Strike,
    Award,
    CloseLot,
    Cancel,
    Release,
    Forfeit,
    PayDue,
    Gift
}

/// @notice A bid as the handler of the bonds keeps it.
/// @param payer whose balance its bond is locked from; GUARANTEED = nobody's
struct Bid {
    TenderId tender;
    uint16 lot;
    address bidder;
    uint64 price;
    uint32 number;
    uint40 time;
    address payer;
}

/// @dev A bidder's place in a lot.
function keyOf(Bid memory bid) pure returns (bytes32) {
    return keccak256(abi.encode(bid.tender, bid.lot, bid.bidder));
}

/// @dev What is sealed; one price makes it malformed.
function bytesOf(Bid memory bid) pure returns (bytes memory) {
    return bidOf(bid.price, bid.price == 77 ? 1000 : 0, 0);
}

function precedes(Bid memory bid, Bid memory other) pure returns (bool) {
    return bid.price < other.price || (bid.price == other.price && bid.number < other.number);
}
