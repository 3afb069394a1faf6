// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {Requirements} from "../../contracts/documents/IDocumentRegistry.sol";
import {BID_TAG} from "../../contracts/tenders/BidLib.sol";
import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {Opening, TaxBasis, TenderId, TenderTerms} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";

interface VmCode {
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
}

interface VmSign {
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
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

/// @notice A registry of documents with one schema, in which every holder has the document that names it.
contract OneSchemaRegistry {
    function schemaCount() external pure returns (uint32) {
        return 1;
    }

    function documentMarks(
        Requirements,
        bytes calldata proofs,
        address holder,
        uint40
    ) external pure returns (uint256 marks) {
        return keccak256(proofs) == keccak256(documentOf(holder)) ? 0 : 1;
    }
}

// A requirement of the only schema of OneSchemaRegistry, of no certain issuer.
Requirements constant ONE_SCHEMA = Requirements.wrap(1 << 23);

/// @dev The document that OneSchemaRegistry finds with a holder.
function documentOf(address holder) pure returns (bytes memory) {
    return abi.encode("document", holder);
}

/// @dev A house in which `key` acts for every agency. From the artifacts, so that the code deployed for real is tested.
function deployTenderHouse(address key) returns (ITenderHouse house) {
    address registry = address(new OneKeyRegistry(key));
    return deployTenderHouse(registry, deployArtifact("OpeningCommittee", abi.encode(registry)));
}

/// @dev A house with a certain committee.
function deployTenderHouse(address registry, address committee) returns (ITenderHouse house) {
    address documents = address(new OneSchemaRegistry());
    address office = deployArtifact("TenderOffice", abi.encode(registry, documents, committee));
    address desk = deployArtifact("TenderDesk", abi.encode(registry, documents, committee));
    // Some contract: no history has a vendor that signs by a key. Nobody's address would be that of many garbled bids.
    bytes memory arguments = abi.encode(registry, documents, committee, office, desk, documents);
    return ITenderHouse(deployArtifact("TenderHouse", arguments));
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

/// @dev What opens a bid without a committee that was sealed with a salt of 1.
function openingOf(
    bytes memory bid,
    uint32 number,
    uint40 time,
    address before,
    address next
) pure returns (Opening memory) {
    return Opening(bid, bytes32(uint256(1)), 0, 0, number, time, before, next);
}

/// @dev A private key's signature over a message of the house's EIP-712 domain: r, s, v.
function signed(ITenderHouse house, uint256 key, bytes32 message) view returns (bytes memory) {
    bytes32 domain = keccak256(
        abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("Common Seal TenderHouse"),
            keccak256("1"),
            block.chainid,
            house
        )
    );
    (uint8 v, bytes32 r, bytes32 s) = VmSign(address(vm)).sign(
        key,
        keccak256(abi.encodePacked(hex"1901", domain, message))
    );
    return abi.encodePacked(r, s, v);
}

/// @dev The section of the vendor of a bid made on behalf of the account of a private key.
function identified(
    ITenderHouse house,
    TenderId tender,
    uint16 lot,
    address bidder,
    uint256 key
) view returns (bytes memory) {
    bytes32 type_ = keccak256("BidIdentity(uint64 tender,uint16 lot,address bidder)");
    bytes memory signature = signed(house, key, keccak256(abi.encode(type_, tender, lot, bidder)));
    return abi.encodePacked(uint16(86), uint8(20), vm.addr(key), signature);
}
