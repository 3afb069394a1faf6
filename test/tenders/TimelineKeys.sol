// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId, COMMITTEE_SIT, TENDER_EXTEND} from "../../contracts/agencies/IAgencyRegistry.sol";
import {BLS_ORDER, Bls12381Lib} from "../../contracts/shared/Bls12381Lib.sol";
import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {TenderId} from "../../contracts/tenders/TenderTypes.sol";
import {multiply, secret, travelling} from "./EnvelopeWriter.sol";
import {deployArtifact, deployTenderHouse} from "./Support.sol";
import {KEYS, MOST_SEATS} from "./TimelineTypes.sol";

// The accounts of the tender; members and bidders are these and the next ones.
address constant OFFICER = address(0x0FF1CE);
address constant SECOND = address(0x5EC0);
address constant SCORER = address(0x5C0E);
address constant STRANGER = address(0x57A);
address constant TREASURY = address(0x73EA);
uint160 constant FIRST_MEMBER = 0x5EA70000;
uint160 constant FIRST_BIDDER = 0xB1D00000;
// The tender of each history is the first of its house.
TenderId constant TENDER = TenderId.wrap(1);

/// @notice A registry in which the officer does all for the first body but sit, a second account confirms extensions,
/// and members are of three bodies in turn.
contract TimelineRegistry {
    error NotAuthorised(AgencyId agency, address account, uint48 permission);

    function requireMay(AgencyId agency, address account, uint48 permission) external pure returns (uint16) {
        bool may = account == OFFICER && permission != COMMITTEE_SIT;
        if (account == SECOND) may = permission == TENDER_EXTEND;
        for (uint160 i = 0; i < MOST_SEATS; ++i) {
            if (account == address(FIRST_MEMBER + i))
                may = permission == COMMITTEE_SIT && AgencyId.unwrap(agency) == (i % 3) + 1;
        }
        require(may, NotAuthorised(agency, account, permission));
        return 0;
    }

    function schemaCount() external pure returns (uint32) {
        return 0;
    }
}

/// @notice A house and its committee, and the points that members and bidders need: computed once, so that a history
/// costs no more multiplications than the committee itself makes.
abstract contract TimelineKeys {
    // The random scalars of U that bidders share; the masks differ by bidder, lot and part.
    uint256 private constant _SCALARS = 2;
    uint256 private constant _NONCE = 7;
    bytes32 private constant _KEY_TAG = keccak256("CommonSeal.Committee.Key.v1");
    bytes32 private constant _ENVELOPE_TAG = keccak256("CommonSeal.Envelope.v1");

    ITenderHouse internal _house;
    address internal _committee;
    // As they are hashed, 128 bytes each.
    bytes private _nonce;
    bytes[_SCALARS] private _us;
    bytes[KEYS][2] private _points;
    bytes[_SCALARS][KEYS][2] private _commons;

    constructor() {
        address registry = address(new TimelineRegistry());
        _committee = deployArtifact("OpeningCommittee", abi.encode(registry));
        _house = deployTenderHouse(registry, _committee);
        bytes memory generator = Bls12381Lib.generator();
        _nonce = multiply(generator, _NONCE);
        for (uint256 u = 0; u < _SCALARS; ++u) _us[u] = multiply(generator, secret("U", u, 0));
        for (uint256 part = 0; part < 2; ++part) {
            for (uint256 key = 0; key < KEYS; ++key) {
                _points[part][key] = multiply(generator, _scalar(part, key));
                for (uint256 u = 0; u < _SCALARS; ++u) {
                    _commons[part][key][u] = multiply(_points[part][key], secret("U", u, 0));
                }
            }
        }
    }

    function _scalar(uint256 part, uint256 key) internal pure returns (uint256) {
        return secret("key", part, key);
    }

    /// @dev The point of a key as the committee keeps it.
    function _hashOf(uint256 part, uint256 key) internal view returns (bytes32) {
        return keccak256(_points[part][key]);
    }

    /// @dev The points of a key and their proofs, for one or two parts.
    function _keysFor(
        uint256 parts,
        uint256 seat,
        address member,
        uint256 key
    ) internal view returns (bytes memory points, uint256[2][] memory proofs) {
        proofs = new uint256[2][](parts);
        for (uint256 part = 0; part < parts; ++part) {
            bytes memory point = _points[part][key];
            points = abi.encodePacked(points, travelling(point));
            bytes memory message = abi.encode(_KEY_TAG, block.chainid, _committee, _house, TENDER, part, seat, member);
            proofs[part][0] = uint256(keccak256(abi.encodePacked(message, point, _nonce))) % BLS_ORDER;
            proofs[part][1] = addmod(_NONCE, mulmod(proofs[part][0], _scalar(part, key), BLS_ORDER), BLS_ORDER);
        }
    }

    /// @dev An envelope of a text of whole words.
    /// @param keys of each seat
    /// @param seed of the secrets
    function _envelopeFor(
        uint256 part,
        address bidder,
        uint256[] memory keys,
        uint256 threshold,
        bytes memory text,
        uint256 seed
    ) internal view returns (bytes memory envelope) {
        bytes32 context = keccak256(abi.encode(_ENVELOPE_TAG, block.chainid, _house, TENDER, uint256(0), part, bidder));
        bytes memory u = _us[seed % _SCALARS];
        envelope = travelling(u);
        for (uint256 i = 0; i < keys.length; ++i) {
            bytes32 mask = keccak256(abi.encodePacked(context, i, u, _commons[part][keys[i]][seed % _SCALARS]));
            envelope = abi.encodePacked(envelope, mask ^ bytes32(_shareOf(seed, threshold, i + 1)));
        }
        envelope = abi.encodePacked(envelope, _body(context, _shareOf(seed, threshold, 0), text));
    }

    function _body(bytes32 context, uint256 key, bytes memory text) private pure returns (bytes memory body) {
        for (uint256 i = 0; i < text.length / 32; ++i) {
            bytes32 word;
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                word := mload(add(add(text, 32), mul(32, i)))
            }
            body = abi.encodePacked(body, word ^ keccak256(abi.encodePacked(context, key, i)));
        }
    }

    // The value of the polynomial at x: the key at 0, the share of a seat at its number plus one.
    function _shareOf(uint256 seed, uint256 threshold, uint256 x) private pure returns (uint256 value) {
        for (uint256 power = threshold; power > 0; --power) {
            value = addmod(mulmod(value, x, BLS_ORDER), secret("coefficient", seed, power - 1), BLS_ORDER);
        }
    }
}
