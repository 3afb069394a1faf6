// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";

/// @notice Number of a schema in the registry; the first one is 1, so 0 is none.
type SchemaId is uint32;

/// @notice A kind of document.
/// @param publisher the body that registered it
/// @param accreditor the body that says who may issue documents of this kind
/// @param definition SHA-256 digest of the JSON Schema: its CIDv1 with codec raw
struct Schema {
    AgencyId publisher;
    AgencyId accreditor;
    bytes32 definition;
}

/// @title Kinds of documents, and the bodies accredited to issue them
/// @notice An accreditation counts at the moment of issue: what a body issued while it was accredited stays good when
/// the accreditation ends, and what it issued before does not become good by a later one.
interface IAccreditations {
    // In the acts of bodies `key` is the position of the key that acted among the body's keys.

    /// @notice A schema was registered.
    event SchemaRegistered(
        SchemaId indexed schema,
        AgencyId indexed publisher,
        AgencyId indexed accreditor,
        uint16 key,
        bytes32 definition
    );
    /// @notice A body is accredited for a schema until `until`, its last second.
    event IssuerAccredited(SchemaId indexed schema, AgencyId indexed issuer, uint16 key, uint40 until);
    /// @notice An accreditation was ended; it holds no more after `until`.
    event AccreditationEnded(SchemaId indexed schema, AgencyId indexed issuer, uint16 key, uint40 until);

    /// @notice There is no schema with this number.
    /// @custom:fix Look the number up with `document schema list`.
    error DocumentSchemaUnknown(SchemaId schema);
    /// @notice The digest of the schema's definition, or its accrediting body, is zero.
    /// @custom:fix Store the JSON Schema, pass its SHA-256 digest, and name the body that accredits.
    error DocumentSchemaInvalid(bytes32 definition, AgencyId accreditor);
    /// @notice The last second of an accreditation lies in the past, or the issuer is nobody.
    /// @custom:fix Give a later time, or end the accreditation.
    error DocumentAccreditationInvalid(AgencyId issuer, uint40 until);
    /// @notice The body is not accredited for the schema at present.
    /// @custom:fix Nothing is left to do.
    error DocumentNotAccredited(SchemaId schema, AgencyId issuer);

    /// @notice Registers a schema. A key of the publisher with DOCUMENT_SCHEMA.
    /// @param definition SHA-256 digest of the JSON Schema
    /// @param accreditor the body that will accredit issuers: the publisher itself or another
    /// @return schema its number
    function registerSchema(
        AgencyId publisher,
        bytes32 definition,
        AgencyId accreditor
    ) external returns (SchemaId schema);

    /// @notice Accredits a body from now until `until`, its last second; moves the end of a running accreditation. A
    /// key of the schema's accreditor with DOCUMENT_ACCREDIT.
    function accredit(SchemaId schema, AgencyId issuer, uint40 until) external;

    /// @notice Ends an accreditation: its last second is the one before this block. A key of the schema's accreditor
    /// with DOCUMENT_ACCREDIT.
    function endAccreditation(SchemaId schema, AgencyId issuer) external;

    /// @notice The schema with this number.
    function schemaOf(SchemaId schema) external view returns (Schema memory);

    /// @notice Number of schemas registered; the newest one has this number.
    function schemaCount() external view returns (uint32);

    /// @notice Whether a body was accredited for a schema in a second (of a second yet to come: by what is known now).
    function accreditedAt(SchemaId schema, AgencyId issuer, uint40 time) external view returns (bool);
}
