// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {Act} from "./BondsBooks.sol";
import {BondsHandler} from "./BondsHandler.sol";

/// @notice The fuzzer calls contracts of the test's own file only.
contract Handler is BondsHandler {}

/// @notice What must hold of the money in the house under any order of acts.
contract BondsInvariantTest {
    error HardlyReached(Act act, uint256 times);

    BondsHandler private _handler;
    ITenderHouse private _house;
    // The acts of the scripted run, some of them more often than others.
    bytes4[24] private _acts;

    function setUp() public {
        _handler = new Handler();
        _house = _handler.HOUSE();
        _acts = [
            _handler.pass.selector,
            _handler.gift.selector,
            _handler.deposit.selector,
            _handler.withdrawBond.selector,
            _handler.publish.selector,
            _handler.commit.selector,
            _handler.commit.selector,
            _handler.commitFor.selector,
            _handler.commitFor.selector,
            _handler.replace.selector,
            _handler.withdraw.selector,
            _handler.withdrawFor.selector,
            _handler.open.selector,
            _handler.open.selector,
            _handler.open.selector,
            _handler.open.selector,
            _handler.place.selector,
            _handler.reject.selector,
            _handler.strike.selector,
            _handler.award.selector,
            _handler.closeLot.selector,
            _handler.cancel.selector,
            _handler.settle.selector,
            _handler.payDue.selector
        ];
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev balance >= free + locked + due, equal where nobody sent tokens directly.
    /// hardhat-config: invariant.depth = 200
    function invariant_BalanceIsFreePlusLockedPlusDuePlusGifts() public view {
        for (uint256 i = 0; i < 2; ++i) {
            address token = address(_handler.tokens(i));
            uint256 owed = _house.bondDue(token, _handler.treasury(0)) + _house.bondDue(token, _handler.treasury(1));
            for (uint256 j = 0; j < _handler.BIDDERS(); ++j) {
                (uint128 free, uint128 locked) = _house.bondBalance(token, _handler.bidder(j));
                owed += uint256(free) + locked;
            }
            uint256 balance = _handler.tokens(i).balanceOf(address(_house));
            require(balance == owed + _handler.gifts(token), "balance is not what is owed");
        }
    }

    /// @dev What is locked is the bonds of the bids that are sealed or opened and not settled.
    /// hardhat-config: invariant.depth = 200
    function invariant_LockedIsTheBondsOfOpenBids() public view {
        for (uint256 i = 0; i < 2; ++i) {
            address token = address(_handler.tokens(i));
            for (uint256 j = 0; j < _handler.BIDDERS(); ++j) {
                address bidder = _handler.bidder(j);
                (, uint128 locked) = _house.bondBalance(token, bidder);
                require(locked == _handler.bondsOf(token, bidder), "locked is not the bonds");
            }
        }
    }

    /// @dev Who paid for a bond is known as long as it is held, and nobody else's balance stands for it.
    /// hardhat-config: invariant.depth = 200
    function invariant_PayersAreThoseOfTheBooks() public view {
        require(_handler.payersAgree(), "another payer than in the books");
    }

    /// @dev A bidder has what it paid in and did not take out, less what it forfeited.
    /// hardhat-config: invariant.depth = 200
    function invariant_NobodyGainsOrLosesButByForfeits() public view {
        for (uint256 i = 0; i < 2; ++i) {
            address token = address(_handler.tokens(i));
            for (uint256 j = 0; j < _handler.BIDDERS(); ++j) {
                address bidder = _handler.bidder(j);
                (uint128 free, uint128 locked) = _house.bondBalance(token, bidder);
                uint256 own = uint256(free) + locked + _handler.lost(token, bidder);
                require(own == _handler.paidIn(token, bidder), "a bidder's books do not add up");
            }
        }
    }

    /// @dev Who settles, places and pays out for others gets nothing.
    /// hardhat-config: invariant.depth = 200
    function invariant_CallersGetNothing() public view {
        address[2] memory callers = [_handler.stranger(), address(_handler)];
        for (uint256 i = 0; i < 2; ++i) {
            address token = address(_handler.tokens(i));
            for (uint256 j = 0; j < 2; ++j) {
                (uint128 free, uint128 locked) = _house.bondBalance(token, callers[j]);
                require(free + locked + _house.bondDue(token, callers[j]) == 0, "a caller is in the books");
                require(_handler.tokens(i).balanceOf(callers[j]) == 0, "a caller was paid");
            }
        }
    }

    /// @dev No act ends in an arithmetic panic.
    /// hardhat-config: invariant.depth = 200
    function invariant_NoPanic() public view {
        require(!_handler.panicked(), "an act ended in a panic");
    }

    /// @dev A run of the same handler by a fixed sequence reaches every act, and all of the above holds all the way.
    function test_TheHandlerReachesEveryAct() public {
        uint256 entropy = 1;
        for (uint256 i = 0; i < 6_000; ++i) {
            entropy = uint256(keccak256(abi.encode(entropy)));
            _act(entropy % _acts.length, entropy >> 8, entropy >> 72, entropy >> 136);
            if (i % 100 == 0) _checkAll();
        }
        _checkAll();
        for (uint256 act = 0; act <= uint256(type(Act).max); ++act) {
            uint256 times = _handler.done(Act(act));
            require(times > 2, HardlyReached(Act(act), times));
        }
    }

    function _checkAll() private view {
        invariant_BalanceIsFreePlusLockedPlusDuePlusGifts();
        invariant_LockedIsTheBondsOfOpenBids();
        invariant_PayersAreThoseOfTheBooks();
        invariant_NobodyGainsOrLosesButByForfeits();
        invariant_CallersGetNothing();
        invariant_NoPanic();
    }

    // The handler's functions take three numbers at most; those that take fewer ignore the rest of the call data.
    function _act(uint256 kind, uint256 x, uint256 y, uint256 z) private {
        (bool success, ) = address(_handler).call(abi.encodeWithSelector(_acts[kind], x, y, z));
        require(success, "the handler has failed");
    }
}
