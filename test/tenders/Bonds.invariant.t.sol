// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {Act, BondsHandler} from "./BondsHandler.sol";

/// @notice The fuzzer calls contracts of the test's own file only.
contract Handler is BondsHandler {}

/// @notice What must hold of the money in the house under any order of acts.
contract BondsInvariantTest {
    error HardlyReached(Act act, uint256 times);

    BondsHandler private _handler;
    ITenderHouse private _house;

    function setUp() public {
        _handler = new Handler();
        _house = _handler.HOUSE();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev balance >= free + locked + due, equal where nobody sent tokens directly.
    /// hardhat-config: invariant.runs = 48
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
    /// hardhat-config: invariant.runs = 48
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

    /// @dev A bidder has what it paid in and did not take out, less what it forfeited.
    /// hardhat-config: invariant.runs = 48
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
    /// hardhat-config: invariant.runs = 48
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
    /// hardhat-config: invariant.runs = 48
    /// hardhat-config: invariant.depth = 200
    function invariant_NoPanic() public view {
        require(!_handler.panicked(), "an act ended in a panic");
    }

    /// @dev A run of the same handler by a fixed sequence reaches every act, and all of the above holds all the way.
    function test_TheHandlerReachesEveryAct() public {
        uint256 entropy = 1;
        for (uint256 i = 0; i < 3_000; ++i) {
            entropy = uint256(keccak256(abi.encode(entropy)));
            _act(entropy % 20, entropy >> 8, entropy >> 72, entropy >> 136);
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
        invariant_NobodyGainsOrLosesButByForfeits();
        invariant_CallersGetNothing();
        invariant_NoPanic();
    }

    function _act(uint256 kind, uint256 x, uint256 y, uint256 z) private {
        if (kind == 0) _handler.pass(x);
        else if (kind == 1) _handler.gift(x, y);
        else if (kind == 2) _handler.deposit(x, y, z);
        else if (kind == 3) _handler.withdrawBond(x, y, z);
        else if (kind == 4) _handler.publish(x, y);
        else if (kind == 5 || kind == 6) _handler.commit(x, y, z);
        else if (kind == 7) _handler.replace(x, y);
        else if (kind == 8) _handler.withdraw(x);
        else if (kind == 9) _handler.reveal(x, y);
        else if (kind == 10) _handler.place(x);
        else if (kind == 11) _handler.reject(x, y);
        else if (kind == 12) _handler.award(x);
        else if (kind == 13) _handler.closeLot(x);
        else if (kind == 14) _handler.cancel(x, y);
        else if (kind == 15) _handler.settle(x);
        else if (kind == 16) _handler.payDue(x);
        else _handler.reveal(x, y);
    }
}
