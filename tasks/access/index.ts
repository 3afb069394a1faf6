import { verb } from "../shared/verb.ts";

const agency = "Number of the body that acts";
const provider = "Number of the body that holds the records";
const scopeOptions = {
  schemas: "Numbers of schemas, such as 1,4",
  scope: "Name of a scope, such as 'medical history'",
};
const folder = "Folder of the body's log and papers (default: one for each house, in the folder of local state)";
const logs = "Bodies and their logs: 1=FILE,2=http://127.0.0.1:8000/log; of another name than exchanges: 2:NAME=FILE";

export const accessTasks = [
  verb(["access", "consent"], "Make and sign a consent; its secrets are written before it", {
    options: {
      provider,
      consumer: "Number of the body that may ask",
      ...scopeOptions,
      purpose: "Purpose or statute, in words",
      until: "Last second in which it holds",
      guardians: "How many guardians get a secret of their own (default 0)",
      out: "Folder for the files",
    },
    load: () => import("./consent.ts"),
  }),
  verb(["access", "revoke"], "Revoke a consent by a secret: the person's or a guardian's, from any account", {
    options: { secret: "The file of the secret" },
    load: () => import("./revoke.ts"),
  }),
  verb(["access", "exchange"], "Ask a body for somebody's record, or answer as a body (a key with access.exchange)", {
    options: {
      ...{ agency, folder, url: "Where the provider answers", provider, ...scopeOptions },
      consent: "Ground: a consent's file",
      statute: "Ground: a statute's reference, as the provider's list has it",
      emergency: "Ground: an emergency's reason code (docs/rooms/access.md), for review afterwards",
      reference: "Whose record, as the provider knows the person",
      detail: "What more the provider should know",
      out: "File for what is handed over (default: shown)",
      body: "With --serve: the body's file (docs/rooms/access.md)",
      port: "With --serve: port on 127.0.0.1 (default: any free one)",
    },
    flags: {
      serve: "Answer requests until Ctrl+C",
      pending: "Only ask again what was never answered, and hand in receipts",
    },
    load: () => import("./exchange.ts"),
  }),
  verb(["access", "review"], "Review an emergency access (another key of the provider than the one that answered)", {
    options: {
      ...{ agency, folder, request: "Hash of the request", finding: "justified or not-justified" },
      report: "The report, of which only the hash is published",
    },
    load: () => import("./review.ts"),
  }),
  verb(["access", "anchor"], "Anchor what is new in a log (a key with access.anchor)", {
    options: {
      ...{ agency, folder, from: "A sensor's NDJSON file (default: the body's log of exchanges)" },
      name: "Name of the sensor's log (default: the file's)",
      maxInterval: "Longest silence of a sensor that is no gap, seconds",
    },
    load: () => import("./anchor.ts"),
  }),
  verb(["access", "audit"], "Compare bodies' logs with one another, with the grounds and with the chain", {
    options: {
      logs,
      papers: "The bodies' papers, which hold the consents: FILE,FILE",
      bodies: "The bodies' files with their statutes: FILE,FILE",
      reviewDays: "Days until an emergency access must be reviewed (default 14)",
    },
    load: () => import("./audit.ts"),
  }),
  verb(["access", "mine"], "List who looked at your records", {
    options: { keys: "Files with your subject keys, such as your consents' secrets: FILE,FILE", logs },
    load: () => import("./mine.ts"),
  }),
];
