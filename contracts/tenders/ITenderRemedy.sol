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
    /// @notice Complaints take time of a lot that can still be awarded, or took less than was given.
    /// @param postponed seconds by which they move its award deadline, together
    /// @param awardDeadline now; of two parts it moves on with the tender's once the scores are revealed
    event LotPostponed(TenderId indexed tender, uint16 indexed lot, uint32 postponed, uint40 awardDeadline);
    /// @notice Before the scores a lot is to be judged anew: they are revealed until then, and the award deadline does
    /// not come before.
    event ScoresPostponed(TenderId indexed tender, uint40 scoresDeadline);
    /// @notice A rejection was annulled: the bid is Standing again, or Unplaced.
    event BidReinstated(TenderId indexed tender, uint16 indexed lot, address indexed bidder, BidStatus status);

    /// @notice Annuls a lot, decided or not, of a tender cancelled or not: it ends without a winner.
    function annul(TenderId tender, uint16 lot) external;

    /// @notice Opens a lot to another decision. Bonds settled before stay settled.
    /// @param awardDeadline of the lot, where it is later than the present one; before the scores of two parts are
    /// revealed, the last second for that. 180 days from now and two years after the tender's, or before the scores its
    /// commit deadline, at most
    function reopen(TenderId tender, uint16 lot, uint40 awardDeadline) external;

    /// @notice Moves the award deadline of a lot in which something can still be awarded: by two years in all at the
    /// most, and so that a day is left after complaints. Of any other lot it does nothing.
    /// @param time in seconds; negative takes back what was given
    /// @param end when complaints stop the lot no more
    /// @return awardable whether something can still be awarded
    function postpone(TenderId tender, uint16 lot, int40 time, uint40 end) external returns (bool awardable);

    /// @notice Annuls the rejection of a bid that had its place in the order of prices, in a lot not decided; one
    /// rejected by its technical part never comes back. A bid taken from the head since comes back there, or is to be
    /// placed; of bids that were drawn one comes back, so that the first of them is to be taken.
    /// @param head bidder of the bid at the head of the order; zero where there is none
    function reinstate(TenderId tender, uint16 lot, address bidder, address head) external;
}
