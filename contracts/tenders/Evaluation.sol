// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {CandidateSlot} from "./CandidateLib.sol";
import {EvaluationPanel} from "./EvaluationPanel.sol";
import {EvaluationRanking} from "./EvaluationRanking.sol";
import {EvaluationState} from "./EvaluationState.sol";
import {EvaluationRules, EvaluationTermsLib} from "./EvaluationTermsLib.sol";
import {CandidateView, EvaluationTerms, LotStep, Progress, Seat} from "./EvaluationTypes.sol";
import {IAwardRule} from "./IAwardRule.sol";
import {IEvaluation} from "./IEvaluation.sol";
import {ITenderHouse} from "./ITenderHouse.sol";
import {Scale, ScoreLib} from "./ScoreLib.sol";
import {LotOutcome, TenderId} from "./TenderTypes.sol";

bytes32 constant DOMAIN_TYPEHASH = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
);
bytes32 constant SIGN_TYPEHASH = keccak256(
    "SignContract(uint64 tender,uint16 lot,uint16 generation,address bidder,bytes32 document)"
);

/// @title Evaluation
/// @notice See IEvaluation.
contract Evaluation is EvaluationPanel, EvaluationRanking {
    using EvaluationTermsLib for EvaluationRules;

    constructor(ITenderHouse house) EvaluationState(house) {}

    /* THE HOUSE'S RULE */

    /// @inheritdoc IAwardRule
    function begin(TenderId tender, AgencyId, uint16 lots, bytes calldata terms) external {
        require(msg.sender == address(HOUSE), EvaluationHouseOnly(msg.sender));
        EvaluationTerms memory decoded = abi.decode(terms, (EvaluationTerms));
        _rules[tender].store(decoded, lots, HOUSE.tenderOf(tender));
        _rules[tender].digest = keccak256(terms);
        emit EvaluationBegun(tender, lots);
    }

    /// @inheritdoc IAwardRule
    function reopen(TenderId tender, uint16 lot) external {
        require(msg.sender == address(HOUSE), EvaluationHouseOnly(msg.sender));
        (EvaluationRules storage r, Contest storage c) = _contestOf(tender, lot);
        if (c.progress.step > LotStep.Scoring) --r.finished;
        _restart(tender, lot);
    }

    /// @inheritdoc IAwardRule
    function selects(TenderId tender, uint16 lot, address bidder) external view returns (bool) {
        (, Contest storage c) = _contestOf(tender, lot);
        return c.candidates[bidder].isSelected();
    }

    /// @inheritdoc IAwardRule
    function selectsNobody(TenderId tender, uint16 lot) external view returns (bool) {
        (, Contest storage c) = _contestOf(tender, lot);
        Progress storage p = c.progress;
        return p.step == LotStep.Ranked && p.chosen == 0 && (p.chain == 0 || p.blocked);
    }

    /// @inheritdoc IAwardRule
    function answered(TenderId tender, uint16 lot, address bidder) external view returns (bool) {
        (EvaluationRules storage r, Contest storage c) = _contestOf(tender, lot);
        CandidateSlot slot = c.candidates[bidder];
        uint40 until = _answerUntil(r, slot);
        return until != 0 && (slot.isAnswered() || block.timestamp > until);
    }

    /* SIGNING */

    /// @inheritdoc IEvaluation
    function callToSign(TenderId tender, uint16 lot, address bidder) external {
        (EvaluationRules storage r, Contest storage c, CandidateSlot slot) = _awarded(tender, lot, bidder);
        bool due = r.signPeriod != 0 && slot.calledAt() == 0;
        require(due, EvaluationCallNeedless(bidder));
        slot = slot.calledSlot(block.timestamp);
        c.candidates[bidder] = slot;
        emit SignatureDue(tender, lot, bidder, _signUntil(r, slot));
    }

    /// @inheritdoc IEvaluation
    function sign(
        TenderId tender,
        uint16 lot,
        address bidder,
        bytes32 document,
        address signer,
        bytes calldata signature
    ) external {
        (EvaluationRules storage r, Contest storage c, CandidateSlot slot) = _awarded(tender, lot, bidder);
        uint40 until = _signUntil(r, slot);
        require(until == 0 || block.timestamp <= until, EvaluationSigning(bidder, until));
        require(document != 0, EvaluationDigestMissing());
        _requireBidder(tender, lot, bidder, signer);
        if (signer != msg.sender) {
            uint16 generation = _generations[tender][lot];
            bytes32 message = keccak256(abi.encode(SIGN_TYPEHASH, tender, lot, generation, bidder, document));
            bytes32 digest = MessageHashUtils.toTypedDataHash(_domain(), message);
            bool signed = SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature);
            require(signed, EvaluationBidderOnly(bidder, signer));
        }
        c.candidates[bidder] = slot.signedSlot();
        emit ContractSigned(tender, lot, bidder, document, signer);
    }

    /// @inheritdoc IEvaluation
    function yieldPlace(TenderId tender, uint16 lot, address bidder) external {
        (EvaluationRules storage r, Contest storage c, CandidateSlot slot) = _awarded(tender, lot, bidder);
        uint40 until = _signUntil(r, slot);
        require(until != 0 && block.timestamp > until, EvaluationSigning(bidder, until));
        _takeOut(c, bidder, slot);
        emit PlaceYielded(tender, lot, bidder);
    }

    /* VIEWS */

    /// @inheritdoc IEvaluation
    function progressOf(TenderId tender, uint16 lot) external view returns (uint16 generation, Progress memory) {
        (, Contest storage c) = _contestOf(tender, lot);
        return (_generations[tender][lot], c.progress);
    }

    /// @inheritdoc IEvaluation
    function candidateOf(
        TenderId tender,
        uint16 lot,
        address bidder
    ) external view returns (CandidateView memory candidate) {
        (EvaluationRules storage r, Contest storage c) = _contestOf(tender, lot);
        Progress storage p = c.progress;
        CandidateSlot slot = c.candidates[bidder];
        (candidate.stage, candidate.out, candidate.selected) = (slot.nextStage(), slot.isOut(), slot.isSelected());
        (candidate.answered, candidate.signed, candidate.quality) = (
            slot.isAnswered(),
            slot.isSigned(),
            slot.qualityOf()
        );
        (candidate.price, candidate.number) = (slot.priceOf(), slot.numberOf());
        if (!slot.isIn(r.stages)) return candidate;
        (candidate.flaggedAt, candidate.calledAt) = (slot.flaggedAt(), slot.calledAt());
        if (p.step < LotStep.Ranking) return candidate;
        Scale memory scale = _scaleOf(r, p);
        (candidate.total, candidate.key) = (uint40(ScoreLib.totalOf(scale, slot)), ScoreLib.keyOf(scale, slot));
    }

    /// @inheritdoc IEvaluation
    function seatOf(TenderId tender, address account) external view returns (Seat) {
        return _rules[tender].seats[account];
    }

    /// @inheritdoc IEvaluation
    function scoresDigest(TenderId tender) external view returns (bytes32) {
        return _rules[tender].digest;
    }

    /* INTERNAL */

    // A bid selected whose award is final, and whose operator has not signed.
    function _awarded(
        TenderId tender,
        uint16 lot,
        address bidder
    ) private view returns (EvaluationRules storage r, Contest storage c, CandidateSlot slot) {
        (r, c) = _contestOf(tender, lot);
        slot = c.candidates[bidder];
        require(slot.isSelected() && !slot.isSigned(), EvaluationUnselected(bidder));
        // Once called, its own award was final: a complaint about another one takes no time from it, until the lot is
        // annulled; one judged anew is another generation.
        bool open =
            slot.calledAt() == 0
                ? !HOUSE.isFinal(tender, lot, bidder)
                : HOUSE.lotOf(tender, lot).award.outcome != LotOutcome.Awarded;
        require(!open, EvaluationAwardOpen(bidder));
    }

    // The last second in which an operator signs; 0 = it was not called to.
    function _signUntil(EvaluationRules storage r, CandidateSlot slot) private view returns (uint40) {
        return slot.calledAt() == 0 ? 0 : slot.calledAt() + r.signPeriod;
    }

    // The EIP-712 domain; where it is needed once only, this is less code than OpenZeppelin's EIP712.
    function _domain() private view returns (bytes32) {
        (bytes32 name, bytes32 version) = (keccak256("Common Seal Evaluation"), keccak256("1"));
        return keccak256(abi.encode(DOMAIN_TYPEHASH, name, version, block.chainid, address(this)));
    }
}
