// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {
    Delivery,
    ListingState,
    Offer,
    Order,
    OrderState,
    Payment,
    Pins,
    Purchase,
    Seal,
    Subscription
} from "../../contracts/market/IDataMarket.sol";
import {MockToken} from "../../contracts/mocks/Tokens.sol";
import {vm} from "../shared/Vm.sol";
import {Act, MarketBooks} from "./MarketBooks.sol";
import {disputeCall, orderFrom, restOf, Sealed} from "./Support.sol";

/// @notice Does the acts of a seller, honest at times, of buyers and passers-by in any order, and keeps books of its
/// own. Whether an act must be refused is told from the books; one that is not, or ends in a panic, is kept in mind.
abstract contract MarketHandler is MarketBooks {
    /* ACTS OF THE SELLER */

    function pass(uint256 seconds_) external inTime {
        vm.warp(block.timestamp + (seconds_ % (seconds_ % 8 == 0 ? 36 hours : 30 minutes)));
    }

    function list(uint256 which, uint256 seed) external inTime {
        if (seed % 4 == 0) _list(which, seed);
    }

    function withdrawVersion(uint256 where, uint256 reason) external inTime {
        if (where % 8 != 0) return;
        Shelf storage shelf = _shelf(where / 8);
        uint8 code = uint8(reason % 3);
        bool personal = code == 1;
        // The plain version too, at times; it comes last.
        bool both = where % 16 == 0;
        uint32[] memory numbers = new uint32[](both ? 2 : 1);
        numbers[0] = 1;
        if (both) numbers[1] = 2;
        bool works = code != 0 && _withdrawable(shelf.state, personal);
        works = works && (!both || _withdrawable(shelf.plain, personal));
        bytes memory act = abi.encodeCall(MARKET.withdrawVersions, (shelf.dataSet, numbers, code));
        if (!_try(address(this), act, Act.Withdraw, works)) return;
        ListingState state = personal ? ListingState.PersonalData : ListingState.Withdrawn;
        if (shelf.state != ListingState.Disproved) shelf.state = state;
        if (both) shelf.plain = state;
    }

    function deliver(uint256 which, uint256 wrong) external inTime {
        Sale storage sale = _sale(which);
        bool rightKey = wrong % 3 != 0;
        bytes32 masked = (rightKey ? _shelves[sale.shelf].key : bytes32(wrong)) ^ sale.m;
        (Order[] memory orders, Pins[] memory pins, ) = _lists(sale);
        bytes32[] memory all = new bytes32[](1);
        all[0] = masked;
        bool works = sale.state == OrderState.Ordered && block.timestamp <= sale.order.deliverBy;
        bytes memory act = abi.encodeCall(MARKET.deliver, (AgencyId.wrap(1), orders, pins, all));
        // Skips what it cannot deliver.
        _try(address(this), act, rightKey ? Act.Deliver : Act.DeliverWrong, true);
        if (!works) return;
        (sale.state, sale.rightKey) = (OrderState.Delivered, rightKey);
        sale.delivery = Delivery(uint40(block.timestamp), masked);
    }

    /* ACTS OF BUYERS */

    function license(uint256 who, uint256 where) external inTime {
        Shelf storage shelf = _shelf(where);
        uint32 version = who % 4 == 0 ? 1 : 2;
        bool works = version == 2 && shelf.plain == ListingState.Open;
        bytes memory act = abi.encodeCall(MARKET.license, (shelf.dataSet, 2, version, ++_nonce, shelf.offers[1], ""));
        _try(buyer(who), act, Act.License, works);
    }

    function order(uint256 who, uint256 where) external inTime {
        (Shelf storage shelf, uint256 place) = (_shelf(where), _place(where));
        (Purchase memory purchase, bytes32 m) = _purchase(who, shelf, 1);
        // The plain version, or a seal that is not the version's, at times.
        bool works = shelf.state == ListingState.Open && who % 8 > 1;
        if (who % 8 == 0) (purchase.version, purchase.seal) = (2, MARKET.sealOf(_plain()));
        if (who % 8 == 1) purchase.seal ^= bytes32(1 << (where % 256));
        Offer memory offer = shelf.offers[0];
        _mint(offer, purchase.buyer, offer.price);
        Payment memory none;
        bytes memory act = abi.encodeCall(MARKET.placeOrder, (purchase, offer, none, ""));
        if (!_try(purchase.buyer, act, Act.Order, works)) return;
        paidIn[offer.token][purchase.buyer] += offer.price;
        _keep(place, orderFrom(purchase, offer), m);
    }

    function subscribe(uint256 who, uint256 where, uint256 periods) external inTime {
        Shelf storage shelf = _shelf(where);
        (Purchase memory purchase, ) = _purchase(who, shelf, 3);
        purchase.periods = uint16(periods % 6);
        (purchase.version, purchase.seal) = (0, 0);
        (purchase.ephemeral, purchase.maskHash) = (0, 0);
        Offer memory offer = shelf.offers[2];
        uint256 price = uint256(offer.price) * purchase.periods;
        _mint(offer, purchase.buyer, price);
        Payment memory none;
        bytes memory act = abi.encodeCall(MARKET.subscribe, (purchase, offer, none, ""));
        if (!_try(purchase.buyer, act, Act.Subscribe, purchase.periods != 0)) return;
        paidIn[offer.token][purchase.buyer] += price;
        _running.push();
        Running storage made = _running[_running.length - 1];
        made.shelf = _place(where);
        made.terms = Subscription(
            shelf.dataSet,
            3,
            purchase.nonce,
            purchase.buyer,
            uint40(block.timestamp),
            purchase.periods
        );
    }

    function orderSubscribed(uint256 which) external inTime {
        if (_running.length == 0) return;
        Running storage x = _subscription(which);
        Shelf storage shelf = _shelves[x.shelf];
        Offer memory offer = shelf.offers[2];
        (Purchase memory purchase, bytes32 m) = _purchase(0, shelf, 3);
        purchase.buyer = x.terms.buyer;
        uint256 until = _end(x) - 1;
        bool works = !x.over && shelf.state == ListingState.Open && block.timestamp <= until;
        bytes memory act = abi.encodeCall(MARKET.orderSubscribed, (x.terms, x.released, purchase, offer));
        if (!_try(purchase.buyer, act, Act.OrderSubscribed, works)) return;
        Order memory made = orderFrom(purchase, offer);
        (made.price, made.until, made.subscription) = (0, uint40(until), uint40(x.terms.nonce) + 1);
        _keep(x.shelf, made, m);
    }

    function disputeKey(uint256 which) external inTime {
        Sale storage sale = which % 2 == 0 ? _sale(which) : _misled(which);
        Sealed memory made = _made(sale.shelf);
        Seal memory seal = Seal(made.version.root, made.version.keyCommit, _WORDS, restOf(made.version));
        bytes memory act = abi.encodeCall(MARKET.disputeKey, (sale.order, sale.delivery, seal, sale.m));
        if (_try(stranger(), act, Act.DisputeKey, _disputable(sale) && !sale.rightKey)) {
            sale.wrongProven = true;
            _refunded(sale);
        }
    }

    function disputeChunk(uint256 which, uint256 index) external inTime {
        Sale storage sale = _sale(which);
        Shelf storage shelf = _shelves[sale.shelf];
        Sealed memory made = _made(sale.shelf);
        uint256 chunk = index % 4 == 0 ? 0 : 1;
        bool works = _disputable(sale) && sale.rightKey && shelf.corrupt && chunk == 1;
        bytes memory act = disputeCall(sale.order, sale.delivery, made, sale.m, chunk);
        if (_try(stranger(), act, Act.DisputeChunk, works)) shelf.state = ListingState.Disproved;
    }

    function end(uint256 which) external inTime {
        if (_running.length == 0 || which % 3 != 0) return;
        Running storage x = _subscription(which / 3);
        Offer memory offer = _shelves[x.shelf].offers[2];
        uint256 begun = (block.timestamp - x.terms.start) / offer.period + 1;
        if (begun > x.terms.periods) begun = x.terms.periods;
        bytes memory act = abi.encodeCall(MARKET.endSubscription, (x.terms, x.released, offer));
        if (!_try(x.terms.buyer, act, Act.End, !x.over)) return;
        due[offer.token][offer.payee] += (begun - x.released) * offer.price;
        due[offer.token][x.terms.buyer] += (x.terms.periods - begun) * offer.price;
        (x.released, x.over) = (uint16(begun), true);
    }

    function fail(uint256 which, uint256 other) external inTime {
        if (_running.length == 0) return;
        // Most times an order refunded for what was proven, and the subscription of the sale, by its subscriber.
        Sale storage sale = other % 4 == 0 ? _sale(which) : _disproved(which);
        Running storage x = _subscription(other);
        for (uint256 i = 0; i < _running.length && other % 8 != 1; ++i) {
            if (_running[i].terms.nonce + 1 == sale.order.subscription) x = _running[i];
        }
        Offer memory offer = _shelves[x.shelf].offers[2];
        bool its = x.shelf == sale.shelf && x.terms.nonce + 1 == sale.order.subscription;
        its = its && sale.state == OrderState.Refunded && !x.over;
        address by = which % 8 == 7 ? stranger() : x.terms.buyer;
        bool works = its && by == x.terms.buyer;
        works = works && (sale.wrongProven || _shelves[x.shelf].state == ListingState.Disproved);
        bytes memory act = abi.encodeCall(MARKET.failSubscription, (x.terms, x.released, offer, 1, sale.order.nonce));
        if (!_try(by, act, sale.wrongProven ? Act.FailForKey : Act.Fail, works)) return;
        x.over = true;
        due[offer.token][x.terms.buyer] += uint256(x.terms.periods - x.released) * offer.price;
    }

    /* ACTS OF ANYONE */

    function settle(uint256 which) external inTime {
        Sale storage sale = _sale(which);
        (Order[] memory orders, Pins[] memory pins, Delivery[] memory deliveries) = _lists(sale);
        bool ripe = sale.state == OrderState.Delivered && block.timestamp > sale.delivery.time + sale.order.window;
        bool works = ripe && _shelves[sale.shelf].state != ListingState.Disproved;
        bool closed = sale.state == OrderState.Settled || sale.state == OrderState.Refunded;
        bytes memory act = abi.encodeCall(MARKET.settle, (orders, pins, deliveries));
        if (!_try(stranger(), act, Act.Settle, works || closed) || closed) return;
        sale.state = OrderState.Settled;
        due[sale.order.token][sale.order.payee] += sale.order.price;
    }

    function refund(uint256 which) external inTime {
        Sale storage sale = _sale(which);
        (Order[] memory orders, Pins[] memory pins, Delivery[] memory deliveries) = _lists(sale);
        ListingState state = _shelves[sale.shelf].state;
        bool late = block.timestamp > sale.order.deliverBy || state == ListingState.PersonalData;
        bool works = sale.state == OrderState.Ordered && late;
        bool open = sale.state == OrderState.Ordered || sale.state == OrderState.Delivered;
        works = works || (open && state == ListingState.Disproved);
        bytes memory act = abi.encodeCall(MARKET.refund, (orders, pins, deliveries));
        if (_try(stranger(), act, Act.Refund, works || !open) && open) _refunded(sale);
    }

    function release(uint256 which) external inTime {
        if (_running.length == 0) return;
        Running storage x = _subscription(which);
        Offer memory offer = _shelves[x.shelf].offers[2];
        uint16 total = x.released;
        // Period by period, as long as the last order of the next one can be disputed no more.
        uint256 next = x.terms.start + offer.delivery + offer.window + uint256(offer.period) * (total + 1);
        for (; total < x.terms.periods && block.timestamp > next; next += offer.period) ++total;
        bytes memory act = abi.encodeCall(MARKET.releasePeriods, (x.terms, x.released, offer));
        if (!_try(stranger(), act, Act.Release, !x.over && total != x.released)) return;
        due[offer.token][offer.payee] += uint256(total - x.released) * offer.price;
        (x.released, x.over) = (total, total == x.terms.periods);
    }

    function payDue(uint256 who, uint256 which) external inTime {
        address token = address(tokens[which % 2]);
        address account = who % 5 < BUYERS ? buyer(who % 5) : payee(who % 5);
        uint256 amount = due[token][account];
        bytes memory act = abi.encodeCall(MARKET.withdraw, (token, account));
        if (!_try(stranger(), act, Act.PayDue, amount != 0)) return;
        due[token][account] = 0;
        paidOut[token][account] += amount;
    }

    function gift(uint256 which, uint256 amount) external inTime {
        MockToken token = tokens[which % 2];
        token.mint(address(MARKET), amount % _MOST);
        gifts[address(token)] += amount % _MOST;
        ++done[Act.Gift];
    }
}
