// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDataMarket} from "../../contracts/market/IDataMarket.sol";
import {Act} from "./MarketBooks.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @notice The fuzzer calls contracts of the test's own file only.
contract Handler is MarketHandler {}

/// @notice What must hold of the money in the market, and of the licences, under any order of acts.
contract DataMarketInvariantTest {
    error HardlyReached(Act act, uint256 times);
    error Surprise(bytes answer);

    MarketHandler private _handler;
    IDataMarket private _market;
    // The acts of the scripted run, some of them more often than others.
    bytes4[28] private _acts;

    function setUp() public {
        _handler = new Handler();
        _market = _handler.MARKET();
        _acts = [
            _handler.pass.selector,
            _handler.pass.selector,
            _handler.gift.selector,
            _handler.list.selector,
            _handler.withdrawVersion.selector,
            _handler.license.selector,
            _handler.order.selector,
            _handler.order.selector,
            _handler.deliver.selector,
            _handler.deliver.selector,
            _handler.deliver.selector,
            _handler.settle.selector,
            _handler.refund.selector,
            _handler.refund.selector,
            _handler.disputeKey.selector,
            _handler.disputeKey.selector,
            _handler.disputeChunk.selector,
            _handler.disputeChunk.selector,
            _handler.disputeChunk.selector,
            _handler.payDue.selector,
            _handler.subscribe.selector,
            _handler.orderSubscribed.selector,
            _handler.orderSubscribed.selector,
            _handler.orderSubscribed.selector,
            _handler.release.selector,
            _handler.end.selector,
            _handler.fail.selector,
            _handler.fail.selector
        ];
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev balance == prices of open orders + periods not released + due + gifts, for each token.
    /// hardhat-config: invariant.depth = 150
    function invariant_BalanceIsWhatIsOwedPlusGifts() public view {
        for (uint256 i = 0; i < 2; ++i) {
            address token = address(_handler.tokens(i));
            uint256 owed = _handler.held(token) + _market.dueOf(token, _handler.payee(0));
            owed += _market.dueOf(token, _handler.payee(1));
            for (uint256 j = 0; j < _handler.BUYERS(); ++j) owed += _market.dueOf(token, _handler.buyer(j));
            uint256 balance = _handler.tokens(i).balanceOf(address(_market));
            require(balance == owed + _handler.gifts(token), "balance is not what is owed");
        }
    }

    /// @dev To everybody is due, and was paid, what the books have, and to callers nothing.
    /// hardhat-config: invariant.depth = 150
    function invariant_NobodyGetsMoreThanIsDue() public view {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < _handler.BUYERS(); ++j) _checkBooks(i, _handler.buyer(j), false);
            for (uint256 j = 0; j < 2; ++j) _checkBooks(i, _handler.payee(j), true);
            _checkBooks(i, _handler.stranger(), true);
            _checkBooks(i, address(_handler), true);
        }
    }

    /// @dev Licences are those of settled orders; an order is settled after a window in which nobody could dispute it.
    /// hardhat-config: invariant.depth = 150
    function invariant_LicencesAreOfSettledOrders() public view {
        require(_handler.licencesAreRight(), "a licence is not of a settled order");
    }

    /// @dev An act is refused where the books say so, and nowhere else: disputes of wrong keys and chunks succeed in
    /// their window, none of an honest sale does, and no money is locked.
    /// hardhat-config: invariant.depth = 150
    function invariant_ActsAreRefusedAsTheBooksSay() public view {
        require(!_handler.surprised(), Surprise(_handler.surprise()));
    }

    /// @dev No act ends in an arithmetic panic.
    /// hardhat-config: invariant.depth = 150
    function invariant_NoPanic() public view {
        require(!_handler.panicked(), "an act ended in a panic");
    }

    /// @dev A run of the same handler by a fixed sequence reaches every act, and all of the above holds all the way.
    function test_TheHandlerReachesEveryAct() public {
        uint256 entropy = 1;
        for (uint256 i = 0; i < 6_000; ++i) {
            entropy = uint256(keccak256(abi.encode(entropy)));
            _act(entropy % _acts.length, entropy >> 8, entropy >> 72, entropy >> 136);
            if (i % 1_000 == 0) _checkAll();
        }
        _checkAll();
        for (uint256 act = 0; act <= uint256(type(Act).max); ++act) {
            uint256 times = _handler.done(Act(act));
            require(times > 2, HardlyReached(Act(act), times));
        }
    }

    function _checkBooks(uint256 which, address account, bool poor) private view {
        address token = address(_handler.tokens(which));
        require(_market.dueOf(token, account) == _handler.due(token, account), "another amount is due");
        uint256 balance = _handler.tokens(which).balanceOf(account);
        if (poor) require(balance == _handler.paidOut(token, account), "another amount was paid");
        else require(balance >= _handler.paidOut(token, account), "a buyer was paid less");
    }

    function _checkAll() private view {
        invariant_BalanceIsWhatIsOwedPlusGifts();
        invariant_NobodyGetsMoreThanIsDue();
        invariant_LicencesAreOfSettledOrders();
        invariant_ActsAreRefusedAsTheBooksSay();
        invariant_NoPanic();
    }

    // The handler's functions take three numbers at most; those that take fewer ignore the rest of the call data.
    function _act(uint256 kind, uint256 x, uint256 y, uint256 z) private {
        (bool success, bytes memory result) = address(_handler).call(abi.encodeWithSelector(_acts[kind], x, y, z));
        if (success) return;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            revert(add(result, 32), mload(result))
        }
    }
}
