// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {AgencyId} from "../agencies/IAgencyRegistry.sol";
import {IAwardRule} from "../tenders/IAwardRule.sol";
import {IComplaintBody} from "../tenders/IComplaintBody.sol";
import {TenderId} from "../tenders/TenderTypes.sol";

/// @notice Chooses winners and stops lots as it is told, or fails at all it is asked; orders remedies as it is told.
contract MockJudge is IAwardRule, IComplaintBody {
    bool public failing;
    bool public blocking;
    bool public nobody;
    bool public heard;
    mapping(address bidder => bool) public chosen;

    event Begun(TenderId tender, AgencyId agency, uint256 lots, bytes terms);
    event Reopened(TenderId tender, uint16 lot);

    function fail(bool on) external {
        failing = on;
    }

    function stop(bool on) external {
        blocking = on;
    }

    function choose(address bidder, bool on) external {
        chosen[bidder] = on;
    }

    function chooseNobody(bool on) external {
        nobody = on;
    }

    function hear(bool on) external {
        heard = on;
    }

    function order(address house, bytes calldata act) external {
        Address.functionCall(house, act);
    }

    function begin(TenderId tender, AgencyId agency, uint16 lots, bytes calldata terms) external {
        _work();
        emit Begun(tender, agency, lots, terms);
    }

    function begin(TenderId tender, AgencyId agency, bytes calldata terms) external {
        _work();
        emit Begun(tender, agency, 0, terms);
    }

    function reopen(TenderId tender, uint16 lot) external {
        _work();
        emit Reopened(tender, lot);
    }

    function blocks(TenderId, uint16) external view returns (bool) {
        _work();
        return blocking;
    }

    function selects(TenderId, uint16, address bidder) external view returns (bool) {
        _work();
        return chosen[bidder];
    }

    function selectsNobody(TenderId, uint16) external view returns (bool) {
        _work();
        return nobody;
    }

    function answered(TenderId, uint16, address) external view returns (bool) {
        _work();
        return heard;
    }

    function _work() private view {
        require(!failing, "the judge fails");
    }
}
