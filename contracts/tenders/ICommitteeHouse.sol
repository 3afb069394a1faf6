// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TenderId} from "./TenderTypes.sol";

/// @notice When a tender's keys are posted and its scalars are accepted. Times are seconds, UTC.
/// @param part the part whose scalars are accepted next
/// @param sealedUntil last second in which bids are sealed; scalars leaked until then are evidence
/// @param publishFrom first second in which scalars of the part are accepted; 0 = they are not yet to come
/// @param publishUntil last such second
struct OpeningTimes {
    uint8 part;
    uint40 sealedUntil;
    uint40 publishFrom;
    uint40 publishUntil;
}

/// @title What a committee asks of the house that formed it, and tells it
interface ICommitteeHouse {
    /// @notice The times of a tender. Reverts where it is unknown or cancelled.
    function openingTimes(TenderId tender) external view returns (OpeningTimes memory);

    /// @notice All seats are taken and frozen: bids can be sealed. Reverts where it is too early or too late.
    function biddingOpened(TenderId tender) external;

    /// @notice As many scalars of the current part are out as are needed: its envelopes can be opened by anyone.
    function keysPublished(TenderId tender) external;

    /// @notice So many scalars leaked that one seat alone could open envelopes: no more of them may be sealed.
    function keysLeaked(TenderId tender) external;
}
