import { emptyTask } from "hardhat/config";
import { verb } from "../shared/verb.ts";

const agency = "Number of the agency";
const schema = "Number of the schema, shown by `document schema list`";
const reason = "Code of the reason (docs/rooms/documents.md)";
const issueOptions = {
  agency,
  schema,
  holder: "Whom it is bound to: an account's address, or person: and a 32-byte key (default: as the file says)",
  expires: "Last second of validity (default: it does not expire)",
  out: "Where the document file or seal goes (default: beside the file)",
};
const issueFile = "The fields as JSON, with a .json name, or a file of any type";
const issueFlags = { raw: "Seal a .json file as it is instead of reading fields" };

export const documentTasks = [
  emptyTask(["document", "schema"], "Kinds of documents").build(),
  verb(["document", "schema", "add"], "Register a kind of document (a key with document.schema)", {
    options: {
      agency: "Number of the agency that publishes it",
      accreditor: "Number of the agency that accredits issuers (default: the same)",
      name: "A kind that works out of the box, such as tax-clearance",
      file: "Or a JSON Schema (2020-12) of your own",
    },
    load: () => import("./schemaAdd.ts"),
  }),
  verb(["document", "schema", "list"], "List the kinds of documents", { load: () => import("./schemaList.ts") }),
  verb(["document", "schema", "show"], "Show a kind of document: its JSON Schema", {
    options: { schema, name: "Or a kind that works out of the box, with a sample" },
    load: () => import("./schemaShow.ts"),
  }),
  verb(["document", "accredit"], "Accredit a body to issue documents of a kind (a key with document.accredit)", {
    options: { schema, issuer: "Number of the agency that may issue", until: "Last second of the accreditation" },
    flags: { end: "End the accreditation now; what was issued stays good" },
    load: () => import("./accredit.ts"),
  }),
  verb(["document", "attest"], "Attest a document or a file (a key with document.attest)", {
    options: issueOptions,
    flags: issueFlags,
    file: issueFile,
    load: () => import("./attest.ts"),
  }),
  verb(["document", "attest-batch"], "Attest a folder of files by one root (a key with document.attest)", {
    options: { agency, schema, expires: issueOptions.expires },
    file: "The folder; each file in it gets its seal beside it",
    load: () => import("./attestBatch.ts"),
  }),
  verb(["document", "sign"], "Sign a document or a file instead of attesting it: no transaction", {
    options: {
      ...issueOptions,
      list: "Name of the list by which it can be revoked (default: documents)",
      index: "Its place in the list, used once; what was used from this machine is refused",
    },
    flags: issueFlags,
    file: issueFile,
    load: () => import("./sign.ts"),
  }),
  verb(["document", "revoke"], "Revoke a document for good (a key with document.revoke, or document.revoke-root)", {
    options: { reason },
    flags: {
      root: "Revoke the root that the document stands under, with all its documents",
      unseen: "Take a seal at its word: the sealed file is gone, or was changed",
      bar: "Also what was never attested: it can then never be",
    },
    file: "The document file, the seal, or the sealed file",
    load: () => import("./revoke.ts"),
  }),
  verb(["document", "verify"], "Say what holds of a document; exit code 0 only where it is valid", {
    options: {
      sealed: "The seal of the file (default: FILE.seal.json, unless FILE is a document or a presentation)",
      at: "What held at the end of a past second",
      rpc: "URLs of nodes to ask instead of the network's, separated by commas",
      quorum: "How many of the nodes must give the same answer (default: all)",
      maxAge: "Seconds by which the block judged by may be behind the nodes' newest (default 300) and the clock",
    },
    file: "A document file, a presentation, or a sealed file of any type",
    load: () => import("./verify.ts"),
  }),
  verb(["document", "present"], "Show some fields of a document, and nothing else of it", {
    options: { fields: "Names of the fields, separated by commas", out: "Where the presentation goes" },
    flags: { holder: "Show the holder too" },
    file: "The document file",
    load: () => import("./present.ts"),
  }),
];
