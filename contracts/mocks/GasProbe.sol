// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Measures the gas that a call to another contract takes. For `npm run gas`.
contract GasProbe {
    /// @notice Gas of one call with the target's account and storage cold, the cost of the call itself included.
    function measure(address target, bytes memory data) external view returns (uint256 used) {
        uint256 before = gasleft();
        (bool success, ) = target.staticcall(data);
        used = before - gasleft();
        require(success, "the call measured has failed");
    }
}
