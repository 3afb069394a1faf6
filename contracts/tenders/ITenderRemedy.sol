// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TenderId} from "./TenderTypes.sol";

/// @title What a review can order of the tender house
/// @notice The acts are those of the contract that hears the tender's complaints, and of nobody else.
interface ITenderRemedy {
    /// @notice A lot, with its award if there was one, was annulled: all bonds of it are free.
    event LotAnnulled(TenderId indexed tender, uint16 indexed lot);
    /// @notice A lot is to be decided anew: its awards count no more.
    event LotReopened(TenderId indexed tender, uint16 indexed lot, uint40 awardDeadline);
    /// @notice A rejection was annulled: the bid stands again.
    event BidReinstated(TenderId indexed tender, uint16 indexed lot, address indexed bidder);

    /// @notice Annuls a lot, decided or not, of a tender cancelled or not: it ends without a winner.
    function annul(TenderId tender, uint16 lot) external;

    /// @notice Opens a lot to another decision. Bonds settled before stay settled.
    /// @param awardDeadline of the whole tender where it is later than the present one; 180 days from now at most
    function reopen(TenderId tender, uint16 lot, uint40 awardDeadline) external;

    /// @notice Annuls the rejection of a bid that had its place in the order of prices, in a lot not decided. One taken
    /// from the head since comes back there, the last one first; one that costs more than the head is to be placed.
    /// @param head bidder of the bid at the head of the order; zero where there is none
    function reinstate(TenderId tender, uint16 lot, address bidder, address head) external;
}
