import { verb } from "../shared/verb.ts";

const tender = "Number of the tender";
const seat = "Number of the seat, from 0 on (default: yours, or the first free one of your body)";
const unfinalized = "Do not wait until the deadline before it is final";

export const committeeTasks = [
  verb(
    ["committee", "join"],
    "Take a seat with fresh keys, whose secrets are kept encrypted (a key with committee.sit)",
    {
      options: { tender, seat },
      load: () => import("./join.ts"),
    },
  ),
  verb(["committee", "key"], "Take your seat anew with other keys, where the secrets are lost; until bidding opens", {
    options: { tender, seat },
    load: () => import("./key.ts"),
  }),
  verb(["committee", "freeze"], "Freeze seats and keys and open the bidding, once all seats are taken; anyone", {
    options: { tender },
    load: () => import("./freeze.ts"),
  }),
  verb(["committee", "publish"], "Publish the scalars kept here, once the deadline is over and final", {
    options: { tender },
    flags: { unfinalized },
    load: () => import("./publish.ts"),
  }),
  verb(
    ["committee", "leak"],
    "Prove that a member's secret leaked while bids are sealed: t-1 of them stop the sealing; anyone",
    {
      options: {
        tender,
        seat: "Number of the seat, from 0 on",
        scalar: "The secret (default: asked for, unseen, or read from stdin)",
      },
      load: () => import("./leak.ts"),
    },
  ),
  verb(["committee", "status"], "Show seats, keys and scalars of a tender's committee", {
    options: { tender },
    load: () => import("./status.ts"),
  }),
];
