// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TenderId} from "./TenderTypes.sol";

/// @notice Those who bid together in a lot.
/// @param lead the member that bids for all: the bid's account, or the vendor that the bid names
/// @param members 2 to 20, the lead among them, in rising order
/// @param shares of the members, in their order, in basis points: above 0, and 10,000 together
struct Consortium {
    TenderId tender;
    uint16 lot;
    address lead;
    address[] members;
    uint16[] shares;
}

/// @title What is said about a tender before its deadline
/// @notice Questions, answers and consortia of a house's tenders. All of it is public at once and to all; nothing here
/// decides anything in the house.
interface ITenderNotices {
    /// @notice Somebody asked about a tender.
    /// @param question SHA-256 digest of the question
    event QuestionAsked(TenderId indexed tender, address indexed by, bytes32 question);
    /// @notice The agency answered, to all at once.
    /// @param key position of the key that acted among the agency's keys
    /// @param questions digests of the questions answered
    /// @param answer SHA-256 digest of the answer
    event QuestionsAnswered(TenderId indexed tender, uint16 key, bytes32[] questions, bytes32 answer);
    /// @notice Each member of a consortium has consented to it.
    event ConsortiumFormed(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed lead,
        address[] members,
        uint16[] shares
    );

    /// @notice The tender is cancelled, or its commit deadline is over.
    /// @custom:fix Complain where the tender provides for it; answers and consortia come too late.
    error NoticeTooLate(TenderId tender, uint40 commitDeadline);
    /// @notice The tender has no lot with this number.
    /// @custom:fix Lots are counted from 0; see `tender show`.
    error NoticeLotUnknown(TenderId tender, uint16 lot);
    /// @notice The digest of a question or of an answer is zero.
    /// @custom:fix Store the file and pass its SHA-256 digest.
    error NoticeFileMissing();
    /// @notice A consortium has 2 to 20 members in rising order, the lead among them, each with a share above 0 and a
    /// signature; the shares are 10,000 basis points together.
    /// @custom:fix Sort the members by address, without repeating one, and make the shares sum to 10,000.
    error NoticeConsortiumInvalid(TenderId tender, uint16 lot, address lead);
    /// @notice The lead has formed a consortium for this lot already.
    /// @custom:fix Nothing is left to do; what was consented to stands.
    error NoticeConsortiumExists(TenderId tender, uint16 lot, address lead);
    /// @notice The signature is not the member's over this very consortium: its tender, lot, lead, members and shares.
    /// @custom:fix Let the member sign what is to be published, for this chain and house.
    error NoticeConsentInvalid(address member);

    /// @notice Asks about a tender, until its commit deadline. Anyone may.
    /// @param question SHA-256 digest of the question
    function ask(TenderId tender, bytes32 question) external;

    /// @notice Answers questions, to all at once, until the commit deadline. A key of the agency with TENDER_PUBLISH.
    /// @param questions digests of the questions answered; none where the agency explains of its own accord
    /// @param answer SHA-256 digest of the answer
    function answer(TenderId tender, bytes32[] calldata questions, bytes32 answer) external;

    /// @notice Publishes that vendors bid together in a lot, until the commit deadline; once for each lead and lot.
    /// Anyone may, with every member's consent.
    /// @param consents the members' signatures over the EIP-712 message Consortium(address house,uint64 tender,uint16
    /// lot,address lead,address[] members,uint16[] shares), in their order, ERC-1271 included; that of the caller is
    /// ignored
    function formConsortium(Consortium calldata consortium, bytes[] calldata consents) external;

    /// @notice Whether a lead has formed a consortium for a lot.
    function isFormed(TenderId tender, uint16 lot, address lead) external view returns (bool);
}
