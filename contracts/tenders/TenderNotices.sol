// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAgencyRegistry, TENDER_PUBLISH} from "../agencies/IAgencyRegistry.sol";
import {ITenderHouse} from "./ITenderHouse.sol";
import {Consortium, ITenderNotices} from "./ITenderNotices.sol";
import {Tender, TenderId} from "./TenderTypes.sol";

uint256 constant MIN_MEMBERS = 2;
uint256 constant MAX_MEMBERS = 20;
// All shares together, in basis points.
uint256 constant WHOLE = 10_000;
bytes32 constant CONSORTIUM_TYPEHASH = keccak256(
    "Consortium(address house,uint64 tender,uint16 lot,address lead,address[] members,uint16[] shares)"
);

/// @title TenderNotices
/// @notice See ITenderNotices.
contract TenderNotices is ITenderNotices, EIP712 {
    /* STORAGE */

    ITenderHouse public immutable HOUSE;
    IAgencyRegistry public immutable AGENCIES;

    mapping(TenderId tender => mapping(uint16 lot => mapping(address lead => bool))) private _formed;

    constructor(ITenderHouse house, IAgencyRegistry agencies) EIP712("Common Seal TenderNotices", "1") {
        HOUSE = house;
        AGENCIES = agencies;
    }

    /* EXTERNAL */

    /// @inheritdoc ITenderNotices
    function ask(TenderId tender, bytes32 question) external {
        _bidding(tender);
        require(question != 0, NoticeFileMissing());
        emit QuestionAsked(tender, msg.sender, question);
    }

    /// @inheritdoc ITenderNotices
    function answer(TenderId tender, bytes32[] calldata questions, bytes32 answer_) external {
        Tender memory t = _bidding(tender);
        require(answer_ != 0, NoticeFileMissing());
        uint16 key = AGENCIES.requireMay(t.agency, msg.sender, TENDER_PUBLISH);
        emit QuestionsAnswered(tender, key, questions, answer_);
    }

    /// @inheritdoc ITenderNotices
    function formConsortium(Consortium calldata c, bytes[] calldata consents) external {
        require(c.lot < _bidding(c.tender).lots, NoticeLotUnknown(c.tender, c.lot));
        require(_isWhole(c) && consents.length == c.members.length, NoticeConsortiumInvalid(c.tender, c.lot, c.lead));
        require(!_formed[c.tender][c.lot][c.lead], NoticeConsortiumExists(c.tender, c.lot, c.lead));
        bytes32 digest = _digestOf(c);
        for (uint256 i = 0; i < consents.length; ++i) {
            address member = c.members[i];
            bool consented =
                msg.sender == member || SignatureChecker.isValidSignatureNowCalldata(member, digest, consents[i]);
            require(consented, NoticeConsentInvalid(member));
        }

        _formed[c.tender][c.lot][c.lead] = true;
        emit ConsortiumFormed(c.tender, c.lot, c.lead, c.members, c.shares);
    }

    /// @inheritdoc ITenderNotices
    function isFormed(TenderId tender, uint16 lot, address lead) external view returns (bool) {
        return _formed[tender][lot][lead];
    }

    /* INTERNAL */

    // A tender before its commit deadline.
    function _bidding(TenderId tender) private view returns (Tender memory t) {
        t = HOUSE.tenderOf(tender);
        bool open = t.cancelledAt == 0 && block.timestamp <= t.commitDeadline;
        require(open, NoticeTooLate(tender, t.commitDeadline));
    }

    // Whether members and shares are those of a consortium. Rising addresses begin above zero.
    function _isWhole(Consortium calldata c) private pure returns (bool) {
        uint256 count = c.members.length;
        if (count < MIN_MEMBERS || count > MAX_MEMBERS || c.shares.length != count) return false;
        address last = address(0);
        uint256 sum = 0;
        bool led = false;
        for (uint256 i = 0; i < count; ++i) {
            if (c.members[i] <= last || c.shares[i] == 0) return false;
            last = c.members[i];
            sum += c.shares[i];
            led = led || last == c.lead;
        }
        return led && sum == WHOLE;
    }

    function _digestOf(Consortium calldata c) private view returns (bytes32) {
        bytes32 members = keccak256(abi.encodePacked(c.members));
        bytes32 shares = keccak256(abi.encodePacked(c.shares));
        return
            _hashTypedDataV4(
                keccak256(abi.encode(CONSORTIUM_TYPEHASH, HOUSE, c.tender, c.lot, c.lead, members, shares))
            );
    }
}
