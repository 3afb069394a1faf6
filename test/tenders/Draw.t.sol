// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BidStatus, BidView, LotOutcome} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {SealedLot} from "./SealedLot.sol";

/// @notice Random lots sealed for a committee, drawn in random pieces by anyone and awarded, against a reference that
/// turns an array.
contract DrawTest is SealedLot {
    // The order of the bids from now on, lowest first, and the price drawn last, plus one.
    uint256[] private _order;
    uint256 private _drawn;

    /// @dev Whoever stands at the head is awarded, or rejected and struck, until the lot is decided.
    function testFuzz_TheHeadIsDrawnAndAwarded(uint256 seed) public {
        _play(seed);
        (_order, _drawn) = (_ordered(), 0);
        while (_order.length != 0) {
            _expectOrder();
            uint256 head = _order[0];
            _expectRefusedBehindTheHead();
            if (_undrawn() && (_counts(head) || _random(2) == 0)) {
                _expectDrawFirst(head);
                _draw();
                continue;
            }
            if (!_undrawn()) _expectDrawNeedless();
            if (_bids[head].status == BidStatus.Standing) {
                if (_random(3) == 0) return _award(head);
                require(!_succeeds(_strike(head)), "struck one that stands");
                _reject(head);
            } else {
                require(!_succeeds(_awardOf(head)), "awarded to one that is out");
                require(_succeeds(_strike(head)), "one that is out is not struck");
                _remove();
            }
        }
        _expectOrder();
        require(_succeeds(abi.encodeCall(_house.closeLot, (_tender, 0, address(0)))), "an empty lot is not closed");
    }

    /* THE DRAW */

    // Gives all tied bids, then those up to the one drawn again, in pieces; wrong ones in between are refused.
    function _draw() private {
        (uint256[] memory sequence, uint256 turn) = _sequence();
        uint256 given = 0;
        while (given < sequence.length) {
            uint256 count = 1 + _random(sequence.length - given);
            uint256[] memory piece = new uint256[](count);
            for (uint256 i = 0; i < count; ++i) piece[i] = sequence[given + i];
            if (_random(2) == 0) _expectRefused(piece);
            if (given != 0) require(!_succeeds(_strike(_order[0])), "struck in the middle of a draw");
            if (_random(4) == 0) _reject(sequence[_random(sequence.length)]);
            if (_random(2) == 0) vm.prank(address(uint160(1 + _random(2 ** 32))));
            require(_succeeds(_drawOf(piece)), "the right bids are refused");
            given += count;
        }
        _drawn = uint256(_bids[_order[0]].price) + 1;
        _turn(turn);
        require(_house.lotOf(_tender, 0).drawn == _drawn, "another price is drawn");
    }

    // What has to be given, and how many of the order it puts behind the other tied ones.
    function _sequence() private view returns (uint256[] memory sequence, uint256 turn) {
        (uint256 tied, uint256 count) = (_tied(), 0);
        for (uint256 i = 0; i < tied; ++i) if (_counts(_order[i])) ++count;
        uint256 left = count == 0 ? 0 : _sum() % count;
        if (left != 0) {
            while (left != 0 || !_counts(_order[turn])) if (_counts(_order[turn++])) --left;
        }
        sequence = new uint256[](turn == 0 ? tied : tied + turn + 1);
        for (uint256 i = 0; i < sequence.length; ++i) sequence[i] = _order[i < tied ? i : i - tied];
    }

    function _expectRefused(uint256[] memory piece) private {
        uint256 at_ = _random(piece.length);
        uint256 wrong = _random(_bids.length);
        if (wrong == piece[at_]) return;
        uint256 right = piece[at_];
        piece[at_] = wrong;
        require(!_succeeds(_drawOf(piece)), "a wrong order is taken");
        piece[at_] = right;
    }

    function _expectDrawFirst(uint256 head) private {
        require(!_succeeds(_awardOf(head)), "awarded before the draw");
        if (_counts(head)) require(!_succeeds(_strike(head)), "struck before the draw");
    }

    function _expectDrawNeedless() private {
        bool untied = _byLottery && _drawn != uint256(_bids[_order[0]].price) + 1;
        if (untied) return;
        uint256[] memory piece = new uint256[](1);
        piece[0] = _order[0];
        require(!_succeeds(_drawOf(piece)), "drawn twice, or where there is no lottery");
    }

    /* DECISIONS */

    function _award(uint256 head) private {
        require(_succeeds(_awardOf(head)), "the head is not awarded");
        require(_house.lotOf(_tender, 0).award.winner == _bidder(head), "another winner");
        require(_house.lotOf(_tender, 0).award.outcome == LotOutcome.Awarded, "not awarded");
    }

    function _expectRefusedBehindTheHead() private {
        uint256 other = _random(_bids.length);
        if (other == _order[0]) return;
        require(!_succeeds(_awardOf(other)), "awarded behind the head");
        require(!_succeeds(_strike(other)), "struck behind the head");
        require(!_succeeds(abi.encodeCall(_house.closeLot, (_tender, 0, _bidder(other)))), "closed before the head");
    }

    // The list as the house keeps it is the order of the reference.
    function _expectOrder() private view {
        uint256 number = _house.lotOf(_tender, 0).lowest;
        for (uint256 i = 0; i < _order.length; ++i) {
            require(number == _order[i] + 1, "order: not as the reference");
            BidView memory bid = _house.bidOf(_tender, 0, _bidder(_order[i]));
            require(bid.price == _bids[_order[i]].price && bid.status == _bids[_order[i]].status, "another bid");
            number = bid.next;
        }
        require(number == 0, "order: longer than the reference");
    }

    /* REFERENCE */

    // How many bids at the head have its price.
    function _tied() private view returns (uint256 tied) {
        while (tied < _order.length && _bids[_order[tied]].price == _bids[_order[0]].price) ++tied;
    }

    function _undrawn() private view returns (bool) {
        return _byLottery && _tied() > 1 && _drawn != uint256(_bids[_order[0]].price) + 1;
    }

    // Puts the first few of the order behind the others of their price.
    function _turn(uint256 turn) private {
        uint256[] memory before = _order;
        uint256 tied = _tied();
        for (uint256 i = 0; i < tied; ++i) _order[i] = before[(i + turn) % tied];
    }

    function _remove() private {
        for (uint256 i = 1; i < _order.length; ++i) _order[i - 1] = _order[i];
        _order.pop();
    }

    /* CALL DATA */

    function _awardOf(uint256 i) private view returns (bytes memory) {
        return abi.encodeCall(_house.award, (_tender, 0, _bidder(i)));
    }

    function _strike(uint256 i) private view returns (bytes memory) {
        address[] memory bidders = new address[](1);
        bidders[0] = _bidder(i);
        return abi.encodeCall(_house.strike, (_tender, 0, bidders));
    }

    function _drawOf(uint256[] memory piece) private view returns (bytes memory) {
        address[] memory tied = new address[](piece.length);
        for (uint256 i = 0; i < piece.length; ++i) tied[i] = _bidder(piece[i]);
        return abi.encodeCall(_house.draw, (_tender, 0, tied));
    }
}
