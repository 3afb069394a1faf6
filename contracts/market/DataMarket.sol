// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {AgencyId, IAgencyRegistry, MARKET_DELIVER} from "../agencies/IAgencyRegistry.sol";
import {IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {TokenLib} from "../shared/TokenLib.sol";
import {Escrow} from "./Escrow.sol";
import {IAuthorizedToken} from "./IAuthorizedToken.sol";
import {
    DataSetId,
    Delivery,
    IDataMarket,
    ListingState,
    Offer,
    OfferKind,
    Order,
    OrderState,
    Payment,
    PaymentKind,
    Pins,
    Purchase,
    Seal,
    Subscription,
    VersionId
} from "./IDataMarket.sol";
import {LicenceLib} from "./LicenceLib.sol";
import {Listings, MAX_PERIOD} from "./Listings.sol";
import {SealLib} from "./SealLib.sol";

// Before what a buyer authorizes.
bytes32 constant PURCHASE_TAG = keccak256("CommonSeal.Market.Purchase.v1");

/// @title DataMarket
/// @notice See IDataMarket. An order is one slot: while it is open the hash of all it pins, and of what was delivered;
/// then the licence, or that it was refunded. It is never cleared, so a buyer's number is used once. `multicall` does
/// several acts in one transaction, such as to dispute, be refunded and withdraw.
contract DataMarket is Listings, Escrow, Multicall {
    /* STORAGE */

    mapping(uint256 versionAndNonceAndBuyer => bytes32 hashOrLicence) private _orders;
    // While it runs the hash of where it stands, afterwards the last second that was paid.
    mapping(uint256 dataSetAndNonceAndBuyer => bytes32 stateOrLast) private _subscriptions;

    constructor(
        address authority,
        IAgencyRegistry agencies,
        IDocumentRegistry documents
    ) Listings(authority, agencies, documents) {}

    /* LICENCES AND ORDERS */

    /// @inheritdoc IDataMarket
    function license(
        DataSetId dataSet,
        uint32 number,
        uint32 version,
        uint32 nonce,
        Offer calldata offer,
        bytes calldata proofs
    ) external whenNotPaused {
        VersionId id = _versionId(dataSet, version);
        _requireOpen(id, false);
        _requireOffer(dataSet, number, version, OfferKind.Licence, offer);
        _requireAccredited(offer.required, proofs, msg.sender);
        uint40 until = offer.period == 0 ? 0 : uint40(block.timestamp) + offer.period;
        uint256 place = _newPlace(id, nonce, msg.sender);
        _orders[place] = LicenceLib.granted(offer.tier, uint40(block.timestamp), until, 0);
        emit LicenceGranted(id, msg.sender, nonce, offer.tier, until);
    }

    /// @inheritdoc IDataMarket
    function placeOrder(
        Purchase calldata purchase,
        Offer calldata offer,
        Payment calldata payment,
        bytes calldata proofs
    ) external whenNotPaused nonReentrant {
        _requireOffer(purchase.dataSet, purchase.offer, purchase.version, OfferKind.Sale, offer);
        require(purchase.periods == 0, MarketPurchaseInvalid());
        _requireAccredited(offer.required, proofs, purchase.buyer);
        uint40 deliverBy = uint40(block.timestamp) + offer.delivery;
        uint40 until = offer.period == 0 ? 0 : deliverBy + offer.period;
        _order(purchase, offer, offer.price, deliverBy, until, 0);
        _pay(purchase, offer, offer.price, payment, proofs);
    }

    /// @inheritdoc IDataMarket
    function deliver(
        AgencyId agency,
        Order[] calldata orders,
        Pins[] calldata pins,
        bytes32[] calldata masked
    ) external {
        AGENCIES.requireMay(agency, msg.sender, MARKET_DELIVER);
        _requireAligned(orders.length, pins.length, masked.length);
        for (uint256 i = 0; i < orders.length; ++i) {
            Order calldata order = orders[i];
            bytes32 hash = _hash(order, pins[i]);
            uint256 place = _placeOf(order);
            bool due = _orders[place] == hash && block.timestamp <= order.deliverBy;
            if (due && AgencyId.unwrap(_sellerOf(order.version)) == AgencyId.unwrap(agency)) {
                _orders[place] = _delivered(hash, uint40(block.timestamp), masked[i]);
                emit OrderDelivered(order.version, order.buyer, order.nonce, masked[i]);
            } else {
                emit DeliverySkipped(order.version, order.buyer, order.nonce);
            }
        }
    }

    /// @inheritdoc IDataMarket
    function settle(Order[] calldata orders, Pins[] calldata pins, Delivery[] calldata deliveries) external {
        _requireAligned(orders.length, pins.length, deliveries.length);
        for (uint256 i = 0; i < orders.length; ++i) {
            Order calldata order = orders[i];
            bytes32 hash = _hash(order, pins[i]);
            uint256 place = _placeOf(order);
            if (LicenceLib.isClosed(_orders[place])) continue;
            bool matching = _orders[place] == _delivered(hash, deliveries[i].time, deliveries[i].masked);
            _requireMatch(matching, order);
            _requireAfter(uint256(deliveries[i].time) + order.window);
            (ListingState listing, ) = versionOf(order.version);
            require(listing != ListingState.Disproved, MarketVersionDisproved(order.version));
            _orders[place] = LicenceLib.granted(order.tier, deliveries[i].time, order.until, order.subscription);
            _credit(order.token, order.payee, order.price);
            emit LicenceGranted(order.version, order.buyer, order.nonce, order.tier, order.until);
        }
    }

    /// @inheritdoc IDataMarket
    function refund(Order[] calldata orders, Pins[] calldata pins, Delivery[] calldata deliveries) external {
        _requireAligned(orders.length, pins.length, deliveries.length);
        for (uint256 i = 0; i < orders.length; ++i) {
            Order calldata order = orders[i];
            bytes32 hash = _hash(order, pins[i]);
            if (LicenceLib.isClosed(_orders[_placeOf(order)])) continue;
            OrderState state = _stateOf(order, hash, deliveries[i]);
            (ListingState listing, ) = versionOf(order.version);
            bool disproved = listing == ListingState.Disproved;
            _requireMatch(state == OrderState.Ordered || (disproved && state == OrderState.Delivered), order);
            if (!disproved && listing != ListingState.PersonalData) _requireAfter(order.deliverBy);
            _refund(order, false);
        }
    }

    /* DISPUTES */

    /// @inheritdoc IDataMarket
    function disputeKey(Order calldata order, Delivery calldata delivery, Seal calldata seal, bytes32 m) external {
        _requireDisputable(order, delivery, SealLib.hash(seal), m);
        bytes32 key = m ^ delivery.masked;
        require(keccak256(abi.encode(key)) != seal.keyCommit, MarketKeyRight(key));
        emit KeyDisproved(order.version, order.buyer, order.nonce, key);
        _refund(order, true);
    }

    /// @inheritdoc IDataMarket
    function disputeChunk(
        Order calldata order,
        Delivery calldata delivery,
        bytes32 rest,
        bytes32 m,
        uint256 index,
        bytes32 plainHash,
        bytes calldata data,
        bytes32[] calldata proof
    ) external {
        bytes32 key = m ^ delivery.masked;
        // Root and key are those of the listing where the hash over them is the one that was ordered.
        Seal memory seal = Seal({
            root: SealLib.rootOf(index, plainHash, data, proof),
            keyCommit: keccak256(abi.encode(key)),
            words: data.length / 32,
            rest: rest
        });
        _requireDisputable(order, delivery, SealLib.hash(seal), m);
        require(SealLib.plainHash(index, data, key) != plainHash, MarketChunkRight(index));
        _disprove(order.version);
        emit VersionDisproved(order.version, index, key);
    }

    /* SUBSCRIPTIONS */

    /// @inheritdoc IDataMarket
    function subscribe(
        Purchase calldata purchase,
        Offer calldata offer,
        Payment calldata payment,
        bytes calldata proofs
    ) external whenNotPaused nonReentrant {
        _requireOffer(purchase.dataSet, purchase.offer, 0, OfferKind.Subscription, offer);
        bool bare = purchase.version == 0 && purchase.seal == 0;
        bare = bare && purchase.ephemeral == 0 && purchase.maskHash == 0;
        uint256 whole = uint256(offer.period) * purchase.periods;
        bool bounded = whole != 0 && whole <= MAX_PERIOD;
        require(bare && bounded && purchase.buyer != address(0), MarketPurchaseInvalid());
        _requireAccredited(offer.required, proofs, purchase.buyer);
        Subscription memory subscription = Subscription({
            dataSet: purchase.dataSet,
            offer: purchase.offer,
            nonce: purchase.nonce,
            buyer: purchase.buyer,
            start: uint40(block.timestamp),
            periods: purchase.periods
        });
        uint256 place = _placeOf(purchase.dataSet, purchase.nonce, purchase.buyer);
        require(_subscriptions[place] == 0, MarketNonceUsed(purchase.buyer, purchase.nonce));
        _subscriptions[place] = _state(subscription, offer, 0);
        emit Subscribed(purchase.dataSet, purchase.buyer, purchase.nonce, purchase.offer, purchase.periods);
        _pay(purchase, offer, uint256(offer.price) * purchase.periods, payment, proofs);
    }

    /// @inheritdoc IDataMarket
    function orderSubscribed(
        Subscription calldata subscription,
        uint16 released,
        Purchase calldata purchase,
        Offer calldata offer
    ) external {
        _requireSubscriber(subscription, released, offer);
        bool same = purchase.buyer == subscription.buyer && purchase.offer == subscription.offer;
        same = same && DataSetId.unwrap(purchase.dataSet) == DataSetId.unwrap(subscription.dataSet);
        require(same && purchase.periods == 0, MarketPurchaseInvalid());
        uint256 until = uint256(subscription.start) + uint256(offer.period) * subscription.periods - 1;
        require(block.timestamp <= until, MarketTooLate(until, block.timestamp));
        uint40 deliverBy = uint40(block.timestamp) + offer.delivery;
        _order(purchase, offer, 0, deliverBy, uint40(until), uint40(subscription.nonce) + 1);
    }

    /// @inheritdoc IDataMarket
    function releasePeriods(Subscription calldata subscription, uint16 released, Offer calldata offer) external {
        _requireState(subscription, released, offer);
        uint256 grace = uint256(offer.delivery) + offer.window;
        uint256 next = uint256(subscription.start) + uint256(offer.period) * (uint256(released) + 1) + grace;
        _requireAfter(next);
        uint256 more = (block.timestamp - next - 1) / offer.period + 1;
        uint16 total = uint16(Math.min(released + more, subscription.periods));
        _credit(offer.token, offer.payee, uint256(total - released) * offer.price);
        _subscriptions[_placeOf(subscription)] =
            total == subscription.periods ? _lastPaid(subscription, offer, total) : _state(subscription, offer, total);
        emit PeriodsReleased(subscription.dataSet, subscription.buyer, subscription.nonce, total);
    }

    /// @inheritdoc IDataMarket
    function endSubscription(Subscription calldata subscription, uint16 released, Offer calldata offer) external {
        _requireSubscriber(subscription, released, offer);
        uint256 begun = (block.timestamp - subscription.start) / offer.period + 1;
        uint16 total = uint16(Math.min(begun, subscription.periods));
        _credit(offer.token, offer.payee, uint256(total - released) * offer.price);
        _end(subscription, offer, total);
    }

    /// @inheritdoc IDataMarket
    function failSubscription(
        Subscription calldata subscription,
        uint16 released,
        Offer calldata offer,
        uint32 version,
        uint32 nonce
    ) external {
        _requireSubscriber(subscription, released, offer);
        VersionId id = _versionId(subscription.dataSet, version);
        bytes32 word = _orders[_placeOf(id, nonce, subscription.buyer)];
        uint40 number = uint40(subscription.nonce) + 1;
        bool wrongKey = word == LicenceLib.refunded(number, true);
        bool ours = wrongKey || word == LicenceLib.refunded(number, false);
        require(ours, MarketOrderMismatch(id, subscription.buyer, nonce));
        (ListingState listing, ) = versionOf(id);
        require(wrongKey || listing == ListingState.Disproved, MarketVersionNotDisproved(id, listing));
        _end(subscription, offer, released);
    }

    /* VIEWS */

    /// @inheritdoc IDataMarket
    function orderState(
        Order calldata order,
        Pins calldata pins,
        Delivery calldata delivery
    ) external view returns (OrderState) {
        return _stateOf(order, _hash(order, pins), delivery);
    }

    /// @inheritdoc IDataMarket
    function nonceUsed(VersionId version, address buyer, uint32 nonce) external view returns (bool) {
        return _orders[_placeOf(version, nonce, buyer)] != 0;
    }

    /// @inheritdoc IDataMarket
    function hasAccess(VersionId version, address account, uint32 nonce) external view returns (bool) {
        (uint40 from, uint40 until, ) = licenceOf(version, account, nonce);
        return from != 0 && (until == 0 || until >= block.timestamp);
    }

    /// @inheritdoc IDataMarket
    function licenceOf(
        VersionId version,
        address account,
        uint32 nonce
    ) public view returns (uint40 from, uint40 until, uint16 tier) {
        uint40 subscription;
        (from, until, tier, subscription) = LicenceLib.read(_orders[_placeOf(version, nonce, account)]);
        if (subscription == 0) return (from, until, tier);
        // A subscription that is over took back what was not paid.
        DataSetId dataSet = DataSetId.wrap(uint32(VersionId.unwrap(version) >> 32));
        uint256 last = uint256(_subscriptions[_placeOf(dataSet, uint32(subscription - 1), account)]);
        if (last < until) until = uint40(last);
    }

    /// @inheritdoc IDataMarket
    function authorizationNonce(
        Purchase calldata purchase,
        Offer calldata offer,
        bytes calldata proofs
    ) public view returns (bytes32) {
        bytes32 terms = keccak256(abi.encode(offer));
        return keccak256(abi.encode(PURCHASE_TAG, block.chainid, address(this), purchase, terms, keccak256(proofs)));
    }

    /* EFFECTS */

    // Writes an order of an open version; its number must be new.
    function _order(
        Purchase calldata purchase,
        Offer calldata offer,
        uint128 price,
        uint40 deliverBy,
        uint40 until,
        uint40 subscription
    ) private {
        bool whole = purchase.buyer != address(0) && purchase.ephemeral != 0 && purchase.maskHash != 0;
        require(whole, MarketPurchaseInvalid());
        Order memory order = Order({
            version: _versionId(purchase.dataSet, purchase.version),
            nonce: purchase.nonce,
            buyer: purchase.buyer,
            token: offer.token,
            price: price,
            payee: offer.payee,
            deliverBy: deliverBy,
            window: offer.window,
            until: until,
            tier: offer.tier,
            offer: purchase.offer,
            subscription: subscription
        });
        bytes32 seal = _requireOpen(order.version, true);
        require(seal == purchase.seal, MarketVersionUnfit(order.version, seal));
        uint256 place = _newPlace(order.version, order.nonce, order.buyer);
        _orders[place] = keccak256(abi.encode(order, seal, purchase.maskHash));
        emit OrderPlaced(
            order.version,
            order.buyer,
            order.nonce,
            order.offer,
            deliverBy,
            until,
            subscription,
            purchase.ephemeral,
            purchase.maskHash
        );
    }

    // Takes the price from the buyer. Only an authorization lets another send the purchase.
    function _pay(
        Purchase calldata purchase,
        Offer calldata offer,
        uint256 amount,
        Payment calldata payment,
        bytes calldata proofs
    ) private {
        address buyer = purchase.buyer;
        if (payment.kind == PaymentKind.Authorization) {
            require(amount != 0, MarketPurchaseInvalid());
            _receive(offer.token, buyer, amount, payment, authorizationNonce(purchase, offer, proofs));
            return;
        }
        require(buyer == msg.sender, MarketBuyerOnly(buyer, msg.sender));
        if (amount == 0) return;
        if (payment.kind == PaymentKind.Permit) {
            // A permit that somebody else has sent before leaves the allowance, on which all depends.
            (uint8 v, bytes32 r, bytes32 s) = (payment.v, payment.r, payment.s);
            try IERC20Permit(offer.token).permit(buyer, address(this), amount, payment.validBefore, v, r, s) {} catch {}
        }
        TokenLib.take(offer.token, buyer, amount);
    }

    function _receive(address token, address from, uint256 amount, Payment calldata payment, bytes32 nonce) private {
        uint256 before = TokenLib.balance(token);
        IAuthorizedToken(token).receiveWithAuthorization(
            from,
            address(this),
            amount,
            payment.validAfter,
            payment.validBefore,
            nonce,
            payment.v,
            payment.r,
            payment.s
        );
        TokenLib.requireMoved(token, amount, TokenLib.balance(token) - before);
    }

    function _refund(Order calldata order, bool wrongKey) private {
        _orders[_placeOf(order)] = LicenceLib.refunded(order.subscription, wrongKey);
        _credit(order.token, order.buyer, order.price);
        emit OrderRefunded(order.version, order.buyer, order.nonce);
    }

    // What was not released is due to the buyer.
    function _end(Subscription calldata subscription, Offer calldata offer, uint16 released) private {
        _subscriptions[_placeOf(subscription)] = _lastPaid(subscription, offer, released);
        _credit(offer.token, subscription.buyer, uint256(subscription.periods - released) * offer.price);
        emit SubscriptionEnded(subscription.dataSet, subscription.buyer, subscription.nonce, released);
    }

    /* CHECKS */

    function _requireAligned(uint256 orders, uint256 pins, uint256 others) private pure {
        require(orders == pins && orders == others, MarketLengthsDiffer(orders, pins, others));
    }

    function _requireMatch(bool matching, Order calldata order) private pure {
        require(matching, MarketOrderMismatch(order.version, order.buyer, order.nonce));
    }

    function _requireAfter(uint256 last) private view {
        require(block.timestamp > last, MarketTooEarly(last, block.timestamp));
    }

    // Refuses all but an order that was delivered so, by whoever knows its mask, within its window.
    function _requireDisputable(
        Order calldata order,
        Delivery calldata delivery,
        bytes32 seal,
        bytes32 m
    ) private view {
        bytes32 hash = keccak256(abi.encode(order, seal, keccak256(abi.encode(m))));
        _requireMatch(_orders[_placeOf(order)] == _delivered(hash, delivery.time, delivery.masked), order);
        uint256 last = uint256(delivery.time) + order.window;
        require(block.timestamp <= last, MarketTooLate(last, block.timestamp));
    }

    function _requireSubscriber(
        Subscription calldata subscription,
        uint16 released,
        Offer calldata offer
    ) private view {
        require(subscription.buyer == msg.sender, MarketBuyerOnly(subscription.buyer, msg.sender));
        _requireState(subscription, released, offer);
    }

    function _requireState(Subscription calldata subscription, uint16 released, Offer calldata offer) private view {
        bool same = _subscriptions[_placeOf(subscription)] == _state(subscription, offer, released);
        require(same, MarketSubscriptionMismatch(subscription.dataSet, subscription.buyer, subscription.nonce));
    }

    /* HASHES AND PLACES */

    function _hash(Order calldata order, Pins calldata pins) private pure returns (bytes32) {
        return keccak256(abi.encode(order, pins.seal, pins.maskHash));
    }

    function _delivered(bytes32 hash, uint40 time, bytes32 masked) private pure returns (bytes32) {
        return keccak256(abi.encode(hash, time, masked));
    }

    function _state(
        Subscription memory subscription,
        Offer calldata offer,
        uint16 released
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(subscription, keccak256(abi.encode(offer)), released));
    }

    function _lastPaid(
        Subscription calldata subscription,
        Offer calldata offer,
        uint256 released
    ) private pure returns (bytes32) {
        return bytes32(uint256(subscription.start) + released * offer.period - 1);
    }

    function _stateOf(
        Order calldata order,
        bytes32 hash,
        Delivery calldata delivery
    ) private view returns (OrderState) {
        bytes32 stored = _orders[_placeOf(order)];
        if (LicenceLib.isRefunded(stored)) return OrderState.Refunded;
        if (LicenceLib.isClosed(stored)) return OrderState.Settled;
        if (stored == hash) return OrderState.Ordered;
        if (stored == _delivered(hash, delivery.time, delivery.masked)) return OrderState.Delivered;
        return OrderState.None;
    }

    function _placeOf(Order calldata order) private pure returns (uint256) {
        return _placeOf(order.version, order.nonce, order.buyer);
    }

    function _placeOf(VersionId version, uint32 nonce, address buyer) private pure returns (uint256) {
        return (uint256(VersionId.unwrap(version)) << 192) | (uint256(nonce) << 160) | uint160(buyer);
    }

    function _placeOf(Subscription calldata subscription) private pure returns (uint256) {
        return _placeOf(subscription.dataSet, subscription.nonce, subscription.buyer);
    }

    function _placeOf(DataSetId dataSet, uint32 nonce, address buyer) private pure returns (uint256) {
        return (uint256(DataSetId.unwrap(dataSet)) << 192) | (uint256(nonce) << 160) | uint160(buyer);
    }

    // Of a number that the buyer has not used.
    function _newPlace(VersionId version, uint32 nonce, address buyer) private view returns (uint256 place) {
        place = _placeOf(version, nonce, buyer);
        require(_orders[place] == 0, MarketNonceUsed(buyer, nonce));
    }
}
