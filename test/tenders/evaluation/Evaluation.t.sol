// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {SCORES_TAG} from "../../../contracts/tenders/EvaluationPanel.sol";
import {EvaluationTerms, Progress, StageTerms} from "../../../contracts/tenders/EvaluationTypes.sol";
import {IEvaluation} from "../../../contracts/tenders/IEvaluation.sol";
import {PriceFormula} from "../../../contracts/tenders/EvaluationTypes.sol";
import {TenderId} from "../../../contracts/tenders/TenderTypes.sol";
import {deployArtifact} from "../Support.sol";
import {PlainHouse} from "./PlainHouse.sol";

/// @notice Random lots with ties and budget cuts, scored, ranked and selected in random pieces, against a plain
/// reference; and a lot of 500 bids.
contract EvaluationTest {
    struct Bid {
        address bidder;
        uint64 price;
        uint32 number;
        uint16 points;
        bool out;
    }

    TenderId private constant _TENDER = TenderId.wrap(1);
    uint256 private constant _TX_GAS = 16_777_216;
    uint16 private constant _STAGE_WEIGHT = 6000;
    uint16 private constant _THRESHOLD = 3000;

    PlainHouse private _house;
    IEvaluation private _evaluation;
    Bid[] private _bids;
    uint256 private _seed;
    uint16 private _winners;
    uint64 private _budget;
    bool private _lottery;
    bool private _staged;
    uint32 private _sum;
    bytes32[] private _points;

    function setUp() public {
        _house = new PlainHouse();
        _evaluation = IEvaluation(deployArtifact("Evaluation", abi.encode(_house)));
    }

    /// @dev Top N within the budget, whatever the ties; and again after each bid that is taken away.
    function testFuzz_SelectionAgreesWithAPlainReference(uint256 seed) public {
        _seed = seed;
        (_winners, _lottery, _staged) = (uint16(1 + _random(5)), _random(2) == 0, _random(2) == 0);
        (_sum, _budget) = (uint32(_random(3000)), _random(3) == 0 ? type(uint64).max : uint64(1 + _random(150)));
        uint256 count = _random(11);
        // Prices and points of few values make ties; numbers are in no order.
        uint256 turn = _random(16);
        for (uint256 i = 0; i < count; ++i) {
            address bidder = address(uint160(1000 * (i + 1) + _random(999)));
            uint16 points = uint16(2500 * _random(5));
            _bids.push(Bid(bidder, uint64(10 * (1 + _random(6))), uint32(1 + ((7 * i + turn) % 16)), points, false));
        }
        _play(3);
        address[] memory ranking = _ranking(_survivors());
        _rank(ranking, 3);
        _expectSelected(ranking);
        for (uint256 turns = _random(4); turns != 0 && ranking.length != 0; --turns) {
            _takeAway(ranking[_random(ranking.length)]);
            _selectNext(ranking);
            _expectSelected(ranking);
        }
    }

    /// @dev Each transaction of 500 bids stays below the most that one may use.
    function test_FiveHundredBidsAreRankedInPieces() public {
        (_winners, _budget, _staged) = (20, type(uint64).max, true);
        for (uint256 i = 0; i < 500; ++i) {
            uint16 points = uint16(3000 + ((i * 7919) % 7000));
            uint64 price = uint64(1000 + ((i * 104_729) % 500));
            _bids.push(Bid(address(uint160(1 << 152) + uint160(i)), price, uint32(i + 1), points, false));
        }
        _play(125);
        address[] memory ranking = new address[](500);
        uint256[] memory keys = new uint256[](500);
        for (uint256 i = 0; i < 500; ++i) {
            uint256 key = _evaluation.candidateOf(_TENDER, 0, _bids[i].bidder).key;
            uint256 place = i;
            for (; place != 0 && keys[place - 1] < key; --place) {
                (keys[place], ranking[place]) = (keys[place - 1], ranking[place - 1]);
            }
            (keys[place], ranking[place]) = (key, _bids[i].bidder);
        }
        _rank(ranking, 125);
        for (uint256 i = 0; i < 500; ++i) require(_selects(ranking[i]) == (i < 20), "another selection");
    }

    /* ACTS */

    // From the publication to the prices, in pieces of so many bids.
    function _play(uint256 piece) private {
        _house.publish(_evaluation, abi.encode(_terms()), _lottery, _sum);
        for (uint256 i = 0; i < _bids.length; ++i) _house.put(_bids[i].bidder, _bids[i].price, _bids[i].number);
        address[] memory all = new address[](_bids.length);
        for (uint256 i = 0; i < all.length; ++i) all[i] = _bids[i].bidder;
        _inPieces(all, piece, IEvaluation.list.selector);
        if (_staged && all.length != 0) _score(all, piece);
        _inPieces(_survivors(), piece, IEvaluation.loadPrices.selector);
    }

    function _terms() private view returns (EvaluationTerms memory terms) {
        terms.priceWeight = 10_000;
        if (_staged) {
            terms.panel = new address[](1);
            terms.panel[0] = address(this);
            (terms.quorum, terms.priceWeight) = (1, 10_000 - _STAGE_WEIGHT);
            terms.stages = new StageTerms[](1);
            terms.stages[0] = StageTerms(10_000, false, _THRESHOLD, 0, _STAGE_WEIGHT, 1 days, 1 days);
        }
        (terms.formula, terms.winners) = (PriceFormula.Proportional, _winners);
        terms.budgets = new uint64[](1);
        terms.budgets[0] = _budget;
    }

    function _score(address[] memory all, uint256 piece) private {
        for (uint256 i = 0; i < all.length; ++i) _points.push(bytes32(uint256(_bids[i].points)));
        bytes32 head = _chain(_points, 0);
        _evaluation.declare(_TENDER, "declaration");
        bytes memory place = abi.encode(SCORES_TAG, block.chainid, _evaluation, _TENDER, 0, 0, 0);
        bytes32 hash = keccak256(bytes.concat(place, abi.encode(address(this), head, bytes32("salt"))));
        _evaluation.commitScores(_TENDER, 0, 0, hash);
        _spend(abi.encodeCall(IEvaluation.revealScores, (_TENDER, 0, _points, "salt", new address[](0))));
        _spend(abi.encodeCall(IEvaluation.countScores, (_TENDER, 0, address(this), all, _points)));
        _inPieces(all, piece, IEvaluation.closeStage.selector);
    }

    // From the end, as a ranking is submitted.
    function _rank(address[] memory ranking, uint256 piece) private {
        uint256 end = ranking.length;
        do {
            uint256 from = end > piece ? end - piece : 0;
            _spend(abi.encodeCall(IEvaluation.rank, (_TENDER, 0, _slice(ranking, from, end))));
            end = from;
        } while (end != 0);
        _selectNext(ranking);
    }

    // What a piece of the ranking did not reach, and what was given free.
    function _selectNext(address[] memory ranking) private {
        while (true) {
            Progress memory p = _progress();
            if (p.chosen == _winners || p.blocked || p.chain == 0) return;
            uint256 from = 0;
            while (_chainOf(ranking, from) != p.chain) ++from;
            uint256 end = from + 1 + _random(ranking.length - from);
            _evaluation.select(_TENDER, 0, _slice(ranking, from, end), _chainOf(ranking, end));
        }
    }

    function _takeAway(address bidder) private {
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (_bids[i].bidder != bidder || _bids[i].out) continue;
            _bids[i].out = true;
            _house.reject(bidder);
            _evaluation.exclude(_TENDER, 0, bidder);
        }
    }

    function _inPieces(address[] memory all, uint256 piece, bytes4 act) private {
        uint256 from = 0;
        do {
            uint256 end = from + piece < all.length ? from + piece : all.length;
            _spend(abi.encodeWithSelector(act, _TENDER, 0, _slice(all, from, end)));
            from = end;
        } while (from < all.length);
    }

    // As a transaction, which costs at most so much beside its execution.
    function _spend(bytes memory act) private {
        uint256 before = gasleft();
        (bool success, bytes memory answer) = address(_evaluation).call(act);
        uint256 used = before - gasleft() + 21_000 + 16 * act.length;
        if (!success) {
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        require(used < _TX_GAS, "an act needs more than a transaction may");
    }

    /* THE REFERENCE */

    function _survivors() private view returns (address[] memory survivors) {
        uint256 count = 0;
        survivors = new address[](_bids.length);
        for (uint256 i = 0; i < _bids.length; ++i) {
            if (!_staged || _bids[i].points >= _THRESHOLD) survivors[count++] = _bids[i].bidder;
        }
        return _slice(survivors, 0, count);
    }

    // Takes the best of those left, again and again.
    function _ranking(address[] memory left) private view returns (address[] memory ranking) {
        uint256 lowest = type(uint256).max;
        for (uint256 i = 0; i < left.length; ++i) if (_of(left[i]).price < lowest) lowest = _of(left[i]).price;
        ranking = new address[](left.length);
        for (uint256 i = 0; i < left.length; ++i) {
            uint256 best = type(uint256).max;
            for (uint256 j = 0; j < left.length; ++j) {
                if (left[j] == address(0)) continue;
                if (best == type(uint256).max || _beats(_of(left[j]), _of(left[best]), lowest)) best = j;
            }
            (ranking[i], left[best]) = (left[best], address(0));
        }
    }

    function _beats(Bid memory x, Bid memory y, uint256 lowest) private view returns (bool) {
        (uint256 first, uint256 second) = (_total(x, lowest), _total(y, lowest));
        if (first != second) return first > second;
        if (!_lottery) return x.number < y.number;
        return _draw(x.number) > _draw(y.number);
    }

    function _total(Bid memory bid, uint256 lowest) private view returns (uint256) {
        uint256 price = (100_000_000 * lowest) / bid.price;
        if (!_staged) return 10_000 * price;
        return uint256(_STAGE_WEIGHT) * 10_000 * bid.points + (10_000 - _STAGE_WEIGHT) * price;
    }

    function _draw(uint32 number) private view returns (bytes32) {
        return keccak256(abi.encode(_sum, number)) >> 40;
    }

    function _expectSelected(address[] memory ranking) private view {
        uint256 chosen = 0;
        uint256 spent = 0;
        bool over = false;
        for (uint256 i = 0; i < ranking.length; ++i) {
            Bid memory bid = _of(ranking[i]);
            bool wins = false;
            if (!bid.out && !over && chosen < _winners) {
                wins = _budget == type(uint64).max || spent + bid.price <= _budget;
                over = !wins;
            }
            if (wins) (chosen, spent) = (chosen + 1, spent + bid.price);
            require(_selects(bid.bidder) == wins, "another selection");
        }
        require(_evaluation.selectsNobody(_TENDER, 0) == (chosen == 0), "somebody or nobody is selected");
        Progress memory p = _progress();
        require(p.chosen == chosen && p.spent == spent, "another sum is spent");
        for (uint256 i = 0; i < _bids.length; ++i) {
            bool failed = _staged && _bids[i].points < _THRESHOLD;
            require(!failed || !_selects(_bids[i].bidder), "one that did not pass is selected");
        }
    }

    /* HELPERS */

    function _of(address bidder) private view returns (Bid memory) {
        for (uint256 i = 0; i < _bids.length; ++i) if (_bids[i].bidder == bidder) return _bids[i];
        revert("no such bid");
    }

    function _selects(address bidder) private view returns (bool) {
        return _evaluation.selects(_TENDER, 0, bidder);
    }

    function _progress() private view returns (Progress memory p) {
        (, p) = _evaluation.progressOf(_TENDER, 0);
    }

    function _chain(bytes32[] storage items, uint256 from) private view returns (bytes32 hash) {
        for (uint256 i = items.length; i > from;) hash = keccak256(abi.encode(items[--i], hash));
    }

    function _chainOf(address[] memory items, uint256 from) private pure returns (bytes32 hash) {
        for (uint256 i = items.length; i > from;) hash = keccak256(abi.encode(items[--i], hash));
    }

    function _slice(address[] memory all, uint256 from, uint256 end) private pure returns (address[] memory part) {
        part = new address[](end - from);
        for (uint256 i = from; i < end; ++i) part[i - from] = all[i];
    }

    function _random(uint256 below) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % below;
    }
}
