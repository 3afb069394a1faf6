import { verb } from "../shared/verb.ts";

export const houseTasks = [
  verb(["house", "up"], "Start a local node with everything deployed, and stay", {
    options: { port: "Port (default 8545, where the network localhost looks)" },
    load: () => import("./up.ts"),
  }),
  verb(["house", "advance"], "Move the clock of a development chain forward", {
    options: { to: "The time to move to" },
    load: () => import("./advance.ts"),
  }),
  verb(["house", "demo"], "Play a real tender from publication to award", {
    flags: { once: "End when the play is over (it always does, as long as there is no portal)" },
    load: () => import("./demo.ts"),
  }),
];
