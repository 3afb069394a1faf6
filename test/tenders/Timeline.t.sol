// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TimelineActor} from "./TimelineActor.sol";
import {Outcome} from "./TimelineTypes.sol";

/// @notice Random histories of a tender sealed for a committee, from its publication to the last bond, agree with a
/// plain model of the time line after every act.
contract TimelineTest is TimelineActor {
    uint256 private constant _HISTORIES = 300;

    error TimelineFailed(uint256 seed, bytes reason);
    error TimelineNotReached(Outcome outcome);
    error TimelinePlayed(uint256 seen);

    uint256 private _start = block.timestamp;

    function testFuzz_HistoriesAgreeWithTheModel(uint256 seed) public {
        _play(seed, _start);
    }

    /// @dev Some fixed histories reach all that a history can come to.
    function test_HistoriesReachEveryOutcome() public {
        uint256[] memory times = new uint256[](uint256(type(Outcome).max) + 1);
        for (uint256 seed = 0; seed < _HISTORIES; ++seed) {
            uint256 seen = _seenIn(seed);
            for (uint256 i = 0; i < times.length; ++i) times[i] += (seen >> i) & 1;
        }
        for (uint256 i = 0; i < times.length; ++i) require(times[i] > 0, TimelineNotReached(Outcome(i)));
    }

    /// @notice Plays a history and takes it back: ends with TimelinePlayed.
    function play(uint256 seed) external {
        revert TimelinePlayed(_play(seed, _start));
    }

    function _seenIn(uint256 seed) private returns (uint256 seen) {
        try this.play(seed) {} catch (bytes memory answer) {
            require(bytes4(answer) == TimelinePlayed.selector, TimelineFailed(seed, answer));
            // The one word behind the selector.
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                seen := mload(add(answer, 36))
            }
        }
    }
}
