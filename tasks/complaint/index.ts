import { verb } from "../shared/verb.ts";

const tender = "Number of the tender";
const lot = "Number of the lot, from 0 on";
const complaint = "Number of the complaint";

export const complaintTasks = [
  verb(["complaint", "file"], "Complain about a lot, and pay the fee: a bidder of it, or the vendor its bid names", {
    options: {
      tender,
      lot,
      grounds: "What is complained about, and why; it becomes public, so no personal data",
      bidder: "Account whose bid gives the right to complain (default: your own)",
      winner: "Whose award it is about, where the lot is awarded to several",
    },
    load: () => import("./file.ts"),
  }),
  verb(["complaint", "withdraw"], "Withdraw your open complaint; its fee is lost", {
    options: { complaint },
    load: () => import("./withdraw.ts"),
  }),
  verb(["complaint", "decide"], "Decide a complaint (a key of the reviewer with tender.review)", {
    options: {
      complaint,
      decision: "reject, uphold, reevaluate or annul",
      statement: "Reasons of the decision; they become public, so no personal data",
      until: "With reevaluate: until when the lot is decided anew",
      reinstate: "With reevaluate: bidders whose rejection is annulled, those struck from the head last first: 0x…,0x…",
    },
    load: () => import("./decide.ts"),
  }),
  verb(["complaint", "list"], "List complaints, rebuilt from logs", {
    options: { tender: `${tender} (default: all)` },
    load: () => import("./list.ts"),
  }),
  verb(["complaint", "collect"], "End a complaint that was not decided in time, or pay out fees; anyone", {
    options: {
      complaint: `${complaint} that has lapsed; then the complainant's fees are paid out`,
      token: "Or the ERC-20 of the fees",
      account: "and who they are due to",
    },
    load: () => import("./collect.ts"),
  }),
];
