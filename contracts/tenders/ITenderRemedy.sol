// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, TenderId} from "./TenderTypes.sol";

/// @title What a review can order of the tender house
/// @notice The acts are those of the contract that hears the tender's complaints, and of nobody else; not before the
/// commit deadline. Of a lot whose last award's standstill ended 425 days ago, nothing is undone by anybody.
interface ITenderRemedy {
    /// @notice A lot, with its award if there was one, was annulled: all bonds of it are free.
    event LotAnnulled(TenderId indexed tender, uint16 indexed lot);
    /// @notice A lot is to be decided anew: its awards count no more.
    event LotReopened(TenderId indexed tender, uint16 indexed lot, uint40 awardDeadline);
    /// @notice Complaints take time of a lot's that is not decided.
    /// @param postponed seconds by which they move its award deadline, together
    /// @param awardDeadline now; of two parts it moves on with the tender's once the scores are revealed
    event LotPostponed(TenderId indexed tender, uint16 indexed lot, uint32 postponed, uint40 awardDeadline);
    /// @notice A rejection was annulled: the bid is Standing again, or Unplaced.
    event BidReinstated(TenderId indexed tender, uint16 indexed lot, address indexed bidder, BidStatus status);

    /// @notice Annuls a lot, decided or not, of a tender cancelled or not: it ends without a winner.
    function annul(TenderId tender, uint16 lot) external;

    /// @notice Opens a lot to another decision. Bonds settled before stay settled.
    /// @param awardDeadline of the lot, where it is later than the present one; 180 days from now and two years after
    /// the tender's at most
    function reopen(TenderId tender, uint16 lot, uint40 awardDeadline) external;

    /// @notice Moves the award deadline of a lot that is not decided, by 365 days in all at the most.
    /// @param time in seconds
    function postpone(TenderId tender, uint16 lot, uint40 time) external;

    /// @notice Annuls the rejection of a bid that had its place in the order of prices, in a lot not decided; one
    /// rejected by its technical part never comes back. A bid taken from the head since comes back there, or is to be
    /// placed; of bids that were drawn one comes back, so that the first of them is to be taken.
    /// @param head bidder of the bid at the head of the order; zero where there is none
    function reinstate(TenderId tender, uint16 lot, address bidder, address head) external;
}
