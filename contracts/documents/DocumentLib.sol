// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Disclosure} from "./IDocumentRegistry.sol";

bytes32 constant HOLDER_TAG = keccak256("CommonSeal.Document.Holder.v1");
bytes32 constant FIELD_TAG = keccak256("CommonSeal.Document.Field.v1");
bytes32 constant FIELDS_TAG = keccak256("CommonSeal.Document.Fields.v1");
bytes32 constant LEAF_TAG = keccak256("CommonSeal.Document.Leaf.v1");
bytes32 constant NODE_TAG = keccak256("CommonSeal.Document.Node.v1");

/// @title DocumentLib
/// @notice The typed hashes of documents and their trees; IDocumentRegistry tells what they are. A leaf is hashed twice
/// and every hash begins with its own tag, so that no content, leaf or node passes for another.
library DocumentLib {
    /// @notice The hash of a document of fields, from its holder and the holder's salt.
    function heldHash(bytes16 salt, address holder, uint256 count, bytes32 root) internal pure returns (bytes32 hash) {
        bytes32 tag = HOLDER_TAG;
        uint256 who = uint160(holder);
        // As fieldsHash(keccak256(abi.encodePacked(HOLDER_TAG, salt, who)), count, root), in one piece of memory.
        bytes32 fieldsTag = FIELDS_TAG;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, tag)
            mstore(add(data, 32), salt)
            mstore(add(data, 48), who)
            mstore(add(data, 32), keccak256(data, 80))
            mstore(data, fieldsTag)
            mstore(add(data, 64), count)
            mstore(add(data, 96), root)
            hash := keccak256(data, 128)
        }
    }

    /// @notice The hash of a document of fields.
    function fieldsHash(bytes32 holder, uint256 count, bytes32 root) internal pure returns (bytes32) {
        return keccak256(abi.encode(FIELDS_TAG, holder, count, root));
    }

    /// @notice The leaf of a document under a root.
    function leafHash(uint256 index, bytes32 docHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(abi.encode(LEAF_TAG, index, docHash))));
    }

    /// @notice An inner node.
    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        // As keccak256(abi.encode(NODE_TAG, left, right)), which would take new memory for every level.
        bytes32 tag = NODE_TAG;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, tag)
            mstore(add(data, 32), left)
            mstore(add(data, 64), right)
            node := keccak256(data, 96)
        }
    }

    /// @notice Levels above the leaves of a tree of `count` leaves, filled up to a power of two.
    function depthOf(uint256 count) internal pure returns (uint256 depth) {
        while (1 << depth < count) ++depth;
    }

    /// @notice The word of calldata at an offset of a byte string. The caller has checked that it lies within.
    function wordAt(bytes calldata data, uint256 offset) internal pure returns (bytes32 word) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, offset))
        }
    }

    /// @notice The root to which a leaf climbs past siblings of 32 bytes, left or right by the bits of its index.
    function rootOf(bytes32 leaf, uint256 index, bytes calldata siblings) internal pure returns (bytes32 root) {
        root = leaf;
        for (uint256 offset = 0; offset < siblings.length; offset += 32) {
            bytes32 sibling = wordAt(siblings, offset);
            root = index & 1 == 0 ? nodeHash(root, sibling) : nodeHash(sibling, root);
            index >>= 1;
        }
    }

    /// @notice The elements of an array as one byte string.
    function bytesOf(bytes32[] calldata words) internal pure returns (bytes calldata data) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            data.offset := words.offset
            data.length := shl(5, words.length)
        }
    }

    /// @notice The hash of the document of which these fields are shown; zero where indexes do not rise, lie beyond the
    /// count, or siblings are too few or too many.
    function disclosedHash(Disclosure calldata shown) internal pure returns (bytes32) {
        uint256 size = shown.fields.length;
        // More than any document has; a larger count would only make the loop below long.
        if (shown.count > type(uint16).max) return 0;
        if (size == 0) {
            return
                shown.siblings.length == 1 ? fieldsHash(shown.holderLeaf, shown.count, shown.siblings[0]) : bytes32(0);
        }
        bytes32[] memory hashes = new bytes32[](size);
        uint256[] memory indexes = new uint256[](size);
        for (uint256 i = 0; i < size; ++i) {
            uint256 index = shown.fields[i].index;
            if (index >= shown.count || (i != 0 && index <= indexes[i - 1])) return 0;
            indexes[i] = index;
            hashes[i] = keccak256(
                abi.encode(
                    keccak256(
                        abi.encode(FIELD_TAG, shown.fields[i].nameHash, shown.fields[i].salt, shown.fields[i].valueHash)
                    )
                )
            );
        }
        (bool fits, bytes32 root) = _climb(hashes, indexes, depthOf(shown.count), shown.siblings);
        return fits ? fieldsHash(shown.holderLeaf, shown.count, root) : bytes32(0);
    }

    // Climbs level by level with all nodes at once, in place; takes a sibling where a node's pair is not among them.
    function _climb(
        bytes32[] memory nodes,
        uint256[] memory indexes,
        uint256 depth,
        bytes32[] calldata siblings
    ) private pure returns (bool fits, bytes32 root) {
        uint256 size = nodes.length;
        uint256 used = 0;
        for (uint256 level = 0; level < depth; ++level) {
            uint256 above = 0;
            for (uint256 i = 0; i < size; ++above) {
                uint256 index = indexes[i];
                bytes32 node = nodes[i++];
                bytes32 sibling;
                if (index & 1 == 0 && i < size && indexes[i] == index + 1) {
                    sibling = nodes[i++];
                } else {
                    if (used == siblings.length) return (false, 0);
                    sibling = siblings[used++];
                }
                nodes[above] = index & 1 == 0 ? nodeHash(node, sibling) : nodeHash(sibling, node);
                indexes[above] = index >> 1;
            }
            size = above;
        }
        return (used == siblings.length, nodes[0]);
    }
}
