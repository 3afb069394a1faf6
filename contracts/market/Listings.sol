// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {AgencyId, IAgencyRegistry, MARKET_LIST} from "../agencies/IAgencyRegistry.sol";
import {IDocumentRegistry, Requirements} from "../documents/IDocumentRegistry.sol";
import {DataSetId, IDataMarket, ListingState, Offer, OfferKind, Version, VersionId} from "./IDataMarket.sol";
import {SealLib} from "./SealLib.sol";

// The reason of a withdrawal that lets orders not yet delivered be refunded at once.
uint8 constant PERSONAL_DATA = 1;
uint256 constant MIN_WORDS = 16;
uint256 constant MAX_WORDS = 32;
uint256 constant MIN_WINDOW = 1 hours;
uint256 constant MAX_WINDOW = 30 days;
uint256 constant MIN_DELIVERY = 24 hours;
uint256 constant MAX_DELIVERY = 30 days;
// A shorter period of a subscription would end while its numbers are on their way to the chain.
uint256 constant MIN_PERIOD = 1 days;
// Longer than any licence, and no sum of times overflows.
uint256 constant MAX_PERIOD = 100 * 365 days;

/// @title Listings
/// @notice See IDataMarket. The part of the market that bodies write: data sets, versions, offers.
abstract contract Listings is IDataMarket, AccessManaged, Pausable {
    struct DataSet {
        AgencyId agency;
        uint32 versions;
        uint32 offers;
    }

    /* STORAGE */

    IAgencyRegistry public immutable AGENCIES;
    IDocumentRegistry public immutable DOCUMENTS;

    uint32 private _dataSetCount;
    mapping(DataSetId dataSet => DataSet) private _dataSets;
    // While open the hash, afterwards the ListingState.
    mapping(VersionId version => bytes32 sealOrState) private _versions;
    mapping(uint64 dataSetAndNumber => bytes32 hashOrState) private _offers;

    constructor(address authority, IAgencyRegistry agencies, IDocumentRegistry documents) AccessManaged(authority) {
        AGENCIES = agencies;
        DOCUMENTS = documents;
    }

    /* ACTS OF THE SELLER */

    /// @inheritdoc IDataMarket
    function list(
        AgencyId agency,
        bytes4 category,
        bytes32 metadata,
        Version calldata version,
        Offer[] calldata offers
    ) external whenNotPaused returns (DataSetId dataSet) {
        uint16 key = AGENCIES.requireMay(agency, msg.sender, MARKET_LIST);
        _requireMetadata(category, metadata);
        dataSet = DataSetId.wrap(++_dataSetCount);
        _dataSets[dataSet] = DataSet(agency, 1, uint32(offers.length));
        emit DataSetListed(dataSet, agency, key, category, metadata);
        _addVersion(dataSet, 1, key, version);
        for (uint256 i = 0; i < offers.length; ++i) _addOffer(dataSet, uint32(i + 1), key, offers[i]);
    }

    /// @inheritdoc IDataMarket
    function describe(DataSetId dataSet, bytes4 category, bytes32 metadata) external whenNotPaused {
        uint16 key = _requireSeller(dataSet);
        _requireMetadata(category, metadata);
        emit DataSetDescribed(dataSet, key, category, metadata);
    }

    /// @inheritdoc IDataMarket
    function listVersion(DataSetId dataSet, Version calldata version) external whenNotPaused returns (VersionId) {
        uint16 key = _requireSeller(dataSet);
        return _addVersion(dataSet, ++_dataSets[dataSet].versions, key, version);
    }

    /// @inheritdoc IDataMarket
    function makeOffer(DataSetId dataSet, Offer calldata offer) external whenNotPaused returns (uint32 number) {
        uint16 key = _requireSeller(dataSet);
        number = ++_dataSets[dataSet].offers;
        _addOffer(dataSet, number, key, offer);
    }

    /// @inheritdoc IDataMarket
    function withdrawVersions(DataSetId dataSet, uint32[] calldata numbers, uint8 reason) external {
        uint16 key = _requireSeller(dataSet);
        require(reason != 0, MarketReasonMissing());
        ListingState state = reason == PERSONAL_DATA ? ListingState.PersonalData : ListingState.Withdrawn;
        for (uint256 i = 0; i < numbers.length; ++i) {
            VersionId version = _versionId(dataSet, numbers[i]);
            (ListingState before, ) = versionOf(version);
            // One that was disproved meanwhile must not hinder the withdrawal of the others.
            if (before == ListingState.Disproved) continue;
            // What was withdrawn for another reason can still turn out to hold personal data.
            bool again = before == ListingState.Withdrawn && state == ListingState.PersonalData;
            require(before == ListingState.Open || again, MarketVersionNotOpen(version, before));
            _versions[version] = _asWord(state);
            emit VersionWithdrawn(version, key, reason);
        }
    }

    /// @inheritdoc IDataMarket
    function withdrawOffers(DataSetId dataSet, uint32[] calldata numbers, uint8 reason) external {
        uint16 key = _requireSeller(dataSet);
        require(reason != 0, MarketReasonMissing());
        for (uint256 i = 0; i < numbers.length; ++i) {
            (ListingState before, ) = offerOf(dataSet, numbers[i]);
            require(before == ListingState.Open, MarketOfferNotOpen(dataSet, numbers[i]));
            _offers[_offerId(dataSet, numbers[i])] = _asWord(ListingState.Withdrawn);
            emit OfferWithdrawn(dataSet, numbers[i], key, reason);
        }
    }

    /* ACTS OF THE PLATFORM */

    /// @inheritdoc IDataMarket
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc IDataMarket
    function unpause() external restricted {
        _unpause();
    }

    /* VIEWS */

    /// @inheritdoc IDataMarket
    function dataSetOf(DataSetId dataSet) external view returns (AgencyId agency, uint32 versions, uint32 offers) {
        DataSet memory found = _dataSets[dataSet];
        return (found.agency, found.versions, found.offers);
    }

    /// @inheritdoc IDataMarket
    function versionOf(VersionId version) public view returns (ListingState state, bytes32 seal) {
        return _read(_versions[version]);
    }

    /// @inheritdoc IDataMarket
    function offerOf(DataSetId dataSet, uint32 offer) public view returns (ListingState state, bytes32 hash) {
        return _read(_offers[_offerId(dataSet, offer)]);
    }

    /// @inheritdoc IDataMarket
    function sealOf(Version calldata version) external pure returns (bytes32) {
        return SealLib.hash(version);
    }

    /* INTERNAL */

    function _disprove(VersionId version) internal {
        _versions[version] = _asWord(ListingState.Disproved);
    }

    // The hash of a version that is open, and sealed or not as the act needs it.
    function _requireOpen(VersionId version, bool sealed_) internal view returns (bytes32 seal) {
        ListingState state;
        (state, seal) = versionOf(version);
        require(state == ListingState.Open, MarketVersionNotOpen(version, state));
        require(SealLib.isSealed(seal) == sealed_, MarketVersionUnfit(version, seal));
    }

    // Refuses conditions that are not those of an offer that can be taken now, for this kind of act and this version.
    function _requireOffer(
        DataSetId dataSet,
        uint32 number,
        uint32 version,
        OfferKind kind,
        Offer calldata offer
    ) internal view {
        (ListingState state, bytes32 hash) = offerOf(dataSet, number);
        bool late = offer.until != 0 && offer.until < block.timestamp;
        if (state == ListingState.Open) {
            require(hash == keccak256(abi.encode(offer)), MarketOfferMismatch(dataSet, number));
        }
        require(state == ListingState.Open && !late, MarketOfferNotOpen(dataSet, number));
        bool fits = offer.version == 0 || offer.version == version || kind == OfferKind.Subscription;
        require(offer.kind == kind && fits, MarketOfferUnfit(number, offer.kind, version));
    }

    function _requireAccredited(Requirements required, bytes calldata proofs, address buyer) internal view {
        if (Requirements.unwrap(required) == 0) return;
        uint256 marks = DOCUMENTS.documentMarks(required, proofs, buyer, uint40(block.timestamp));
        require(marks == 0, MarketBuyerNotAccredited(buyer, marks));
    }

    function _sellerOf(VersionId version) internal view returns (AgencyId) {
        return _dataSets[DataSetId.wrap(uint32(VersionId.unwrap(version) >> 32))].agency;
    }

    function _versionId(DataSetId dataSet, uint32 number) internal pure returns (VersionId) {
        return VersionId.wrap((uint64(DataSetId.unwrap(dataSet)) << 32) | number);
    }

    /* PRIVATE */

    function _addVersion(
        DataSetId dataSet,
        uint32 number,
        uint16 key,
        Version calldata version
    ) private returns (VersionId id) {
        _requireVersion(version);
        id = _versionId(dataSet, number);
        _versions[id] = SealLib.hash(version);
        emit VersionListed(id, key, version);
    }

    function _addOffer(DataSetId dataSet, uint32 number, uint16 key, Offer calldata offer) private {
        _requireSound(offer);
        _offers[_offerId(dataSet, number)] = keccak256(abi.encode(offer));
        emit OfferMade(dataSet, number, key, offer);
    }

    function _requireSeller(DataSetId dataSet) private view returns (uint16) {
        AgencyId agency = _dataSets[dataSet].agency;
        require(AgencyId.unwrap(agency) != 0, MarketDataSetUnknown(dataSet));
        return AGENCIES.requireMay(agency, msg.sender, MARKET_LIST);
    }

    function _requireSound(Offer calldata offer) private view {
        bool free = offer.price == 0;
        bool sound = offer.terms != 0 && offer.period <= MAX_PERIOD;
        sound = sound && (offer.until == 0 || offer.until >= block.timestamp);
        sound = sound && free == (offer.token == address(0)) && free == (offer.payee == address(0));
        // What is due to the market itself could never be fetched.
        sound = sound && (free || offer.token.code.length != 0) && offer.payee != address(this);
        if (offer.kind == OfferKind.Licence) sound = sound && free && offer.window == 0 && offer.delivery == 0;
        else sound = sound && _isSoundSale(offer);
        if (sound) return;
        revert MarketOfferInvalid(offer.kind, offer.token, offer.price, offer.period, offer.window, offer.delivery);
    }

    function _isSoundSale(Offer calldata offer) private pure returns (bool) {
        if (offer.kind == OfferKind.Subscription && (offer.period < MIN_PERIOD || offer.version != 0)) return false;
        bool window = offer.window >= MIN_WINDOW && offer.window <= MAX_WINDOW;
        return window && offer.delivery >= MIN_DELIVERY && offer.delivery <= MAX_DELIVERY;
    }

    function _requireMetadata(bytes4 category, bytes32 metadata) private pure {
        uint32 code = uint32(category);
        // The highest bit of each byte: set where it is at least A, and not where it is beyond Z.
        uint256 letters = (uint256(code) + 0x3f3f3f3f) & ~(uint256(code) + 0x25252525);
        bool capitals = letters & 0x80808080 == 0x80808080;
        require(capitals && metadata != 0, MarketMetadataInvalid(category, metadata));
    }

    function _requireVersion(Version calldata version) private pure {
        (uint256 words, uint64 size, uint32 count) = (version.words, version.size, version.count);
        bool valid = version.content != 0 && version.manifest != 0;
        bool all = version.root != 0 && version.keyCommit != 0 && version.sellerKey != 0;
        bool none = version.root == 0 && version.keyCommit == 0 && version.sellerKey == 0;
        if (words == 0) valid = valid && none && count == 0;
        else valid = valid && all && words >= MIN_WORDS && words <= MAX_WORDS && count == SealLib.chunks(size, words);
        require(valid, MarketVersionInvalid(size, count, version.words));
    }

    // A hash is no ListingState: it would have to begin with 31 zero bytes.
    function _read(bytes32 word) private pure returns (ListingState state, bytes32 hash) {
        if (uint256(word) > uint256(type(ListingState).max)) return (ListingState.Open, word);
        return (ListingState(uint8(uint256(word))), 0);
    }

    function _asWord(ListingState state) private pure returns (bytes32) {
        return bytes32(uint256(state));
    }

    function _offerId(DataSetId dataSet, uint32 number) private pure returns (uint64) {
        return (uint64(DataSetId.unwrap(dataSet)) << 32) | number;
    }
}
