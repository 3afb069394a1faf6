import { verb } from "../shared/verb.ts";

const agency = "Number of the agency";
const dataSet = "Number of the data set";
const versionNumber = "Number of the version (default: that of the latest order)";
const keys = "Key file, as `market keys` makes it (default: the wallet's signatures)";
const store = "Address of a Kubo node's RPC, whose files are used (default: the local folder)";
const nonce = "Number of the order (default: the latest)";
const every = "Time between rounds (default 15s)";
const once = "One round, then end";
const offerOptions = {
  licence: "cc-by-4.0, pdl-1.0, kogl-1 to kogl-4, or a JSON file with terms or an ODRL policy",
  price: "Price of a licence, or of one period of a subscription, in whole tokens",
  token: "Address of the ERC-20 of the price",
  payee: "Account that may collect the price",
  period: "How long a licence lasts (default: without end), or one period of a subscription: 30d",
  window: "How long after the delivery the buyer may dispute (default 3d)",
  delivery: "How long after the order the key may be delivered (default 2d)",
  until: "Last second in which the offer can be taken",
  schema: "Only for who holds a document of this schema",
  issuer: "Only where this agency issued it",
};
const offerFlags = {
  free: "For nothing, but delivered and licensed as if it were paid",
  subscription: "Every version of the data set during the periods paid",
};
const fileOptions = {
  samples: "Chunks that are shown to all: numbers such as 0,5",
  name: "Name of the file in its manifest (default: its own)",
  mediaType: "Its media type, such as text/csv",
  keys,
  store,
};
const open = "Open data: not sealed, for all to fetch";

export const marketTasks = [
  verb(["market", "list"], "Seal a file and list it as a data set (a key with market.list)", {
    file: "The file with the data",
    options: {
      agency,
      category: "Code of the EU's data themes, such as TRAN",
      metadata: "Description: DCAT-AP as JSON-LD, or title, description and so on as plain JSON",
      ckan: "Or a CKAN package",
      ...offerOptions,
      ...fileOptions,
    },
    flags: { ...offerFlags, open },
    load: () => import("./list.ts"),
  }),
  verb(["market", "version"], "List a version more of a data set (a key with market.list)", {
    file: "The file with the data",
    options: { dataSet, ...fileOptions },
    flags: { open },
    load: () => import("./version.ts"),
  }),
  verb(["market", "offer"], "Offer a data set on other conditions too (a key with market.list)", {
    options: { dataSet, versionNumber: "Number of the only version it is for (default: any)", ...offerOptions, store },
    flags: offerFlags,
    load: () => import("./offer.ts"),
  }),
  verb(["market", "withdraw"], "Withdraw versions or offers (a key with market.list)", {
    options: {
      dataSet,
      versions: "Numbers of versions: 1,2",
      offers: "Or numbers of offers",
      reason: "personal-data (orders not delivered can then be refunded at once), superseded, error or legal",
    },
    load: () => import("./withdraw.ts"),
  }),
  verb(["market", "catalogue"], "List the data sets", {
    options: { out: "File to write as DCAT-AP 3 JSON-LD", language: "Language of the titles (default en)", store },
    load: () => import("./catalogue.ts"),
  }),
  verb(["market", "show"], "Show a data set with its versions, offers and orders", {
    options: { dataSet, language: "Language of its title (default en)", store },
    load: () => import("./show.ts"),
  }),
  verb(["market", "buy"], "Order a version after checking all its bytes, subscribe, or take a free licence", {
    options: {
      dataSet,
      offer: "Number of the offer",
      versionNumber: "Number of the version (default: the latest that is open)",
      payment: "allowance, permit or authorization (default allowance)",
      documents: "Document files that the offer requires: a.json,b.json",
      subscription: "Number of your subscription under which a version is ordered",
      periods: "Number of periods of a new subscription",
      keys,
      store,
    },
    flags: { again: "Order once more what is licensed already" },
    load: () => import("./buy.ts"),
  }),
  verb(["market", "deliver"], "Deliver the keys that were ordered (a key with market.deliver)", {
    options: { agency, keys, store },
    load: () => import("./deliver.ts"),
  }),
  verb(["market", "settle"], "Make prices due to their payees where no dispute is possible any more", {
    options: { dataSet: "Number of the data set (default: all)" },
    load: () => import("./settle.ts"),
  }),
  verb(["market", "open"], "Open what was delivered into a file; exit code 2 where it must be disputed", {
    options: { dataSet, versionNumber, nonce, out: "File to write; a stopped run is gone on with", keys, store },
    load: () => import("./open.ts"),
  }),
  verb(["market", "dispute"], "Prove that what was delivered is not what was listed", {
    options: { dataSet, versionNumber, nonce, keys, store },
    load: () => import("./dispute.ts"),
  }),
  verb(["market", "refund"], "Give prices back that are not earned, and pay out what is due to you", {
    options: { dataSet: "Number of the data set (default: all)" },
    load: () => import("./refund.ts"),
  }),
  verb(["market", "licences"], "Show the licences, open orders and money due of an account", {
    options: { account: "The account (default: the one that acts)" },
    load: () => import("./licences.ts"),
  }),
  verb(["market", "collect"], "Pay out what is due to an account", {
    options: {
      token: "Address of the ERC-20 (default: all of the market)",
      account: "The account (default: the one that acts)",
    },
    load: () => import("./collect.ts"),
  }),
  verb(["market", "unsubscribe"], "End a subscription: the periods not begun come back", {
    options: { dataSet, subscription: "Number of the subscription (default 0)" },
    load: () => import("./unsubscribe.ts"),
  }),
  verb(["market", "serve"], "Deliver, settle and release until Ctrl+C (a key with market.deliver)", {
    options: { agency, every, keys, store },
    flags: { once },
    load: () => import("./serve.ts"),
  }),
  verb(["market", "watch"], "Open what is delivered to you, and dispute what is wrong, until Ctrl+C", {
    options: { folder: "Folder into which data are opened", every, keys, store },
    flags: { once },
    load: () => import("./watch.ts"),
  }),
  verb(["market", "keys"], "Make a key file, for wallets that do not sign the same way twice", {
    options: { out: "File to write; the pass phrase is asked for, or is in COMMON_SEAL_PASSPHRASE" },
    load: () => import("./keys.ts"),
  }),
];
