// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ACCESS_ANCHOR, AgencyId, IAgencyRegistry} from "../agencies/IAgencyRegistry.sol";
import {IAccessLog} from "./IAccessLog.sol";

bytes32 constant CONSENT_TAG = keccak256("CommonSeal.Consent.v1");

/// @title AccessLog
/// @notice See IAccessLog.
contract AccessLog is IAccessLog {
    /* STORAGE */

    IAgencyRegistry public immutable AGENCIES;

    mapping(bytes32 commitment => uint40 time) private _revokedAt;
    // A hash of root and count, so that an anchor writes one slot.
    mapping(AgencyId agency => mapping(bytes32 log => bytes32 head)) private _heads;

    constructor(IAgencyRegistry agencies) {
        AGENCIES = agencies;
    }

    /* ACTS */

    /// @inheritdoc IAccessLog
    function revokeConsent(bytes32 secret) external {
        bytes32 commitment = commitmentOf(secret);
        uint40 before = _revokedAt[commitment];
        require(before == 0, AccessRevokedBefore(commitment, before));
        _revokedAt[commitment] = uint40(block.timestamp);
        emit ConsentRevoked(commitment);
    }

    /// @inheritdoc IAccessLog
    function anchor(
        AgencyId agency,
        bytes32 log,
        bytes32 previousRoot,
        uint64 previousCount,
        bytes32 root,
        uint64 count
    ) external {
        require(root != 0 && count > previousCount, AccessAnchorInvalid(root, previousCount, count));
        require(
            _heads[agency][log] == _head(previousRoot, previousCount),
            AccessAnchorStale(agency, log, previousRoot, previousCount)
        );
        uint16 key = AGENCIES.requireMay(agency, msg.sender, ACCESS_ANCHOR);
        _heads[agency][log] = _head(root, count);
        emit LogAnchored(agency, log, previousRoot, previousCount, root, count, key);
    }

    /* VIEWS */

    /// @inheritdoc IAccessLog
    function revokedAt(bytes32 commitment) external view returns (uint40) {
        return _revokedAt[commitment];
    }

    /// @inheritdoc IAccessLog
    function commitmentOf(bytes32 secret) public view returns (bytes32) {
        return keccak256(abi.encode(CONSENT_TAG, block.chainid, address(this), secret));
    }

    /// @inheritdoc IAccessLog
    function isLatest(AgencyId agency, bytes32 log, bytes32 root, uint64 count) external view returns (bool) {
        return _heads[agency][log] == _head(root, count);
    }

    /* INTERNAL */

    // A log never anchored has the head zero, which is that of root 0 and count 0.
    function _head(bytes32 root, uint64 count) private pure returns (bytes32) {
        return root == 0 && count == 0 ? bytes32(0) : keccak256(abi.encode(root, count));
    }
}
