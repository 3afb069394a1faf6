import { expect } from "chai";
import { id, keccak256, toUtf8Bytes } from "ethers";
import {
  COMMERCIAL,
  describeTerms,
  licence,
  templateOf,
  termsOf,
  tiers,
} from "../../sdk/src/market/licences/licence.ts";
import { type Policy, readPolicy, readTiers, termsHash } from "../../sdk/src/market/licences/policy.ts";
import {
  ACTS,
  DUTIES,
  type LicenceTerms,
  template,
  templateAt,
  templateNames,
} from "../../sdk/src/market/licences/templates.ts";
import { refused } from "./fixtures/refused.ts";

const place = {
  uid: "did:pkh:eip155:1:0x52908400098527886E0F7030069857D2E4169EE7/dataset/7/tier/0",
  assigner: "did:pkh:eip155:1:0x52908400098527886E0F7030069857D2E4169EE7/agency/3",
  target: "did:pkh:eip155:1:0x52908400098527886E0F7030069857D2E4169EE7/dataset/7",
};

/** Terms, the same in each run. */
function randomTerms(seed: number): LicenceTerms {
  const bits = BigInt(id(`terms ${seed}`));
  const bit = (n: number) => ((bits >> BigInt(n)) & 1n) === 1n;
  const permit = ACTS.filter((_, i) => i === 0 || bit(i));
  const prohibit = ACTS.filter((act, i) => !permit.includes(act) && bit(8 + i));
  const duties = DUTIES.filter((_, i) => bit(16 + i));
  return {
    permit,
    ...(bit(20) ? { title: `条件 ${seed} 조건` } : {}),
    ...(bit(21) ? { page: `https://example.org/terms/${seed}` } : {}),
    ...(prohibit.length > 0 ? { prohibit } : {}),
    ...(duties.length > 0 ? { duties } : {}),
    ...(bit(22) ? { until: 1_800_000_000 + Number((bits >> 32n) & 0xffffffffn) } : {}),
    ...(bit(23) ? { users: 1 + Number((bits >> 70n) & 0xffffn) } : {}),
  };
}

/** The same policy with the keys of all its objects the other way round. */
function turned(policy: Policy): Policy {
  const turn = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turn);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, turn(inner)]),
    );
  };
  return turn(policy) as Policy;
}

describe("licences", () => {
  describe("licence", () => {
    it("refuses terms that contradict themselves or say nothing", () => {
      const of = (terms: LicenceTerms) => () => licence(terms, place);
      refused(of({ permit: [] }), "permits something");
      refused(of({ permit: ["use", "derive"], prohibit: ["derive"] }), "both permit and forbid derivatives");
      for (const until of [0, -1, 1.5, NaN, Infinity, 253_402_300_800]) {
        refused(of({ permit: ["use"], until }), "time in seconds");
      }
      for (const users of [0, -1, 1.5, Infinity]) refused(of({ permit: ["use"], users }), "number of users");
      refused(of({ permit: ["use"], page: "not an address" }), "dct:source");
      refused(() => template("cc-by-3.0"), "No such licence: cc-by-3.0");
    });

    it("refuses places that are no IRIs, and an agreement without licensee", () => {
      for (const name of ["uid", "assigner", "target"] as const) {
        refused(() => licence("pdl-1.0", { ...place, [name]: "seven" }), `${name} is not an absolute IRI`);
      }
      refused(() => licence("pdl-1.0", { ...place, type: "Agreement" }), "assignee is missing");
      const assignee = "did:pkh:eip155:1:0x52908400098527886E0F7030069857D2E4169EE7";
      const policy = licence("pdl-1.0", { ...place, type: "Agreement", assignee });
      expect([policy["@type"], policy.assignee]).to.deep.equal(["Agreement", assignee]);
    });

    it("the public licences say what they are known for", () => {
      const facts = (name: (typeof templateNames)[number]) => {
        const { permit, prohibit = [], duties = [] } = termsOf(licence(name, place));
        return `${permit.join("+")} / ${prohibit.join("+")} / ${duties.join("+")}`;
      };
      expect(Object.fromEntries(templateNames.map((name) => [name, facts(name)]))).to.deep.equal({
        "cc-by-4.0": "use+commercialUse+derive+distribute /  / attribute+notice",
        "pdl-1.0": "use+commercialUse+derive+distribute /  / attribute",
        "kogl-1": "use+commercialUse+derive+distribute /  / attribute",
        "kogl-2": "use+derive+distribute / commercialUse / attribute",
        "kogl-3": "use+commercialUse+distribute / derive / attribute",
        "kogl-4": "use+distribute / commercialUse+derive / attribute",
      });
    });

    it("is ODRL 2.2 in JSON-LD", () => {
      const terms: LicenceTerms = { permit: ["use", "derive"], prohibit: ["commercialUse"], duties: ["attribute"] };
      const bounds = [
        {
          leftOperand: "dateTime",
          operator: "lteq",
          rightOperand: { "@value": "2030-01-01T00:00:00Z", "@type": "xsd:dateTime" },
        },
        { leftOperand: "count", operator: "lteq", rightOperand: 5 },
        { leftOperand: "unitOfCount", operator: "eq", rightOperand: "perUser" },
      ];
      const duty = [{ action: "attribute" }];
      expect(licence({ ...terms, until: 1_893_456_000, users: 5 }, place)).to.deep.equal({
        "@context": "http://www.w3.org/ns/odrl.jsonld",
        "@type": "Offer",
        ...place,
        conflict: "prohibit",
        permission: [
          { action: "use", constraint: bounds, duty },
          { action: "derive", constraint: bounds, duty },
        ],
        prohibition: [
          {
            action: "use",
            constraint: [{ leftOperand: "purpose", operator: "isA", rightOperand: { "@id": COMMERCIAL } }],
          },
        ],
      });
    });
  });

  describe("termsOf", () => {
    it("gives back the terms of 300 random licences, and of their JSON", () => {
      const lines = new Set<string>();
      for (let seed = 0; seed < 300; seed++) {
        const terms = randomTerms(seed);
        const policy = licence(terms, place);
        expect(termsOf(policy)).to.deep.equal(terms);
        expect(termsOf(readPolicy(JSON.parse(JSON.stringify(policy))))).to.deep.equal(terms);
        expect(templateOf(policy)).to.equal(undefined);
        lines.add(describeTerms(terms));
      }
      expect(lines.size).to.be.greaterThan(250);
    });

    it("tells the terms of an agreement, and of a policy whatever the order of its keys", () => {
      const assignee = "did:pkh:eip155:1:0x52908400098527886E0F7030069857D2E4169EE7";
      const terms: LicenceTerms = { ...template("kogl-2"), until: 1_893_456_000 };
      expect(termsOf(licence(terms, { ...place, type: "Agreement", assignee }))).to.deep.equal(terms);
      const agreed = licence("kogl-2", { ...place, type: "Agreement", assignee });
      expect(templateOf(agreed)).to.equal("kogl-2");
      expect(termsOf(turned(licence(terms, place)))).to.deep.equal(terms);
      expect(templateOf(turned(agreed))).to.equal("kogl-2");
    });

    it("refuses terms that it cannot tell whole", () => {
      const policy = licence({ permit: ["use", "derive"], users: 5 }, place);
      const [use, derive] = policy.permission;
      if (!use || !derive) throw new Error("no permissions");
      refused(() => termsOf({ ...policy, permission: [{ action: "sell" }] }), "an action that these terms do not have");
      refused(() => termsOf({ ...policy, permission: [use, { action: "derive" }] }), "cannot be told in a few words");
      const more = { leftOperand: "spatial", operator: "eq" as const, rightOperand: "KR" };
      const bounded = [...(use.constraint ?? []), more];
      refused(() => termsOf({ ...policy, permission: [{ action: "use", constraint: bounded }] }), "cannot be told");
      refused(() => termsOf({ ...policy, permission: [{ ...use, duty: [{ action: "pay" }] }] }), "a duty that");
    });

    it("is one line to read", () => {
      const terms: LicenceTerms = { ...template("kogl-4"), until: 1_893_456_000, users: 5 };
      expect(describeTerms(terms)).to.equal(
        "Korea Open Government License, type 4: may: use, distribution; may not: commercial use, derivatives; " +
          "must: name the source; at most 5 users; until 2030-01-01T00:00:00.000Z",
      );
      expect(describeTerms({ permit: ["use"] })).to.equal("may: use");
    });
  });

  describe("templateOf", () => {
    it("knows the public licences to the letter only", () => {
      for (const name of templateNames) {
        const policy = licence(name, place);
        expect(templateOf(policy)).to.equal(name);
        expect(templateOf({ ...policy, "dct:title": "another" })).to.equal(undefined);
        expect(templateOf({ ...policy, permission: policy.permission.slice(1) })).to.equal(undefined);
        expect(templateOf({ ...policy, "dct:source": { "@id": "https://example.org/" } })).to.equal(undefined);
      }
    });

    it("knows their pages, however written, and no others", () => {
      for (const name of templateNames) expect(templateAt(template(name).page ?? "")).to.equal(name);
      for (const page of [
        "http://creativecommons.org/licenses/by/4.0",
        "https://creativecommons.org/licenses/by/4.0/deed.ja",
      ]) {
        expect(templateAt(page)).to.equal("cc-by-4.0");
      }
      for (const page of [
        "https://creativecommons.org/licenses/by/3.0/",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        "",
      ]) {
        expect(templateAt(page)).to.equal(undefined);
      }
    });
  });

  describe("readPolicy", () => {
    const good = licence({ permit: ["use"], prohibit: ["derive"], until: 2_000_000_000 }, place);
    const changed = (path: string, value: unknown): unknown => {
      const copy = JSON.parse(JSON.stringify(good)) as Record<string, unknown>;
      const keys = path.split("/");
      const last = keys.pop() ?? "";
      const at = keys.reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
      if (value === undefined) delete at[last];
      else at[last] = value;
      return copy;
    };

    it("refuses in one line what is missing, unknown or of another kind", () => {
      expect(readPolicy(good)).to.deep.equal(good);
      const wrong: [string, unknown][] = [
        ["@context", "http://www.w3.org/ns/odrl/2"],
        ["@type", "Privacy"],
        ["uid", undefined],
        ["assigner", "agency 3"],
        ["target", 7],
        ["conflict", "perm"],
        ["permission", []],
        ["permission", undefined],
        ["permission/0/action", "us e"],
        ["permission/0/remedy", []],
        ["dct:title", ""],
        ["permission/0/duty", [{ action: "attribute", constraint: [] }]],
        ["permission/0/constraint", []],
        ["permission/0/duty", []],
        ["prohibition", []],
        ["permission/0/constraint/0/rightOperand", []],
        ["permission/0/constraint/0/unit", "minutes"],
        ["permission/0/constraint/0/operator", "nearly"],
        ["permission/0/constraint/0/rightOperand", null],
        ["prohibition/0/duty", [{ action: "attribute" }]],
        ["obligation", [{ action: "pay" }]],
        ["profile", "https://example.org/profile"],
      ];
      for (const [path, value] of wrong) {
        refused(() => readPolicy(changed(path, value)), "The licence is not an ODRL policy that can be read");
      }
      for (const value of [null, [], "policy", 7]) refused(() => readPolicy(value), "not an ODRL policy");
    });

    it("reads tiers by their position", () => {
      const all = tiers(["kogl-1", { permit: ["use"], users: 3 }], place);
      expect(all.map(({ uid }) => uid)).to.deep.equal([`${place.target}/tier/0`, `${place.target}/tier/1`]);
      expect(readTiers(JSON.parse(JSON.stringify(all)))).to.deep.equal(all);
      refused(() => readTiers([all[0], { ...all[1], uid: "" }], "tiers.json"), "tiers.json: tier 1 is not");
      for (const value of [[], {}, null, all[0]]) refused(() => readTiers(value), "no list of ODRL policies");
    });
  });

  describe("termsHash", () => {
    it("is keccak256 of the RFC 8785 JSON, whatever the order of keys", () => {
      const policy = licence({ permit: ["use"] }, { uid: "urn:u", assigner: "urn:a", target: "urn:t" });
      const text =
        '{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","assigner":"urn:a","conflict":"prohibit",' +
        '"permission":[{"action":"use"}],"target":"urn:t","uid":"urn:u"}';
      expect(termsHash(policy)).to.equal(keccak256(toUtf8Bytes(text)));
      expect(termsHash([policy, policy])).to.equal(keccak256(toUtf8Bytes(`[${text},${text}]`)));
      expect(termsHash(turned(policy))).to.equal(termsHash(policy));
    });

    it("differs for every licence, tier, place and order of tiers", () => {
      const all = [
        ...templateNames.map((name) => licence(name, place)),
        licence("pdl-1.0", { ...place, uid: `${place.uid}0` }),
        licence("pdl-1.0", { ...place, assigner: `${place.assigner}0` }),
        licence("pdl-1.0", { ...place, target: `${place.target}0` }),
        licence("pdl-1.0", { ...place, type: "Set" }),
      ];
      const [a, b] = tiers(["kogl-1", "kogl-2"], place);
      const hashes = [...all, ...(a && b ? [[a], [b], [a, b], [b, a]] : [])].map((terms) => termsHash(terms));
      expect(new Set(hashes).size).to.equal(templateNames.length + 8);
    });
  });
});
