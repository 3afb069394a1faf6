// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Agency, AgencyId} from "../../contracts/agencies/IAgencyRegistry.sol";
import {MockToken} from "../../contracts/mocks/Tokens.sol";
import {
    ComplaintId,
    ComplaintStatus,
    IComplaints,
    Reinstatement,
    ReviewTerms
} from "../../contracts/tenders/IComplaints.sol";
import {ITenderHouse} from "../../contracts/tenders/ITenderHouse.sol";
import {TenderId, TenderTerms} from "../../contracts/tenders/TenderTypes.sol";
import {vm} from "../shared/Vm.sol";
import {OneKeyRegistry, bidOf, deployArtifact, deployTenderHouse, openingOf, sealing, termsOf} from "./Support.sol";

/// @notice A registry of bodies that have an admin each, in which one account acts for all of them.
contract BodiesRegistry is OneKeyRegistry {
    constructor(address key) OneKeyRegistry(key) {}

    function agencyOf(AgencyId agency) external pure returns (Agency memory a) {
        a.admin = address(uint160(AgencyId.unwrap(agency)));
    }
}

/// @notice Plays random complaints about a lot that is not decided, against a plain count of the seconds in which they
/// stop it, and of the fees.
contract ComplaintsTest {
    // A complaint in the reference.
    struct Model {
        address bidder;
        uint256 deadline;
        bool open;
    }

    uint256 private constant _BIDDERS = 6;
    uint256 private constant _STEPS = 30;
    uint32 private constant _SPAN = 20 days;
    uint32 private constant _PERIOD = 5 days;
    uint96 private constant _FEE = 7;
    address private constant _TREASURY = address(0x7EA5);

    ITenderHouse private _house;
    IComplaints private _complaints;
    MockToken private _token;
    TenderId private _tender;

    Model[] private _filed;
    mapping(uint256 round => mapping(address bidder => bool)) private _heard;
    uint256 private _round;
    // The award deadline without what complaints took, and what they took: until now, and beyond it to leave a day.
    uint256 private _base;
    uint256 private _stopped;
    uint256 private _grace;
    mapping(address account => uint256) private _due;
    uint256 private _now;
    uint256 private _entropy;

    function setUp() public {
        BodiesRegistry registry = new BodiesRegistry(address(this));
        _house = deployTenderHouse(address(registry), deployArtifact("OpeningCommittee", abi.encode(registry)));
        _complaints = IComplaints(deployArtifact("Complaints", abi.encode(_house, registry)));
        _token = new MockToken();
        _publish();
    }

    /// @dev The deadline moves by the seconds in which complaints stop the lot; the fees are where they belong.
    function testFuzz_TakeNoTimeAndKeepNoFee(uint256 seed) public {
        _entropy = seed;
        for (uint256 i = 0; i < _STEPS; ++i) {
            uint256 act = _random(8);
            if (act == 0) _pass(_random(_PERIOD));
            else if (act < 4) _file(_bidder(_random(_BIDDERS)));
            else if (act == 4) _withdraw();
            else if (act < 7) _decide();
            else _lapseAndCollect();
            _pass(_random(1 hours));
            _check();
        }
    }

    /* ACTS */

    function _file(address bidder) private {
        bool due = _now <= _deadline() && !_heard[_round][bidder];
        vm.prank(bidder);
        (bool done, ) = address(_complaints).call(
            abi.encodeCall(IComplaints.complain, (_tender, 0, bidder, address(0), keccak256("grounds")))
        );
        require(done == due, "a complaint was heard against the rules, or not");
        if (!done) return;
        _heard[_round][bidder] = true;
        _filed.push(Model(bidder, _now + _PERIOD, true));
        _leaveADay();
    }

    function _withdraw() private {
        (bool some, uint256 i) = _openOne();
        if (!some) return;
        uint256 before = _end();
        vm.prank(_filed[i].bidder);
        _complaints.withdraw(_idOf(i));
        _close(i, true, before);
    }

    function _decide() private {
        (bool some, uint256 i) = _openOne();
        if (!some) return;
        uint256 before = _end();
        uint256 kind = _random(3);
        ComplaintStatus status =
            kind == 0
                ? ComplaintStatus.Rejected
                : kind == 1
                    ? ComplaintStatus.Upheld
                    : ComplaintStatus.Reevaluated;
        uint256 until = kind == 2 ? _now + 1 + _random(2 * uint256(_SPAN)) : 0;
        _complaints.decide(_idOf(i), status, keccak256("decision"), uint40(until), new Reinstatement[](0));
        _close(i, kind == 0, before);
        if (kind != 2) return;
        ++_round;
        if (until > _deadline()) _base += until - _deadline();
    }

    function _lapseAndCollect() private {
        for (uint256 i = 0; i < _filed.length; ++i) {
            if (!_filed[i].open || _filed[i].deadline >= _now) continue;
            _complaints.lapse(_idOf(i));
            _filed[i].open = false;
            _due[_filed[i].bidder] += _FEE;
        }
        address account = _random(3) == 0 ? _TREASURY : _bidder(_random(_BIDDERS));
        uint256 owed = _due[account];
        uint256 before = _token.balanceOf(account);
        (bool done, ) = address(_complaints).call(abi.encodeCall(IComplaints.collect, (address(_token), account)));
        require(done == (owed != 0) && _token.balanceOf(account) == before + owed, "another sum was paid out");
        _due[account] = 0;
    }

    function _pass(uint256 time) private {
        uint256 end = _end();
        uint256 next = _now + time;
        if (end > _now) _stopped += (end < next ? end : next) - _now;
        _now = next;
        vm.warp(next);
    }

    /* THE REFERENCE */

    function _check() private view {
        require(_house.lotOf(_tender, 0).awardDeadline == _deadline(), "another award deadline");
        require(_complaints.blocks(_tender, 0) == (_isStopped()), "stopped against the rules, or not");
        uint256 owed = _due[_TREASURY];
        for (uint256 i = 0; i < _filed.length; ++i) if (_filed[i].open) owed += _FEE;
        for (uint256 i = 0; i < _BIDDERS; ++i) owed += _due[_bidder(i)];
        require(_token.balanceOf(address(_complaints)) == owed, "the balance is not what is owed");
    }

    function _isStopped() private view returns (bool stopped) {
        for (uint256 i = 0; i < _filed.length; ++i) stopped = stopped || (_filed[i].open && _filed[i].deadline >= _now);
    }

    // When nothing stops the lot any more, now or later.
    function _end() private view returns (uint256 end) {
        end = _now;
        for (uint256 i = 0; i < _filed.length; ++i) {
            if (_filed[i].open && _filed[i].deadline > end) end = _filed[i].deadline;
        }
    }

    function _deadline() private view returns (uint256) {
        return _base + _stopped + (_end() - _now) + _grace;
    }

    function _close(uint256 i, bool lost, uint256 before) private {
        _filed[i].open = false;
        _due[lost ? _TREASURY : _filed[i].bidder] += _FEE;
        if (_end() != before) _leaveADay();
    }

    function _leaveADay() private {
        uint256 least = _end() + 1 days;
        if (_deadline() < least) _grace += least - _deadline();
    }

    function _openOne() private returns (bool some, uint256 i) {
        uint256 count = _filed.length;
        if (count == 0) return (false, 0);
        uint256 first = _random(count);
        for (uint256 j = 0; j < count; ++j) {
            i = (first + j) % count;
            if (_filed[i].open && _filed[i].deadline >= _now) return (true, i);
        }
    }

    function _idOf(uint256 i) private pure returns (ComplaintId) {
        return ComplaintId.wrap(uint64(i + 1));
    }

    function _bidder(uint256 i) private pure returns (address) {
        return address(uint160(0xB1D0 + i));
    }

    function _random(uint256 below) private returns (uint256) {
        _entropy = uint256(keccak256(abi.encode(_entropy)));
        return _entropy % below;
    }

    /* THE TENDER */

    function _publish() private {
        TenderTerms memory terms = termsOf(_SPAN, address(0), 0, address(0), new uint64[](1));
        terms.judging.complaints = address(_complaints);
        ReviewTerms memory review = ReviewTerms(AgencyId.wrap(2), address(_token), _FEE, _TREASURY, _PERIOD);
        terms.judging.reviewTerms = abi.encode(review);
        _tender = _house.publish(terms);
        uint256 sealed_ = block.timestamp;
        for (uint256 i = 0; i < _BIDDERS; ++i) {
            address bidder = _bidder(i);
            _token.mint(bidder, 1_000 * uint256(_FEE));
            vm.startPrank(bidder);
            _token.approve(address(_complaints), type(uint256).max);
            _house.commitBid(_tender, 0, sealing(_house, _tender, 0, 0, bidder, bidOf(uint64(100 + i), 0, 0)));
            vm.stopPrank();
        }
        vm.warp(terms.commitDeadline + 1);
        for (uint256 i = 0; i < _BIDDERS; ++i) {
            bytes memory bid = bidOf(uint64(100 + i), 0, 0);
            address before = i == 0 ? address(0) : _bidder(i - 1);
            _house.open(_tender, 0, _bidder(i), openingOf(bid, uint32(i + 1), uint40(sealed_), before, address(0)));
        }
        _now = terms.revealDeadline + 1;
        _base = terms.awardDeadline;
        vm.warp(_now);
    }
}
