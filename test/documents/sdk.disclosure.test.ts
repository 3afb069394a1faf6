import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import {
  parsePresentation,
  present,
  type Presentation,
  readPresentation,
  shownHolder,
} from "../../sdk/src/documents/disclosure.ts";
import { makeDocumentFile, placed } from "../../sdk/src/documents/documentFile.ts";
import { holderProof } from "../../sdk/src/documents/holderProof.ts";
import { textOf, writePrivate } from "../../sdk/src/documents/json.ts";
import { reference } from "./sdk.reference.ts";
import {
  account,
  type Bag,
  changed,
  documentOf,
  fields,
  origin,
  person,
  refused,
  signed,
  underRoot,
} from "./sdk.samples.ts";

describe("documents shown in part", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "documents-"))));
  afterEach(() => rm(folder, { recursive: true }));

  describe("presentation", () => {
    const subsets = [
      [],
      ["staff"],
      ["legalName", "capital"],
      ["holder"],
      ["seats", "holder", "listed"],
      Object.keys(fields),
    ];
    for (const names of subsets) {
      for (const [kind, make] of Object.entries({
        account: () => documentOf(),
        person: () => documentOf({ person }),
        root: underRoot,
      })) {
        it(`shows ${names.join(", ") || "nothing"} (${kind}) and no more`, async () => {
          const document = make();
          const shown = present(document, names);
          const path = await writePrivate(join(folder, "p.json"), shown);
          expect(await readPresentation(path)).to.deep.equal(shown);
          const wanted = Object.entries(fields).filter(([name]) => names.includes(name));
          expect(Object.fromEntries(shown.fields.map(({ name, value }) => [name, value]))).to.deep.equal(
            Object.fromEntries(wanted),
          );
          const text = textOf(shown);
          expect(text).to.not.include(document.secret.slice(2)).and.not.include(person.slice(2));
          for (const [name, value] of Object.entries(fields)) {
            if (names.includes(name)) continue;
            expect(text).to.not.include(`"${name}"`).and.not.include(reference.salt(document.secret, name));
            if (typeof value === "string") expect(text).to.not.include(value);
          }
          expect(text.includes(reference.salt(document.secret, "holder").slice(2, 34))).to.equal(
            names.includes("holder"),
          );
          const holder = kind === "person" ? `person ${reference.person(person)}` : account;
          expect(shownHolder(shown)).to.equal(names.includes("holder") ? holder : undefined);
        });
      }
    }

    it("refuses to show what the document does not have", () => {
      refused(
        () => present(documentOf(), ["nme"]),
        "has no field nme; it has capital, legalName, listed, seats, staff",
      );
      refused(() => present(makeDocumentFile(origin, { fields }), ["holder"]), "has no field holder");
    });

    const shown = present(underRoot(), ["legalName", "staff", "holder"]);
    const field = (p: Bag, i: number) => (p["fields"] as Bag[])[i] ?? {};
    const cases: [string, (p: Bag) => void, string][] = [
      ["another value", (p) => void (field(p, 1)["value"] = 42), "do not yield its document's hash"],
      ["another salt", (p) => void (field(p, 1)["salt"] = id("x")), "do not yield its document's hash"],
      ["another name", (p) => void (field(p, 1)["name"] = "stuff"), "do not yield its document's hash"],
      ["another index", (p) => void (field(p, 1)["index"] = 3), "do not yield its document's hash"],
      ["another count", (p) => void (p["count"] = 6), "do not yield its document's hash"],
      ["a field left out", (p) => void (p["fields"] as Bag[]).pop(), "do not yield its document's hash"],
      ["a sibling too few", (p) => void (p["siblings"] as Bag[]).pop(), "do not yield its document's hash"],
      [
        "a sibling too many",
        (p) => void (p["siblings"] as string[]).push(ZeroHash),
        "do not yield its document's hash",
      ],
      ["another holder leaf", (p) => void (p["holderLeaf"] = id("x")), "do not yield its document's hash"],
      ["another hash", (p) => void (p["docHash"] = id("x")), "do not yield its document's hash"],
      ["names out of order", (p) => void (p["fields"] as Bag[]).reverse(), "are not in order of name"],
      [
        "another holder",
        (p) => void ((p["holder"] as Bag)["value"] = origin.registry),
        "the holder shown is not the document's",
      ],
      [
        "a person as holder",
        (p) => void ((p["holder"] as Bag)["value"] = { personHash: id("x") }),
        "the holder shown is not",
      ],
      ["another root", (p) => void ((p["placement"] as Bag)["root"] = id("x")), "does not lead to its root"],
      ["a short salt", (p) => void (field(p, 0)["salt"] = "0x12"), "is not a presentation: fields.0.salt"],
    ];
    for (const [name, change, words] of cases) {
      it(`refuses ${name}`, () => refused(() => parsePresentation(changed(shown, change), "p.json"), words));
    }
    it("refuses a truncated one", () => {
      refused(() => parsePresentation(textOf(shown).slice(0, 300), "p.json"), "p.json is not JSON");
    });
    it("of an issuer that gave two fields one name is refused", () => {
      const twice: Presentation = { ...shown, fields: shown.fields.flatMap((one) => [one, one]) };
      refused(() => parsePresentation(textOf(twice), "p.json"), "are not in order of name");
    });
  });

  it("the proof of a document for a bid is form, issuer, number of fields, holder's salt, root, place", () => {
    const document = documentOf();
    const salt = (name: string) => reference.salt(document.secret, name);
    const leaves = Object.entries(fields)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => reference.field(name, salt(name), JSON.stringify(value)));
    const body = `0000000705${salt("holder").slice(2, 34)}${reference.root(leaves).slice(2)}`;
    expect(holderProof(document)).to.equal(`0x01${body}`);
    const { placement, ...rest } = underRoot(document);
    const proof = placement.kind === "leaf" ? placement.proof.map((one) => one.slice(2)).join("") : "";
    expect(holderProof({ ...rest, placement })).to.equal(`0x05${body}000004${proof}`);
    refused(() => holderProof(documentOf({ person })), "must be held by an account");
    refused(() => holderProof(makeDocumentFile(origin, { fields })), "must be held by an account");
    refused(() => holderProof(placed(document, signed)), "have it attested");
  });
});
