// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IBonds} from "./IBonds.sol";
import {ICommitteeHouse} from "./ICommitteeHouse.sol";
import {ITenderDesk} from "./ITenderDesk.sol";
import {ITenderOffice} from "./ITenderOffice.sol";
import {BidStatus, BidView, LotView, Opening, Tender, TenderId} from "./TenderTypes.sol";

/// @title House of tenders: sealed bids, opened by anyone, awarded to the lowest
/// @notice A bidder seals a bid before the commit deadline: it commits to it and, where the tender has an opening
/// committee, hands in an envelope that opens once enough members have published their scalars. After the deadline
/// anyone opens the bids (without a committee: who has the bid file). The agency may reject opened bids, with a reason
/// and evidence, and awards each lot; the house refuses every winner but the lowest bid not rejected. The cost of each
/// act is independent of the number of bids. Acts of the agency stand in ITenderOffice and ITenderDesk.
///
/// A bid of one part is price (8 bytes, minor units of the currency), lottery number (2, of three digits) and quotation
/// (32, the SHA-256 digest of a file with the details, 0 = none), then the section of the vendor. A bid of two parts is
/// a technical part, a digest (32) and the section of the vendor, and a price part, the first three. The section of the
/// vendor is the length of the identity (2), the identity, and the proofs of required documents, see
/// IDocumentRegistry.documentMarks. No identity: the bidder is the vendor. Else: length of the signer (1), the signer
/// (20, an address), and its signature over the EIP-712 message BidIdentity(uint64 tender,uint16 lot,address bidder).
/// Bids for a committee are filled up with zero bytes to the length that the tender fixes.
///
/// A commitment to a part is keccak256(abi.encode(BID_TAG, chainid, house, tender, lot, part, bidder, keccak256(bid),
/// salt)) with 256 random bits of salt, so that it hides the price and a copied one opens for nobody. What is sealed is
/// for each part its commitment and its envelope, one behind the other; IOpeningCommittee tells the construction.
///
/// Opened bids of a lot stand in a list by price, then by commit number. Who opens a bid names the bidders between
/// whose bids it belongs; where that has become wrong meanwhile, the bid is opened all the same and anyone can place
/// it later.
///
/// An envelope that does not hold what its bidder committed to is proven with a subset of seats that shows it, even
/// where another acquits it or the bid was opened: it is void, and its bond is forfeited. Honest envelopes open the
/// same with every subset, so that no member can frame a bidder.
///
/// Required documents are judged at the opening by what held at the commit deadline. One that is wanting never hinders
/// the opening: it marks the bid, which keeps its place; the agency rejects it or, with reasons, admits it.
interface ITenderHouse is IBonds, ITenderOffice, ITenderDesk, ICommitteeHouse {
    /// @notice The committee's seats are frozen: bids can be sealed.
    event BiddingOpened(TenderId indexed tender);
    /// @notice Scalars of t-1 seats leaked: no more bids are sealed.
    event SealingStopped(TenderId indexed tender);
    /// @notice Enough scalars of a part are out: it can be opened by anyone.
    event OpeningBegun(TenderId indexed tender, uint8 part);
    /// @notice A bid was sealed. Numbers rise through the whole tender; ties of price go to the lower one.
    event BidCommitted(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        bytes32 commitment,
        uint32 number
    );
    /// @notice A sealed bid was replaced; it has a new number.
    event BidReplaced(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        bytes32 commitment,
        uint32 number
    );
    /// @notice A part of a bid was opened: it is PartOpened, or Standing, Unplaced, OverCeiling, UnderMinimum or
    /// Malformed. With the salt everyone can compute the commitment again.
    event BidOpened(
        TenderId indexed tender,
        uint16 indexed lot,
        address indexed bidder,
        uint8 part,
        uint32 number,
        BidStatus status,
        bytes bid,
        bytes32 salt
    );
    /// @notice A bid names the vendor on whose behalf it was made.
    event BidIdentified(TenderId indexed tender, uint16 indexed lot, address indexed bidder, address vendor);
    /// @notice Documents required of an opened bid are wanting.
    /// @param marks a DocumentMark for each requirement of the lot, 4 bits, the first one lowest
    event BidMarked(TenderId indexed tender, uint16 indexed lot, address indexed bidder, uint256 marks);
    /// @notice An opened bid took its place in the order of prices.
    event BidPlaced(TenderId indexed tender, uint16 indexed lot, address indexed bidder);
    /// @notice Seals a bid where bidders open them, until the commit deadline; locks the bond from the caller's
    /// balance. Allowed again after a withdrawal.
    /// @return number the bid's commit number, needed to open it
    function commitBid(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number);

    /// @notice As `commitBid`, where a committee opens the bids.
    /// @param sealed_ for each part its commitment (32 bytes) and its envelope: Tender.sealedLength bytes in all
    function commitEnvelope(TenderId tender, uint16 lot, bytes calldata sealed_) external returns (uint32 number);

    /// @notice Replaces the caller's sealed bid, until the commit deadline; the bond stays locked.
    /// @return number the new commit number: the bid loses its place among ties
    function replaceBid(TenderId tender, uint16 lot, bytes32 commitment) external returns (uint32 number);

    /// @notice As `replaceBid`, where a committee opens the bids. The envelope replaced becomes readable all the same.
    function replaceEnvelope(TenderId tender, uint16 lot, bytes calldata sealed_) external returns (uint32 number);

    /// @notice Withdraws the caller's sealed bid, until the commit deadline; frees the bond. An envelope handed in
    /// becomes readable all the same once the scalars are out.
    function withdraw(TenderId tender, uint16 lot) external;

    /// @notice Opens the current part of a bid, after the commit deadline and until the reveal deadline; where there
    /// is a committee, once its scalars are out. Anyone may call who has what it takes. A bid outside ceiling or
    /// minimum or malformed is opened and marked so.
    function open(TenderId tender, uint16 lot, address bidder, Opening calldata opening) external;

    /// @notice Gives an Unplaced bid its place in the order of prices. Anyone may call, at any time.
    /// @param before bidder of the bid directly before this one in the order; zero = it is the lowest
    /// @param next bidder of the bid directly behind it; zero = it is the highest
    function place(TenderId tender, uint16 lot, address bidder, address before, address next) external;

    /// @notice What the house keeps of a tender.
    function tenderOf(TenderId tender) external view returns (Tender memory);

    /// @notice Number of tenders published; the newest one has this number.
    function tenderCount() external view returns (uint64);

    /// @notice A lot and its decision.
    function lotOf(TenderId tender, uint16 lot) external view returns (LotView memory);

    /// @notice A bidder's bid in a lot.
    function bidOf(TenderId tender, uint16 lot, address bidder) external view returns (BidView memory);

    /// @notice What the house keeps of a bid in one word: what a relayed act names as replaced.
    function slotOf(TenderId tender, uint16 lot, address bidder) external view returns (bytes32);

    /// @notice The account whose opened bid in a lot names a vendor; zero = none does, or the vendor bids by itself.
    function bidderOf(TenderId tender, uint16 lot, address vendor) external view returns (address);

    /// @notice Whether an award can be relied on: its standstill is over, no complaint stops the lot, and where a rule
    /// selects, the bid has not yielded its place. Where a lot is awarded to several, a complaint about a later award
    /// can still have the whole lot annulled or judged anew.
    function isFinal(TenderId tender, uint16 lot, address bidder) external view returns (bool);

    /// @notice Whether a tender has lapsed: too few scalars, or no technical scores, in time.
    function lapsed(TenderId tender) external view returns (bool);
}
