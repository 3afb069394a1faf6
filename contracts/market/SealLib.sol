// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Seal, Version} from "./IDataMarket.sol";

/// @title SealLib
/// @notice Hashes of sealed data, and their decryption (IDataMarket's Version has the construction). After FairSwap
/// (Dziembowski, Eckey, Faust, CCS 2018): the seller commits to sealed data, and a single wrong chunk proves the fraud.
library SealLib {
    uint256 private constant _WORD = 32;

    /// @notice Number of chunks of data of this size; an empty file has one.
    function chunks(uint256 size, uint256 words) internal pure returns (uint256) {
        if (size == 0) return 1;
        return (size - 1) / ((words - 1) * _WORD) + 1;
    }

    /// @notice The hash of a version that orders pin. Its lowest bit tells whether the version is sealed.
    function hash(Version calldata version) internal pure returns (bytes32) {
        bytes32 rest = keccak256(
            abi.encode(version.content, version.sellerKey, version.manifest, version.size, version.count)
        );
        return hash(Seal(version.root, version.keyCommit, version.words, rest));
    }

    /// @notice The same of the parts that a dispute needs.
    function hash(Seal memory seal) internal pure returns (bytes32) {
        uint256 digest = uint256(keccak256(abi.encode(seal.root, seal.keyCommit, seal.words, seal.rest)));
        return bytes32(seal.root == 0 ? digest & ~uint256(1) : digest | 1);
    }

    /// @notice Whether the hash is that of a sealed version.
    function isSealed(bytes32 seal) internal pure returns (bool) {
        return uint256(seal) & 1 == 1;
    }

    /// @notice The root to which a chunk's proof leads. The leaf's 96 bytes are no node's 64.
    function rootOf(
        uint256 index,
        bytes32 plain,
        bytes calldata data,
        bytes32[] calldata proof
    ) internal pure returns (bytes32) {
        return MerkleProof.processProofCalldata(proof, keccak256(abi.encode(index, plain, keccak256(data))));
    }

    /// @notice keccak256 of the plain chunk.
    function plainHash(uint256 index, bytes calldata data, bytes32 key) internal pure returns (bytes32 digest) {
        uint256 words = data.length / _WORD;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let plain := mload(0x40)
            let end := add(plain, mul(words, 32))
            let from := data.offset
            mstore(0, key)
            let counter := mul(index, words)
            for {
                let to := plain
            } lt(to, end) {
                to := add(to, 32)
            } {
                mstore(32, counter)
                mstore(to, xor(calldataload(from), keccak256(0, 64)))
                from := add(from, 32)
                counter := add(counter, 1)
            }
            digest := keccak256(plain, mul(words, 32))
        }
    }
}
