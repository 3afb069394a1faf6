// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A contract account (ERC-1271) for which its owner signs.
contract OwnedWallet {
    address private immutable _OWNER;

    constructor(address owner) {
        _OWNER = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, , ) = ECDSA.tryRecoverCalldata(hash, signature);
        return signer == _OWNER ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @notice Refuses every question with a revert.
contract RevertingWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        revert("not now");
    }
}

/// @notice Answers every question with a word that is not the one of ERC-1271.
contract WrongWordWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes32) {
        return bytes32(uint256(uint32(0x1626ba7e)));
    }
}
