// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {FULL_SCORE} from "./EvaluationTypes.sol";

// Stands for the stage of a bid that goes through none any more.
uint8 constant GONE = 7;

/// @notice The one storage slot that a bid has in the judging of a lot: 3 bits of what it goes through next, plus 1;
/// a bit each for out, selected, answered and signed; a bit for each pass in which its price was read; from bit 16
/// upwards 40 bits of quality, 64 of price, 32 of commit number. Above them, while a stage runs, 32 bits of the sum of
/// its scores, 28 of the highest one and 28 of what the lowest one lacks to a full score; later 40 bits of the time at
/// which its price was flagged, and 40 of that at which its operator was called to sign.
type CandidateSlot is uint256;

using CandidateLib for CandidateSlot global;

/// @title CandidateLib
/// @notice A bid's slot.
library CandidateLib {
    uint256 private constant _STAGE = 0x7;
    uint256 private constant _OUT = 1 << 3;
    uint256 private constant _SELECTED = 1 << 4;
    uint256 private constant _ANSWERED = 1 << 5;
    uint256 private constant _SIGNED = 1 << 6;
    uint256 private constant _PASS_AT = 8;
    uint256 private constant _QUALITY_AT = 16;
    uint256 private constant _PRICE_AT = 56;
    uint256 private constant _NUMBER_AT = 120;
    uint256 private constant _SUM_AT = 152;
    uint256 private constant _HIGHEST_AT = 184;
    uint256 private constant _LACK_AT = 212;
    uint256 private constant _SCORE = (1 << 28) - 1;
    uint256 private constant _FLAGGED_AT = 152;
    uint256 private constant _CALLED_AT = 192;

    /// @notice The slot of a bid that was listed.
    function listedSlot() internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap(1);
    }

    /// @notice Whether it goes through a stage next; after the last one that is the prices.
    function isIn(CandidateSlot slot, uint256 stage) internal pure returns (bool) {
        unchecked {
            return CandidateSlot.unwrap(slot) & _STAGE == stage + 1;
        }
    }

    function nextStage(CandidateSlot slot) internal pure returns (uint8) {
        return uint8(CandidateSlot.unwrap(slot) & _STAGE);
    }

    function isOut(CandidateSlot slot) internal pure returns (bool) {
        return CandidateSlot.unwrap(slot) & _OUT != 0;
    }

    function isSelected(CandidateSlot slot) internal pure returns (bool) {
        return CandidateSlot.unwrap(slot) & _SELECTED != 0;
    }

    function isAnswered(CandidateSlot slot) internal pure returns (bool) {
        return CandidateSlot.unwrap(slot) & _ANSWERED != 0;
    }

    function isSigned(CandidateSlot slot) internal pure returns (bool) {
        return CandidateSlot.unwrap(slot) & _SIGNED != 0;
    }

    /// @notice Whether its price was read in a pass.
    function isRead(CandidateSlot slot, uint256 pass) internal pure returns (bool) {
        return CandidateSlot.unwrap(slot) & (1 << (_PASS_AT + pass)) != 0;
    }

    function qualityOf(CandidateSlot slot) internal pure returns (uint40) {
        return uint40(CandidateSlot.unwrap(slot) >> _QUALITY_AT);
    }

    function priceOf(CandidateSlot slot) internal pure returns (uint64) {
        return uint64(CandidateSlot.unwrap(slot) >> _PRICE_AT);
    }

    function numberOf(CandidateSlot slot) internal pure returns (uint32) {
        return uint32(CandidateSlot.unwrap(slot) >> _NUMBER_AT);
    }

    /// @notice When its price was flagged; meaningless while a stage runs.
    function flaggedAt(CandidateSlot slot) internal pure returns (uint40) {
        return uint40(CandidateSlot.unwrap(slot) >> _FLAGGED_AT);
    }

    /// @notice When its operator was called to sign; meaningless while a stage runs.
    function calledAt(CandidateSlot slot) internal pure returns (uint40) {
        return uint40(CandidateSlot.unwrap(slot) >> _CALLED_AT);
    }

    /// @notice Sum, highest and lowest of its scores in the stage that runs.
    function scores(CandidateSlot slot) internal pure returns (uint256 sum, uint256 highest, uint256 lowest) {
        uint256 word = CandidateSlot.unwrap(slot);
        return (uint32(word >> _SUM_AT), (word >> _HIGHEST_AT) & _SCORE, FULL_SCORE - ((word >> _LACK_AT) & _SCORE));
    }

    /// @notice The slot with one more score in the stage that runs.
    function scoredSlot(CandidateSlot slot, uint256 score) internal pure returns (CandidateSlot) {
        (uint256 sum, uint256 highest, uint256 lowest) = slot.scores();
        if (score > highest) highest = score;
        if (score < lowest) lowest = score;
        uint256 rest = CandidateSlot.unwrap(slot) & ((1 << _SUM_AT) - 1);
        uint256 panel = ((sum + score) << _SUM_AT) | (highest << _HIGHEST_AT) | ((FULL_SCORE - lowest) << _LACK_AT);
        return CandidateSlot.wrap(rest | panel);
    }

    /// @notice The slot after a stage that it passed, with what that adds to its quality.
    function passedSlot(CandidateSlot slot, uint256 gain) internal pure returns (CandidateSlot) {
        uint256 rest = CandidateSlot.unwrap(slot) & ((1 << _SUM_AT) - 1);
        return CandidateSlot.wrap(rest + 1 + (gain << _QUALITY_AT));
    }

    /// @notice The slot of a bid that goes no further; all else stays.
    function goneSlot(CandidateSlot slot) internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap(CandidateSlot.unwrap(slot) | GONE);
    }

    /// @notice The slot with its price as read in a pass.
    function readSlot(
        CandidateSlot slot,
        uint256 pass,
        uint64 price,
        uint32 number
    ) internal pure returns (CandidateSlot) {
        uint256 rest = CandidateSlot.unwrap(slot) & ~(((1 << (_SUM_AT - _PRICE_AT)) - 1) << _PRICE_AT);
        uint256 bid = (uint256(number) << _NUMBER_AT) | (uint256(price) << _PRICE_AT);
        return CandidateSlot.wrap(rest | bid | (1 << (_PASS_AT + pass)));
    }

    /// @notice The slot of a bid excluded, or that yielded its place.
    function outSlot(CandidateSlot slot) internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap((CandidateSlot.unwrap(slot) | _OUT) & ~_SELECTED);
    }

    function selectedSlot(CandidateSlot slot) internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap(CandidateSlot.unwrap(slot) | _SELECTED);
    }

    function flaggedSlot(CandidateSlot slot, uint256 time) internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap(CandidateSlot.unwrap(slot) | (time << _FLAGGED_AT));
    }

    function answeredSlot(CandidateSlot slot) internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap(CandidateSlot.unwrap(slot) | _ANSWERED);
    }

    function calledSlot(CandidateSlot slot, uint256 time) internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap(CandidateSlot.unwrap(slot) | (time << _CALLED_AT));
    }

    function signedSlot(CandidateSlot slot) internal pure returns (CandidateSlot) {
        return CandidateSlot.wrap(CandidateSlot.unwrap(slot) | _SIGNED);
    }
}
