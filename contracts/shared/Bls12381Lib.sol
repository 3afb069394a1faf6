// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

// The order of the groups of BLS12-381.
uint256 constant BLS_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001;
// A point of G1 as it travels: x and y, 48 bytes each, big-endian.
uint256 constant POINT_LENGTH = 96;

/// @title Bls12381Lib
/// @notice Multiplication in G1 of BLS12-381 by the precompile of EIP-2537, which refuses points off the curve and
/// outside the subgroup. In memory a point is 128 bytes, each coordinate behind 16 zero bytes; infinity is all zero.
/// @dev The precompile burns all gas it is given for an invalid point, so it is given its price exactly; and since a
/// call for lack of gas must not look like an invalid point, too little gas reverts.
library Bls12381Lib {
    // Multiscalar multiplication in G1, and its price for one and for two points.
    uint256 private constant _G1MSM = 0x0c;
    uint256 private constant _PRICE_1 = 12_000;
    uint256 private constant _PRICE_2 = 22_776;
    // For the call itself and what stands before it.
    uint256 private constant _SPARE = 1_000;

    /// @notice Too little gas is left for a multiplication.
    /// @custom:fix Send the transaction with more gas; the SDK's estimate suffices.
    error BlsGasShort(uint256 left, uint256 needed);

    /// @notice scalar * generator.
    function mulBase(uint256 scalar) internal view returns (bytes memory product) {
        (, product) = mul(generator(), scalar);
    }

    /// @notice scalar * point.
    /// @param point 128 bytes
    /// @return valid as for `mulBaseAdd`
    function mul(bytes memory point, uint256 scalar) internal view returns (bool valid, bytes memory product) {
        product = new bytes(128);
        bytes memory input = abi.encodePacked(point, scalar);
        valid = _msm(_data(input), 160, _data(product), _PRICE_1);
    }

    /// @notice scalar * generator + factor * point.
    /// @param point 128 bytes
    /// @return valid whether the point lies on the curve, in the subgroup; else the sum is meaningless
    function mulBaseAdd(
        uint256 scalar,
        bytes memory point,
        uint256 factor
    ) internal view returns (bool valid, bytes memory sum) {
        sum = new bytes(128);
        bytes memory input = abi.encodePacked(generator(), scalar, point, factor);
        valid = _msm(_data(input), 320, _data(sum), _PRICE_2);
    }

    /// @notice scalar * point, between two places in memory: reads 128 bytes at `place`, writes the product behind
    /// them.
    /// @return valid as for `mulBaseAdd`
    function mulAt(uint256 place, uint256 scalar) internal view returns (bool valid) {
        // The scalar stands for a moment where the product will.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(add(place, 128), scalar)
        }
        return _msm(place, 160, place + 128, _PRICE_1);
    }

    /// @notice A travelling point (96 bytes) in the form of EIP-2537.
    function padded(bytes calldata point) internal pure returns (bytes memory) {
        return abi.encodePacked(bytes16(0), point[:48], bytes16(0), point[48:POINT_LENGTH]);
    }

    /// @notice The generator of G1.
    function generator() internal pure returns (bytes memory) {
        return
            hex"0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
            hex"6c55e83ff97a1aeffb3af00adb22c6bb0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4"
            hex"fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";
    }

    function _msm(uint256 input, uint256 length, uint256 output, uint256 price) private view returns (bool valid) {
        uint256 left = gasleft();
        uint256 needed = (price * 64) / 63 + _SPARE;
        require(left >= needed, BlsGasShort(left, needed));
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            valid := staticcall(price, _G1MSM, input, length, output, 128)
            // A chain without the precompile has no points.
            valid := and(valid, eq(returndatasize(), 128))
        }
    }

    function _data(bytes memory array) private pure returns (uint256 place) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            place := add(array, 32)
        }
    }
}
