// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Disclosure, SignedDocument} from "./IDocumentRegistry.sol";

bytes32 constant HOLDER_TAG = keccak256("CommonSeal.Document.Holder.v1");
bytes32 constant FIELD_TAG = keccak256("CommonSeal.Document.Field.v1");
bytes32 constant FIELDS_TAG = keccak256("CommonSeal.Document.Fields.v1");
bytes32 constant LEAF_TAG = keccak256("CommonSeal.Document.Leaf.v1");
bytes32 constant NODE_TAG = keccak256("CommonSeal.Document.Node.v1");

bytes32 constant ATTEST_TYPEHASH = keccak256(
    "Attest(uint32 agency,uint32 schema,bytes32 hash,uint32 count,uint40 expires,uint40 deadline)"
);
bytes32 constant REVOKE_TYPEHASH = keccak256("Revoke(uint32 agency,bytes32 docHash,uint8 reason,uint40 deadline)");
bytes32 constant SIGNED_TYPEHASH = keccak256(
    "SignedDocument(uint32 agency,uint32 schema,bytes32 list,uint32 index,bytes32 docHash,uint40 expires)"
);

/// @title DocumentLib
/// @notice The typed hashes of documents and their trees; IDocumentRegistry tells what they are. A leaf is hashed twice
/// and every hash begins with its own tag, so that no content, leaf or node passes for another.
library DocumentLib {
    /// @notice The form of the proof of a required document at a place of calldata, and where it ends.
    /// @return form 0 where it is lacking or cut off by the end of all of them
    /// @return next where the next one begins; beyond the end where that is not known
    function formOf(uint256 proof, uint256 end) internal pure returns (uint256 form, uint256 next) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            form := byte(0, calldataload(proof))
            // 54 bytes, but one only where it is lacking; under a root 3 more and 32 for each of `form - 2` levels.
            next := sub(add(proof, 54), mul(53, iszero(form)))
            next := add(next, mul(gt(form, 1), sub(shl(5, form), 61)))
            // What stands beyond the end is no proof.
            form := mul(form, iszero(gt(next, end)))
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

    /// @notice The EIP-712 hash of a document that is only signed.
    function typedHash(SignedDocument calldata document) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    SIGNED_TYPEHASH,
                    document.agency,
                    document.schema,
                    document.list,
                    document.index,
                    document.docHash,
                    document.expires
                )
            );
    }

    /// @notice Levels above the leaves of a tree of `count` leaves, filled up to a power of two.
    function depthOf(uint256 count) internal pure returns (uint256 depth) {
        while (1 << depth < count) ++depth;
    }

    /// @notice Where a byte string begins and ends in calldata.
    function placesOf(bytes calldata data) internal pure returns (uint256 start, uint256 end) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            start := data.offset
            end := add(start, data.length)
        }
    }

    /// @notice The byte string between two places of calldata. The caller has checked that they lie within its own.
    function bytesBetween(uint256 start, uint256 end) internal pure returns (bytes calldata data) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            data.offset := start
            data.length := sub(end, start)
        }
    }

    /// @notice The word at a place of calldata. The caller has checked what of it counts.
    function wordAt(uint256 place) internal pure returns (uint256 word) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            word := calldataload(place)
        }
    }

    /// @notice The root to which a leaf climbs past siblings of 32 bytes, left or right by the bits of its index.
    function rootOf(bytes32 leaf, uint256 index, bytes calldata siblings) internal pure returns (bytes32 root) {
        root = leaf;
        (uint256 place, uint256 end) = placesOf(siblings);
        for (; place < end; place += 32) {
            bytes32 sibling = bytes32(wordAt(place));
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
