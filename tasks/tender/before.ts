import { verb } from "../shared/verb.ts";

const tender = "Number of the tender";
const file = "The consortium (JSON): lot, lead, shares by member in basis points, and consents by member";

/** What is said about a tender before its deadline. */
export const beforeTasks = [
  verb(["tender", "ask"], "Ask about a tender; the question and who asks become public", {
    options: { tender, question: "The question; no personal data" },
    load: () => import("./ask.ts"),
  }),
  verb(["tender", "answer"], "Answer questions, to all at once (a key with tender.publish)", {
    options: { tender, answer: "The answer", questions: "Digests of the questions answered: 0x…,0x…" },
    load: () => import("./answer.ts"),
  }),
  verb(["tender", "amend"], "Amend a tender's notice; its terms stay (a key with tender.publish)", {
    options: { tender, file: "The notice as it is now" },
    load: () => import("./amend.ts"),
  }),
  verb(["tender", "consent"], "Sign that you are a member of a consortium", {
    options: { tender, file },
    load: () => import("./consent.ts"),
  }),
  verb(["tender", "consortium"], "Publish a consortium with its members' consents; yours is not needed", {
    options: { tender, file },
    load: () => import("./consortium.ts"),
  }),
];
