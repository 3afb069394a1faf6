// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {LicenceLib} from "../../contracts/market/LicenceLib.sol";

/// @notice The words of closed orders.
contract LicenceLibTest {
    /// @dev A licence is read as it was granted; it is closed and not refunded.
    function testFuzz_ALicenceIsReadAsGranted(uint16 tier, uint40 from, uint40 until, uint40 subscription) public pure {
        bytes32 word = LicenceLib.granted(tier, from, until, subscription);
        (uint40 from_, uint40 until_, uint16 tier_, uint40 subscription_) = LicenceLib.read(word);
        require(from_ == from && until_ == until && tier_ == tier && subscription_ == subscription, "another licence");
        require(LicenceLib.isClosed(word) && !LicenceLib.isRefunded(word), "not licensed");
    }

    /// @dev A refund is no licence; it tells each subscription, and whether a wrong key was proven.
    function testFuzz_ARefundIsNoLicence(uint40 subscription, uint40 other, bool wrongKey) public pure {
        bytes32 word = LicenceLib.refunded(subscription, wrongKey);
        require(LicenceLib.isClosed(word) && LicenceLib.isRefunded(word), "not refunded");
        (uint40 from, uint40 until, uint16 tier, uint40 whose) = LicenceLib.read(word);
        require(from == 0 && until == 0 && tier == 0 && whose == 0, "a licence");
        require(word != LicenceLib.refunded(subscription, !wrongKey), "the key is not told");
        require((word == LicenceLib.refunded(other, wrongKey)) == (subscription == other), "another subscription's");
        require(word != LicenceLib.refunded(other, !wrongKey), "a key told by a subscription");
    }

    /// @dev What is longer than the longest licence is a hash of an open order, and nothing is none.
    function testFuzz_AHashIsNotClosed(uint256 noise, uint8 bit) public pure {
        uint256 highest = 1 << (144 + (uint256(bit) % 112));
        bytes32 hash = bytes32(highest | (noise % highest));
        require(!LicenceLib.isClosed(hash) && !LicenceLib.isRefunded(hash), "a hash is closed");
        (uint40 from, uint40 until, uint16 tier, uint40 subscription) = LicenceLib.read(hash);
        require(from == 0 && until == 0 && tier == 0 && subscription == 0, "a licence of a hash");
        require(!LicenceLib.isClosed(0) && !LicenceLib.isRefunded(0), "none is closed");
    }

    /// @dev The highest values of all parts are closed, and read as they are.
    function test_TheLongestLicenceIsClosed() public pure {
        uint40 most = type(uint40).max;
        bytes32 word = LicenceLib.granted(type(uint16).max, most, most, most);
        (uint40 from, uint40 until, uint16 tier, uint40 subscription) = LicenceLib.read(word);
        require(from == most && until == most && tier == type(uint16).max && subscription == most, "another licence");
        require(uint256(word) >> 143 == 1 && LicenceLib.isClosed(word), "not closed");
    }
}
