// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BLS_ORDER, Bls12381Lib, POINT_LENGTH} from "../../contracts/shared/Bls12381Lib.sol";
import {IOpeningCommittee} from "../../contracts/tenders/IOpeningCommittee.sol";
import {TenderId} from "../../contracts/tenders/TenderTypes.sol";
import {EnvelopeWriter, Written, secret} from "./EnvelopeWriter.sol";

/// @notice The library behind calls, so that it can be given little gas.
contract CurveProbe {
    function mulBase(uint256 scalar) external view returns (bool, bytes memory) {
        return (true, Bls12381Lib.mulBase(scalar));
    }

    function mulBaseAdd(uint256 scalar, uint256 factor) external view returns (bool, bytes memory) {
        return Bls12381Lib.mulBaseAdd(scalar, Bls12381Lib.generator(), factor);
    }
}

/// @notice Opens envelopes that a writer in Solidity makes, whole ones and spoilt ones.
contract EnvelopeTest {
    // EIP-2537's prices of multiplying one point, and two.
    uint256 private constant _PRICE = 12_000;
    uint256 private constant _PRICE_OF_TWO = 22_776;
    // The modulus of the field of the coordinates, in 16 and 32 bytes.
    uint128 private constant _FIELD_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant _FIELD_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;

    struct Formed {
        TenderId tender;
        uint8 threshold;
        uint256[] keys;
    }

    EnvelopeWriter private _writer = new EnvelopeWriter();
    IOpeningCommittee private _committee = _writer.COMMITTEE();
    CurveProbe private _probe = new CurveProbe();
    Formed[] private _formed;
    uint256 private _entropy;

    /// @dev Each number of seats with each threshold.
    function setUp() public {
        for (uint8 threshold = 2; threshold <= 8; ++threshold) {
            for (uint256 seats = threshold == 2 ? 3 : 2 * threshold - 1; seats <= 15; ++seats) {
                (TenderId tender, uint256[] memory keys) = _writer.form(seats, threshold);
                _formed.push(Formed(tender, threshold, keys));
            }
        }
    }

    /* SUBSETS */

    /// @dev From 3 to 15 seats, thresholds from 2 to 8; also where U is infinity.
    function testFuzz_AnySubsetOpensTheSame(uint256 seed) public {
        Written memory w = _write(seed);
        for (uint256 i = 0; i < 5; ++i) {
            uint8[] memory seats = _subset(w);
            require(keccak256(_open(w, seats)) == keccak256(w.text), "another text");
        }
    }

    function testFuzz_AChangedShareSpoilsTheSubsetsThatHoldIt(uint256 seed) public {
        Written memory w = _write(seed);
        uint256 seat = _random(w.keys.length);
        uint256 place = POINT_LENGTH + 32 * seat + _random(32);
        w.envelope[place] ^= bytes1(uint8(1 + _random(255)));
        (bool held, bool spared) = (false, false);
        for (uint256 i = 0; i < 5 || !(held && spared); ++i) {
            uint8[] memory seats = _subset(w);
            bool holds = _holds(seats, seat);
            if (holds) held = true;
            else spared = true;
            bytes memory text = _open(w, seats);
            require(text.length == w.text.length, "another length");
            require((keccak256(text) != keccak256(w.text)) == holds, "not exactly the subsets that hold it");
        }
    }

    /// @dev What an envelope is bound to: copied under another name it yields another text.
    function testFuzz_AnotherPlaceOpensToAnotherText(uint256 seed) public {
        Written memory w = _write(seed);
        if (_random(2) == 0) w.lot ^= uint16(1 + _random(2 ** 16 - 1));
        else w.bidder = address(uint160(w.bidder) ^ uint160(1 + _random(2 ** 160 - 1)));
        require(keccak256(_open(w, _subset(w))) != keccak256(w.text), "the same text");
    }

    /* GAS */

    /// @dev With whatever gas: the text, or a revert for lack of gas.
    function testFuzz_LittleGasNeverOpensToAnotherText(uint256 seed) public {
        Written memory w = _write(seed);
        bytes memory act = _act(w, _subset(w));
        uint256 before = gasleft();
        require(_opensOrIsShort(act, gasleft(), w.text) == 0, "not opened with all gas");
        uint256 needed = before - gasleft();
        for (uint256 i = 0; i < 4; ++i) _opensOrIsShort(act, _random(needed), w.text);
    }

    /// @dev Every few units of gas from none to enough: each multiplication is one at which it can be too little.
    function test_LittleGasRevertsAtEachMultiplication() public view {
        bytes memory text = abi.encode(_entropy);
        Written memory w = _writtenFor(3, 5, secret("U", 1, 0), text);
        uint8[] memory seats = new uint8[](3);
        (seats[1], seats[2]) = (2, 4);
        bytes memory act = _act(w, seats);
        (uint256 short, uint256 highest) = (0, 0);
        uint256 stretches = 0;
        uint256 limit = 5_000;
        for (bool opened = false; !opened; limit += 29) {
            uint256 outcome = _opensOrIsShort(act, limit, text);
            opened = outcome == 0;
            if (outcome != 1) continue;
            if (limit != highest + 29) ++stretches;
            (short, highest) = (short + 1, limit);
        }
        require(stretches == 1 && short > 3 * (_PRICE / 29), "not short at each");
        for (uint256 more = limit; more < limit + 3 * _PRICE; more += 29) {
            require(_opensOrIsShort(act, more, text) == 0, "short of gas with more of it");
        }
    }

    /// @dev The committee's own multiplications.
    function test_LittleGasNeverMakesAPointInvalid() public view {
        bytes[2] memory acts = [
            abi.encodeCall(_probe.mulBase, (7)),
            abi.encodeCall(_probe.mulBaseAdd, (BLS_ORDER - 2, 9))
        ];
        (, bytes memory right) = _probe.mulBase(7);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 short = 0;
            uint256 limit = 1_000;
            for (bool done = false; !done; limit += 29) {
                bytes memory answer;
                (done, answer) = address(_probe).staticcall{gas: limit}(acts[i]);
                if (!done && answer.length == 0) continue;
                if (!done) {
                    _expectShort(answer, i == 0 ? _PRICE : _PRICE_OF_TWO);
                    ++short;
                    continue;
                }
                (bool valid, bytes memory product) = abi.decode(answer, (bool, bytes));
                require(valid && keccak256(product) == keccak256(right), "invalid for lack of gas");
            }
            require(short != 0, "never short of gas");
        }
    }

    /* U */

    /// @dev Any bytes that are no point: the text is empty, and not all gas is gone.
    function testFuzz_OffTheCurveOpensToNothing(bytes32 x, bytes32 y, bytes32 rest) public {
        bytes memory u = abi.encodePacked(x, bytes16(rest), bytes16(rest << 128), y);
        // Most coordinates of 48 random bytes are above the modulus; half of these are below.
        if (uint256(x) % 2 == 0) (u[0], u[48]) = (u[0] & 0x0f, u[48] & 0x0f);
        require(!_isOnCurve(u), "on the curve by chance");
        _expectNothing(u);
    }

    /// @dev A coordinate plus the modulus is another name of the same point, which is refused.
    function test_CoordinatesAboveTheModulusOpenToNothing() public {
        bytes memory g = Bls12381Lib.generator();
        for (uint256 which = 0; which < 2; ++which) {
            uint128[2] memory high;
            uint256[2] memory low;
            for (uint256 i = 0; i < 2; ++i) {
                (high[i], low[i]) = (uint128(_word(g, 64 * i)), _word(g, 64 * i + 32));
                if (i == which) (high[i], low[i]) = _add(high[i], low[i], _FIELD_HIGH, _FIELD_LOW);
            }
            _expectNothing(abi.encodePacked(high[0], low[0], high[1], low[1]));
        }
    }

    /// @dev Random points of the curve: that one lies in the subgroup has a chance of one in 2^125.
    function testFuzz_OutsideTheSubgroupOpensToNothing(uint256 seed) public {
        uint128 xHigh = uint128(uint256(keccak256(abi.encode(seed, "x")))) % _FIELD_HIGH;
        for (uint256 xLow = seed; ; xLow = uint256(keccak256(abi.encode(xLow)))) {
            (bool found, bytes memory u) = _pointAt(xHigh, xLow);
            if (!found) continue;
            require(_isOnCurve(u), "off the curve");
            return _expectNothing(u);
        }
    }

    /// @dev (0, 2) has order 3, so that three of it are infinity.
    function test_OrderThreeOpensToNothing() public {
        bytes memory u = new bytes(96);
        u[95] = hex"02";
        require(_isOnCurve(u), "off the curve");
        _expectNothing(u);
    }

    /* HELPERS */

    function _write(uint256 seed) private returns (Written memory) {
        _entropy = seed;
        bytes memory text = new bytes(32 + _random(150));
        for (uint256 i = 0; i < text.length; ++i) text[i] = bytes1(keccak256(abi.encode(seed, i)));
        Formed memory formed = _formed[_random(_formed.length)];
        return _written(formed, _random(16) == 0 ? 0 : secret("U", seed, 0), text);
    }

    function _writtenFor(
        uint8 threshold,
        uint256 seats,
        uint256 scalar,
        bytes memory text
    ) private view returns (Written memory w) {
        for (uint256 i = 0; i < _formed.length; ++i) {
            bool right = _formed[i].threshold == threshold && _formed[i].keys.length == seats;
            if (right) return _written(_formed[i], scalar, text);
        }
    }

    function _written(Formed memory f, uint256 scalar, bytes memory text) private view returns (Written memory w) {
        address bidder = address(uint160(uint256(keccak256(abi.encode("bidder", scalar)))));
        w = Written(f.tender, uint16(uint160(bidder)), bidder, f.threshold, f.keys, text, "");
        w.envelope = _writer.write(w, uint256(keccak256(text)), scalar);
    }

    // As many seats as the threshold, in rising order.
    function _subset(Written memory w) private returns (uint8[] memory seats) {
        seats = new uint8[](w.threshold);
        uint256 left = w.threshold;
        for (uint256 seat = 0; left > 0; ++seat) {
            if (_random(w.keys.length - seat) >= left) continue;
            seats[w.threshold - left--] = uint8(seat);
        }
    }

    function _open(Written memory w, uint8[] memory seats) private view returns (bytes memory) {
        return _committee.decrypt(address(_writer), w.tender, w.lot, 0, w.bidder, seats, w.envelope);
    }

    function _act(Written memory w, uint8[] memory seats) private view returns (bytes memory) {
        return abi.encodeCall(_committee.decrypt, (address(_writer), w.tender, w.lot, 0, w.bidder, seats, w.envelope));
    }

    // 0: opened to the text; 1: refused for lack of gas before a multiplication; 2: out of gas elsewhere, which
    // OpenZeppelin's inversion calls a division by zero. Nothing else may be.
    function _opensOrIsShort(bytes memory act, uint256 limit, bytes memory text) private view returns (uint256) {
        (bool opened, bytes memory answer) = address(_committee).staticcall{gas: limit}(act);
        if (opened) {
            require(keccak256(abi.decode(answer, (bytes))) == keccak256(text), "another text for lack of gas");
            return 0;
        }
        bool divided = keccak256(answer) == keccak256(abi.encodeWithSignature("Panic(uint256)", 0x12));
        if (answer.length == 0 || divided) return 2;
        _expectShort(answer, _PRICE);
        return 1;
    }

    // The error for lack of gas, given before the precompile can get less than its price.
    function _expectShort(bytes memory answer, uint256 price) private pure {
        require(bytes4(answer) == Bls12381Lib.BlsGasShort.selector, "another error for lack of gas");
        (uint256 left, uint256 needed) = (_word(answer, 4), _word(answer, 36));
        require(left < needed, "gas enough");
        // A call costs 100, and what stands before it less than 100.
        require(((needed - 200) * 63) / 64 >= price, "the price is not kept back");
    }

    function _expectNothing(bytes memory u) private {
        Written memory w = _writtenFor(2, 3, secret("U", 2, 0), abi.encode("bid"));
        for (uint256 i = 0; i < POINT_LENGTH; ++i) w.envelope[i] = u[i];
        uint8[] memory seats = _subset(w);
        uint256 before = gasleft();
        bytes memory text = _open(w, seats);
        require(before - gasleft() < 3 * _PRICE, "all gas is gone");
        require(text.length == 0, "opened behind a point that is none");
    }

    // The addition of EIP-2537 asks whether points are on the curve, but not for the subgroup.
    function _isOnCurve(bytes memory u) private view returns (bool onCurve) {
        bytes memory zero = new bytes(128);
        bytes memory point = abi.encodePacked(bytes16(0), _cut(u, 0), bytes16(0), _cut(u, 48), zero);
        (onCurve, ) = address(0x0b).staticcall{gas: 375}(point);
    }

    // The point at x, if there is one: y is (x^3 + 4)^((p+1)/4).
    function _pointAt(uint128 high, uint256 low) private view returns (bool found, bytes memory u) {
        bytes memory x = abi.encodePacked(high, low);
        bytes memory cube = _power(x, 0, 3);
        (uint128 sumHigh, uint256 sumLow) = _add(uint128(bytes16(cube)), _word(cube, 16), 0, 4);
        bytes memory square = abi.encodePacked(sumHigh, sumLow);
        (uint128 rootHigh, uint256 rootLow) = _add(_FIELD_HIGH, _FIELD_LOW, 0, 1);
        bytes memory y = _power(square, rootHigh >> 2, (rootLow >> 2) | (uint256(rootHigh & 3) << 254));
        return (keccak256(_power(y, 0, 2)) == keccak256(square), abi.encodePacked(x, y));
    }

    function _power(bytes memory base, uint128 high, uint256 low) private view returns (bytes memory power) {
        bool done;
        bytes memory input = abi.encodePacked(uint256(48), uint256(48), uint256(48), base, high, low);
        (done, power) = address(0x05).staticcall(abi.encodePacked(input, _FIELD_HIGH, _FIELD_LOW));
        require(done, "no power");
    }

    function _add(uint128 a, uint256 aLow, uint128 b, uint256 bLow) private pure returns (uint128 high, uint256 low) {
        unchecked {
            low = aLow + bLow;
        }
        high = a + b + (low < aLow ? 1 : 0);
    }

    function _word(bytes memory data, uint256 place) private pure returns (uint256 word) {
        for (uint256 i = 0; i < 32; ++i) word = (word << 8) | uint8(data[place + i]);
    }

    function _cut(bytes memory data, uint256 place) private pure returns (bytes memory part) {
        part = new bytes(48);
        for (uint256 i = 0; i < 48; ++i) part[i] = data[place + i];
    }

    function _holds(uint8[] memory seats, uint256 seat) private pure returns (bool holds) {
        for (uint256 i = 0; i < seats.length; ++i) holds = holds || seats[i] == seat;
    }

    function _random(uint256 below) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }
}
