// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Measures the gas that a call to another contract takes. For `npm run gas`.
contract GasProbe {
    /// @notice Gas of one call with the target's account and storage cold, the cost of the call itself included, that
    /// of copying its answer left out.
    function measure(address target, bytes memory data) external view returns (uint256 used) {
        bool success;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let before := gas()
            success := staticcall(gas(), target, add(data, 0x20), mload(data), 0, 0)
            used := sub(before, gas())
        }
        require(success, "the call measured has failed");
    }
}
