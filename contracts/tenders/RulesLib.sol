// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {TokenLib} from "../shared/TokenLib.sol";
import {IDENTITY_LENGTH, PRICE_SECTION, TECHNICAL_SECTION} from "./BidLib.sol";
import {ITenderErrors} from "./ITenderErrors.sol";
import {REQUIREMENT_BITS} from "./LotLib.sol";
import {MIN_BIDDING, TermsLib} from "./TermsLib.sol";
import {JudgingTerms, MAX_PRICE, SealingTerms, TenderTerms} from "./TenderTypes.sol";

// A publication writes a slot for each lot with a ceiling; this many fit into one transaction (EIP-7825), fewer where
// lots have a minimum, which is a slot more.
uint256 constant MAX_LOTS = 500;
// ISO 4217 has at most 4; two more allow for prices finer than the minor unit.
uint8 constant MAX_DECIMALS = 6;
// Who cannot open its bid forfeits: a stalled chain or a node that is down must not do that to anyone.
uint256 constant MIN_OPENING = 1 hours;
// The least times of a committee: to publish scalars once the deadline is final, to open, to judge.
uint256 constant MIN_PUBLISHING = 1 days + 30 minutes;
uint256 constant MIN_SEALED_OPENING = 3 days;
uint256 constant MIN_JUDGING = 3 days;
// Bonds are held until then at the longest, and through the standstill.
uint256 constant MAX_DURATION = 5 * 365 days;
uint32 constant MAX_STANDSTILL = 365 days;
uint32 constant MAX_AMEND_PERIOD = 60 days;

/// @title RulesLib
/// @notice Which terms can be published.
library RulesLib {
    /// @notice Reverts unless the terms can be published by this house.
    function check(TenderTerms calldata terms, IDocumentRegistry documents) internal view {
        uint256 lots = terms.ceilings.length;
        require(lots != 0 && lots <= MAX_LOTS, ITenderErrors.TenderLotsInvalid(lots, MAX_LOTS));
        require(terms.documents != 0, ITenderErrors.TenderDocumentsMissing());
        _checkDeadlines(terms);
        require(
            terms.standstill <= MAX_STANDSTILL,
            ITenderErrors.TenderStandstillInvalid(terms.standstill, MAX_STANDSTILL)
        );
        _checkCurrency(terms.currency, terms.decimals);
        _checkBond(terms);
        _checkPrices(terms);
        uint32 schemas = documents.schemaCount();
        if (terms.required.length != 0) _checkRequired(terms.required, lots, schemas);
        _checkGuarantee(terms, schemas);
        if (terms.sealing.seats.length != 0) _checkSealing(terms);
        _checkJudging(terms.judging);
    }

    function _checkJudging(JudgingTerms calldata judging) private view {
        (address rule, address complaints) = (judging.rule, judging.complaints);
        bool valid =
            (rule == address(0) || rule.code.length != 0) &&
                (complaints == address(0) || complaints.code.length != 0) &&
                judging.amendPeriod <= MAX_AMEND_PERIOD;
        require(valid, ITenderErrors.TenderJudgingInvalid(rule, complaints, judging.amendPeriod));
    }

    function _checkDeadlines(TenderTerms calldata terms) private view {
        require(
            block.timestamp < terms.commitDeadline &&
                terms.commitDeadline + MIN_OPENING <= terms.revealDeadline &&
                terms.revealDeadline < terms.awardDeadline &&
                terms.awardDeadline <= block.timestamp + MAX_DURATION,
            ITenderErrors.TenderDeadlinesInvalid(
                block.timestamp,
                terms.commitDeadline,
                terms.revealDeadline,
                terms.awardDeadline
            )
        );
    }

    function _checkCurrency(bytes3 currency, uint8 decimals) private pure {
        bool letters = true;
        for (uint256 i = 0; i < 3; ++i) letters = letters && currency[i] >= "A" && currency[i] <= "Z";
        require(letters && decimals <= MAX_DECIMALS, ITenderErrors.TenderCurrencyInvalid(currency, decimals));
    }

    function _checkBond(TenderTerms calldata terms) private view {
        (address token, address treasury) = (terms.bondToken, terms.treasury);
        bool bonded = token != address(0);
        require(
            bonded == (terms.bondAmount != 0) && bonded == (treasury != address(0)) && treasury != address(this),
            ITenderErrors.TenderBondInvalid(token, terms.bondAmount, treasury)
        );
        require(!bonded || token.code.length != 0, TokenLib.TokenInvalid(token));
    }

    function _checkPrices(TenderTerms calldata terms) private pure {
        uint256 lots = terms.ceilings.length;
        bool minimums = terms.minimums.length != 0;
        require(!minimums || terms.minimums.length == lots, ITenderErrors.TenderMinimumInvalid(lots));
        for (uint256 lot = 0; lot < lots; ++lot) {
            uint64 ceiling = terms.ceilings[lot];
            require(ceiling <= MAX_PRICE, ITenderErrors.TenderCeilingInvalid(uint16(lot), ceiling, MAX_PRICE));
            if (!minimums) continue;
            uint64 most = ceiling == 0 ? MAX_PRICE : ceiling;
            require(terms.minimums[lot] <= most, ITenderErrors.TenderMinimumInvalid(lot));
        }
    }

    // Each requirement names a schema, and none stands above one that is empty.
    function _checkRequired(Requirements[] calldata required, uint256 lots, uint32 schemas) private pure {
        require(required.length == lots, ITenderErrors.TenderRequirementInvalid(required.length));
        for (uint256 lot = 0; lot < lots; ++lot) {
            uint256 rest = Requirements.unwrap(required[lot]);
            require(rest >> (4 * REQUIREMENT_BITS) == 0, ITenderErrors.TenderRequirementInvalid(lot));
            for (; rest != 0; rest >>= REQUIREMENT_BITS) {
                require(_namesSchema(rest, schemas), ITenderErrors.TenderRequirementInvalid(lot));
            }
        }
    }

    function _checkGuarantee(TenderTerms calldata terms, uint32 schemas) private pure {
        uint256 word = Requirements.unwrap(terms.guarantee);
        bool one = word >> REQUIREMENT_BITS == 0 && _namesSchema(word, schemas) && terms.bondToken != address(0);
        require(word == 0 || one, ITenderErrors.TenderGuaranteeInvalid(terms.guarantee));
    }

    function _namesSchema(uint256 requirement, uint32 schemas) private pure returns (bool) {
        uint256 schema = (requirement >> 23) & 0xffffff;
        return schema != 0 && schema <= schemas;
    }

    function _checkSealing(TenderTerms calldata terms) private pure {
        SealingTerms calldata sealing = terms.sealing;
        bool valid =
            sealing.bidsFrom + MIN_BIDDING <= terms.commitDeadline &&
                terms.commitDeadline + MIN_PUBLISHING <= sealing.scalarsDeadline &&
                sealing.scalarsDeadline + MIN_SEALED_OPENING <= terms.revealDeadline &&
                terms.revealDeadline + MIN_JUDGING <= sealing.judgeDeadline &&
                sealing.judgeDeadline < terms.awardDeadline;
        require(valid && _partsFit(terms), ITenderErrors.TenderSealingInvalid());
        if (!sealing.sealedCeilings) return;
        valid = terms.minimums.length == 0;
        for (uint256 lot = 0; lot < terms.ceilings.length; ++lot) valid = valid && terms.ceilings[lot] == 0;
        require(valid, ITenderErrors.TenderSealingInvalid());
    }

    function _partsFit(TenderTerms calldata terms) private pure returns (bool) {
        SealingTerms calldata sealing = terms.sealing;
        uint16[] calldata lengths = sealing.bidLengths;
        if (lengths.length == 1) return lengths[0] >= PRICE_SECTION + IDENTITY_LENGTH && _fits(sealing, lengths[0]);
        return
            lengths.length == 2 &&
            lengths[0] >= TECHNICAL_SECTION + IDENTITY_LENGTH &&
            lengths[1] >= PRICE_SECTION &&
            _fits(sealing, uint256(lengths[0]) + TermsLib.sealedLength(sealing.seats.length, lengths[1])) &&
            sealing.scorer != address(0) &&
            sealing.judgeDeadline < sealing.scoresDeadline &&
            sealing.scoresDeadline <= terms.awardDeadline;
    }

    function _fits(SealingTerms calldata sealing, uint256 bidLength) private pure returns (bool) {
        return TermsLib.sealedLength(sealing.seats.length, bidLength) <= type(uint16).max;
    }
}
