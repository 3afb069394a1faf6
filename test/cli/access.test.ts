import type { ChildProcess } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Finding } from "../../sdk/src/access/audit.ts";
import type { Access } from "../../sdk/src/access/mine.ts";
import { CliHouse, expectRefusal, freePort, pairwise, runApart, start } from "./cli.ts";

/** Numbers of the node's accounts. */
const ADMIN = 1,
  HOSPITAL_KEY = 2,
  REVIEWER = 3,
  CLINIC_KEY = 4,
  PATIENT = 5,
  STRANGER = 6;
const HOSPITAL = "1",
  CLINIC = "2";
const SUBJECT_KEY = `0x${"5a".repeat(32)}`;

interface Asked {
  request: string;
  outcome: string;
  refusal?: string;
  content?: unknown;
  resolved: { request: string }[];
}

describe("access on the command line", function () {
  this.timeout(60_000);
  let house: CliHouse;
  let served: ChildProcess;
  let url: string;
  let config: string;
  let consent: { consent: string; secret: string; guardians: string[] };
  const as = (account: number) => ["--as", String(account)];
  const ask = (...more: string[]) => [
    ...["access", "exchange", "--agency", CLINIC, "--url", url, "--provider", HOSPITAL],
    ...["--scope", "medical history", "--reference", "P-001", ...as(CLINIC_KEY), ...more],
  ];
  const folderOf = async (agency: string) => {
    const access = join(house.env["COMMON_SEAL_HOME"] ?? "", "access");
    return join(access, (await readdir(access))[0] ?? "", agency);
  };
  const logs = async (...agencies: string[]) => {
    const files = agencies.map(async (agency) => `${agency}=${join(await folderOf(agency), "exchanges.ndjson")}`);
    return (await Promise.all(files)).join(",");
  };
  const audit = async (...more: string[]) => {
    const papers = (await Promise.all([HOSPITAL, CLINIC].map(folderOf))).map((path) => join(path, "papers.ndjson"));
    const given = ["--logs", await logs(HOSPITAL, CLINIC), "--papers", papers.join(","), "--bodies", config];
    return house.run("access", "audit", ...given, ...more);
  };

  before(async () => {
    house = await CliHouse.start();
    const admin = await house.account(ADMIN);
    for (const name of ["Hospital", "Clinic"]) await house.json("agency", "register", "--name", name, "--admin", admin);
    const keys: [string, number][] = [
      [HOSPITAL, HOSPITAL_KEY],
      [HOSPITAL, REVIEWER],
      [CLINIC, CLINIC_KEY],
    ];
    for (const [agency, account] of keys) {
      const key = ["--agency", agency, "--account", await house.account(account), "--until", "2099-12-31"];
      await house.json("agency", "key", "add", ...key, "--may", "access", ...as(ADMIN));
    }
    await house.write("p1.json", { allergies: ["penicillin"] });
    config = await house.write("hospital.json", {
      format: "common-seal/body/1",
      agency: 1,
      emergencies: true,
      statutes: [{ reference: "Health Act s. 7", scope: "medical history" }],
      subjects: [
        {
          ...{ reference: "P-001", person: await house.account(PATIENT), subjectKey: SUBJECT_KEY },
          records: [{ scope: "medical history", file: "p1.json" }],
        },
      ],
    });
    const args = ["access", "exchange", "--serve", "--agency", HOSPITAL, "--body", config, ...as(HOSPITAL_KEY)];
    served = start(args, house.env);
    url = await new Promise<string>((resolve, reject) => {
      let said = "";
      served.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const [, found] = /answers at (\S+);/.exec(said) ?? [];
        if (found) resolve(found);
      });
      served.on("close", () => reject(new Error(`the body does not serve: ${said}`)));
    });
  });
  after(async () => {
    const closed = new Promise<number | null>((resolve) => served.on("close", resolve));
    let said = "";
    served.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    served.kill("SIGINT");
    expect(await closed).to.equal(0);
    expect(said).to.match(/^The body's server is closed; its log has \d+ records\.\n$/);
    await house.stop();
  });

  it("access consent writes the consent and a secret for each, for their owner only", async () => {
    const terms = ["--provider", HOSPITAL, "--consumer", CLINIC, "--scope", "medical history", "--until", "2099-12-31"];
    const out = ["--purpose", "treatment", "--guardians", "1", "--out", join(house.folder, "mine")];
    consent = await house.json("access", "consent", ...terms, ...out, ...as(PATIENT));
    expect(consent.guardians).to.have.length(1);
    for (const path of [consent.consent, consent.secret, ...consent.guardians]) {
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
    }
  });

  it("access exchange, by consent, by statute, in an emergency, which access review then reviews", async () => {
    const out = join(house.folder, "history.json");
    const first = await house.json<Asked>(...ask("--consent", consent.consent, "--out", out));
    expect(first).to.deep.include({ outcome: "answered", content: { allergies: ["penicillin"] } });
    expect(JSON.parse(await readFile(out, "utf8"))).to.deep.equal({ allergies: ["penicillin"] });
    expect((await house.json<Asked>(...ask("--statute", "Health Act s. 7"))).outcome).to.equal("answered");
    const { request } = await house.json<Asked>(...ask("--emergency", "1"));
    const review = ["access", "review", "--agency", HOSPITAL, "--request", request, "--report", "was unconscious"];
    expectRefusal(await house.run(...review, "--finding", "justified", ...as(HOSPITAL_KEY)), "by another key");
    await house.json(...review, "--finding", "justified", ...as(REVIEWER));
  });

  it("a request without answer stays logged and is asked again by the next run", async () => {
    const port = await freePort();
    const lost = ask("--emergency", "2").map((arg) => (arg === url ? `http://127.0.0.1:${port}` : arg));
    expectRefusal(await house.run(...lost), /cannot be reached: .* The request is logged as number \d+; the next run/);
    const { code, stdout } = await house.run(...ask("--statute", "Health Act s. 7"));
    expect(code).to.equal(0);
    expect(stdout).to.match(/^Pending 0x[0-9a-f]{64}: http:\S+\/exchange cannot be reached: ECONNREFUSED\nrequest /);
  });

  it("access revoke by the guardian, from a stranger's account; a request after it is refused", async () => {
    const [guardian = ""] = consent.guardians;
    const revoked = await house.run("access", "revoke", "--secret", guardian, ...as(STRANGER));
    expect(revoked.stdout).to.equal("The consent is revoked. Nothing on chain says whose it was.\n");
    const again = await house.run("access", "revoke", "--secret", guardian, ...as(STRANGER));
    expect(again.stdout).to.match(/^The consent was revoked before, on 20/);
    const { code, stdout } = await house.run(...ask("--consent", consent.consent));
    expect(code).to.equal(0);
    expect(stdout).to.include("refused: consent revoked");
  });

  it("access anchor anchors both logs, and then says that nothing is new", async () => {
    for (const [agency, key] of [
      [HOSPITAL, HOSPITAL_KEY],
      [CLINIC, CLINIC_KEY],
    ] as const) {
      const anchor = ["access", "anchor", "--agency", agency, ...as(key)];
      const { stdout } = await house.run(...anchor);
      expect(stdout).to.match(/^Lines 1 to \d+ are anchored under 0x[0-9a-f]{64}\.\n$/);
      expect((await house.run(...anchor)).stdout).to.match(/^All \d+ lines were anchored before\.\n$/);
    }
  });

  it("access audit tells the request that never arrived and the exchange anchored after the revocation", async () => {
    const { code, stdout } = await audit("--json");
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(findings.map(({ kind, agency }) => [kind, agency])).to.have.deep.members([
      ["late", 1],
      ["extra", 2],
    ]);
    expect(code).to.equal(2);
    const own = await house.run(
      "access",
      "audit",
      "--logs",
      await logs(CLINIC),
      "--papers",
      join(await folderOf(CLINIC), "papers.ndjson"),
    );
    expect(own.stdout).to.include("without ground").and.include("statute unknown");
  });

  it("access mine lists who looked, from files and from the provider's address", async () => {
    const keys = await house.write("my-key.json", { subjectKey: SUBJECT_KEY });
    const both = ["access", "mine", "--keys", `${consent.secret},${keys}`, "--logs"];
    for (const source of [await logs(HOSPITAL), `${HOSPITAL}=${url}/log`]) {
      const { accesses } = await house.json<{ accesses: Access[] }>(...both, source);
      expect(
        accesses.map(({ ground, outcome, refusal, review }) => [ground.kind, refusal ?? outcome, review]),
      ).to.deep.equal([
        ["consent", "answered", undefined],
        ["statute", "answered", undefined],
        ["emergency", "answered", "justified"],
        ["statute", "answered", undefined],
        ["consent", "consent revoked", undefined],
      ]);
    }
    const { stdout } = await house.run(...both, await logs(HOSPITAL));
    expect(stdout).to.include("emergency (reason 1)").and.include("refused: consent revoked");
  });

  it("access anchor --from: what is new, with a gap report; a changed line is refused", async () => {
    const lines = [1, 2, 3, 6, 7].map((seq) => JSON.stringify({ seq, time: 1_800_000_000 + seq * 60, celsius: 4 }));
    const from = await house.write("cold-room.ndjson", `${lines.slice(0, 3).join("\n")}\n`);
    const anchor = ["access", "anchor", "--agency", HOSPITAL, "--from", from, ...as(HOSPITAL_KEY)];
    expect((await house.run(...anchor)).stdout).to.match(/^Lines 1 to 3 are anchored .*\nNo gap\.\n$/);
    await writeFile(from, `${lines.join("\n")}\n`);
    const { stdout } = await house.run(...anchor, "--max-interval", "60");
    expect(stdout)
      .to.match(/^Lines 4 to 5 are anchored/)
      .and.include("sequence  3 to 6    2");
    await writeFile(from, `${lines.join("\n").replace("4", "5")}\n`);
    expectRefusal(await house.run(...anchor), "Lines 1 to 3 were changed since they were anchored.");
  });

  it("what is wrong is said in one line", async () => {
    const cases: [string[], string | RegExp][] = [
      [ask(), "Give one ground: --consent, --statute or --emergency."],
      [ask("--statute", "x", "--emergency", "1"), "Give one ground"],
      [ask("--emergency", "0"), "--emergency must be a reason's code from 1 on."],
      [ask("--consent", consent.secret), "is not a consent"],
      [["access", "mine", "--keys", consent.consent, "--logs", "1"], "--logs must be like"],
      [["access", "mine", "--keys", config, "--logs", "1=none"], "holds no subject key"],
      [["access", "revoke", "--secret", consent.consent], "is not a consent's secret"],
      [["access", "anchor", "--agency", "1", "--from", config, ...as(HOSPITAL_KEY)], /is not JSON|Line 1 of the log/],
      [["access", "exchange", "--serve", "--agency", "2", "--body", config], "is of body 1, not 2"],
      [
        ask("--statute", "Health Act s. 7").map((arg) => (arg === String(CLINIC_KEY) ? String(STRANGER) : arg)),
        /may not exchange for body 2 now/,
      ],
    ];
    await pairwise(cases, async ([args, words]) => expectRefusal(await house.run(...args), words));
  });

  it("the clinic scenario runs to its end, on a chain of its own", async () => {
    const { code, stdout, stderr } = await runApart(["run", "scripts/scenarios/clinic.ts"]);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(
      /consent +answered\n.*emergency \(reason 1\) +answered +justified\n.*refused: consent revoked/,
    );
    expect(stdout).to.match(/130 +sequence +130 to 174 +43/);
    expect(stderr).to.include("refused: Lines 1 to 700 were changed since they were anchored.");
  });
});
