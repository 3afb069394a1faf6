// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {AgencyId, DOCUMENT_ACCREDIT, DOCUMENT_SCHEMA, IAgencyRegistry} from "../agencies/IAgencyRegistry.sol";
import {IAccreditations, Schema, SchemaId} from "./IAccreditations.sol";

/// @title Accreditations
/// @notice See IAccreditations.
abstract contract Accreditations is IAccreditations {
    using Checkpoints for Checkpoints.Trace208;

    /* STORAGE */

    IAgencyRegistry public immutable AGENCIES;

    uint32 private _schemaCount;
    mapping(SchemaId schema => Schema) private _schemas;
    // The latest period stands alone, so that a check reads one slot: its first second above the 40 bits of its last
    // one. Those before it stand behind it, from first second to last.
    mapping(uint256 schemaAndIssuer => uint256 period) internal _latest;
    mapping(SchemaId schema => mapping(AgencyId issuer => Checkpoints.Trace208)) private _earlier;

    constructor(IAgencyRegistry agencies) {
        AGENCIES = agencies;
    }

    /* ACTS */

    /// @inheritdoc IAccreditations
    function registerSchema(
        AgencyId publisher,
        bytes32 definition,
        AgencyId accreditor
    ) external returns (SchemaId schema) {
        require(definition != 0 && _exists(accreditor), DocumentSchemaInvalid(definition, accreditor));
        uint16 key = _requireMay(publisher, msg.sender, DOCUMENT_SCHEMA);
        schema = SchemaId.wrap(++_schemaCount);
        _schemas[schema] = Schema(publisher, accreditor, definition);
        emit SchemaRegistered(schema, publisher, accreditor, key, definition);
    }

    /// @inheritdoc IAccreditations
    function accredit(SchemaId schema, AgencyId issuer, uint40 until) external {
        uint16 key = _requireAccreditor(schema);
        require(until >= block.timestamp && _exists(issuer), DocumentAccreditationInvalid(issuer, until));
        (uint40 from, uint40 end) = _period(_latest[_pair(schema, issuer)]);
        if (end < block.timestamp) {
            if (from != 0) _earlier[schema][issuer].push(from, end);
            from = uint40(block.timestamp);
        }
        _latest[_pair(schema, issuer)] = (uint256(from) << 40) | until;
        emit IssuerAccredited(schema, issuer, key, until);
    }

    /// @inheritdoc IAccreditations
    function endAccreditation(SchemaId schema, AgencyId issuer) external {
        uint16 key = _requireAccreditor(schema);
        (uint40 from, uint40 end) = _period(_latest[_pair(schema, issuer)]);
        require(end >= block.timestamp, DocumentNotAccredited(schema, issuer));
        end = uint40(block.timestamp - 1);
        _latest[_pair(schema, issuer)] = (uint256(from) << 40) | end;
        emit AccreditationEnded(schema, issuer, key, end);
    }

    /* VIEWS */

    /// @inheritdoc IAccreditations
    function schemaOf(SchemaId schema) external view returns (Schema memory) {
        return _requireSchema(schema);
    }

    /// @inheritdoc IAccreditations
    function schemaCount() external view returns (uint32) {
        return _schemaCount;
    }

    /// @inheritdoc IAccreditations
    function accreditedAt(SchemaId schema, AgencyId issuer, uint40 time) external view returns (bool) {
        return time != 0 && _accreditedAt(schema, AgencyId.unwrap(issuer), time);
    }

    /* INTERNAL */

    // AGENCIES.requireMay(agency, account, permission), without what Solidity adds to a call of which the answer is one
    // word. Its refusal is passed on.
    function _requireMay(AgencyId agency, address account, uint48 permission) internal view returns (uint16 key) {
        bytes4 selector = IAgencyRegistry.requireMay.selector;
        address agencies = address(AGENCIES);
        (uint256 body, uint256 who, uint256 what) = (AgencyId.unwrap(agency), uint160(account), permission);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 4), body)
            mstore(add(data, 36), who)
            mstore(add(data, 68), what)
            if iszero(and(gt(returndatasize(), 31), staticcall(gas(), agencies, data, 100, 0, 32))) {
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
            key := and(mload(0), 0xffff)
        }
    }

    // In a second other than zero, at which nothing has happened.
    function _accreditedAt(SchemaId schema, uint256 issuer, uint256 time) internal view returns (bool) {
        uint256 period = _latest[(uint256(SchemaId.unwrap(schema)) << 32) | issuer];
        if (period >> 40 <= time) return time <= period & 0xffffffffff;
        return time <= _earlier[schema][AgencyId.wrap(uint32(issuer))].upperLookup(uint48(time));
    }

    function _pair(SchemaId schema, AgencyId issuer) private pure returns (uint256) {
        return (uint256(SchemaId.unwrap(schema)) << 32) | AgencyId.unwrap(issuer);
    }

    function _period(uint256 packed) private pure returns (uint40 from, uint40 end) {
        return (uint40(packed >> 40), uint40(packed));
    }

    function _requireSchema(SchemaId schema) private view returns (Schema memory found) {
        found = _schemas[schema];
        require(found.definition != 0, DocumentSchemaUnknown(schema));
    }

    function _requireAccreditor(SchemaId schema) private view returns (uint16 key) {
        return _requireMay(_requireSchema(schema).accreditor, msg.sender, DOCUMENT_ACCREDIT);
    }

    function _exists(AgencyId agency) private view returns (bool) {
        return AgencyId.unwrap(agency) != 0 && AgencyId.unwrap(agency) <= AGENCIES.agencyCount();
    }
}
