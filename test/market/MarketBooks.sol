// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
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
    Pins,
    Purchase,
    Subscription,
    Version
} from "../../contracts/market/IDataMarket.sol";
import {MockToken} from "../../contracts/mocks/Tokens.sol";
import {vm} from "../shared/Vm.sol";
import {deployDataMarket, NOWHERE, orderFrom, saleOf, Sealed, sealData} from "./Support.sol";

/// @notice What was done, to count it.
enum Act {
    List,
    Withdraw,
    License,
    Order,
    Deliver,
    DeliverWrong,
    Settle,
    Refund,
    DisputeKey,
    DisputeChunk,
    PayDue,
    Subscribe,
    OrderSubscribed,
    Release,
    End,
    Fail,
    FailForKey,
    Gift
}

/// @notice The books of MarketHandler: what was listed, ordered, paid and is due, and what the market must agree with.
abstract contract MarketBooks {
    // A data set of a sealed version and a plain one: offer 1 is a sale, 2 a free licence, 3 a subscription.
    struct Shelf {
        uint256 seed;
        bytes32 key;
        bytes32 seal;
        DataSetId dataSet;
        bool corrupt;
        ListingState state;
        ListingState plain;
        Offer[3] offers;
    }

    struct Sale {
        uint256 shelf;
        Order order;
        bytes32 m;
        Delivery delivery;
        bool rightKey;
        bool wrongProven;
        OrderState state;
    }

    struct Running {
        uint256 shelf;
        Subscription terms;
        uint16 released;
        bool over;
    }

    uint256 public constant BUYERS = 3;
    uint128 internal constant _MOST = 1_000_000;
    uint64 internal constant _SIZE = 600;
    uint8 internal constant _WORDS = 16;
    bytes4 internal constant _PANIC = 0x4e487b71;

    IDataMarket public immutable MARKET;
    MockToken[2] public tokens;

    Shelf[] internal _shelves;
    Sale[] internal _sales;
    Running[] internal _running;
    uint32 internal _nonce;
    // Where vm.warp ends with a call, the next act starts from here.
    uint256 internal _clock;

    mapping(Act => uint256) public done;
    mapping(address token => uint256) public gifts;
    mapping(address token => mapping(address account => uint256)) public due;
    mapping(address token => mapping(address account => uint256)) public paidOut;
    mapping(address token => mapping(address account => uint256)) public paidIn;
    bool public panicked;
    // An act was refused that the books allow, or the other way round: which, what was expected, and the answer.
    bool public surprised;
    bytes public surprise;

    modifier inTime() {
        vm.warp(_clock);
        _;
        _clock = block.timestamp;
    }

    constructor() {
        MARKET = deployDataMarket(address(this));
        _clock = block.timestamp;
        for (uint256 i = 0; i < 2; ++i) {
            tokens[i] = new MockToken();
            for (uint256 j = 0; j < BUYERS; ++j) {
                vm.prank(buyer(j));
                tokens[i].approve(address(MARKET), type(uint256).max);
            }
            _list(i, i);
        }
    }

    /* BOOKS */

    function buyer(uint256 i) public pure returns (address) {
        return address(uint160(0xB1D0000 + (i % BUYERS)));
    }

    function payee(uint256 i) public pure returns (address) {
        return address(uint160(0x73EA0000 + (i % 2)));
    }

    function stranger() public pure returns (address) {
        return address(0x57A);
    }

    /// @notice What open orders, as the market has them, and subscriptions hold.
    function held(address token) external view returns (uint256 sum) {
        for (uint256 i = 0; i < _sales.length; ++i) {
            Sale storage sale = _sales[i];
            (Order[] memory orders, Pins[] memory pins, Delivery[] memory deliveries) = _lists(sale);
            OrderState state = MARKET.orderState(orders[0], pins[0], deliveries[0]);
            require(state == sale.state, "an order is not where the books have it");
            bool open = state == OrderState.Ordered || state == OrderState.Delivered;
            if (open && sale.order.token == token) sum += sale.order.price;
        }
        for (uint256 i = 0; i < _running.length; ++i) {
            Running storage x = _running[i];
            Offer storage offer = _shelves[x.shelf].offers[2];
            if (!x.over && offer.token == token) sum += uint256(x.terms.periods - x.released) * offer.price;
        }
    }

    /// @notice Whether exactly the settled orders have a licence, each from its delivery on, and each of those was
    /// delivered with the right key or not disputed in its whole window.
    function licencesAreRight() external view returns (bool) {
        for (uint256 i = 0; i < _sales.length; ++i) {
            Sale storage sale = _sales[i];
            Order storage ordered = sale.order;
            (uint40 from, uint40 until, uint16 tier) = MARKET.licenceOf(ordered.version, ordered.buyer, ordered.nonce);
            bool settled = sale.state == OrderState.Settled;
            if (settled != (from != 0)) return false;
            if (settled && (from != sale.delivery.time || until != _until(sale) || tier != ordered.tier)) return false;
            if (settled && _clock <= uint256(from) + ordered.window) return false;
        }
        return true;
    }

    /* HELPERS */

    function _withdrawable(ListingState state, bool personal) internal pure returns (bool) {
        bool again = personal && state == ListingState.Withdrawn;
        return state == ListingState.Open || state == ListingState.Disproved || again;
    }

    // The licence's last second: under a subscription that is over that of the last period paid.
    function _until(Sale storage sale) internal view returns (uint256) {
        for (uint256 i = 0; i < _running.length && sale.order.subscription != 0; ++i) {
            Running storage x = _running[i];
            if (x.terms.nonce + 1 != sale.order.subscription || !x.over) continue;
            return x.terms.start + uint256(_shelves[x.shelf].offers[2].period) * x.released - 1;
        }
        return sale.order.until;
    }

    function _list(uint256 which, uint256 seed) internal {
        _shelves.push();
        Shelf storage shelf = _shelves[_shelves.length - 1];
        (shelf.seed, shelf.corrupt) = (seed, seed % 8 == 0);
        (shelf.state, shelf.plain) = (ListingState.Open, ListingState.Open);
        address token = seed % 16 == 12 ? address(0) : address(tokens[which % 2]);
        uint128 price = token == address(0) ? 0 : uint128(1 + (seed % 1_000));
        address to = token == address(0) ? address(0) : payee(seed / 2);
        Offer[] memory offers = new Offer[](3);
        for (uint256 i = 0; i < 3; ++i) offers[i] = saleOf(token, price, to);
        (offers[1].token, offers[1].price, offers[1].payee) = (address(0), 0, address(0));
        (offers[1].kind, offers[1].window, offers[1].delivery) = (OfferKind.Licence, 0, 0);
        (offers[2].kind, offers[2].period) = (OfferKind.Subscription, 1 days);
        offers[0].period = seed % 3 == 0 ? 0 : 1 days;
        for (uint256 i = 0; i < 3; ++i) shelf.offers[i] = offers[i];
        Sealed memory made = _made(_shelves.length - 1);
        (shelf.key, shelf.seal) = (made.key, MARKET.sealOf(made.version));
        shelf.dataSet = MARKET.list(AgencyId.wrap(1), "TRAN", keccak256("about"), made.version, offers);
        MARKET.listVersion(shelf.dataSet, _plain());
        ++done[Act.List];
    }

    function _plain() internal pure returns (Version memory version) {
        (version.content, version.manifest) = (keccak256("content"), keccak256("manifest"));
    }

    function _made(uint256 place) internal view returns (Sealed memory) {
        Shelf storage shelf = _shelves[place];
        return sealData(shelf.seed, _SIZE, _WORDS, shelf.corrupt ? 1 : NOWHERE);
    }

    // One of the newest three data sets, so that most are open; sometimes any.
    function _place(uint256 where) internal view returns (uint256) {
        uint256 count = _shelves.length;
        return count - 1 - ((where / 8) % (where % 7 == 0 || count < 3 ? count : 3));
    }

    function _shelf(uint256 where) internal view returns (Shelf storage) {
        return _shelves[_place(where)];
    }

    // One of the newest nine, so that most acts come in time; sometimes any.
    function _newest(uint256 which, uint256 count) internal pure returns (uint256) {
        return count - 1 - ((which / 3) % (which % 3 == 0 || count < 9 ? count : 9));
    }

    function _sale(uint256 which) internal returns (Sale storage) {
        if (_sales.length == 0) {
            (Purchase memory purchase, bytes32 m) = _purchase(0, _shelves[0], 1);
            Offer memory offer = _shelves[0].offers[0];
            _mint(offer, purchase.buyer, offer.price);
            Payment memory none;
            vm.prank(purchase.buyer);
            MARKET.placeOrder(purchase, offer, none, "");
            paidIn[offer.token][purchase.buyer] += offer.price;
            _keep(0, orderFrom(purchase, offer), m);
        }
        return _sales[_newest(which, _sales.length)];
    }

    // The newest order refunded for a wrong key, or for a version disproved, under a subscription that runs; or any.
    function _disproved(uint256 which) internal returns (Sale storage) {
        for (uint256 i = _sales.length; i > 0; --i) {
            Sale storage sale = _sales[i - 1];
            bool refunded = sale.state == OrderState.Refunded && sale.order.subscription != 0;
            bool ground = which % 2 == 0 ? sale.wrongProven : _shelves[sale.shelf].state == ListingState.Disproved;
            if (refunded && ground && !_isOver(sale.order.subscription)) return sale;
        }
        return _sale(which);
    }

    // The newest order delivered with a wrong key and not disputed, or any.
    function _misled(uint256 which) internal returns (Sale storage) {
        for (uint256 i = _sales.length; i > 0; --i) {
            Sale storage sale = _sales[i - 1];
            if (sale.state == OrderState.Delivered && !sale.rightKey) return sale;
        }
        return _sale(which);
    }

    function _isOver(uint256 subscription) internal view returns (bool) {
        for (uint256 i = 0; i < _running.length; ++i) {
            if (_running[i].terms.nonce + 1 == subscription) return _running[i].over;
        }
        return true;
    }

    function _subscription(uint256 which) internal view returns (Running storage) {
        return _running[_newest(which, _running.length)];
    }

    function _end(Running storage x) internal view returns (uint256) {
        return x.terms.start + uint256(_shelves[x.shelf].offers[2].period) * x.terms.periods;
    }

    function _purchase(
        uint256 who,
        Shelf storage shelf,
        uint32 offer
    ) internal returns (Purchase memory made, bytes32 m) {
        (made.buyer, made.dataSet, made.seal) = (buyer(who), shelf.dataSet, shelf.seal);
        (made.offer, made.version, made.nonce) = (offer, 1, ++_nonce);
        m = keccak256(abi.encode("mask", made.nonce));
        (made.ephemeral, made.maskHash) = (keccak256("ephemeral"), keccak256(abi.encode(m)));
    }

    function _keep(uint256 shelf, Order memory made, bytes32 m) internal {
        _sales.push();
        Sale storage sale = _sales[_sales.length - 1];
        (sale.shelf, sale.order, sale.m, sale.state) = (shelf, made, m, OrderState.Ordered);
    }

    function _mint(Offer memory offer, address to, uint256 amount) internal {
        if (offer.token != address(0)) MockToken(offer.token).mint(to, amount);
    }

    function _refunded(Sale storage sale) internal {
        sale.state = OrderState.Refunded;
        due[sale.order.token][sale.order.buyer] += sale.order.price;
    }

    function _disputable(Sale storage sale) internal view returns (bool) {
        return sale.state == OrderState.Delivered && block.timestamp <= sale.delivery.time + sale.order.window;
    }

    function _lists(Sale storage sale) internal view returns (Order[] memory, Pins[] memory, Delivery[] memory) {
        (Order[] memory orders, Pins[] memory pins) = (new Order[](1), new Pins[](1));
        Delivery[] memory deliveries = new Delivery[](1);
        (orders[0], pins[0]) = (sale.order, Pins(_shelves[sale.shelf].seal, keccak256(abi.encode(sale.m))));
        deliveries[0] = sale.delivery;
        return (orders, pins, deliveries);
    }

    function _try(address from, bytes memory act, Act kind, bool works) internal returns (bool success) {
        bytes memory result;
        vm.prank(from);
        (success, result) = address(MARKET).call(act);
        if (success) ++done[kind];
        else if (bytes4(result) == _PANIC) panicked = true;
        if (success == works || surprised) return success;
        (surprised, surprise) = (true, abi.encode(kind, works, result));
    }
}
