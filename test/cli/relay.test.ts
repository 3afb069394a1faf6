import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { toQuantity } from "ethers";
import hre from "hardhat";
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
import { publishTender } from "../../sdk/src/tenders/publish.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { replaceBid } from "../../sdk/src/tenders/seal.ts";
import { readDeployment } from "../../tasks/shared/house.ts";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal, pairwise, run } from "./cli.ts";

/** Numbers of the node's accounts. */
const [ADMIN, OFFICER, DEPUTY, VENDOR, FRESH, RELAYER, BANK, INSURED, SCORER] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const MEMBERS = [10, 11, 12];
const FOREVER = 2 ** 40 - 1;
const PHRASE = "a phrase of the test";
const one = ["--tender", "1"];
const lot = [...one, "--lot", "0"];
const as = (account: number) => ["--as", String(account)];

describe("extensions, ceilings, scores, leaks and bids of fresh accounts on the command line", function () {
  this.timeout(180_000);
  let house: CliHouse;
  let secrets: SecretStore;
  let acting: (account: number) => Promise<Context>;
  let schema: number;
  let bank: number;
  const at = (name: string) => join(house.folder, name);
  const tender = (...args: string[]) => house.run("tender", ...args);
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
    const { COMMON_SEAL_HOME: home = "", COMMON_SEAL_DEPLOYMENTS: deployments = "" } = house.env;
    const known = process.env["COMMON_SEAL_DEPLOYMENTS"];
    process.env["COMMON_SEAL_DEPLOYMENTS"] = deployments;
    const deployment = await readDeployment(hre, "localhost");
    if (known === undefined) delete process.env["COMMON_SEAL_DEPLOYMENTS"];
    else process.env["COMMON_SEAL_DEPLOYMENTS"] = known;
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

    const { publicKey } = await house.json<{ publicKey: string }>("tender", "attachment", "key", "--agency", "1");
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

  it("tender extend is proposed by one account and confirmed by another", async () => {
    const to = new Date(((await times()).commitDeadline + 86_400) * 1000).toISOString().replace(".000Z", "Z");
    const extend = (account: number, ...more: string[]) =>
      tender("extend", ...one, "--to", to, ...more, ...as(account));
    const confirm = ["--confirm", "--reason", "31", "--statement", "The drawings came late."];
    expect((await extend(OFFICER)).stdout).to.match(new RegExp(`^Proposed for tender 1: bids until ${to}\\.`));
    const [shown, own] = await Promise.all([tender("show", ...one), extend(OFFICER, ...confirm)]);
    expect(shown.stdout).to.include(`bids until ${to}; yet to be confirmed`);
    expectRefusal(own, "TenderExtensionUnproposed");
    expect((await extend(DEPUTY, ...confirm)).stdout).to.match(new RegExp(`^Tender 1 is extended: bids until ${to}`));
  });

  it("committee leak takes the secret from stdin, and no other one", async () => {
    const { kept } = await secrets.list();
    const file = kept.find((key) => key.file.tender === "2" && key.file.seat === 1 && key.file.part === 1);
    if (!file) throw new Error("no secret");
    const secret = String(await unlockSecret(file, PHRASE));
    const leak = (seat: string) => run(["committee", "leak", "--tender", "2", "--seat", seat], house.env, secret);
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
    const [ceiling, identity, sealed] = await pairwise(
      [
        ["ceiling", "seal", ...lot, "--ceiling", "3000", "--minimum", "100", ...as(OFFICER)],
        ["identity", ...lot, "--bidder", fresh, "--out", at("identity.json"), ...as(VENDOR)],
        ["attachment", "seal", offer, ...lot, "--title", "Costs", ...as(FRESH)],
      ],
      (args) => tender(...args),
    );
    expect(ceiling?.stdout).to.match(/^The ceiling of lot 0 is sealed, as number 1\. It is kept in .*ceilings/);
    expect(identity?.stdout).to.include(`stands behind the bid of ${fresh} in lot 0`);
    expect(sealed?.stdout, sealed?.stderr).to.match(/^Sealed for the agency: bafkrei/);
    const files = ["--identity", at("identity.json"), "--attachments", at("offer.txt.sealed.json")];
    const words = ["--price", "2875.00", "--name", "Vendor Ltd", "--relay", at("relay.json")];
    const signed = await tender("seal", ...lot, ...words, ...files, ...as(FRESH));
    expect(signed.stdout).to.match(/^Signed, not sent\. .*relay\.json\. Keep this file safe, it opens the bid: .*bids/);
    const text = await readFile(at("relay.json"), "utf8");
    await writeFile(at("swapped.json"), text.replace(/("sealed": "0x.{300})..../, "$1beef"));
    const [swapped, sent] = await Promise.all(
      ["swapped.json", "relay.json"].map((name) => tender("relay", at(name), ...as(RELAYER))),
    );
    if (!swapped || !sent) throw new Error("not run");
    expectRefusal(swapped, `This is not what ${fresh} signed: the envelope`);
    expect(sent.stdout).to.equal(`The bid of ${fresh} is sealed as number 2.\n`);
  });

  it("tender relay refuses what was replaced since; a guarantee stands for a bond; a withdrawal is relayed", async () => {
    const bids = new BidStore(join(house.env["COMMON_SEAL_HOME"] ?? "", "bids"));
    const path = at("identity.json");
    const { identityIn, readIdentityFile } = await import("../../sdk/src/tenders/identityFile.ts");
    const by = await acting(FRESH);
    const place = { chainId: by.chainId, house: by.addresses.TenderHouse, tender: 1n, lot: 0 };
    const bidder = await house.account(FRESH);
    const identity = identityIn(await readIdentityFile(path), by.genesisHash, { ...place, bidder });
    const bid = { price: 280_000n, quotation: NO_QUOTATION, identity };
    const replaced = await replaceBid(by, { tender: 1n, lot: 0, bid, bids });
    if ("act" in replaced) await replaced.act.send();
    const insured = await house.account(INSURED);
    const [stale, wanted] = await Promise.all([
      tender("relay", at("relay.json"), ...as(RELAYER)),
      house.json<{ holder: string }>("tender", "guarantee", ...lot, "--bidder", insured),
    ]);
    expectRefusal(stale, "was sealed, replaced or withdrawn since this was signed");

    const clerk = await acting(BANK);
    const fields = { standing: "no-arrears", year: 2026 };
    const document = makeDocumentFile(originOf(placeIn(clerk), bank, schema), { fields, holder: wanted.holder });
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
    const [opened, early] = await Promise.all([tender("open", ...one), tender("ceiling", "open", ...one)]);
    expect(opened.stdout).to.match(/0 +0x[0-9a-fA-F]{40} +standing +opened\n0 +ceiling +sealed +from 20/);
    expect(opened.code).to.equal(0);
    expectRefusal(early, "Ceilings of tender 1 are opened from 20");
    await advance(revealDeadline + 1);
    const out = ["--bidder", await house.account(FRESH), "--out", at("opened.txt")];
    const { file } = (
      JSON.parse(await readFile(at("offer.txt.sealed.json"), "utf8")) as { attachment: { file: string } }
    ).attachment;
    const [ceilings, read] = await Promise.all([
      tender("ceiling", "open", ...one),
      tender("attachment", "open", file, ...lot, ...out),
    ]);
    expect(ceilings.stdout).to.match(/0 +opened +opened/);
    expect(read.stdout).to.match(/listed in the bid +cannot be told/);
    expect(await readFile(at("opened.txt"), "utf8")).to.equal("What the caps cost us.");
    await advance(judgeDeadline + 1);
  });

  it("tender scores is the scorer's; tender show tells what came to pass", async () => {
    const file = await house.write("scores.json", { A: 81 });
    const scores = (account: number) => tender("scores", "--tender", "2", "--file", file, ...as(account));
    const [shown, stranger] = await Promise.all([tender("show", ...one), scores(OFFICER)]);
    expectRefusal(stranger, "TenderScorerOnly");
    const told = await scores(SCORER);
    expect(told.stdout, told.stderr).to.match(/^The technical scores of tender 2 are revealed: bafkrei/);
    expect(shown.stdout).to.match(/extended +1 times, reason 31, statement bafkrei/);
    expect(shown.stdout).to.match(/^Lot 0: open, ceiling opened, ceiling 3000 UAH, minimum 100 UAH$/m);
    const behind = `vendor ${await house.account(VENDOR)}, bond of ${await house.account(RELAYER)}`;
    expect(shown.stdout).to.match(new RegExp(`standing +2800 UAH +${behind}`));
  });
});
