// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Bls12381Lib, BLS_ORDER} from "../../contracts/shared/Bls12381Lib.sol";
import {DERIVE_TAG, EnvelopeLib} from "../../contracts/tenders/EnvelopeLib.sol";
import {travelling} from "./EnvelopeWriter.sol";

/// @notice What is not multiplied convicts nobody.
contract EnvelopeLibTest {
    bytes32 private constant _CONTEXT = "context";
    bytes32 private constant _SALT = "salt";

    function isMadeOf(bytes calldata point, bytes calldata envelope) external view returns (bool) {
        return EnvelopeLib.isMadeOf(_CONTEXT, _SALT, 2, 0, point, envelope);
    }

    /// @dev With U as the salt makes it and a share that it does not make: a seat's point that the precompile refuses
    /// tells nothing, and the generator tells that the share is wrong.
    function test_APointThatIsRefusedConvictsNobody() public view {
        bytes memory start = travelling(Bls12381Lib.mulBase(_nonce()));
        bytes memory envelope = abi.encodePacked(start, bytes32("no share"), bytes32("another"), "body");
        bytes memory none = abi.encodePacked(new bytes(95), bytes1(0x01));
        require(this.isMadeOf(none, envelope), "convicted by what was refused");
        require(!this.isMadeOf(travelling(Bls12381Lib.generator()), envelope), "acquitted in spite of its share");
    }

    // The salt's scalar 0, as IOpeningCommittee tells.
    function _nonce() private pure returns (uint256) {
        uint256 high = uint256(keccak256(abi.encode(DERIVE_TAG, _CONTEXT, _SALT, 0, 0)));
        uint256 low = uint256(keccak256(abi.encode(DERIVE_TAG, _CONTEXT, _SALT, 0, 1)));
        uint256 shift = addmod(type(uint256).max, 1, BLS_ORDER);
        return addmod(mulmod(high, shift, BLS_ORDER), low, BLS_ORDER);
    }
}
