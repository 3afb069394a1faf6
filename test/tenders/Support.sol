// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {BID_TAG} from "../../contracts/tenders/BidLib.sol";
import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {TaxBasis, TenderId, TenderTerms} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";

interface VmCode {
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
}

/// @notice A registry in which one account may do everything, and which knows no schema.
contract OneKeyRegistry {
    address private immutable _KEY;

    constructor(address key) {
        _KEY = key;
    }

    function requireMay(AgencyId, address account, uint48) external view returns (uint16) {
        require(account == _KEY, "not the key");
        return 0;
    }

    function schemaCount() external pure returns (uint32) {
        return 0;
    }
}

/// @dev A house in which `key` acts for every agency. From the artifacts, so that the code deployed for real is tested.
function deployTenderHouse(address key) returns (ITenderHouse house) {
    address registry = address(new OneKeyRegistry(key));
    address committee = deployArtifact("OpeningCommittee", abi.encode(registry));
    address office = deployArtifact("TenderOffice", abi.encode(registry, registry, committee));
    address desk = deployArtifact("TenderDesk", abi.encode(registry, registry, committee));
    return ITenderHouse(deployArtifact("TenderHouse", abi.encode(registry, registry, committee, office, desk)));
}

/// @dev A contract of the room by its name.
function deployArtifact(string memory name, bytes memory arguments) returns (address deployed) {
    string memory file = string.concat("contracts/tenders/", name, ".sol:", name);
    bytes memory code = abi.encodePacked(VmCode(address(vm)).getCode(file), arguments);
    // Hardhat has getCode, but not deployCode.
    // solhint-disable-next-line no-inline-assembly
    assembly ("memory-safe") {
        deployed := create(0, add(code, 32), mload(code))
    }
    require(deployed != address(0), "the contract was not deployed");
}

/// @dev Terms of a plain tender with deadlines once, twice and four times `span` seconds away and a standstill of
/// `span`.
function termsOf(
    uint32 span,
    address token,
    uint96 bond,
    address treasury,
    uint64[] memory ceilings
) view returns (TenderTerms memory terms) {
    terms.agency = AgencyId.wrap(1);
    terms.documents = keccak256("notice");
    terms.currency = "UAH";
    terms.decimals = 2;
    terms.tax = TaxBasis.Net;
    terms.commitDeadline = uint40(block.timestamp + span);
    terms.revealDeadline = uint40(block.timestamp + 2 * uint256(span));
    terms.awardDeadline = uint40(block.timestamp + 4 * uint256(span));
    terms.standstill = span;
    terms.bondToken = token;
    terms.bondAmount = bond;
    terms.treasury = treasury;
    terms.ceilings = ceilings;
}

/// @dev The bytes of a bid of one part without documents.
function bidOf(uint64 price, uint16 lottery, bytes32 quotation) pure returns (bytes memory) {
    return abi.encodePacked(price, lottery, quotation, uint16(0));
}

/// @dev The commitment to a part of a bid with a salt of 1.
function sealing(
    ITenderHouse house,
    TenderId tender,
    uint16 lot,
    uint256 part,
    address bidder,
    bytes memory bid
) view returns (bytes32) {
    bytes32 salt = bytes32(uint256(1));
    return
        keccak256(abi.encode(BID_TAG, block.chainid, house, tender, uint256(lot), part, bidder, keccak256(bid), salt));
}
