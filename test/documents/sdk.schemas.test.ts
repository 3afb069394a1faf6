import { expect } from "chai";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import canonicalize from "canonicalize";
import { sha256 } from "ethers";
import type { Json } from "../../sdk/src/documents/hash.ts";
import {
  checkerOf,
  contentOfJson,
  definitionOf,
  type JsonObject,
  sampleOf,
  schemaNamed,
  schemaNames,
  schemaOf,
} from "../../sdk/src/documents/schemas/index.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { MemoryStore, putJson } from "../../sdk/src/shared/files.ts";

/** A value of another type, or a text that no format, pattern or list admits. */
function spoiled(value: Json | undefined): Json {
  if (typeof value === "string") return "";
  return typeof value === "number" ? -value : "spoiled";
}

describe("schemas of documents", () => {
  it("are the seven kinds that work out of the box", () => {
    expect(schemaNames).to.have.members([
      "resident",
      "tax-clearance",
      "company-registry",
      "non-debarment",
      "haccp-certificate",
      "import-sanitary",
      "card-binding",
    ]);
    expect(() => schemaNamed("passport")).to.throw(InputError, "No such schema out of the box: passport.");
  });

  for (const name of schemaNames) {
    describe(name, () => {
      const sample = sampleOf(name);
      const properties = schemaOf(name)["properties"] as Record<string, JsonObject>;
      const check = checkerOf(schemaOf(name));
      const refused = (changed: JsonObject) =>
        expect(() => check(changed), JSON.stringify(changed)).to.throw(InputError, /^The document is not .*[^\n]\.$/);

      it("is strict JSON Schema, explains every field and the holder, and accepts its sample", () => {
        const ajv = new Ajv2020({ strict: true, strictRequired: false });
        addFormats.default(ajv);
        expect(ajv.validate(schemaOf(name), sample), JSON.stringify(ajv.errors)).to.equal(true);
        check(sample);
        for (const [field, { description }] of Object.entries(properties)) {
          expect(description, field).to.be.a("string").and.not.equal("");
        }
        expect(sample).to.have.property("holder");
        expect(contentOfJson(sample).holder).to.not.equal(undefined);
        expect(Object.keys(contentOfJson(sample).fields)).to.have.members(
          Object.keys(properties).filter((field) => field !== "holder"),
        );
      });

      it("refuses its sample with any field left out, spoiled, or added", () => {
        const optional = name === "resident" ? ["eligibilitySecret"] : [];
        for (const field of Object.keys(sample)) {
          const { [field]: value, ...rest } = sample;
          if (!optional.includes(field)) refused(rest);
          refused({ ...sample, [field]: spoiled(value) });
        }
        refused({ ...sample, remark: "free text" });
      });

      it("is named by the SHA-256 digest of its canonical JSON, as the store names it", async () => {
        expect(definitionOf(name)).to.equal(sha256(Buffer.from(canonicalize(schemaOf(name)) ?? "")));
        expect(await putJson(new MemoryStore(), schemaOf(name))).to.equal(definitionOf(name));
      });
    });
  }

  it("resident: where one came from is told of a move, and of nothing else", () => {
    const check = checkerOf(schemaOf("resident"));
    expect(() => check({ ...sampleOf("resident"), kind: "birth" })).to.throw(InputError, "movedFromCode");
    const { movedFromCode, ...rest } = sampleOf("resident");
    expect(movedFromCode).to.be.a("string");
    check({ ...rest, kind: "birth" });
  });

  it("a schema of one's own is checked too; what is none is refused in one line", () => {
    const check = checkerOf({ type: "object", properties: { a: { type: "integer" } }, required: ["a"] });
    check({ a: 1, b: 2 });
    expect(() => check({ a: "1" })).to.throw(
      InputError,
      "The document is not what its schema says: a must be integer.",
    );
    const nones: JsonObject[] = [{ type: "objekt" }, { $ref: "https://elsewhere.example/schema" }, { pattern: "(" }];
    for (const none of nones) {
      expect(() => checkerOf(none)).to.throw(InputError, /^This is no JSON Schema: .*$/);
    }
  });

  it("a document is taken apart into fields and holder", () => {
    const account = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
    const person = `0x${"AB".repeat(32)}`;
    expect(contentOfJson({ a: 1 })).to.deep.equal({ fields: { a: 1 } });
    expect(contentOfJson({ a: 1, holder: account.toLowerCase() })).to.deep.equal({ fields: { a: 1 }, holder: account });
    expect(contentOfJson({ holder: { person } }).holder).to.deep.equal({ person: person.toLowerCase() });
    const nones: Json[] = ["0x12", 5, null, {}, { person: "0x12" }, { person, name: "N" }, [account]];
    for (const holder of nones) {
      expect(() => contentOfJson({ a: 1, holder })).to.throw(InputError, "The holder must be");
    }
  });
});
