import { verb } from "../shared/verb.ts";

const tender = "Number of the tender";
const lot = "Number of the lot, from 0 on";
const bidder = "The bid's account (default: your own)";

export const evaluationTasks = [
  verb(["evaluation", "declare"], "Declare that you have no conflict, as an evaluator; once for all lots", {
    options: { tender, file: "The signed declaration, of which only the digest is published" },
    load: () => import("./declare.ts"),
  }),
  verb(["evaluation", "score"], "Commit to your scores of the present stage, which are kept on disk first", {
    options: { tender, lot, file: 'JSON: for each bidder its points, basis points: { "0x…": [9000, 7500] }' },
    load: () => import("./score.ts"),
  }),
  verb(["evaluation", "reveal"], "Reveal the scores kept, once all have committed or the time is over", {
    options: { tender, lot },
    load: () => import("./reveal.ts"),
  }),
  verb(["evaluation", "advance"], "Do whatever is due now: list, count, close stages, price, rank, select; anyone", {
    options: { tender, lot: `${lot} (default: all)` },
    load: () => import("./advance.ts"),
  }),
  verb(["evaluation", "explain"], "Explain your abnormally low price", {
    options: { tender, lot, bidder, explanation: "It becomes public, so no personal data" },
    load: () => import("./explain.ts"),
  }),
  verb(["evaluation", "call"], "Call the operator of an award that is final to sign; anyone", {
    options: { tender, lot, bidder },
    load: () => import("./call.ts"),
  }),
  verb(["evaluation", "sign"], "Sign the contract of your award", {
    options: { tender, lot, bidder, file: "The contract, of which only the digest is published" },
    load: () => import("./sign.ts"),
  }),
  verb(["evaluation", "yield"], "Take the place of an operator who did not sign in time; anyone", {
    options: { tender, lot, bidder },
    load: () => import("./yield.ts"),
  }),
  verb(["evaluation", "show"], "Show how far each lot is, scores, ranking, who is selected, and the reserve", {
    options: { tender },
    load: () => import("./show.ts"),
  }),
];
