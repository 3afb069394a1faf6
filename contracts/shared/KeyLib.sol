// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice A body's signing key in one word (AgencyKey of the room agencies tells the parts): from the lowest bit 48
/// bits of permissions, 40 each of from, until, compromisedSince and compromiseKnown, 16 each of index and previous, 1
/// each of suspended and everSuspended. Zero = no key.
type KeySlot is uint256;

using KeyLib for KeySlot global;

/// @title KeyLib
/// @notice What rooms read of a key that acted.
library KeyLib {
    uint256 internal constant FROM_AT = 48;
    uint256 internal constant UNTIL_AT = 88;
    uint256 internal constant SINCE_AT = 128;
    uint256 internal constant KNOWN_AT = 168;
    uint256 internal constant INDEX_AT = 208;
    uint256 internal constant PREVIOUS_AT = 224;
    uint256 internal constant SUSPENDED_AT = 240;
    uint256 internal constant EVER_AT = 241;

    /// @notice Whether the key was valid in a second, and may do an act. Asking for no permission at all is refused: it
    /// would hold for any key.
    function validAt(KeySlot slot, uint48 permission, uint256 time) internal pure returns (bool valid) {
        // Without jumps, which would cost more than all it compares.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let begun := iszero(gt(and(shr(FROM_AT, slot), 0xffffffffff), time))
            let lasts := iszero(gt(time, and(shr(UNTIL_AT, slot), 0xffffffffff)))
            let able := and(eq(and(slot, permission), permission), gt(permission, 0))
            valid := and(and(begun, lasts), able)
        }
    }

    /// @notice Whether it is recorded that the key was in other hands in a second.
    function compromisedAt(KeySlot slot, uint256 time) internal pure returns (bool) {
        // Zero, which wraps to the highest number, is no time at all.
        unchecked {
            return slot.compromisedSince() - 1 < time;
        }
    }

    function permissions(KeySlot slot) internal pure returns (uint256) {
        return KeySlot.unwrap(slot) & 0xffffffffffff;
    }

    function from(KeySlot slot) internal pure returns (uint256) {
        return (KeySlot.unwrap(slot) >> FROM_AT) & 0xffffffffff;
    }

    function until(KeySlot slot) internal pure returns (uint256) {
        return (KeySlot.unwrap(slot) >> UNTIL_AT) & 0xffffffffff;
    }

    function compromisedSince(KeySlot slot) internal pure returns (uint256) {
        return (KeySlot.unwrap(slot) >> SINCE_AT) & 0xffffffffff;
    }

    function compromiseKnown(KeySlot slot) internal pure returns (uint256) {
        return (KeySlot.unwrap(slot) >> KNOWN_AT) & 0xffffffffff;
    }

    function index(KeySlot slot) internal pure returns (uint256) {
        return (KeySlot.unwrap(slot) >> INDEX_AT) & 0xffff;
    }

    function previous(KeySlot slot) internal pure returns (uint256) {
        return (KeySlot.unwrap(slot) >> PREVIOUS_AT) & 0xffff;
    }

    function suspended(KeySlot slot) internal pure returns (bool) {
        return (KeySlot.unwrap(slot) >> SUSPENDED_AT) & 1 == 1;
    }

    function everSuspended(KeySlot slot) internal pure returns (bool) {
        return (KeySlot.unwrap(slot) >> EVER_AT) & 1 == 1;
    }
}
