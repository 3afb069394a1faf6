// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {BLS_ORDER, Bls12381Lib} from "../../contracts/shared/Bls12381Lib.sol";
import {ICommitteeHouse, OpeningTimes} from "../../contracts/tenders/ICommitteeHouse.sol";
import {IOpeningCommittee} from "../../contracts/tenders/IOpeningCommittee.sol";
import {TenderId} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {deployArtifact} from "./Support.sol";

/// @notice An envelope, where it belongs, and what is secret about it.
/// @param tender that of the committee in the writer's house
/// @param keys the scalar of each seat
/// @param text what it holds: salt and bid
struct Written {
    TenderId tender;
    uint16 lot;
    address bidder;
    uint256 threshold;
    uint256[] keys;
    bytes text;
    bytes envelope;
}

/// @notice A registry in which everybody may do everything.
contract OpenRegistry {
    function requireMay(AgencyId, address, uint48) external pure returns (uint16) {
        return 0;
    }
}

/// @notice A house with a committee for each tender, whose scalars are all out, and writes envelopes for them as
/// IOpeningCommittee tells it. From the artifact, so that the code deployed for real is tested.
contract EnvelopeWriter is ICommitteeHouse {
    IOpeningCommittee public immutable COMMITTEE;
    bool private _opening;
    uint64 private _tenders;

    constructor() {
        COMMITTEE = IOpeningCommittee(deployArtifact("OpeningCommittee", abi.encode(new OpenRegistry())));
    }

    /// @notice Forms a committee of so many seats, and publishes the scalar of each.
    function form(uint256 seats, uint8 threshold) external returns (TenderId tender, uint256[] memory keys) {
        tender = TenderId.wrap(++_tenders);
        AgencyId[] memory agencies = new AgencyId[](seats);
        uint8[] memory all = new uint8[](seats);
        keys = new uint256[](seats);
        for (uint8 seat = 0; seat < seats; ++seat) {
            (agencies[seat], all[seat]) = (AgencyId.wrap(seat + 1), seat);
            keys[seat] = secret("key", _tenders, seat);
        }
        COMMITTEE.form(tender, agencies, threshold, 1);
        for (uint8 seat = 0; seat < seats; ++seat) _takeSeat(tender, seat, keys[seat]);
        COMMITTEE.freeze(address(this), tender);
        _opening = true;
        COMMITTEE.publish(address(this), tender, all, keys);
        _opening = false;
    }

    /* THE HOUSE */

    function openingTimes(TenderId) external view returns (OpeningTimes memory) {
        uint40 now_ = uint40(block.timestamp);
        return OpeningTimes(0, now_, _opening ? now_ : 0, now_);
    }

    function biddingOpened(TenderId) external {}

    function keysPublished(TenderId) external {}

    function keysLeaked(TenderId) external {}

    /* ENVELOPES */

    /// @notice An envelope for a committee, with secrets from a seed. The scalar of U is given: 0 makes U infinity.
    function write(Written memory w, uint256 seed, uint256 scalar) external view returns (bytes memory envelope) {
        bytes32 tag = keccak256("CommonSeal.Envelope.v1");
        bytes32 context = keccak256(
            abi.encode(tag, block.chainid, address(this), w.tender, uint256(w.lot), uint256(0), w.bidder)
        );
        bytes memory u = multiply(Bls12381Lib.generator(), scalar);
        envelope = travelling(u);
        for (uint256 i = 0; i < w.keys.length; ++i) {
            bytes memory common = multiply(multiply(Bls12381Lib.generator(), w.keys[i]), scalar);
            bytes32 mask = keccak256(abi.encodePacked(context, i, u, common));
            envelope = abi.encodePacked(envelope, mask ^ bytes32(_share(seed, w.threshold, i + 1)));
        }
        bytes memory body = new bytes(w.text.length);
        bytes32 block_;
        for (uint256 i = 0; i < body.length; ++i) {
            if (i % 32 == 0) block_ = keccak256(abi.encodePacked(context, _share(seed, w.threshold, 0), i / 32));
            body[i] = w.text[i] ^ block_[i % 32];
        }
        envelope = abi.encodePacked(envelope, body);
    }

    /* INTERNAL */

    function _takeSeat(TenderId tender, uint8 seat, uint256 key) private {
        address member = address(uint160(0x5EA70000 + seat));
        bytes memory point = multiply(Bls12381Lib.generator(), key);
        bytes32 tag = keccak256("CommonSeal.Committee.Key.v1");
        bytes memory message = abi.encode(
            tag,
            block.chainid,
            COMMITTEE,
            address(this),
            tender,
            uint256(0),
            seat,
            member
        );
        uint256 nonce = secret("nonce", key, 0);
        bytes memory commitment = multiply(Bls12381Lib.generator(), nonce);
        uint256[2][] memory proofs = new uint256[2][](1);
        proofs[0][0] = uint256(keccak256(abi.encodePacked(message, point, commitment))) % BLS_ORDER;
        proofs[0][1] = addmod(nonce, mulmod(proofs[0][0], key, BLS_ORDER), BLS_ORDER);
        vm.prank(member);
        COMMITTEE.takeSeat(address(this), tender, seat, travelling(point), proofs);
    }

    // The value of the polynomial at x: the key at 0, the share of a seat at its number plus one.
    function _share(uint256 seed, uint256 threshold, uint256 x) private pure returns (uint256 value) {
        for (uint256 power = threshold; power > 0; --power) {
            value = addmod(mulmod(value, x, BLS_ORDER), secret("coefficient", seed, power - 1), BLS_ORDER);
        }
    }
}

/// @dev A scalar that is not zero.
function secret(string memory what, uint256 seed, uint256 i) pure returns (uint256) {
    return (uint256(keccak256(abi.encode(what, seed, i))) % (BLS_ORDER - 1)) + 1;
}

/// @dev scalar * point, both points in the form of EIP-2537, by the precompile with gas to spare.
function multiply(bytes memory point, uint256 scalar) view returns (bytes memory) {
    (bool valid, bytes memory product) = address(0x0c).staticcall(abi.encodePacked(point, scalar));
    require(valid && product.length == 128, "no point of the group");
    return product;
}

/// @dev The 96 bytes of a point as it travels.
function travelling(bytes memory point) pure returns (bytes memory short) {
    short = new bytes(96);
    for (uint256 i = 0; i < 96; ++i) short[i] = point[i < 48 ? 16 + i : 32 + i];
}
