// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {CandidateSlot} from "./CandidateLib.sol";
import {FULL_SCORE, PriceFormula, WHOLE} from "./EvaluationTypes.sol";

/// @notice What the bids of a lot are ranked by: its terms, prices and lottery, as Progress has them.
struct Scale {
    PriceFormula formula;
    uint256 priceWeight;
    uint256 lowest;
    uint256 top;
    bool lottery;
    uint256 lotterySum;
}

/// @title ScoreLib
/// @notice How points become scores, prices become scores, and both become the order of a lot.
library ScoreLib {
    // Above the tie's part of a key stands the total.
    uint256 private constant _TOTAL_AT = 216;

    /// @notice The hash over a list: that of its first item and the hash of what follows.
    /// @param rest hash of what follows the last one given; zero = nothing does
    function fold(bytes32[] calldata items, bytes32 rest) internal pure returns (bytes32 hash) {
        hash = rest;
        for (uint256 i = items.length; i != 0;) {
            unchecked {
                --i;
            }
            hash = Hashes.efficientKeccak256(items[i], hash);
        }
    }

    /// @notice As `fold`, of accounts.
    function fold(address[] calldata accounts, bytes32 rest) internal pure returns (bytes32) {
        bytes32[] calldata items;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            items.offset := accounts.offset
            items.length := accounts.length
        }
        return fold(items, rest);
    }

    /// @notice Whether a word holds points for criteria that there are, and nothing else.
    function isValid(bytes32 points, uint256 weights, bool passFail) internal pure returns (bool) {
        for (uint256 word = uint256(points); word != 0; (word, weights) = (word >> 16, weights >> 16)) {
            uint256 given = uint16(word);
            if (given > WHOLE || weights == 0 || (passFail && given != 0 && given != WHOLE)) return false;
        }
        return true;
    }

    /// @notice The score of valid points: the sum of weight * points.
    function scoreOf(bytes32 points, uint256 weights) internal pure returns (uint256 score) {
        for (uint256 word = uint256(points); word != 0; (word, weights) = (word >> 16, weights >> 16)) {
            score += uint256(uint16(word)) * uint16(weights);
        }
    }

    /// @notice The mean of a bid's scores by the evaluators, rounded down.
    /// @param dropExtremes leaves out the highest and the lowest where there are three
    function meanDown(CandidateSlot slot, uint256 evaluators, bool dropExtremes) internal pure returns (uint256) {
        (uint256 sum, uint256 highest, uint256 lowest) = slot.scores();
        if (dropExtremes && evaluators > 2) return (sum - highest - lowest) / (evaluators - 2);
        return sum / evaluators;
    }

    /// @notice The score of a price, rounded down.
    function priceScoreDown(Scale memory scale, uint256 price) internal pure returns (uint256) {
        (PriceFormula formula, uint256 lowest) = (scale.formula, scale.lowest);
        if (formula == PriceFormula.None) return 0;
        if (price == lowest) return FULL_SCORE;
        unchecked {
            // A price is more than the lowest and at most the top, and none has more than 64 bits.
            if (formula == PriceFormula.Proportional) return (FULL_SCORE * lowest) / price;
            return (FULL_SCORE * (scale.top - price)) / (scale.top - lowest);
        }
    }

    /// @notice Sum of weight * score, of the stages passed and of the price.
    function totalOf(Scale memory scale, CandidateSlot slot) internal pure returns (uint256) {
        uint256 score = priceScoreDown(scale, slot.priceOf());
        unchecked {
            // Both are weighted: together they are 10^12 at most.
            return slot.qualityOf() + scale.priceWeight * score;
        }
    }

    /// @notice What a price must not be below to be no abnormally low one: the share of the mean price, rounded up.
    function lowLimitUp(uint256 sum, uint256 bids, uint256 lowBp) internal pure returns (uint64) {
        if (bids == 0) return 0;
        return uint64((sum * lowBp + bids * WHOLE - 1) / (bids * WHOLE));
    }

    /// @notice What bids are ranked by, highest first. Ties: the lower commit number; by lottery the higher hash of the
    /// sum of lottery numbers and the commit number.
    function keyOf(Scale memory scale, CandidateSlot slot) internal pure returns (uint256) {
        (uint256 total, uint32 number) = (totalOf(scale, slot), slot.numberOf());
        if (!scale.lottery) return (total << _TOTAL_AT) | (type(uint32).max - number);
        bytes32 drawn = Hashes.efficientKeccak256(bytes32(scale.lotterySum), bytes32(uint256(number)));
        return (total << _TOTAL_AT) | (uint256(drawn) >> (256 - _TOTAL_AT));
    }
}
