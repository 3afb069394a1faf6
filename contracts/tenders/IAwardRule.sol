// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {TenderId} from "./TenderTypes.sol";

/// @title What a tender house asks of the contract that says which bids win
/// @notice A tender names it at publication. The house trusts it with this choice and with nothing else: what is
/// selected must stand, within ceiling and minimum, and with the documents required. One that fails lets no lot of its
/// own tenders be awarded or judged anew, and holds bonds until the lot's award deadline at the longest. The agency
/// names it: bidders look whether it is one they know.
interface IAwardRule {
    /// @notice A tender was published by the calling house. Reverts where its terms are no such rule's.
    /// @param lots number of lots
    /// @param terms as published
    function begin(TenderId tender, AgencyId agency, uint16 lots, bytes calldata terms) external;

    /// @notice A review ordered that a lot be judged anew.
    function reopen(TenderId tender, uint16 lot) external;

    /// @notice Whether a bid is one to be awarded, now. Of several, each is awarded by itself.
    function selects(TenderId tender, uint16 lot, address bidder) external view returns (bool);

    /// @notice Whether a lot was judged to its end, and no bid is to be awarded.
    function selectsNobody(TenderId tender, uint16 lot) external view returns (bool);

    /// @notice Whether a bid can be rejected as abnormally low: it was flagged, and its bidder has answered or had the
    /// time to.
    function answered(TenderId tender, uint16 lot, address bidder) external view returns (bool);
}
