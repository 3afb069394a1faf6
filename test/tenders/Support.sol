// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {Requirements} from "../../contracts/documents/IDocumentRegistry.sol";
import {BID_TAG, SINGLE_PART} from "../../contracts/tenders/BidLib.sol";
import {ITenderHouse, TaxBasis, TenderId, TenderTerms} from "../../contracts/tenders/ITenderHouse.sol";
import {vm} from "../shared/Vm.sol";

interface VmCode {
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
}

/// @notice A registry in which one account may do everything.
contract OneKeyRegistry {
    address private immutable _KEY;

    constructor(address key) {
        _KEY = key;
    }

    function requireMay(AgencyId, address account, uint48) external view returns (uint16) {
        require(account == _KEY, "not the key");
        return 0;
    }
}

/// @dev A house in which `key` acts for every agency. From the artifact, so that the code deployed for real is tested.
function deployTenderHouse(address key) returns (ITenderHouse house) {
    bytes memory code = VmCode(address(vm)).getCode("contracts/tenders/TenderHouse.sol:TenderHouse");
    code = abi.encodePacked(code, abi.encode(new OneKeyRegistry(key), address(0)));
    // Hardhat has getCode, but not deployCode.
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        house := create(0, add(code, 32), mload(code))
    }
    require(address(house) != address(0), "the house was not deployed");
}

/// @dev Terms with deadlines once, twice and four times `span` seconds away and a standstill of `span`.
function termsOf(
    uint32 span,
    address token,
    uint96 bond,
    address treasury,
    uint64[] memory ceilings
) view returns (TenderTerms memory) {
    return
        TenderTerms({
            agency: AgencyId.wrap(1),
            documents: keccak256("notice"),
            currency: "UAH",
            decimals: 2,
            tax: TaxBasis.Net,
            commitDeadline: uint40(block.timestamp + span),
            revealDeadline: uint40(block.timestamp + 2 * uint256(span)),
            awardDeadline: uint40(block.timestamp + 4 * uint256(span)),
            standstill: span,
            bondToken: token,
            bondAmount: bond,
            treasury: treasury,
            ceilings: ceilings,
            required: new Requirements[](0)
        });
}

/// @dev The commitment to a bid with a salt of 1.
function sealing(
    ITenderHouse house,
    TenderId tender,
    uint16 lot,
    address bidder,
    bytes memory bid
) view returns (bytes32) {
    bytes32 salt = bytes32(uint256(1));
    return
        keccak256(
            abi.encode(BID_TAG, block.chainid, house, tender, uint256(lot), SINGLE_PART, bidder, keccak256(bid), salt)
        );
}
