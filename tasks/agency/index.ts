import { emptyTask } from "hardhat/config";
import { verb } from "../shared/verb.ts";

const agency = "Number of the agency";

export const agencyTasks = [
  verb(["agency", "register"], "Register a public body (the platform's registrar)", {
    options: {
      name: "Official name",
      admin: "Account that will manage the body's keys",
      scheme: "Scheme of the body's identifier, such as UA-EDR",
      id: "The body's identifier in the scheme",
      url: "The body's website",
    },
    load: () => import("./register.ts"),
  }),
  verb(["agency", "update"], "Replace a body's metadata (its admin)", {
    options: { agency, name: "Official name", scheme: "Scheme of the identifier", id: "Identifier", url: "Website" },
    load: () => import("./update.ts"),
  }),
  verb(["agency", "list"], "List the registered bodies", { load: () => import("./list.ts") }),
  verb(["agency", "show"], "Show a body and its keys", { options: { agency }, load: () => import("./show.ts") }),
  verb(["agency", "suspend"], "Suspend a body (the platform's supervisor)", {
    options: { agency },
    load: () => import("./suspend.ts"),
  }),
  verb(["agency", "resume"], "Let a suspended body act again (the platform's supervisor)", {
    options: { agency },
    load: () => import("./resume.ts"),
  }),
  emptyTask(["agency", "admin"], "The account that manages a body's keys").build(),
  verb(["agency", "admin", "transfer"], "Hand a body over to another admin (its admin)", {
    options: { agency, admin: "The new admin's account" },
    load: () => import("./adminTransfer.ts"),
  }),
  verb(["agency", "admin", "replace"], "Replace a lost admin (the platform's supervisor)", {
    options: { agency, admin: "The new admin's account" },
    load: () => import("./adminReplace.ts"),
  }),
  emptyTask(["agency", "key"], "A body's signing keys").build(),
  verb(["agency", "key", "add"], "Add a signing key (the body's admin)", {
    options: {
      agency,
      account: "The key's account",
      may: "What it may do, such as tender.publish,tender.award, or tender for all of a room",
      start: "First second of validity (default: now)",
      until: "Last second of validity",
    },
    load: () => import("./keyAdd.ts"),
  }),
  verb(["agency", "key", "end"], "End a signing key (the body's admin)", {
    options: { agency, account: "The key's account" },
    load: () => import("./keyEnd.ts"),
  }),
  verb(["agency", "key", "compromise"], "Mark a key as compromised since a time (the body's admin)", {
    options: {
      agency,
      account: "The key's account: its latest key",
      index: "Or the key's position, shown by `agency show`",
      since: "First second in which the key may have been in other hands",
    },
    load: () => import("./keyCompromise.ts"),
  }),
];
