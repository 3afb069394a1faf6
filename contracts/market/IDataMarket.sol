// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {Requirements} from "../documents/IDocumentRegistry.sol";
import {IEscrow} from "./IEscrow.sol";

/// @notice Number of a data set; the first one is 1.
type DataSetId is uint32;
/// @notice A version of a data set: 2^32 * data set + number of the version, from 1 on.
type VersionId is uint64;

/// @notice Where a version or an offer stands.
enum ListingState {
    None,
    Open,
    Withdrawn,
    PersonalData,
    Disproved
}

/// @notice What an offer gives: a licence alone, for data that anyone can fetch; the key of a sealed version, and a
/// licence; or that of every version of the data set during some periods.
enum OfferKind {
    Licence,
    Sale,
    Subscription
}

/// @notice Where an order stands.
enum OrderState {
    None,
    Ordered,
    Delivered,
    Settled,
    Refunded
}

/// @notice How a buyer pays: out of an allowance, with a permit (EIP-2612), or by an authorization (EIP-3009), with
/// which anyone may send the purchase for the buyer.
enum PaymentKind {
    Allowance,
    Permit,
    Authorization
}

/// @notice A version of a data set. Sealed: chunk i is the XOR of the plain chunk with
/// keccak256(key || uint256 (i * words + j)) for its word j, of which the last one is a random salt.
/// h_i = keccak256(plain chunk); leaf i = keccak256(uint256 i || h_i || keccak256(sealed chunk)); a node is keccak256
/// of its children, the lower one first; the last node of an odd level moves up.
/// @param root of the tree of sealed chunks; 0 = not sealed
/// @param content root of the tree of h_i; of data not sealed, SHA-256 of the whole
/// @param keyCommit keccak256 of the key, 32 bytes; 0 = not sealed
/// @param sellerKey x of the public key with which keys are delivered (secp256k1, even y); 0 = not sealed
/// @param manifest SHA-256 digest of the file that tells where the pieces are
/// @param size bytes of the data
/// @param count number of chunks; 0 = not sealed
/// @param words 32-byte words in a chunk with its salt, 16 to 32; 0 = not sealed
struct Version {
    bytes32 root;
    bytes32 content;
    bytes32 keyCommit;
    bytes32 sellerKey;
    bytes32 manifest;
    uint64 size;
    uint32 count;
    uint8 words;
}

/// @notice Conditions on which a body licenses data. Money in base units of the token, times in seconds.
/// @param kind what it gives
/// @param version number of the only version it is for; 0 = any of the data set
/// @param tier number of the licence among those of the data set
/// @param token ERC-20; 0 where it is free
/// @param price of a licence, or of one period of a subscription; 0 = free
/// @param payee account that may collect the price; 0 where it is free
/// @param period how long the licence lasts (0 = without end), or one period of a subscription
/// @param window how long after delivery the buyer may dispute, 1 hour to 30 days; 0 for a licence alone
/// @param delivery how long after the order the key may be delivered, 24 hours to 30 days; 0 for a licence alone
/// @param until last second in which it may be taken; 0 = none
/// @param required documents that the buyer must hold, as a lot of a tender requires them; 0 = open to all
/// @param terms keccak256 of the licence (ODRL as RFC 8785 JSON)
struct Offer {
    OfferKind kind;
    uint32 version;
    uint16 tier;
    address token;
    uint128 price;
    address payee;
    uint40 period;
    uint32 window;
    uint32 delivery;
    uint40 until;
    Requirements required;
    bytes32 terms;
}

/// @notice What a buyer takes. For a subscription `version`, `seal`, `ephemeral` and `maskHash` are 0.
/// @param buyer who pays and is licensed
/// @param dataSet whose offer it is
/// @param offer number of the offer
/// @param version number of the version
/// @param nonce number of the order among the buyer's of this version, or of the subscription among the buyer's of this
/// data set, of his choice, each once
/// @param periods number of periods of a subscription
/// @param seal hash of the version that the buyer checked (IDataMarket.sealOf)
/// @param ephemeral x of the buyer's public key for this order (secp256k1, even y)
/// @param maskHash keccak256 of the mask m under which the key is delivered
struct Purchase {
    address buyer;
    DataSetId dataSet;
    uint32 offer;
    uint32 version;
    uint32 nonce;
    uint16 periods;
    bytes32 seal;
    bytes32 ephemeral;
    bytes32 maskHash;
}

/// @notice How it is paid; all 0 for an allowance.
/// @param validAfter seconds: of an authorization the one before its first
/// @param validBefore seconds: of an authorization the one after its last; of a permit its last
struct Payment {
    PaymentKind kind;
    uint8 v;
    bytes32 r;
    bytes32 s;
    uint256 validAfter;
    uint256 validBefore;
}

/// @notice What an order pins. The chain keeps one hash of all of it, so every act names it again; the log has it.
/// @param version whose key is bought
/// @param nonce number of the order among the buyer's of this version
/// @param buyer who paid and is licensed
/// @param token of the price
/// @param price paid, base units
/// @param payee account that may collect the price
/// @param deliverBy last second for the delivery
/// @param window seconds after the delivery in which it can be disputed
/// @param until last second of the licence; 0 = without end
/// @param tier number of the licence among those of the data set
/// @param offer number of the offer, whose event has the terms
/// @param subscription 1 + nonce of the subscription it belongs to; 0 = none
struct Order {
    VersionId version;
    uint32 nonce;
    address buyer;
    address token;
    uint128 price;
    address payee;
    uint40 deliverBy;
    uint32 window;
    uint40 until;
    uint16 tier;
    uint32 offer;
    uint40 subscription;
}

/// @notice What else an order pins.
/// @param seal hash of the version (IDataMarket.sealOf)
/// @param maskHash keccak256 of the mask m
struct Pins {
    bytes32 seal;
    bytes32 maskHash;
}

/// @notice What was delivered: all 0 before.
/// @param time of the delivery
/// @param masked key xor m
struct Delivery {
    uint40 time;
    bytes32 masked;
}

/// @notice A subscription: a paid number of periods, each due to the seller when it is over.
/// @param dataSet what it is for
/// @param offer number of the offer
/// @param nonce number of the subscription among the buyer's of this data set
/// @param buyer who paid
/// @param start first second of the first period
/// @param periods number of periods paid
struct Subscription {
    DataSetId dataSet;
    uint32 offer;
    uint32 nonce;
    address buyer;
    uint40 start;
    uint16 periods;
}

/// @notice The parts of a version that a dispute needs; `sealOf` hashes root, keyCommit, words and rest.
/// @param rest hash of its other parts
struct Seal {
    bytes32 root;
    bytes32 keyCommit;
    uint256 words;
    bytes32 rest;
}

/// @title Trade of public data
/// @notice Bodies list data sets; a buyer pays into escrow, and either gets the key that opens what was listed, or the
/// money back, without an arbiter. What is proven is that the data are those listed; not that they are true.
///
/// A version's key is delivered under a mask m that buyer and seller both compute:
///   m = HKDF-SHA256(ECDH(ephemeral, sellerKey), info = keccak256("CommonSeal.Market.Mask.v1") || chain || market ||
///       version || buyer || nonce || ephemeral)
/// The order carries keccak256(m). To dispute, the buyer shows m: a key that does not match the listing refunds this
/// order; a chunk that does not decrypt to its listed hash closes the version, whose open orders can then be refunded.
/// Both publish what the key opens, so a dispute is to be simulated first.
interface IDataMarket is IEscrow {
    /// @notice A data set was listed.
    /// @param category code of the EU's data themes, four capital letters
    /// @param metadata SHA-256 digest of its description (DCAT-AP 3 as JSON-LD)
    event DataSetListed(
        DataSetId indexed dataSet,
        AgencyId indexed agency,
        uint16 key,
        bytes4 category,
        bytes32 metadata
    );
    /// @notice The description of a data set was replaced.
    event DataSetDescribed(DataSetId indexed dataSet, uint16 key, bytes4 category, bytes32 metadata);
    /// @notice A version was listed.
    event VersionListed(VersionId indexed version, uint16 key, Version terms);
    /// @notice A version is not sold any more; orders placed before go on.
    event VersionWithdrawn(VersionId indexed version, uint16 key, uint8 reason);
    /// @notice A chunk of the version did not hash to what was listed: its open orders are refunded.
    event VersionDisproved(VersionId indexed version, uint256 index, bytes32 key);
    /// @notice An offer was made.
    event OfferMade(DataSetId indexed dataSet, uint32 indexed offer, uint16 key, Offer terms);
    /// @notice An offer cannot be taken any more.
    event OfferWithdrawn(DataSetId indexed dataSet, uint32 indexed offer, uint16 key, uint8 reason);
    /// @notice Somebody took a free licence, or an order was settled: the price is due to the payee, and the licence
    /// lasts until `until` (0 = without end).
    event LicenceGranted(VersionId indexed version, address indexed buyer, uint32 nonce, uint16 tier, uint40 until);
    /// @notice An order was placed; the offer's event has the rest of what it pins.
    /// @param offer number of the offer
    /// @param subscription 1 + nonce of the subscription; 0 = none
    event OrderPlaced(
        VersionId indexed version,
        address indexed buyer,
        uint32 nonce,
        uint32 offer,
        uint40 deliverBy,
        uint40 until,
        uint40 subscription,
        bytes32 ephemeral,
        bytes32 maskHash
    );
    /// @notice A key was delivered under its mask.
    event OrderDelivered(VersionId indexed version, address indexed buyer, uint32 nonce, bytes32 masked);
    /// @notice A delivery came too late, twice, by another body, or for an order that was never placed: it had no
    /// effect, and says nothing of the order.
    event DeliverySkipped(VersionId indexed version, address indexed buyer, uint32 nonce);
    /// @notice The price is due to the buyer again.
    event OrderRefunded(VersionId indexed version, address indexed buyer, uint32 nonce);
    /// @notice The masked key delivered was not the listed one.
    event KeyDisproved(VersionId indexed version, address indexed buyer, uint32 nonce, bytes32 key);
    /// @notice Periods of a data set were paid.
    event Subscribed(DataSetId indexed dataSet, address indexed buyer, uint32 nonce, uint32 offer, uint16 periods);
    /// @notice Periods are due to the payee: `released` of them in all.
    event PeriodsReleased(DataSetId indexed dataSet, address indexed buyer, uint32 nonce, uint16 released);
    /// @notice A subscription is over; `released` periods were due to the payee, the others are due to the buyer.
    event SubscriptionEnded(DataSetId indexed dataSet, address indexed buyer, uint32 nonce, uint16 released);

    /// @notice There is no such data set, or it is another body's.
    /// @custom:fix Look the number up with `market catalogue`.
    error MarketDataSetUnknown(DataSetId dataSet);
    /// @notice The digest of the metadata is zero, or the category is not four capital letters.
    /// @custom:fix Store the description and pass its SHA-256 digest; take a code of the EU's data themes, such as
    /// TRAN.
    error MarketMetadataInvalid(bytes4 category, bytes32 metadata);
    /// @notice The parts of a version do not fit together.
    /// @custom:fix Let the SDK seal the data and make the listing.
    error MarketVersionInvalid(uint64 size, uint32 count, uint8 words);
    /// @notice The version cannot be bought or withdrawn: it does not exist, or is withdrawn, or was disproved.
    /// @custom:fix See `market show` for the versions that can be had.
    error MarketVersionNotOpen(VersionId version, ListingState state);
    /// @notice The parts of an offer do not fit together.
    /// @custom:fix Sell with a price, token and payee or none of them, a window of 1 hour to 30 days and a delivery of
    /// 24 hours to 30 days; give a subscription a period of a day at least; name the terms.
    error MarketOfferInvalid(
        OfferKind kind,
        address token,
        uint128 price,
        uint40 period,
        uint32 window,
        uint32 delivery
    );
    /// @notice The offer cannot be taken: it does not exist, is withdrawn, or its last second is past.
    /// @custom:fix See `market show` for the offers that can be taken.
    error MarketOfferNotOpen(DataSetId dataSet, uint32 offer);
    /// @notice The conditions given are not those of the offer.
    /// @custom:fix Read the offer anew; a changed price is another offer.
    error MarketOfferMismatch(DataSetId dataSet, uint32 offer);
    /// @notice The version is not what the act needs or the buyer checked: sealed for an order, not sealed for a
    /// licence.
    /// @custom:fix Check the version anew; see `market show`.
    error MarketVersionUnfit(VersionId version, bytes32 seal);
    /// @notice The offer is not of the kind that this act takes, or not for this version.
    /// @custom:fix Order a sale, subscribe to a subscription, take a licence.
    error MarketOfferUnfit(uint32 offer, OfferKind kind, uint32 version);
    /// @notice No reason is given.
    /// @custom:fix Pass the code of a reason, not 0.
    error MarketReasonMissing();
    /// @notice The buyer does not hold the documents that the offer requires.
    /// @custom:fix Show those that `marks` names (4 bits each, a DocumentMark), held by the buyer.
    error MarketBuyerNotAccredited(address buyer, uint256 marks);
    /// @notice The parts of a purchase do not fit together.
    /// @custom:fix Let the SDK make it: buyer, ephemeral key and hash of the mask for an order; periods for a
    /// subscription.
    error MarketPurchaseInvalid();
    /// @notice Only the buyer may send this, unless the payment is an authorization.
    /// @custom:fix Send from the buyer's account.
    error MarketBuyerOnly(address buyer, address account);
    /// @notice The buyer used this number before.
    /// @custom:fix Take the next number; a mask must never be used twice.
    error MarketNonceUsed(address buyer, uint32 nonce);
    /// @notice What is given is not what was ordered, not where the order stands, or in a dispute not of its version.
    /// @custom:fix Read the order from the log anew, and the chunk with its proof from the sealed data.
    error MarketOrderMismatch(VersionId version, address buyer, uint32 nonce);
    /// @notice It is too early: the time for delivery or for disputes is not over.
    /// @custom:fix Wait until after the time named.
    error MarketTooEarly(uint256 last, uint256 time);
    /// @notice It is too late: the time for disputes is over.
    /// @custom:fix Dispute within the window; let `market watch` do it.
    error MarketTooLate(uint256 last, uint256 time);
    /// @notice The version was disproved: its orders are refunded.
    /// @custom:fix Call `refund`.
    error MarketVersionDisproved(VersionId version);
    /// @notice The key delivered is the listed one.
    /// @custom:fix Open the data with it; a chunk that does not hash to what is listed is disputed by `disputeChunk`.
    error MarketKeyRight(bytes32 key);
    /// @notice The chunk is the listed one: it decrypts to its hash.
    /// @custom:fix Nothing is wrong with it.
    error MarketChunkRight(uint256 index);
    /// @notice What is given is not the subscription, or not where it stands.
    /// @custom:fix Read the subscription from the log anew.
    error MarketSubscriptionMismatch(DataSetId dataSet, address buyer, uint32 nonce);
    /// @notice The version was not disproved.
    /// @custom:fix End the subscription by `endSubscription`: the periods not begun come back.
    error MarketVersionNotDisproved(VersionId version, ListingState state);
    /// @notice The lists given are not of the same length.
    /// @custom:fix Give each order its pins and its delivery.
    error MarketLengthsDiffer(uint256 orders, uint256 pins, uint256 others);

    /* ACTS OF THE SELLER */

    /// @notice Lists a data set with its first version and some offers. A key of the body with MARKET_LIST.
    /// @return dataSet its number
    function list(
        AgencyId agency,
        bytes4 category,
        bytes32 metadata,
        Version calldata version,
        Offer[] calldata offers
    ) external returns (DataSetId dataSet);

    /// @notice Replaces category and description. A key of the body with MARKET_LIST, as for the acts below.
    function describe(DataSetId dataSet, bytes4 category, bytes32 metadata) external;

    /// @notice Lists a version more.
    function listVersion(DataSetId dataSet, Version calldata version) external returns (VersionId);

    /// @notice Makes an offer more.
    function makeOffer(DataSetId dataSet, Offer calldata offer) external returns (uint32 number);

    /// @notice Ends the sale of versions. Orders placed before go on; with the reason PERSONAL_DATA those not delivered
    /// can be refunded at once. Versions that were disproved are skipped.
    /// @param numbers of versions of the data set
    /// @param reason code, not 0; 1 = PERSONAL_DATA
    function withdrawVersions(DataSetId dataSet, uint32[] calldata numbers, uint8 reason) external;

    /// @notice Withdraws offers.
    function withdrawOffers(DataSetId dataSet, uint32[] calldata numbers, uint8 reason) external;

    /// @notice Delivers keys under their masks. A key of the body with MARKET_DELIVER. Orders that are closed, late, or
    /// another body's are skipped: a call that reverted would have shown the masked keys for nothing.
    function deliver(
        AgencyId agency,
        Order[] calldata orders,
        Pins[] calldata pins,
        bytes32[] calldata masked
    ) external;

    /* ACTS OF THE BUYER */

    /// @notice Takes a free licence of a version that anyone can fetch, for the caller.
    /// @param nonce number of the licence among the caller's orders of this version, each once
    function license(
        DataSetId dataSet,
        uint32 number,
        uint32 version,
        uint32 nonce,
        Offer calldata offer,
        bytes calldata proofs
    ) external;

    /// @notice Orders the key of a sealed version, and pays its price into escrow.
    /// @param offer the conditions that the buyer saw
    /// @param proofs of required documents, as in a bid (IDocumentRegistry.documentMarks)
    function placeOrder(
        Purchase calldata purchase,
        Offer calldata offer,
        Payment calldata payment,
        bytes calldata proofs
    ) external;

    /// @notice Subscribes to a data set, and pays all periods into escrow.
    function subscribe(
        Purchase calldata purchase,
        Offer calldata offer,
        Payment calldata payment,
        bytes calldata proofs
    ) external;

    /// @notice Orders the key of a version under a subscription that runs. Only the subscriber.
    /// @param released number of periods released so far
    function orderSubscribed(
        Subscription calldata subscription,
        uint16 released,
        Purchase calldata purchase,
        Offer calldata offer
    ) external;

    /// @notice Ends a subscription: the periods begun are due to the seller, the others to the buyer. Only the
    /// subscriber.
    function endSubscription(Subscription calldata subscription, uint16 released, Offer calldata offer) external;

    /// @notice Ends a subscription of which an order was refunded because its key or its version was disproved: all
    /// periods not released are due to the buyer. Only the subscriber. An order not delivered is no ground: a buyer
    /// could spoil one at will.
    /// @param version number of the version
    /// @param nonce number of the order
    function failSubscription(
        Subscription calldata subscription,
        uint16 released,
        Offer calldata offer,
        uint32 version,
        uint32 nonce
    ) external;

    /// @notice Proves that the key delivered is not the one listed; the order is refunded. Anyone who knows m.
    /// @param m the mask
    function disputeKey(Order calldata order, Delivery calldata delivery, Seal calldata seal, bytes32 m) external;

    /// @notice Proves that a chunk does not decrypt to what was listed, which closes the version: `refund` gives all
    /// buyers whose orders are open, the one that disputes too, their money back. Anyone who knows m.
    /// @param rest hash of the version's other parts (Seal)
    /// @param m the mask
    /// @param index the chunk's place, from 0 on
    /// @param plainHash h_i, the listed hash of the plain chunk
    /// @param data the sealed chunk
    /// @param proof siblings from its leaf to the root
    function disputeChunk(
        Order calldata order,
        Delivery calldata delivery,
        bytes32 rest,
        bytes32 m,
        uint256 index,
        bytes32 plainHash,
        bytes calldata data,
        bytes32[] calldata proof
    ) external;

    /* ACTS OF ANYONE */

    /// @notice Makes the price of orders due to their payees, and records the licences. After the window; those settled
    /// or refunded before are skipped.
    function settle(Order[] calldata orders, Pins[] calldata pins, Delivery[] calldata deliveries) external;

    /// @notice Makes the price of orders due to their buyers: not delivered in time; not delivered, and withdrawn for
    /// personal data; or not settled when the version was disproved. Those settled or refunded before are skipped.
    function refund(Order[] calldata orders, Pins[] calldata pins, Delivery[] calldata deliveries) external;

    /// @notice Makes the periods that are over, and whose orders can be disputed no more, due to the payee.
    function releasePeriods(Subscription calldata subscription, uint16 released, Offer calldata offer) external;

    /* ACTS OF THE PLATFORM */

    /// @notice Stops listings and purchases; deliveries, disputes, settlements, refunds and payments go on.
    function pause() external;

    /// @notice Allows listings and purchases again.
    function unpause() external;

    /* VIEWS */

    /// @notice The body that listed a data set, and the numbers of its latest version and offer.
    function dataSetOf(DataSetId dataSet) external view returns (AgencyId agency, uint32 versions, uint32 offers);

    /// @notice Where a version stands, and while it is open its hash.
    function versionOf(VersionId version) external view returns (ListingState state, bytes32 seal);

    /// @notice Where an offer stands, and while it is open its hash.
    function offerOf(DataSetId dataSet, uint32 offer) external view returns (ListingState state, bytes32 hash);

    /// @notice Where an order stands: None where it is open and anything differs.
    function orderState(
        Order calldata order,
        Pins calldata pins,
        Delivery calldata delivery
    ) external view returns (OrderState);

    /// @notice Whether the buyer has used a number for an order or a licence of a version.
    function nonceUsed(VersionId version, address buyer, uint32 nonce) external view returns (bool);

    /// @notice Whether an account has a licence of a version now, under this number.
    function hasAccess(VersionId version, address account, uint32 nonce) external view returns (bool);

    /// @notice The licence of an account under a number: its first second (0 = none), its last one (0 = without end; of
    /// a subscription that is over the last second paid), and the tier.
    function licenceOf(
        VersionId version,
        address account,
        uint32 nonce
    ) external view returns (uint40 from, uint40 until, uint16 tier);

    /// @notice The hash of a version that orders pin.
    function sealOf(Version calldata version) external pure returns (bytes32);

    /// @notice What a buyer authorizes: the nonce of the EIP-3009 authorization.
    function authorizationNonce(
        Purchase calldata purchase,
        Offer calldata offer,
        bytes calldata proofs
    ) external view returns (bytes32);
}
