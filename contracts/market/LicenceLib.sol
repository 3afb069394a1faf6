// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title LicenceLib
/// @notice What stands for an order that is closed: from the lowest bit 8 bits of kind (1 = licensed, 2 = refunded);
/// then of a licence 16 bits of tier, 40 of its first second, 40 of its last one (0 = without end) and 40 of the
/// subscription's nonce plus 1 (0 = none), of a refund the latter and a bit that says that a wrong key was proven. No
/// hash is so small.
library LicenceLib {
    uint256 private constant _LICENSED = 1;
    uint256 private constant _REFUNDED = 2;
    uint256 private constant _WRONG_KEY = 1 << 48;

    function granted(uint16 tier, uint40 from, uint40 until, uint40 subscription) internal pure returns (bytes32) {
        uint256 times = (uint256(until) << 64) | (uint256(from) << 24);
        return bytes32((uint256(subscription) << 104) | times | (uint256(tier) << 8) | _LICENSED);
    }

    function refunded(uint40 subscription, bool wrongKey) internal pure returns (bytes32) {
        return bytes32((wrongKey ? _WRONG_KEY : 0) | (uint256(subscription) << 8) | _REFUNDED);
    }

    /// @notice Whether an order was licensed or refunded: neither none nor open.
    function isClosed(bytes32 word) internal pure returns (bool) {
        return word != 0 && uint256(word) >> 144 == 0;
    }

    function isRefunded(bytes32 word) internal pure returns (bool) {
        return isClosed(word) && uint8(uint256(word)) == _REFUNDED;
    }

    /// @notice The parts of a licence; all 0 where there is none.
    function read(bytes32 word) internal pure returns (uint40 from, uint40 until, uint16 tier, uint40 subscription) {
        if (!isClosed(word) || isRefunded(word)) return (0, 0, 0, 0);
        uint256 bits = uint256(word);
        return (uint40(bits >> 24), uint40(bits >> 64), uint16(bits >> 8), uint40(bits >> 104));
    }
}
