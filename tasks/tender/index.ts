import { emptyTask } from "hardhat/config";
import { verb } from "../shared/verb.ts";

const tender = "Number of the tender";
const lot = "Number of the lot, from 0 on";
const token = "Address of the ERC-20";
const amount = "Amount, in whole tokens";
const relayOptions = {
  relay: "Sign only, and write what anyone can send with `tender relay` to this file",
  until: "Last second in which it can be sent (default: the deadline of bids)",
};
const bidOptions = {
  tender,
  lot,
  price: "Price, in the tender's currency; - reads it from stdin (default: asked for, unseen)",
  name: "Name of the bidding organisation, made public when the bid is opened",
  quotation: "Or a quotation file (JSON) with name and details",
  technical: "The technical offer (a file), where the tender has two parts: its digest is in the technical part",
  documents: "Document files that the lot requires: a.json,b.json",
  attachments: "Receipts of confidential attachments that the quotation lists: a.sealed.json,b.sealed.json",
  identity: "File in which a vendor stands behind the bid, as `tender identity` writes it",
  guarantee: "Document file of a guarantee that stands for the bond",
  ...relayOptions,
};
const bidFlags = {
  marked: "Seal even where a required document is missing or does not hold",
  foreign: "Seal even where contracts not of this house choose the winners or hear complaints",
};
const reasonOptions = {
  reason: "Code of the reason (docs/rooms/tenders.md)",
  statement: "Public statement of reasons; no personal data",
};

export const tenderTasks = [
  verb(["tender", "publish"], "Publish a tender from a notice (a key with tender.publish)", {
    options: {
      agency: "Number of the agency",
      file: "The notice, as `tender import` writes it",
      start: "When bidding starts: shifts the notice's times and keeps their durations",
      bondToken: "ERC-20 of the bond (default: as the notice says, else no bond)",
      bondAmount: "Flat bond of each bid, in whole tokens",
      treasury: "Receiver of forfeited bonds",
      seats: "Body of each seat of the opening committee: 2,3,4,5,6 (default: as the notice says)",
      threshold: "How many scalars open a bid: seats are 2t-1 at least",
    },
    flags: { byBidders: "No committee: bidders open their own bids" },
    load: () => import("./publish.ts"),
  }),
  verb(["tender", "list"], "List the tenders", { load: () => import("./list.ts") }),
  verb(["tender", "show"], "Show a tender, rebuilt from logs", {
    options: { tender },
    load: () => import("./show.ts"),
  }),
  verb(["tender", "commit"], "Seal a bid", {
    options: bidOptions,
    flags: bidFlags,
    load: () => import("./commit.ts"),
  }),
  verb(["tender", "seal"], "Seal a bid for the opening committee: as commit, for tenders that have one", {
    options: bidOptions,
    flags: bidFlags,
    load: () => import("./commit.ts"),
  }),
  verb(["tender", "replace"], "Replace your sealed bid", {
    options: bidOptions,
    flags: bidFlags,
    load: () => import("./replace.ts"),
  }),
  verb(["tender", "withdraw"], "Withdraw your sealed bid", {
    options: { tender, lot, ...relayOptions },
    load: () => import("./withdraw.ts"),
  }),
  verb(["tender", "relay"], "Send a bid or a withdrawal that its bidder signed, and pay the bond; anyone", {
    file: "The signed act, as --relay writes it",
    load: () => import("./relay.ts"),
  }),
  verb(["tender", "identity"], "Sign, as a vendor, that another account's bid in a lot is your own", {
    options: { tender, lot, bidder: "The account that bids", out: "File to write" },
    load: () => import("./identity.ts"),
  }),
  verb(["tender", "guarantee"], "Show the holder for which a bank issues the guarantee of a bid", {
    options: { tender, lot, bidder: "The account that bids" },
    load: () => import("./guarantee.ts"),
  }),
  emptyTask(["tender", "attachment"], "Confidential attachments, which only the agency can read").build(),
  verb(["tender", "attachment", "key"], "Make an agency's key for attachments, kept encrypted", {
    options: { agency: "Number of the agency" },
    load: () => import("./attachmentKey.ts"),
  }),
  verb(["tender", "attachment", "seal"], "Seal an attachment of your bid for the agency", {
    file: "The attachment",
    options: {
      tender,
      lot,
      title: "What it is, for all to read",
      out: "Receipt to write, which `tender seal --attachments` takes (default: beside the attachment)",
    },
    load: () => import("./attachmentSeal.ts"),
  }),
  verb(["tender", "attachment", "open"], "Open an attachment of a bid, with the agency's key", {
    file: "The sealed file, or its digest where it is in the store of files",
    options: { tender, lot, bidder: "The bidder's account", out: "File to write" },
    load: () => import("./attachmentOpen.ts"),
  }),
  verb(["tender", "extend"], "Propose a later deadline of bids (tender.publish), or confirm it (tender.extend)", {
    options: { tender, to: "The later deadline", ...reasonOptions },
    flags: { confirm: "Confirm what another account of the agency proposed" },
    load: () => import("./extend.ts"),
  }),
  verb(["tender", "scores"], "Reveal the technical scores, after which prices can be opened (the tender's scorer)", {
    options: {
      tender,
      file: "The scores (JSON), made public",
      evidence: "Or the digest of a file published elsewhere",
    },
    load: () => import("./scores.ts"),
  }),
  emptyTask(["tender", "ceiling"], "Sealed ceilings").build(),
  verb(["tender", "ceiling", "seal"], "Seal a lot's ceiling, or seal it anew (a key with tender.publish)", {
    options: {
      tender,
      lot,
      ceiling: "Highest price that can win, 0 = none; - reads it from stdin (default: asked for, unseen)",
      minimum: "Lowest price that can win (default: none)",
    },
    load: () => import("./ceilingSeal.ts"),
  }),
  verb(["tender", "ceiling", "open"], "Open and judge all sealed ceilings, after the bids; anyone", {
    options: { tender },
    load: () => import("./ceilingOpen.ts"),
  }),
  verb(["tender", "open"], "Open and judge all bids that the committee's scalars open; anyone", {
    options: { tender },
    load: () => import("./open.ts"),
  }),
  verb(["tender", "reveal"], "Open your sealed bid", {
    options: { tender, lot, file: "A bid file (default: the kept one)" },
    flags: { unfinalized: "Do not wait until the block after the deadline is final" },
    load: () => import("./reveal.ts"),
  }),
  verb(["tender", "bids"], "List the bid files kept here, and what became of them", {
    load: () => import("./bids.ts"),
  }),
  verb(["tender", "reject"], "Reject an opened bid (a key with tender.reject)", {
    options: { tender, lot, bidder: "The bidder's account", ...reasonOptions },
    load: () => import("./reject.ts"),
  }),
  verb(["tender", "admit"], "Admit a bid in spite of the marks of its documents (a key with tender.reject)", {
    options: { tender, lot, bidder: "The bidder's account", ...reasonOptions },
    load: () => import("./admit.ts"),
  }),
  verb(["tender", "award"], "Award a lot to the lowest bid not rejected, or selected (a key with tender.award)", {
    options: {
      tender,
      lot,
      bidder: "The bidder's account (default: whoever is lowest, or selected)",
      documents: "Document files of the winner, where those of its bid do not hold any more: a.json,b.json",
    },
    flags: { noWinner: "Close a lot in which no bid stands" },
    load: () => import("./award.ts"),
  }),
  verb(["tender", "cancel"], "Cancel the undecided lots of a tender (a key with tender.cancel)", {
    options: { tender, ...reasonOptions },
    load: () => import("./cancel.ts"),
  }),
  verb(["tender", "audit"], "Recompute a tender from logs alone, and say where it differs", {
    options: { tender },
    load: () => import("./audit.ts"),
  }),
  verb(["tender", "indicators"], "Look for signs of collusion in tenders; none is a proof", {
    options: {
      tender: "One tender (default: all, and what they show together)",
      agency: "Number of the agency (default: all)",
    },
    load: () => import("./indicators.ts"),
  }),
  verb(["tender", "export"], "Write a tender as an OCDS 1.1.5 package", {
    options: {
      tender,
      out: "File to write",
      prefix: "The publisher's ocid prefix",
      extensions: "Where the folders of docs/ocds are served",
    },
    flags: { record: "A record package instead of a release package" },
    load: () => import("./export.ts"),
  }),
  verb(["tender", "import"], "Make notices of an OCDS file", {
    file: "Release package, record package, record, release, or an array of them",
    options: { out: "File to write, or folder where the OCDS file has several processes (default: stdout)" },
    load: () => import("./import.ts"),
  }),
  verb(["tender", "replay"], "Play the tenders of an OCDS file and compare the awards", {
    file: "Release package, record package, record, release, or an array of them",
    options: { out: "Folder for the OCDS packages of what was played" },
    load: () => import("./replay.ts"),
  }),
  emptyTask(["tender", "bond"], "Bond balances").build(),
  verb(["tender", "bond", "deposit"], "Pay into your bond balance", {
    options: { token, amount },
    flags: { permit: "Sign an EIP-2612 permit instead of an allowance" },
    load: () => import("./bondDeposit.ts"),
  }),
  verb(["tender", "bond", "withdraw"], "Take out of your free bond balance", {
    options: { token, amount },
    load: () => import("./bondWithdraw.ts"),
  }),
  verb(["tender", "bond", "show"], "Show an account's bond balance", {
    options: { token, account: "The account (default: the one that acts)" },
    load: () => import("./bondShow.ts"),
  }),
  verb(["tender", "bond", "settle"], "Settle the bonds of a lot whose fate is known: back, or to the treasury", {
    options: { tender, lot, bidder: "The bidder's account (default: every bidder of the lot)" },
    load: () => import("./bondSettle.ts"),
  }),
  verb(["tender", "bond", "collect"], "Pay forfeited bonds out to the treasury they are due to", {
    options: { token, treasury: "The treasury's account" },
    load: () => import("./bondCollect.ts"),
  }),
];
