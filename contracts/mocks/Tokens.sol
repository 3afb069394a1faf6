// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IBonds} from "../tenders/IBonds.sol";

/// @notice A well-behaved token that anyone can mint. For tests and the local demo.
contract MockToken is ERC20Permit {
    constructor() ERC20("Mock", "MOCK") ERC20Permit("Mock") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice A well-behaved token with authorizations (EIP-3009) and permits.
contract MockAuthorizedToken is ERC20Permit {
    bytes32 private constant _RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
        "bytes32 nonce)"
    );

    mapping(address authorizer => mapping(bytes32 nonce => bool)) public authorizationState;

    constructor() ERC20("Authorized", "AUTH") ERC20Permit("Authorized") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        require(to == msg.sender, "caller must be the payee");
        require(block.timestamp > validAfter, "authorization is not yet valid");
        require(block.timestamp < validBefore, "authorization is expired");
        require(!authorizationState[from][nonce], "authorization is used or canceled");
        bytes32 hash = keccak256(abi.encode(_RECEIVE, from, to, value, validAfter, validBefore, nonce));
        require(ECDSA.recover(_hashTypedDataV4(hash), v, r, s) == from, "invalid signature");
        authorizationState[from][nonce] = true;
        _transfer(from, to, value);
    }
}

/// @notice Keeps a fee of 1 % of what arrives, once switched on.
contract MockFeeToken is ERC20 {
    bool public charging;

    constructor() ERC20("Fee", "FEE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function charge(bool on) external {
        charging = on;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (charging && from != address(0) && to != address(0)) super._update(to, address(0), amount / 100);
    }

    /// @notice As EIP-3009 has it, but without asking for a signature.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        uint8,
        bytes32,
        bytes32
    ) external {
        _transfer(from, to, value);
    }
}

/// @notice Takes 1 % more from the sender than was asked, once switched on.
contract MockGreedyToken is ERC20 {
    bool public charging;

    constructor() ERC20("Greedy", "GRDY") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function charge(bool on) external {
        charging = on;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (charging && from != address(0) && to != address(0)) super._update(from, address(0), amount / 100);
    }
}

/// @notice Answers every transfer with false, once switched on, and moves nothing then.
contract MockFalseToken is ERC20 {
    bool public refusing;

    constructor() ERC20("False", "FALS") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function refuse(bool on) external {
        refusing = on;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !refusing && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !refusing && super.transferFrom(from, to, amount);
    }
}

/// @notice Calls back into the house in the middle of every transfer, with call data of the attacker's choice. It
/// holds a balance in the house itself, so that the call it makes would succeed if it were not re-entering.
contract MockReentrantToken is ERC20 {
    IBonds public house;
    bytes public attack;
    bool public attackSucceeded;
    bytes public attackResult;

    constructor() ERC20("Reentrant", "REEN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Arms the attack; empty call data disarm it.
    function arm(IBonds house_, bytes calldata attack_) external {
        house = house_;
        attack = attack_;
        attackSucceeded = false;
    }

    /// @notice Pays some of the token's own units into the house in the token's own name.
    function fundHouse(IBonds house_, uint128 amount) external {
        _mint(address(this), amount);
        _approve(address(this), address(house_), type(uint256).max);
        house_.depositBond(address(this), amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (attack.length != 0 && from != address(0)) {
            (attackSucceeded, attackResult) = address(house).call(attack);
        }
    }
}
