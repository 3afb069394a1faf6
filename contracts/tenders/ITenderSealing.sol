// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TenderId} from "./TenderTypes.sol";

/// @title Events that the house shares with its office or its desk
interface ITenderSealing {
    /// @notice A bid was sealed for the committee, or sealed anew.
    /// @param sealed_ for each part its commitment and its envelope
    event BidSealed(TenderId indexed tender, uint16 indexed lot, address indexed bidder, uint32 number, bytes sealed_);
    /// @notice Somebody else paid the bond of a bid.
    event BondPaidFor(TenderId indexed tender, uint16 indexed lot, address indexed bidder, address payer);
    /// @notice A sealed bid was withdrawn.
    event BidWithdrawn(TenderId indexed tender, uint16 indexed lot, address indexed bidder);
    /// @notice Two bids are of the same vendor: neither can win.
    event BidsDuplicate(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        address other,
        address vendor
    );
}
