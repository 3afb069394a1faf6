import { createHash, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expect } from "chai";
import { concat, getBytes, hexlify, id, toBeHex } from "ethers";
import { keepAttachmentKey, readAttachmentKey } from "../../sdk/src/tenders/attachmentKey.ts";
import { newAttachmentKey, openAttachment, publicKeyOf, sealAttachment } from "../../sdk/src/tenders/attachments.ts";
import type { BidPlace } from "../../sdk/src/tenders/bid.ts";
import { ELSEWHERE, HOUSE, PLACE, refused, refusedLater, Seeded } from "./committee/scene.ts";

const HEAD = 25;
const place: BidPlace = PLACE;
const random = new Seeded("attachments");
const agency = newAttachmentKey();
const content = getBytes(random.bytes(1000));
const CHANGED = "The attachment was changed, or sealed for another bid or to another key.";

/** Node's keys of X25519, by their standard encodings. */
const secretKey = (raw: Uint8Array) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), raw]),
    format: "der",
    type: "pkcs8",
  });
const publicKey = (raw: Uint8Array) =>
  createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), raw]),
    format: "der",
    type: "spki",
  });

describe("confidential attachments", () => {
  it("come back to the agency byte for byte, also empty and large ones", () => {
    for (const size of [0, 1, 63, 64, 65, 300_000]) {
      const bytes = new Uint8Array(size).fill(7);
      const { ciphertext, digest } = sealAttachment(place, agency.publicKey, bytes);
      const opened = openAttachment(place, agency.secret, ciphertext);
      expect(hexlify(opened.content)).to.equal(hexlify(bytes));
      expect(opened.digest).to.equal(digest);
      expect(ciphertext.length).to.equal(HEAD + 32 + 24 + 16 + size + 16);
    }
  });

  it("are of the documented format: opened by Node's X25519 and HKDF", () => {
    const { ciphertext, digest, file } = sealAttachment(place, agency.publicKey, content);
    expect(Buffer.from(ciphertext.subarray(0, HEAD)).toString()).to.equal("common-seal/attachment/1\n");
    const start = ciphertext.subarray(HEAD, HEAD + 32);
    const nonce = ciphertext.subarray(HEAD + 32, HEAD + 56);
    const shared = diffieHellman({ privateKey: secretKey(agency.secret), publicKey: publicKey(start) });
    const { chainId, house, tender, lot, bidder } = place;
    const words = [chainId, BigInt(house), tender, BigInt(lot), BigInt(bidder)].map((value) => toBeHex(value, 32));
    const info = getBytes(concat([id("CommonSeal.Attachment.v1"), ...words]));
    const salt = getBytes(concat([start, agency.publicKey]));
    const key = new Uint8Array(hkdfSync("sha256", shared, salt, info, 32));
    const cipher = xchacha20poly1305(key, nonce, ciphertext.subarray(0, HEAD + 32));
    const plain = cipher.decrypt(ciphertext.subarray(HEAD + 56));
    expect(hexlify(plain.subarray(16))).to.equal(hexlify(content));
    const sha256 = (...parts: Uint8Array[]) => `0x${createHash("sha256").update(Buffer.concat(parts)).digest("hex")}`;
    expect(digest).to.equal(sha256(getBytes(id("CommonSeal.Attachment.v1")), plain));
    expect(file).to.equal(sha256(ciphertext));
    expect(openAttachment(place, agency.secret, ciphertext).salt).to.equal(hexlify(plain.subarray(0, 16)));
  });

  it("of the same content have nothing in common but their head: neither file nor digest tells it", () => {
    const [a, b] = [sealAttachment(place, agency.publicKey, content), sealAttachment(place, agency.publicKey, content)];
    expect(a.digest).to.not.equal(b.digest);
    expect(a.file).to.not.equal(b.file);
    for (let at = HEAD; at + 16 <= a.ciphertext.length; at += 16) {
      expect(hexlify(a.ciphertext.subarray(at, at + 16))).to.not.equal(hexlify(b.ciphertext.subarray(at, at + 16)));
    }
  });

  it("open for no other bid and no other key", () => {
    const { ciphertext } = sealAttachment(place, agency.publicKey, content);
    for (const other of ELSEWHERE.filter(({ part }) => part === 0)) {
      refused(() => openAttachment(other, agency.secret, ciphertext), CHANGED);
    }
    refused(() => openAttachment(place, newAttachmentKey().secret, ciphertext), CHANGED);
  });

  it("are refused with any byte changed, cut or added", () => {
    const { ciphertext } = sealAttachment(place, agency.publicKey, content.subarray(0, 20));
    for (let at = 0; at < ciphertext.length; at++) {
      const changed = ciphertext.slice();
      // The highest bit of an X25519 key counts for nothing there, but is authenticated here.
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      refused(
        () => openAttachment(place, agency.secret, changed),
        at < HEAD ? "This is no sealed attachment." : CHANGED,
      );
    }
    const short = "This is no sealed attachment.";
    for (let length = 0; length < ciphertext.length; length++) {
      const cut = ciphertext.subarray(0, length);
      refused(() => openAttachment(place, agency.secret, cut), length < HEAD + 32 + 24 + 32 ? short : CHANGED);
    }
    refused(() => openAttachment(place, agency.secret, new Uint8Array([...ciphertext, 0])), CHANGED);
  });

  it("are sealed to no key that gives the secret away, nor to what is no key", () => {
    for (const low of [0n, 1n, 2n ** 255n - 19n]) {
      const key = hexlify(getBytes(toBeHex(low, 32)).reverse());
      refused(() => sealAttachment(place, key, content), "This X25519 key cannot be used");
      const { ciphertext } = sealAttachment(place, agency.publicKey, content);
      const bad = ciphertext.slice();
      bad.set(getBytes(key), HEAD);
      refused(() => openAttachment(place, agency.secret, bad), "This X25519 key cannot be used");
    }
    for (const key of ["0x", agency.publicKey.slice(2), `${agency.publicKey}00`, "key"]) {
      refused(() => sealAttachment(place, key, content), "An agency's key for attachments has 32 bytes in hex.");
    }
  });

  it("fresh keys differ, and belong to their secrets", () => {
    const keys = Array.from({ length: 10 }, newAttachmentKey);
    expect(new Set(keys.map(({ publicKey: key }) => key)).size).to.equal(10);
    for (const { secret, publicKey: key } of keys) {
      expect(publicKeyOf(secret)).to.equal(key);
      const { x = "" } = createPublicKey(secretKey(secret)).export({ format: "jwk" });
      expect(hexlify(Buffer.from(x, "base64url"))).to.equal(key);
    }
  });

  describe("the agency's key file", () => {
    const PASS = "correct horse";
    const COST = { N: 1024 };
    const at = { chainId: 31_337n, genesisHash: id("genesis"), house: HOUSE, agency: 4 };
    let folder: string;
    let path: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "attachments-"));
      path = join(folder, "agency.key");
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("gives the key again, is for its owner's eyes, and is never written over", async () => {
      await keepAttachmentKey(path, at, agency, PASS, COST);
      const { secret, publicKey: key } = await readAttachmentKey(path, PASS);
      expect([hexlify(secret), key]).to.deep.equal([hexlify(agency.secret), agency.publicKey]);
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      const text = await readFile(path, "utf8");
      expect(text).to.not.include(hexlify(agency.secret).slice(2));
      await refusedLater(keepAttachmentKey(path, at, newAttachmentKey(), PASS, COST), "never written over");
      expect(await readFile(path, "utf8")).to.equal(text);
    });

    it("is refused with another pass phrase, another secret, or a field changed", async () => {
      await keepAttachmentKey(path, at, agency, PASS, COST);
      await refusedLater(readAttachmentKey(path, "wrong"), `The pass phrase is not that of the key file ${path}`);
      const text = await readFile(path, "utf8");
      await writeFile(path, text.replace('"agency": 4', '"agency": 5'));
      await refusedLater(readAttachmentKey(path, PASS), `The pass phrase is not that of the key file ${path}`);
      await writeFile(path, text.replace('"agency": 4', '"agency": 0'));
      await refusedLater(readAttachmentKey(path, PASS), "is not a key file for attachments: agency");
      const other = join(folder, "other.key");
      await keepAttachmentKey(other, at, { ...agency, secret: newAttachmentKey().secret }, PASS, COST);
      await refusedLater(readAttachmentKey(other, PASS), `The secret in ${other} is not that of its public key.`);
      await refusedLater(readAttachmentKey(join(folder, "none"), PASS), "cannot be read: ENOENT");
    });
  });
});
