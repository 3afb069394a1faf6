import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { toQuantity } from "ethers";
import { MockToken__factory } from "../../typechain-types/index.ts";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { attest } from "../../sdk/src/documents/attest.ts";
import { makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import { schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { actingAs, connect, type Context } from "../../sdk/src/shared/context.ts";
import { FolderStore } from "../../sdk/src/shared/files.ts";
import { NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { BidStore } from "../../sdk/src/tenders/bidFile.ts";
import { depositBondWithPermit } from "../../sdk/src/tenders/bonds.ts";
import { openBidding, publishScalars, takeSeat } from "../../sdk/src/tenders/committee/acts.ts";
import { SecretStore, unlockSecret } from "../../sdk/src/tenders/committee/secrets.ts";
import { identityIn, readIdentityFile } from "../../sdk/src/tenders/identityFile.ts";
import { publishTender } from "../../sdk/src/tenders/publish.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { replaceBid } from "../../sdk/src/tenders/seal.ts";
import { readDeployment } from "../../tasks/shared/house.ts";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal, runApart } from "./cli.ts";
import { withEnv } from "./inProcess.ts";

/** Numbers of the node's accounts. */
const [ADMIN, OFFICER, DEPUTY, VENDOR, FRESH, RELAYER, BANK, INSURED, SCORER] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const MEMBERS = [10, 11, 12];
const FOREVER = 2 ** 40 - 1;
const PHRASE = "a phrase of the test";
const REASON = ["--reason", "31", "--statement", "The drawings came late."];
const one = ["--tender", "1"];
const lot = [...one, "--lot", "0"];
const as = (account: number) => ["--as", String(account)];

describe("extensions, ceilings, scores, leaks and bids of fresh accounts on the command line", function () {
  this.timeout(60_000);
  let house: CliHouse;
  let secrets: SecretStore;
  let acting: (account: number) => Promise<Context>;
  let schema: number;
  let bank: number;
  const at = (name: string) => join(house.folder, name);
  const tender = (...args: string[]) => house.run("tender", ...args);
  const json = async <T>(...args: string[]) => JSON.parse((await tender(...args, "--json")).stdout) as T;
  const times = async (number = 1n) => {
    const { sealing, ...model } = await readTender(await acting(0), number);
    return { ...model, judgeDeadline: sealing?.judgeDeadline ?? 0 };
  };
  const advance = async (to: number) => {
    await house.node.send("evm_setNextBlockTimestamp", [toQuantity(to)]);
    await house.node.send("evm_mine", []);
  };

  async function body(name: string, keys: [account: number, may: string][]): Promise<number> {
    const admin = await acting(ADMIN);
    const act = await registerAgency(await acting(0), { name, admin: await house.account(ADMIN) });
    const { agency } = (await act.send()).result;
    for (const [account, may] of keys) {
      const key = { agency, account: await house.account(account), permissions: permissionBits(may), until: FOREVER };
      await addKey(admin, key).send();
    }
    return agency;
  }

  before(async () => {
    house = await CliHouse.start();
    house.env["COMMON_SEAL_PASSPHRASE"] = PHRASE;
    const { COMMON_SEAL_HOME: home = "" } = house.env;
    const deployment = await withEnv(house.env, () => readDeployment(hre, "localhost"));
    const context = await connect(house.node, deployment, new FolderStore(join(home, "files")));
    acting = async (account) => actingAs(context, await house.node.getSigner(account));
    secrets = new SecretStore(join(home, "committee"), { N: 1024 });

    const [agency] = [
      await body("Office", [
        [OFFICER, "tender"],
        [DEPUTY, "tender.extend"],
      ]),
    ];
    const seats: number[] = [];
    for (const member of MEMBERS) seats.push(await body(`Body ${member}`, [[member, "committee.sit"]]));
    bank = await body("Bank", [[BANK, "document"]]);
    const clerk = await acting(BANK);
    const kind = { agency: bank, accreditor: bank, json: schemaOf("tax-clearance") };
    schema = (await (await registerSchema(clerk, kind)).send()).result.schema;
    await (await accredit(clerk, { schema, issuer: bank, until: FOREVER })).send();

    const deployer = await house.node.getSigner(0);
    const token = await (await new MockToken__factory(deployer).deploy()).getAddress();
    await (await MockToken__factory.connect(token, deployer).mint(await house.account(RELAYER), 10n ** 20n)).wait();
    await (await depositBondWithPermit(await acting(RELAYER), token, 10n ** 20n)).send();

    const { publicKey } = await json<{ publicKey: string }>("attachment", "key", "--agency", "1");
    const sealing = { seats, threshold: 2 };
    const bonded = { bond: { token, amount: "5" }, treasury: await house.account(ADMIN), guarantee: { schema } };
    const full = { ...sealing, sealedCeilings: true, identities: true };
    const notices = [
      noticeOf({ ...bonded, sealing: full, attachmentKey: publicKey, lots: [{ id: "L1", items: [] }] }),
      noticeOf({ sealing: { ...sealing, parts: 2, scorer: await house.account(SCORER) } }),
    ];
    for (const [i, notice] of notices.entries()) {
      await (await publishTender(await acting(OFFICER), { agency, notice })).send();
      for (const member of MEMBERS) {
        const seat = { tender: BigInt(i + 1), secrets, passPhrase: PHRASE };
        const outcome = await takeSeat(await acting(member), seat);
        if ("act" in outcome) await outcome.act.send();
      }
      await openBidding(await acting(0), BigInt(i + 1)).send();
    }
  });
  after(() => house.stop());

  it("each refuses in one line what it cannot do", async () => {
    const [scores, broken] = [await house.write("points.json", { A: 81 }), await house.write("broken.json", "{")];
    const other = await house.write("other.json", { format: "common-seal/notice/1" });
    const [two, none] = [["--tender", "2", "--lot", "0"], at("none.json")];
    const bidder = ["--bidder", await house.account(FRESH)];
    const bid = ["seal", ...lot, "--price", "1", ...as(RELAYER)];
    const ceiling = ["ceiling", "seal", ...lot, "--ceiling", "1"];
    const cases: [words: string, args: string[]][] = [
      ["There is no tender 77", ["extend", "--tender", "77", "--to", "2099-03-01"]],
      ["--to must be a time", ["extend", ...one, "--to", "soon"]],
      ["--reason is given when", ["extend", ...one, "--to", "2099-03-01", "--reason", "30"]],
      ["No extension of tender 1", ["extend", ...one, "--to", "2099-03-01", "--confirm", ...REASON]],
      ["TenderExtensionInvalid", ["extend", ...one, "--to", "2020-03-01", ...as(OFFICER)]],
      ["Tender 1 has one part", ["scores", ...one, "--file", scores]],
      ["cannot be read: ENOENT", ["scores", "--tender", "2", "--file", none]],
      ["is not JSON", ["scores", "--tender", "2", "--file", broken]],
      ["32 bytes in hex", ["scores", "--tender", "2", "--evidence", "0x12"]],
      ["The ceilings of tender 2 are not sealed", ["ceiling", "seal", ...two, "--ceiling", "1"]],
      ["Tender 1 has no lot 7", ["ceiling", "seal", ...one, "--lot", "7", "--ceiling", "1"]],
      ["A minimum cannot be higher", [...ceiling, "--minimum", "2", ...as(OFFICER)]],
      ["AgencyKeyNotPermitted", [...ceiling, ...as(RELAYER)]],
      ["0 scalars are out", ["ceiling", "open", ...one]],
      ["have no room for an identity", ["identity", ...two, ...bidder, "--out", none]],
      ["--bidder must be an address", ["identity", ...lot, "--bidder", "0x12", "--out", none]],
      ["give --relay too", [...bid, "--until", "2099-03-01"]],
      ["is not a vendor's identity file", [...bid, "--identity", other]],
      ["is there already", [...bid, "--relay", other]],
      ["is over: nobody could send it", [...bid, "--relay", none, "--until", "2020-03-01"]],
      ["cannot be read: ENOENT", [...bid, "--guarantee", none]],
      ["give --name or --quotation too", [...bid, "--attachments", none]],
      ["cannot be read: ENOENT", [...bid, "--name", "Vendor Ltd", "--attachments", none]],
      ["cannot be read: ENOENT", ["relay", none]],
      ["is not a relay file", ["relay", other]],
      ["has no sealed bid in lot 0", ["withdraw", ...lot, "--relay", none]],
      ["Tender 2 accepts no guarantee", ["guarantee", ...two, ...bidder]],
      ["names no key for confidential", ["attachment", "seal", scores, ...two]],
      ["The attachment .*none.json cannot be read", ["attachment", "seal", none, ...lot]],
      ["is there already", ["attachment", "open", scores, ...lot, ...bidder, "--out", scores]],
      ["This is no sealed attachment", ["attachment", "open", scores, ...lot, ...bidder, "--out", none]],
    ];
    for (const [words, args] of cases) expectRefusal(await tender(...args), new RegExp(words));
    const leak = (secret: string) => house.run("committee", "leak", "--tender", "2", "--seat", "1", "--scalar", secret);
    expectRefusal(await leak("one"), "A scalar is a number, in decimals or 0x.");
    expectRefusal(await leak("0x12"), "This is not the secret of a key of seat 1 in tender 2.");
  });

  it("tender extend is proposed by one account and confirmed by another", async () => {
    const to = new Date(((await times()).commitDeadline + 86_400) * 1000).toISOString().replace(".000Z", "Z");
    const extend = (account: number, ...more: string[]) =>
      tender("extend", ...one, "--to", to, ...more, ...as(account));
    const confirm = ["--confirm", ...REASON];
    expect((await extend(OFFICER)).stdout).to.match(new RegExp(`^Proposed for tender 1: bids until ${to}\\.`));
    expect((await tender("show", ...one)).stdout).to.include(`bids until ${to}; yet to be confirmed`);
    expectRefusal(await extend(OFFICER, ...confirm), "TenderExtensionUnproposed");
    expect((await extend(DEPUTY, ...confirm)).stdout).to.match(new RegExp(`^Tender 1 is extended: bids until ${to}`));
  });

  it("committee leak takes the secret from stdin, and no other one", async () => {
    const { kept } = await secrets.list();
    const file = kept.find((key) => key.file.tender === "2" && key.file.seat === 1 && key.file.part === 1);
    if (!file) throw new Error("no secret");
    const secret = String(await unlockSecret(file, PHRASE));
    const leak = (seat: string) => runApart(["committee", "leak", "--tender", "2", "--seat", seat], house.env, secret);
    const [wrong, right] = await Promise.all([leak("0"), leak("1")]);
    expectRefusal(wrong, "This is not the secret of a key of seat 0 in tender 2.");
    expect(right.stdout).to.equal("The leak of seat 1's secret for part 1 of tender 2 is proven.\n");
    const status = (await house.run("committee", "status", "--tender", "2")).stdout;
    expect(status).to.match(/leaked +seat 1 \(part 1\); 1 of a part stop the sealing/);
    expect(status).to.match(/sealing stopped +20/);
    expect(status).to.match(/technical scores +due from 20/);
  });

  it("tender seal --relay signs a bid for tender relay, with an identity and a confidential attachment", async () => {
    const offer = await house.write("offer.txt", "What the caps cost us.");
    const fresh = await house.account(FRESH);
    const ceiling = await tender("ceiling", "seal", ...lot, "--ceiling", "3000", "--minimum", "100", ...as(OFFICER));
    expect(ceiling.stdout).to.match(/^The ceiling of lot 0 is sealed, as number 1\. It is kept in .*ceilings/);
    const named = await tender("identity", ...lot, "--bidder", fresh, "--out", at("identity.json"), ...as(VENDOR));
    expect(named.stdout).to.include(`stands behind the bid of ${fresh} in lot 0`);
    const sealed = await tender("attachment", "seal", offer, ...lot, "--title", "Costs", ...as(FRESH));
    expect(sealed.stdout).to.match(/^Sealed for the agency: bafkrei/);
    const files = ["--identity", at("identity.json"), "--attachments", at("offer.txt.sealed.json")];
    const words = ["--price", "2875.00", "--name", "Vendor Ltd", "--relay", at("relay.json")];
    const signed = await tender("seal", ...lot, ...words, ...files, ...as(FRESH));
    expect(signed.stdout).to.match(/^Signed, not sent\. .*relay\.json\. Keep this file safe, it opens the bid: .*bids/);
    const text = await readFile(at("relay.json"), "utf8");
    await writeFile(at("swapped.json"), text.replace(/("sealed": "0x.{300})..../, "$1beef"));
    const relay = (name: string) => tender("relay", at(name), ...as(RELAYER));
    expectRefusal(await relay("swapped.json"), `This is not what ${fresh} signed: the envelope`);
    expect((await relay("relay.json")).stdout).to.equal(`The bid of ${fresh} is sealed as number 2.\n`);
    expect((await relay("relay.json")).stdout).to.match(/^Done before\./);
  });

  it("tender relay refuses what was replaced since; a guarantee stands for a bond; a withdrawal is relayed", async () => {
    const bids = new BidStore(join(house.env["COMMON_SEAL_HOME"] ?? "", "bids"));
    const path = at("identity.json");
    const by = await acting(FRESH);
    const place = { chainId: by.chainId, house: by.addresses.TenderHouse, tender: 1n, lot: 0 };
    const bidder = await house.account(FRESH);
    const identity = identityIn(await readIdentityFile(path), by.genesisHash, { ...place, bidder });
    const bid = { price: 280_000n, quotation: NO_QUOTATION, identity };
    const replaced = await replaceBid(by, { tender: 1n, lot: 0, bid, bids });
    if ("act" in replaced) await replaced.act.send();
    const insured = await house.account(INSURED);
    const stale = await tender("relay", at("relay.json"), ...as(RELAYER));
    expectRefusal(stale, "was sealed, replaced or withdrawn since this was signed");
    const { holder } = await json<{ holder: string }>("guarantee", ...lot, "--bidder", insured);

    const clerk = await acting(BANK);
    const fields = { standing: "no-arrears", year: 2026 };
    const document = makeDocumentFile(originOf(placeIn(clerk), bank, schema), { fields, holder });
    await (await attest(clerk, { agency: bank, schema, expires: 0, docHash: document.docHash })).send();
    const file = await house.write("guarantee.json", document);
    const sealed = await tender("seal", ...lot, "--price", "2950", "--guarantee", file, ...as(INSURED));
    expect(sealed.stdout).to.match(/^Sealed as number 4/);
    const signed = await tender("withdraw", ...lot, "--relay", at("away.json"), ...as(INSURED));
    expect(signed.stdout).to.match(/^Signed, not sent/);
    expect((await tender("relay", at("away.json"))).stdout).to.equal(`The bid of ${insured} is withdrawn.\n`);
  });

  it("tender open opens the bids, and says when ceilings are due; tender ceiling open opens them then", async () => {
    const { commitDeadline } = await times();
    await advance(commitDeadline + 1_801);
    for (const number of [1n, 2n]) {
      const outcome = await publishScalars(await acting(0), { tender: number, secrets, passPhrase: PHRASE });
      if ("act" in outcome) await outcome.act.send();
    }
    const { revealDeadline, judgeDeadline } = await times();
    const opened = await tender("open", ...one);
    expect(opened.stdout).to.match(/0 +0x[0-9a-fA-F]{40} +standing +opened\n0 +ceiling +sealed +from 20/);
    expect(opened.code).to.equal(0);
    expectRefusal(await tender("ceiling", "open", ...one), "Ceilings of tender 1 are opened from 20");
    await advance(revealDeadline + 1);
    const out = ["--bidder", await house.account(FRESH), "--out", at("opened.txt")];
    const { file } = (
      JSON.parse(await readFile(at("offer.txt.sealed.json"), "utf8")) as { attachment: { file: string } }
    ).attachment;
    expect((await tender("ceiling", "open", ...one)).stdout).to.match(/0 +opened +opened/);
    const read = await tender("attachment", "open", file, ...lot, ...out);
    expect(read.stdout).to.match(/listed in the bid +cannot be told/);
    expect(await readFile(at("opened.txt"), "utf8")).to.equal("What the caps cost us.");
    await advance(judgeDeadline + 1);
  });

  it("tender scores is the scorer's; tender show tells what came to pass", async () => {
    const file = await house.write("scores.json", { A: 81 });
    const scores = (account: number) => tender("scores", "--tender", "2", "--file", file, ...as(account));
    expectRefusal(await scores(OFFICER), "TenderScorerOnly");
    const told = await scores(SCORER);
    expect(told.stdout, told.stderr).to.match(/^The technical scores of tender 2 are revealed: bafkrei/);
    const shown = await tender("show", ...one);
    expect(shown.stdout).to.match(/extended +1 times, reason 31, statement bafkrei/);
    expect(shown.stdout).to.match(/^Lot 0: open, ceiling opened, ceiling 3000 UAH, minimum 100 UAH$/m);
    const behind = `vendor ${await house.account(VENDOR)}, bond of ${await house.account(RELAYER)}`;
    expect(shown.stdout).to.match(new RegExp(`standing +2800 UAH +${behind}`));
  });
});
