import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal, freePort, pairwise, type Ran, run, runApart } from "./cli.ts";

const OFFICER = 2,
  BIDDER = 3;
const SIZE = 64 * 1024 * 1024 + 1;

interface Case {
  title: string;
  words: string | RegExp;
  args: (s: Setting) => string[];
  env?: (s: Setting) => Record<string, string>;
  /** Always a process of its own. */
  apart?: true;
}
interface Setting {
  house: CliHouse;
  officer: string;
  bidder: string;
  notice: string;
  unsaid: string;
  past: string;
  truncated: string;
  bidFile: string;
  huge: string;
  foreign: string;
  down: string;
  other: string;
}

const commit = (price: string, tender = "2", lot = "0") => [
  ...["tender", "commit", "--tender", tender, "--lot", lot, "--price", price, "--as", "4"],
];
const publish = (file: string, more: string[], as = OFFICER) => [
  ...["tender", "publish", "--file", file, "--as", String(as), ...more],
];
const reveal = (tender: string, more: string[] = []) => [
  ...["tender", "reveal", "--tender", tender, "--lot", "0", "--as", String(BIDDER), ...more],
];
const reject = (tender: string, bidder: string, reason: string) => [
  ...["tender", "reject", "--tender", tender, "--lot", "0", "--bidder", bidder, "--reason", reason],
  ...["--statement", "x", "--as", String(OFFICER)],
];

/** Tender 1 is past its commit deadline, tender 2 is open; the bidder has a bid in both. */
const cases: Case[] = [
  { title: "an unknown tender", words: "There is no tender 77", args: () => ["tender", "show", "--tender", "77"] },
  { title: "an unknown lot", words: /^TenderLotUnknown \(tender 2, lot 7\): /, args: () => commit("1", "2", "7") },
  {
    title: "an unknown agency",
    words: /^AgencyUnknown \(agency 77\): /,
    args: () => ["agency", "show", "--agency", "77"],
  },
  {
    title: "an agency that is not the key's",
    words: /^Agency(Unknown|KeyNotPermitted) \(agency 77/,
    args: ({ notice }) => publish(notice, ["--agency", "77"]),
  },
  {
    title: "a missing option",
    apart: true,
    words: "The option --price is missing.",
    args: () => commit("1").filter((arg) => !["--price", "1"].includes(arg)),
  },
  { title: "a negative price", words: 'amount "-5" is negative', args: () => commit("-5") },
  { title: "a price of 2^256", words: "is too large", args: () => commit(String(2n ** 256n)) },
  { title: "a price with three decimals", words: "has more than 2 decimals", args: () => commit("1.234") },
  { title: "a commit after the deadline", words: /^TenderCommitClosed \(tender 1, /, args: () => commit("5", "1") },
  {
    title: "a reveal before its time",
    words: /^Sealing ends at .*nothing was shown to anyone/,
    args: () => reveal("2"),
  },
  {
    title: "an award before its time",
    words: /^TenderRevealRunning|No bid stands/,
    args: () => ["tender", "award", "--tender", "2", "--lot", "0", "--as", String(OFFICER)],
  },
  {
    title: "an act that is not permitted",
    words: /^AgencyKeyNotPermitted \(agency 1, /,
    args: ({ notice }) => publish(notice, ["--agency", "1"], BIDDER),
  },
  {
    title: "deadlines in the past",
    words: /^TenderDeadlinesInvalid \(/,
    args: ({ past }) => publish(past, ["--agency", "1"]),
  },
  {
    title: "a start that is no time",
    words: "--start must be a time such as",
    args: ({ notice }) => publish(notice, ["--agency", "1", "--start", "2027-02-30T00:00:00Z"]),
  },
  {
    title: "a truncated notice",
    words: "truncated.json is not JSON",
    args: ({ truncated }) => publish(truncated, ["--agency", "1"]),
  },
  {
    title: "a notice that is not there",
    words: "cannot be read: ENOENT",
    args: ({ house }) => publish(join(house.folder, "none"), ["--agency", "1"]),
  },
  {
    title: "a file that is no notice",
    words: "notice: format",
    args: ({ foreign }) => publish(foreign, ["--agency", "1"]),
  },
  {
    title: "a notice that does not say how bids are sealed",
    words: "The notice does not say how bids are sealed: give --seats and --threshold of a committee, or --by-bidders.",
    args: ({ unsaid }) => publish(unsaid, ["--agency", "1"]),
  },
  {
    title: "a committee and none",
    words: "Give --seats and --threshold, or --by-bidders, not both.",
    args: ({ unsaid }) => publish(unsaid, ["--agency", "1", "--seats", "1,2,3", "--by-bidders"]),
  },
  {
    title: "a committee without its threshold",
    words: "The option --threshold is missing.",
    args: ({ notice }) => publish(notice, ["--agency", "1", "--seats", "1,2,3"]),
  },
  {
    title: "a seat of no body",
    words: "--seats must be a whole number from 0 to 4294967295, not x.",
    args: ({ notice }) => publish(notice, ["--agency", "1", "--seats", "1,x,3", "--threshold", "2"]),
  },
  {
    title: "a threshold of one",
    words: "notice: sealing.threshold: ",
    args: ({ notice }) => publish(notice, ["--agency", "1", "--seats", "1,2,3", "--threshold", "1"]),
  },
  {
    title: "the bid file of another tender",
    words: "is of another place: tender 1",
    args: ({ bidFile }) => reveal("2", ["--file", bidFile]),
  },
  {
    title: "a bid file that is cut off",
    words: "is not JSON",
    args: ({ truncated }) => reveal("2", ["--file", truncated]),
  },
  {
    title: "a reason that is not on the list",
    words: "No such reason: 12",
    args: () => ["tender", "cancel", "--tender", "2", "--reason", "12", "--statement", "x", "--as", String(OFFICER)],
  },
  {
    title: "a rejection of a bid that is not open",
    words: /^TenderBidStatus \(tender 1, lot 0, /,
    args: ({ bidder }) => reject("1", bidder, "1"),
  },
  {
    title: "a rejection without a reason that is on the list",
    words: "No such reason: 12",
    args: ({ bidder }) => reject("1", bidder, "12"),
  },
  {
    title: "a bond of nothing",
    words: /^BondNothing|There is no ERC-20/,
    args: ({ officer }) => ["tender", "bond", "deposit", "--token", officer, "--amount", "1"],
  },
  { title: "an account that is none", words: "has no account 99", args: () => ["tender", "list", "--as", "99"] },
  { title: "a clock set back", words: "cannot go back", args: () => ["house", "advance", "--to", "2001-01-01"] },
  {
    title: "an export to a folder that is not there",
    words: "ENOENT",
    args: ({ house }) => ["tender", "export", "--tender", "1", "--out", join(house.folder, "a/b.json")],
  },
  {
    title: "extensions served nowhere",
    words: "The place of the extensions is no address: here",
    args: ({ house }) => [
      ...["tender", "export", "--tender", "1", "--extensions", "here"],
      ...["--out", join(house.folder, "b.json")],
    ],
  },
  {
    title: "a node that is down",
    apart: true,
    words: "The node cannot be reached: ",
    args: () => ["tender", "list"],
    env: ({ down }) => ({ LOCALHOST_RPC_URL: down }),
  },
  {
    title: "a node on a chain that began anew",
    words: "it began anew",
    args: () => commit("1"),
    env: ({ other }) => ({ LOCALHOST_RPC_URL: other }),
  },
  {
    title: "a network without a house",
    apart: true,
    words: "No house is deployed on localhost",
    args: () => ["tender", "list"],
    env: ({ house }) => ({ COMMON_SEAL_DEPLOYMENTS: house.folder }),
  },
  {
    title: "a port that is taken",
    apart: true,
    words: "EADDRINUSE",
    args: ({ house }) => ["house", "up", "--port", new URL(house.env["LOCALHOST_RPC_URL"] ?? "").port],
  },
  ...["import", "replay"].flatMap((verb): Case[] => [
    {
      title: `${verb} of truncated JSON`,
      words: "truncated.json: not valid JSON",
      args: ({ truncated }) => ["tender", verb, truncated],
    },
    {
      title: `${verb} of a file that is too large`,
      words: `${SIZE} bytes are more than`,
      args: ({ huge }) => ["tender", verb, huge],
    },
  ]),
  {
    title: "replay of a missing file",
    words: "cannot be read (ENOENT)",
    args: ({ house }) => ["tender", "replay", join(house.folder, "none")],
  },
  { title: "replay of what is not OCDS", words: "not OCDS", args: ({ foreign }) => ["tender", "replay", foreign] },
];

describe("the command line refuses in one line, with exit code 1, and sends nothing", function () {
  this.timeout(240_000);
  let house: CliHouse;
  let blocks: { before: number; after: number };
  let bidFiles: { before: string[]; after: string[] };
  const ran = new Map<string, Ran>();
  const closing: (() => Promise<unknown>)[] = [];

  before(async () => {
    house = await CliHouse.start();
    const setting = await prepare();
    const kept = () => readdir(join(house.env["COMMON_SEAL_HOME"] ?? "", "bids"));
    const before = { block: await house.node.getBlockNumber(), files: await kept() };
    await pairwise(cases, async ({ title, args, env, apart }) => {
      const refused = apart ? runApart : run;
      ran.set(title, await refused(args(setting), { ...house.env, ...env?.(setting) }));
    });
    blocks = { before: before.block, after: await house.node.getBlockNumber() };
    bidFiles = { before: before.files, after: await kept() };
  });
  after(async () => {
    for (const close of closing) await close();
    await house.stop();
  });

  async function prepare(): Promise<Setting> {
    const [officer, bidder] = await Promise.all([house.account(OFFICER), house.account(BIDDER)]);
    const until = ["--until", "2099-12-31", "--may", "tender"];
    await house.json("agency", "register", "--name", "Ministry", "--admin", officer);
    await house.json("agency", "key", "add", "--agency", "1", "--account", officer, ...until, "--as", String(OFFICER));
    const notice = await house.write("notice.json", noticeOf());
    const sealed: { file: string; schedule: { commitDeadline: number } }[] = [];
    for (const tender of ["1", "2"]) {
      const { schedule } = await house.json<{ schedule: { commitDeadline: number } }>(
        ...publish(notice, ["--agency", "1"]),
      );
      const bid = ["--tender", tender, "--lot", "0", "--price", "7", "--as", String(BIDDER)];
      const { file } = await house.json<{ file: string }>("tender", "commit", ...bid);
      sealed.push({ file, schedule });
      if (tender === "1") await house.json("house", "advance", "--to", String(schedule.commitDeadline + 1));
    }
    const times = { start: "2016-06-14T14:53:00Z", commitDeadline: "2016-06-17T14:53:00Z" };
    const huge = join(house.folder, "huge.json");
    const handle = await open(huge, "w");
    await handle.truncate(SIZE);
    await handle.close();
    const server = await hre.network.createServer("default", "127.0.0.1", 0);
    const { port } = await server.listen();
    closing.push(() => server.close());
    return {
      house,
      officer,
      bidder,
      notice,
      unsaid: await house.write("unsaid.json", { ...noticeOf(), sealing: undefined }),
      past: await house.write("past.json", noticeOf({ times })),
      truncated: await house.write("truncated.json", JSON.stringify(noticeOf()).slice(0, -20)),
      bidFile: sealed[0]?.file ?? "",
      huge,
      foreign: await house.write("foreign.json", { hello: "world" }),
      down: `http://127.0.0.1:${await freePort()}`,
      other: `http://127.0.0.1:${port}`,
    };
  }

  for (const { title, words } of cases) {
    it(title, () => {
      const result = ran.get(title);
      if (!result) throw new Error("it was not run");
      expectRefusal(result, words);
    });
  }

  it("after all of it the chain and the bid files are as they were", () => {
    expect(blocks.after).to.equal(blocks.before);
    expect(bidFiles.after.sort()).to.deep.equal(bidFiles.before.sort());
  });
});
