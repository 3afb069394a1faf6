// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {TenderId} from "./TenderTypes.sol";

/// @title What a tender house asks of the contract that hears complaints
/// @notice A tender names it at publication. Its way back to the house is ITenderRemedy.
interface IComplaintBody {
    /// @notice A tender was published by the calling house. Reverts where its terms cannot be heard, as where the
    /// reviewer is the agency itself.
    /// @param terms as published
    function begin(TenderId tender, AgencyId agency, bytes calldata terms) external;

    /// @notice Whether a complaint stops a lot: it is not awarded or closed, and an award is not final.
    function blocks(TenderId tender, uint16 lot) external view returns (bool);
}
