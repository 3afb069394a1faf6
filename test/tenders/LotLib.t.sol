// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Requirements} from "../../contracts/documents/IDocumentRegistry.sol";
import {ADMITTED, LotLib} from "../../contracts/tenders/LotLib.sol";

/// @notice A lot's terms in one word, against a reference that looks at each requirement by itself.
contract LotLibTest {
    struct Requirement {
        uint24 schema;
        uint32 issuer;
        bool atAward;
        // Of the bid: what was found of the document, 4 bits.
        uint8 mark;
    }

    /// @dev The word is built by multiplication, not by the shifts of the library.
    /// hardhat-config: fuzz.runs = 2000
    function testFuzz_TermsAreReadAsTheyWereWritten(uint64 ceiling, Requirement[4] memory all, uint8 size) public pure {
        uint256 count = size % 5;
        uint256 required = 0;
        uint256 expected = 0;
        uint256 found = 0;
        uint256 marks = ADMITTED;
        for (uint256 i = 0; i < count; ++i) {
            uint256 one = _wordOf(all[i]);
            required += one * 2 ** (48 * i);
            uint256 mark = all[i].mark % 16;
            marks += mark * 2 ** (4 * i);
            if (all[i].atAward && mark == 0) expected += one * 2 ** (48 * found++);
        }
        uint256 terms = LotLib.termsOf(ceiling, Requirements.wrap(required));
        require(LotLib.ceilingOf(terms) == ceiling, "another ceiling");
        require(Requirements.unwrap(LotLib.requiredOf(terms)) == required, "other requirements");
        require(Requirements.unwrap(LotLib.requiredAtAward(terms, marks)) == expected, "others at the award");
    }

    // 23 bits of issuer, 24 of schema, one of the award. A requirement is never empty: it names a schema.
    function _wordOf(Requirement memory one) private pure returns (uint256 word) {
        uint256 schema = one.schema == 0 ? 1 : one.schema;
        word = (uint256(one.issuer) % 2 ** 23) + schema * 2 ** 23;
        if (one.atAward) word += 2 ** 47;
    }
}
