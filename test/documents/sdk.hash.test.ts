import { expect } from "chai";
import { concat, getBytes, id, keccak256, toUtf8Bytes, ZeroHash } from "ethers";
import { documentHash, makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import * as hash from "../../sdk/src/documents/hash.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { reference } from "./sdk.reference.ts";

const secret = id("a secret");
const account = "0x8ba1f109551bD432803012645Ac136ddd64DBA72";
const person = id("a person's key");

describe("document hashes", () => {
  it("FILE is the same whole, in pieces, and recomputed; salt and content both count", async () => {
    const content = getBytes(concat(Array.from({ length: 40 }, (_, i) => id(String(i)))));
    const salt = getBytes(secret);
    async function* pieces(size: number) {
      for (let i = 0; i < content.length; i += size) yield await Promise.resolve(content.subarray(i, i + size));
    }
    const whole = hash.toHex(await hash.fileHash(salt, content));
    expect(whole).to.equal(reference.file(secret, content));
    for (const size of [1, 135, 136, 137, 5000]) {
      expect(hash.toHex(await hash.fileHash(salt, pieces(size)))).to.equal(whole);
    }
    expect(hash.toHex(await hash.fileHash(salt, new Uint8Array()))).to.equal(reference.file(secret, new Uint8Array()));
    expect(hash.toHex(await hash.fileHash(getBytes(person), content))).to.not.equal(whole);
    expect(hash.toHex(await hash.fileHash(salt, content.subarray(1)))).to.not.equal(whole);
  });

  it("salts derive from secret and name", () => {
    const bytes = getBytes(secret);
    expect(hash.toHex(hash.fieldSalt(bytes, "seat"))).to.equal(reference.salt(secret, "seat"));
    expect(hash.toHex(hash.holderSalt(bytes))).to.equal(reference.salt(secret, "holder").slice(0, 34));
    expect(reference.salt(secret, "seat")).to.not.equal(reference.salt(secret, "seats"));
  });

  it("HOLDER holds an address as uint256, or the hash of a person's key", () => {
    const salt = reference.salt(secret, "holder").slice(0, 34);
    const leaf = (holder: hash.Holder) => hash.toHex(hash.holderLeaf(getBytes(salt), hash.holderWord(holder)));
    expect(leaf(account)).to.equal(reference.holder(salt, account));
    const hashed = keccak256(concat([id("CommonSeal.Document.Person.v1"), person]));
    expect(reference.person(person)).to.equal(hashed);
    expect(leaf({ person })).to.equal(reference.holder(salt, hashed));
    expect(() => hash.holderWord("0x12")).to.throw(InputError, "Not 20 bytes");
    expect(() => hash.holderWord({ person: account })).to.throw(InputError, "Not 32 bytes");
  });

  it("FIELD hashes the value as RFC 8785 JSON", () => {
    const value = { b: [1, "é", null, true], a: 1e21, "": -0 };
    const text = '{"":0,"a":1e+21,"b":[1,"é",null,true]}';
    const salt = reference.salt(secret, "x");
    expect(hash.toHex(hash.fieldLeaf("x", getBytes(salt), value))).to.equal(reference.field("x", salt, text));
    expect(hash.toHex(hash.valueHash("1"))).to.equal(keccak256(toUtf8Bytes('"1"')));
    for (const none of [Number.NaN, Infinity, "\ud800", { x: ["\udc00"] }]) {
      expect(() => hash.valueHash(none)).to.throw(InputError, "has no canonical JSON");
    }
  });

  it("FIELDS is over the fields in order of name, with the holder or zero, and with their number", () => {
    const fields = { b: 2, a: "one", B: false, c10: null, c9: [] };
    const order = ["B", "a", "b", "c10", "c9"] as const;
    const texts = { B: "false", a: '"one"', b: "2", c10: "null", c9: "[]" };
    const root = reference.root(order.map((name) => reference.field(name, reference.salt(secret, name), texts[name])));
    const holder = reference.holder(reference.salt(secret, "holder").slice(0, 34), account);
    expect(documentHash({ fields, secret })).to.equal(reference.fields(ZeroHash, 5, root));
    expect(documentHash({ fields, secret, holder: account })).to.equal(reference.fields(holder, 5, root));
  });

  it("a new document has a new secret, hence another hash", () => {
    const origin = { chainId: "1", genesisHash: id("g"), registry: account, agency: 1, schema: 1 };
    const [one, two] = [1, 2].map(() => makeDocumentFile(origin, { fields: { a: 1 } }));
    expect(one?.secret)
      .to.match(/^0x[0-9a-f]{64}$/)
      .and.not.equal(two?.secret);
    expect(one?.docHash).to.not.equal(two?.docHash);
  });
});
