// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BID_TAG} from "../../contracts/tenders/BidLib.sol";
import {Judgement, Opening} from "../../contracts/tenders/TenderTypes.sol";
import {FIRST_BIDDER, TENDER, TimelineKeys} from "./TimelineKeys.sol";
import {BIDDERS, Content, Flaw, History, Letter, NOBODY, Plan} from "./TimelineTypes.sol";

// Each part of a bid has two words, so that with its salt it has three.
uint16 constant BID_LENGTH = 64;

/// @notice What bidders seal and how it is opened and judged, rightly and wrongly.
abstract contract TimelineLetters is TimelineKeys {
    uint256 private _entropy;

    /* SEALING */

    /// @dev A random bid: often with an envelope that does not hold it.
    function _write(History memory h, uint256 i) internal returns (Content memory content, Letter memory letter) {
        (content.price, content.lottery) = (uint64(1 + _random(3)), uint16(_random(1000)));
        for (uint256 part = 0; part < h.model.plan.parts; ++part) {
            content.malformed[part] = _random(16) == 0;
            letter.bids[part] = _bytesOf(h.model.plan, content, part);
            letter.salts[part] = bytes32(_random(type(uint256).max));
            letter.commitments[part] = _commitmentOf(part, i, letter.bids[part], letter.salts[part]);
            letter.envelopes[part] = _seal(h, i, part, letter.bids[part], letter.salts[part]);
            if (_random(5) == 0) _spoil(h, i, part, content, letter);
        }
    }

    /// @dev Commitments and envelopes of all parts, as they are handed in.
    function _sealed(Plan memory plan, Letter memory letter) internal pure returns (bytes memory all) {
        for (uint256 part = 0; part < plan.parts; ++part) {
            all = abi.encodePacked(all, letter.commitments[part], letter.envelopes[part]);
        }
    }

    function _bytesOf(Plan memory plan, Content memory c, uint256 part) private returns (bytes memory) {
        bytes32 digest = bytes32(_random(type(uint256).max));
        if (plan.parts == 2 && part == 0) {
            return abi.encodePacked(digest, c.malformed[0] ? type(uint16).max : uint16(0), bytes30(0));
        }
        return abi.encodePacked(c.price, c.malformed[part] ? uint16(1000) : c.lottery, digest, bytes22(0));
    }

    function _seal(
        History memory h,
        uint256 i,
        uint256 part,
        bytes memory bid,
        bytes32 salt
    ) private returns (bytes memory) {
        uint256[] memory keys = new uint256[](h.model.plan.seats);
        for (uint256 seat = 0; seat < keys.length; ++seat) keys[seat] = h.model.seats[seat].key;
        bytes memory text = abi.encodePacked(salt, bid);
        return _envelopeFor(part, _bidder(i), keys, h.model.plan.threshold, text, _random(type(uint256).max));
    }

    // Makes the envelope of a part another one than it should be.
    function _spoil(History memory h, uint256 i, uint256 part, Content memory content, Letter memory letter) private {
        Flaw flaw = Flaw(1 + _random(uint256(type(Flaw).max)));
        uint256 other = _random(BIDDERS);
        Letter memory victim = h.letters[other];
        // What was stolen might be the thief's victim's own, who gets it back.
        bool own = h.model.bidders[other].content.flaws[part] == Flaw.Stolen;
        bool alone = victim.number == 0 || victim.number == h.letters[i].number || own;
        if (alone && (flaw == Flaw.Copied || flaw == Flaw.Stolen)) flaw = Flaw.Other;
        content.flaws[part] = flaw;

        bytes memory envelope = letter.envelopes[part];
        if (flaw == Flaw.Share) {
            content.spoilt[part] = _random(h.model.plan.seats);
            _flip(envelope, 96 + 32 * content.spoilt[part] + _random(32));
        } else if (flaw == Flaw.NoPoint) {
            _flip(envelope, 48 + _random(48));
        } else if (flaw == Flaw.Other) {
            bytes memory wrong = abi.encodePacked(letter.bids[part]);
            _flip(wrong, _random(BID_LENGTH));
            letter.envelopes[part] = _seal(h, i, part, wrong, letter.salts[part]);
        } else {
            letter.envelopes[part] = victim.envelopes[part];
            if (flaw == Flaw.Copied) return;
            letter.commitments[part] = victim.commitments[part];
            (letter.bids[part], letter.salts[part]) = (victim.bids[part], victim.salts[part]);
        }
    }

    /* OPENING */

    /// @dev What opens the current part of a bid, or something like it.
    function _openingOf(
        History memory h,
        uint256 i,
        uint256 before,
        uint256 next
    ) internal returns (Opening memory o, bool matches, uint256 part) {
        (Letter memory letter, uint256 part_, bool current) = _letterOf(h, i);
        (matches, part) = (current, part_);
        o = Opening(
            abi.encodePacked(letter.bids[part]),
            letter.salts[part],
            keccak256(letter.envelopes[part]),
            _otherOf(h.model.plan, letter, part),
            letter.number,
            letter.time,
            _addressOf(before),
            _addressOf(next)
        );
        if (_random(8) != 0) return (o, matches, part);
        matches = false;
        uint256 wrong = _random(h.model.plan.parts == 2 ? 6 : 5);
        if (wrong == 0 && o.bid.length != 0) _flip(o.bid, _random(o.bid.length));
        else if (wrong == 1) ++o.number;
        else if (wrong == 2) ++o.time;
        else if (wrong == 3) o.envelope = keccak256(abi.encode(o.envelope));
        else if (wrong == 5) o.other = keccak256(abi.encode(o.other));
        else o.salt = keccak256(abi.encode(o.salt));
    }

    /// @dev What convicts the current part of a bid with these seats, or something like it.
    function _judgementOf(
        History memory h,
        uint256 i,
        uint8[] memory seats
    ) internal returns (Judgement memory j, bool matches) {
        (Letter memory letter, uint256 part, bool current) = _letterOf(h, i);
        matches = current;
        j = Judgement(
            seats,
            abi.encodePacked(letter.envelopes[part]),
            letter.commitments[part],
            _otherOf(h.model.plan, letter, part),
            letter.number,
            letter.time,
            0,
            0,
            ""
        );
        if (_random(8) != 0) return (j, matches);
        matches = false;
        uint256 wrong = _random(3);
        if (wrong == 0 && j.envelope.length != 0) _flip(j.envelope, _random(j.envelope.length));
        else if (wrong == 1) ++j.number;
        else j.commitment = keccak256(abi.encode(j.commitment));
    }

    // Mostly the one sealed last and its current part; sometimes the one before, or the other part.
    function _letterOf(History memory h, uint256 i) private returns (Letter memory letter, uint256 part, bool current) {
        part = h.model.part();
        (letter, current) = (h.letters[i], h.letters[i].number != 0);
        if (_random(12) == 0) (letter, current) = (h.older[i], false);
        if (h.model.plan.parts == 2 && _random(8) == 0) (part, current) = (1 - part, false);
    }

    function _otherOf(Plan memory plan, Letter memory letter, uint256 part) private pure returns (bytes32) {
        if (plan.parts == 1) return 0;
        return keccak256(abi.encodePacked(letter.commitments[1 - part], keccak256(letter.envelopes[1 - part])));
    }

    /* HELPERS */

    function _commitmentOf(uint256 part, uint256 i, bytes memory bid, bytes32 salt) private view returns (bytes32) {
        bytes32 hash = keccak256(bid);
        return keccak256(abi.encode(BID_TAG, block.chainid, _house, TENDER, uint256(0), part, _bidder(i), hash, salt));
    }

    function _bidder(uint256 i) internal pure returns (address) {
        return address(FIRST_BIDDER + uint160(i));
    }

    function _addressOf(uint256 i) internal pure returns (address) {
        return i == NOBODY ? address(0) : _bidder(i);
    }

    function _flip(bytes memory data, uint256 place) private {
        data[place] ^= bytes1(uint8(1 + _random(255)));
    }

    function _begin(uint256 seed) internal {
        _entropy = seed;
    }

    function _random(uint256 below) internal returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }
}
