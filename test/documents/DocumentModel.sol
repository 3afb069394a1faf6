// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DocumentStatus} from "../../contracts/documents/IDocumentRegistry.sol";

enum Kind {
    KeyAdded,
    KeyEnded,
    Compromised,
    Suspended,
    Resumed,
    Accredited,
    AccreditationEnded,
    Attested,
    Revoked,
    LeafRevoked
}

// One thing that happened in the second `known`. What a kind does not need is zero.
struct Fact {
    Kind kind;
    uint256 known;
    uint256 body;
    // Position of the key among the body's keys: the one added, ended, compromised, or that acted.
    uint256 key;
    address account;
    uint256 schema;
    // A document or a root.
    bytes32 hash;
    // First second of a key, or of its compromise.
    uint256 from;
    // Last second of a key, an accreditation, a document (0 = none).
    uint256 until;
    // Number of documents under a root; of a leaf its place.
    uint256 count;
}

struct History {
    Fact[] facts;
    uint256 count;
}

struct Finding {
    DocumentStatus status;
    bool compromised;
    uint256 issued;
    uint256 expires;
    uint256 revoked;
    uint256 key;
}

/// @notice The reference: a list of facts in the order in which they happened, read from one end to the other for every
/// question.
library DocumentModel {
    function add(History memory history, Fact memory fact) internal view {
        fact.known = block.timestamp;
        history.facts[history.count++] = fact;
    }

    /* WHAT HOLDS OF DOCUMENTS */

    /// @notice What held at the end of a second of a document, or of a root where `root`.
    function judge(
        History memory history,
        uint256 body,
        bytes32 hash,
        bool root,
        uint256 time
    ) internal pure returns (Finding memory found) {
        Fact memory attested = last(history, Kind.Attested, body, hash);
        Fact memory revoked = last(history, Kind.Revoked, body, hash);
        bool known = attested.known != 0;
        if (root != (known && attested.count != 0)) return found;
        if (revoked.known != 0 && revoked.known <= time) {
            found.status = DocumentStatus.Revoked;
            found.compromised = inOtherHands(history, body, revoked.key, revoked.known);
            found.revoked = revoked.known;
        } else if (!known || attested.known > time) {
            return found;
        } else {
            found.compromised = inOtherHands(history, body, attested.key, attested.known);
            found.status = ofAttested(history, attested, time);
        }
        (found.issued, found.expires, found.key) = (attested.known, attested.until, attested.key);
    }

    /// @notice As `judge` of a document under a root. That it was revoked by itself counts in every second.
    function judgeLeaf(
        History memory history,
        uint256 body,
        bytes32 root,
        uint256 place,
        uint256 time
    ) internal pure returns (Finding memory found) {
        found = judge(history, body, root, true, time);
        if (found.status == DocumentStatus.Unknown) return found;
        if (leafRevoked(history, body, root, place)) found.status = DocumentStatus.Revoked;
    }

    function ofAttested(
        History memory history,
        Fact memory attested,
        uint256 time
    ) private pure returns (DocumentStatus) {
        (uint256 body, uint256 issued) = (attested.body, attested.known);
        if (!held(history, body, attested.key, issued)) return DocumentStatus.SignerNotAuthorised;
        if (!accredited(history, attested.schema, body, issued)) return DocumentStatus.IssuerNotAccredited;
        if (attested.until != 0 && time > attested.until) return DocumentStatus.Expired;
        return suspended(history, body, time) ? DocumentStatus.IssuerSuspended : DocumentStatus.Valid;
    }

    function leafRevoked(
        History memory history,
        uint256 body,
        bytes32 root,
        uint256 place
    ) internal pure returns (bool) {
        for (uint256 i = 0; i < history.count; ++i) {
            Fact memory fact = history.facts[i];
            if (fact.kind != Kind.LeafRevoked || fact.body != body) continue;
            if (fact.hash == root && fact.count == place) return true;
        }
        return false;
    }

    /// @notice The last fact of a kind about a hash; all zero if there is none.
    function last(
        History memory history,
        Kind kind,
        uint256 body,
        bytes32 hash
    ) internal pure returns (Fact memory found) {
        for (uint256 i = 0; i < history.count; ++i) {
            Fact memory fact = history.facts[i];
            if (fact.kind == kind && fact.body == body && fact.hash == hash) found = fact;
        }
    }

    /* WHAT HOLDS OF BODIES */

    /// @notice Whether a body was suspended at the end of a second.
    function suspended(History memory history, uint256 body, uint256 time) internal pure returns (bool answer) {
        for (uint256 i = 0; i < history.count; ++i) {
            Fact memory fact = history.facts[i];
            if (fact.body != body || fact.known > time) continue;
            if (fact.kind == Kind.Suspended) answer = true;
            if (fact.kind == Kind.Resumed) answer = false;
        }
    }

    /// @notice Whether a body was accredited at the end of a second, by what had happened until then.
    function accredited(
        History memory history,
        uint256 schema,
        uint256 body,
        uint256 time
    ) internal pure returns (bool answer) {
        for (uint256 i = 0; i < history.count; ++i) {
            Fact memory fact = history.facts[i];
            if (fact.body != body || fact.schema != schema || fact.known > time) continue;
            if (fact.kind == Kind.Accredited) answer = fact.until >= time;
            if (fact.kind == Kind.AccreditationEnded) answer = false;
        }
    }

    /// @notice Whether a key was valid at the end of a second, by what had happened until then.
    function held(History memory history, uint256 body, uint256 key, uint256 time) internal pure returns (bool answer) {
        for (uint256 i = 0; i < history.count; ++i) {
            Fact memory fact = history.facts[i];
            if (fact.body != body || fact.key != key || fact.known > time) continue;
            if (fact.kind == Kind.KeyAdded) answer = fact.from <= time && time <= fact.until;
            if (fact.kind == Kind.KeyEnded) answer = false;
        }
    }

    /// @notice Whether it is recorded by now, at the list's end, that a key was in other hands in a second.
    function inOtherHands(
        History memory history,
        uint256 body,
        uint256 key,
        uint256 time
    ) internal pure returns (bool) {
        for (uint256 i = 0; i < history.count; ++i) {
            Fact memory fact = history.facts[i];
            if (fact.kind != Kind.Compromised || fact.body != body || fact.key != key) continue;
            if (fact.from <= time) return true;
        }
        return false;
    }

    /// @notice An account's latest key in a body, and whether it is over by now.
    function latest(
        History memory history,
        uint256 body,
        address account
    ) internal view returns (Fact memory key, bool over) {
        over = true;
        for (uint256 i = 0; i < history.count; ++i) {
            Fact memory fact = history.facts[i];
            if (fact.body != body) continue;
            if (fact.kind == Kind.KeyAdded && fact.account == account) {
                key = fact;
                over = fact.until < block.timestamp;
            }
            if (fact.kind == Kind.KeyEnded && fact.key == key.key && key.known != 0) over = true;
        }
    }

    /// @notice Number of keys ever added to a body.
    function keys(History memory history, uint256 body) internal pure returns (uint256 number) {
        for (uint256 i = 0; i < history.count; ++i) {
            if (history.facts[i].kind == Kind.KeyAdded && history.facts[i].body == body) ++number;
        }
    }
}
