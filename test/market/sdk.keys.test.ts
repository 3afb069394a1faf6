import { hkdfSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { expect } from "chai";
import { concat, getBytes, id, Signature, SigningKey, toBeHex, TypedDataEncoder, Wallet } from "ethers";
import { toHex } from "../../sdk/src/documents/hash.ts";
import { orderKey, sealKeys, sealNonce, sellerKey } from "../../sdk/src/market/keys/derive.ts";
import { createKeyFile, readKeyFile } from "../../sdk/src/market/keys/keyFile.ts";
import { fileKeys, type KeyUse, walletKeys } from "../../sdk/src/market/keys/source.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { caught, noise } from "./sealing.ts";

const PLACE = { chainId: 31_337n, market: "0x1234567890AbcdEF1234567890aBcdef12345678" };
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const domain = (place = PLACE) => ({
  name: "Common Seal Market",
  version: "1",
  chainId: place.chainId,
  verifyingContract: place.market,
});
const BUYER = "0xABcdEFABcdEFabcdEfAbCdefabcdeFABcDEFabCD";
const types = {
  MarketKey: [
    { name: "warning", type: "string" },
    { name: "purpose", type: "string" },
    { name: "subject", type: "uint256" },
    { name: "nonce", type: "uint256" },
  ],
};

const warning =
  "Sign this only for the market's own software: whoever has the signature can read what is sold or bought with it.";
const signedBy = (wallet: Wallet, use: KeyUse) => wallet.signTypedData(domain(), types, { warning, ...use });

/** The derivation written once more. */
function derived(secret: Uint8Array, use: KeyUse, output: string, length: number): string {
  const use712 = TypedDataEncoder.hash(domain(), types, { warning, ...use });
  const info = getBytes(concat([id("CommonSeal.Market.Key.v1"), use712, id(output)]));
  return toHex(new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), info, length)));
}

/** A wallet of which each signature is changed. */
class OddWallet extends Wallet {
  readonly change: (signature: string, turn: number) => string;
  turns = 0;

  constructor(key: string, change: (signature: string, turn: number) => string) {
    super(key);
    this.change = change;
  }

  override async signTypedData(...args: Parameters<Wallet["signTypedData"]>): Promise<string> {
    return this.change(await super.signTypedData(...args), this.turns++);
  }
}

describe("keys of the market", function () {
  this.timeout(60_000);

  const key = id("wallet");
  const wallet = new Wallet(key);
  const source = walletKeys(wallet, PLACE);
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "keys-"));
    path = join(folder, "market.keys");
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refused(act: Promise<unknown>, message: string) {
    const error = await caught(act);
    expect(error).to.be.instanceOf(InputError);
    expect(error.message).to.include(message);
    expect(error.message).to.not.include("\n");
  }

  describe("deriving", () => {
    it("key and seed of a version are what HKDF makes of the wallet's signature", async () => {
      const use: KeyUse = { purpose: "seal", subject: 0n, nonce: 0xfedcba9876543210n };
      const signature = getBytes(await signedBy(wallet, use));
      const { key: sealKey, seed } = await sealKeys(source, use.nonce);
      expect(toHex(sealKey)).to.equal(derived(signature, use, "key", 32));
      expect(toHex(seed)).to.equal(derived(signature, use, "seed", 32));
    });

    it("the seller's and the order's secrets, too: reduced, and negated where y is odd", async () => {
      const seen = new Set<string>();
      for (let nonce = 0n; nonce < 12n; nonce++) {
        const use: KeyUse = { purpose: "order", subject: (7n << 160n) | BigInt(BUYER), nonce };
        const signature = getBytes(await signedBy(wallet, use));
        const scalar = (BigInt(derived(signature, use, "secret", 48)) % (N - 1n)) + 1n;
        const compressed = new SigningKey(`0x${scalar.toString(16).padStart(64, "0")}`).compressedPublicKey;
        const even = compressed.startsWith("0x02") ? scalar : N - scalar;
        const { secret, x } = await orderKey(source, { version: 7n, buyer: BUYER, nonce });
        expect([BigInt(toHex(secret)), x]).to.deep.equal([even, `0x${compressed.slice(4)}`]);
        expect(new SigningKey(secret).compressedPublicKey).to.equal(`0x02${x.slice(2)}`);
        seen.add(compressed.slice(0, 4));
      }
      expect([...seen].sort(), "both signs of y were met").to.deep.equal(["0x02", "0x03"]);
      const use: KeyUse = { purpose: "seller", subject: 7n, nonce: 0n };
      const signature = getBytes(await signedBy(wallet, use));
      const scalar = (BigInt(derived(signature, use, "secret", 48)) % (N - 1n)) + 1n;
      const { secret } = await sellerKey(source, 7n);
      expect([scalar, N - scalar]).to.include(BigInt(toHex(secret)));
    });

    it("a key file's secret gives keys by the same derivation", async () => {
      const secret = noise(32, "file");
      const use: KeyUse = { purpose: "seal", subject: 0n, nonce: 5n };
      const { key: sealKey, seed } = await sealKeys(fileKeys(secret, PLACE), 5n);
      expect(toHex(sealKey)).to.equal(derived(secret, use, "key", 32));
      expect(toHex(seed)).to.equal(derived(secret, use, "seed", 32));
    });

    for (const [name, from] of [
      ["a wallet", (place: typeof PLACE) => walletKeys(wallet, place)],
      ["a key file", (place: typeof PLACE) => fileKeys(noise(32, "file"), place)],
    ] as const) {
      it(`of ${name}: the same again, and another for each purpose, number, nonce, market and chain`, async () => {
        const keysAt = async (place: typeof PLACE) => {
          const at = from(place);
          const seal = [await sealKeys(at, 1n), await sealKeys(at, 2n)];
          const pairs = [
            await sellerKey(at, 1n),
            await sellerKey(at, 2n),
            await orderKey(at, { version: 1n, buyer: BUYER, nonce: 0n }),
            await orderKey(at, { version: 1n, buyer: BUYER, nonce: 1n }),
            await orderKey(at, { version: 2n, buyer: BUYER, nonce: 1n }),
            await orderKey(at, { version: 2n, buyer: PLACE.market, nonce: 1n }),
          ];
          return [...seal.flatMap(({ key: one, seed }) => [one, seed]), ...pairs.map(({ secret }) => secret)].map(
            toHex,
          );
        };
        const here = await keysAt(PLACE);
        expect(await keysAt(PLACE)).to.deep.equal(here);
        const elsewhere = [
          ...(await keysAt({ ...PLACE, chainId: 1n })),
          ...(await keysAt({ ...PLACE, market: `0x${"11".repeat(20)}` })),
        ];
        expect(new Set([...here, ...elsewhere]).size).to.equal(30);
      });
    }

    it("other wallets and files have other keys", async () => {
      const other = walletKeys(new Wallet(id("other")), PLACE);
      expect((await sellerKey(other, 1n)).x).to.not.equal((await sellerKey(source, 1n)).x);
      const files = [fileKeys(noise(32, "a"), PLACE), fileKeys(noise(32, "b"), PLACE)];
      const [a, b] = await Promise.all(files.map((file) => sealKeys(file, 1n)));
      expect(toHex(a?.key ?? noise(0))).to.not.equal(toHex(b?.key ?? noise(0)));
    });

    it("a wallet that writes its signature in another form has the same keys", async () => {
      const short = new OddWallet(key, (signature) => Signature.from(signature).compactSerialized);
      const low = new OddWallet(key, (signature) => signature.replace(/1b$/, "00").replace(/1c$/, "01"));
      for (const odd of [short, low]) {
        expect(await sellerKey(walletKeys(odd, PLACE), 3n)).to.deep.equal(await sellerKey(source, 3n));
        expect(odd.turns).to.equal(2);
      }
    });

    const oddities: [string, (signature: string, turn: number) => string][] = [
      [
        "the second time otherwise",
        (s, turn) => (turn % 2 === 0 ? s : new SigningKey(id("x")).sign(id("y")).serialized),
      ],
      ["as another account", () => new SigningKey(id("x")).sign(id("y")).serialized],
      ["as a contract does", (s) => `${s}00`],
      ["with nothing", () => "0x"],
    ];
    for (const [what, change] of oddities) {
      it(`refuses a wallet that signs ${what}`, async () => {
        const odd = walletKeys(new OddWallet(key, change), PLACE);
        await refused(
          sellerKey(odd, 1n),
          "does not sign the same way twice with its own key, so the keys need a key file",
        );
        await refused(sealKeys(odd, 1n), "need a key file");
        await refused(orderKey(odd, { version: 1n, buyer: BUYER, nonce: 1n }), "need a key file");
      });
    }

    it("the nonce of a version is that of its data: the same again, another for other data and sellers", async () => {
      const [a, b] = [id("data a"), id("data b")];
      const nonces = await Promise.all([sealNonce(source, a), sealNonce(source, b), sealNonce(source, a)]);
      expect(nonces[0]).to.equal(nonces[2]);
      expect(new Set(nonces).size).to.equal(2);
      const other = walletKeys(new Wallet(id("other")), PLACE);
      expect(await sealNonce(other, a)).to.not.equal(nonces[0]);
      const use: KeyUse = { purpose: "seal", subject: BigInt(a), nonce: 0n };
      expect(toBeHex(nonces[0] ?? 0n, 8)).to.equal(derived(getBytes(await signedBy(wallet, use)), use, "nonce", 8));
    });
  });

  describe("key file", () => {
    const PASS = "correct horse";

    it("is read again with its pass phrase, is for its owner only, and holds no secret in the clear", async () => {
      const secret = await createKeyFile(path, PASS);
      expect(secret.length).to.equal(32);
      expect(toHex(await readKeyFile(path, PASS))).to.equal(toHex(secret));
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      expect(await readdir(folder)).to.deep.equal(["market.keys"]);
      const text = await readFile(path, "utf8");
      expect(text).to.not.include(toHex(secret).slice(2));
      expect(text).to.not.include(PASS);
    });

    it("opens with scrypt and XChaCha20-Poly1305 of another library", async () => {
      const secret = await createKeyFile(path, PASS);
      const { kdf, cipher, sealed } = JSON.parse(await readFile(path, "utf8")) as {
        kdf: { N: number; r: number; p: number; salt: string };
        cipher: { nonce: string };
        sealed: string;
      };
      expect([kdf.N, kdf.r, kdf.p]).to.deep.equal([131_072, 8, 1]);
      const stretched = scrypt(PASS, getBytes(kdf.salt), { N: kdf.N, r: kdf.r, p: kdf.p, dkLen: 32 });
      const format = utf8ToBytes("common-seal/market-keys/1");
      const opened = xchacha20poly1305(stretched, getBytes(cipher.nonce), format).decrypt(getBytes(sealed));
      expect(toHex(opened)).to.equal(toHex(secret));
    });

    it("takes a pass phrase however its characters are composed", async () => {
      const secret = await createKeyFile(path, "パスé");
      expect(toHex(await readKeyFile(path, "パスe\u0301"))).to.equal(toHex(secret));
      expect(toHex(await readKeyFile(path, "ﾊﾟｽé"))).to.equal(toHex(secret));
    });

    it("two files have nothing in common", async () => {
      const [a, b] = [await createKeyFile(path, PASS), await createKeyFile(`${path}2`, PASS)];
      expect(toHex(a)).to.not.equal(toHex(b));
      const [one, two] = [await readFile(path, "utf8"), await readFile(`${path}2`, "utf8")];
      for (const [hex] of one.matchAll(/0x[0-9a-f]+/g)) expect(two).to.not.include(hex);
    });

    it("refuses a wrong pass phrase, and an empty one, in one line", async () => {
      await createKeyFile(path, PASS);
      await refused(readKeyFile(path, "Correct horse"), `The pass phrase is not that of the key file ${path}`);
      await refused(readKeyFile(path, ""), "A key file needs a pass phrase.");
      await refused(createKeyFile(`${path}2`, ""), "A key file needs a pass phrase.");
      expect(await readdir(folder)).to.deep.equal(["market.keys"]);
    });

    it("is never written over", async () => {
      const secret = await createKeyFile(path, PASS);
      await refused(createKeyFile(path, "another"), "is there already, and is never written over");
      expect(toHex(await readKeyFile(path, PASS))).to.equal(toHex(secret));
      expect(await readdir(folder)).to.deep.equal(["market.keys"]);
    });

    it("refuses a file in which a byte of salt, nonce or content was changed", async () => {
      await createKeyFile(path, PASS);
      const text = await readFile(path, "utf8");
      for (const name of ["salt", "nonce", "sealed"]) {
        const changed = text.replace(new RegExp(`("${name}": "0x.*)(.)"`), (_, head: string, last: string) => {
          return `${head}${last === "0" ? "1" : "0"}"`;
        });
        expect(changed).to.not.equal(text);
        await writeFile(path, changed);
        await refused(readKeyFile(path, PASS), "or the file was changed");
      }
    });

    it("refuses a file of another format or cost, no JSON, or not there", async () => {
      await createKeyFile(path, PASS);
      const text = await readFile(path, "utf8");
      const changes: [string, string, string][] = [
        ["market-keys/1", "market-keys/2", "is not a key file: format"],
        ['"N": 131072', '"N": 2', "is not a key file: kdf.N"],
        ['"r": 8', '"r": 1', "is not a key file: kdf.r"],
        ['"p": 1', '"p": 1000', "is not a key file: kdf.p"],
        ["xchacha20-poly1305", "none", "is not a key file: cipher.name"],
        ['"sealed"', "sealed", "is not JSON"],
      ];
      for (const [from, to, message] of changes) {
        const changed = text.replace(from, to);
        expect(changed).to.not.equal(text);
        await writeFile(path, changed);
        await refused(readKeyFile(path, PASS), message);
      }
      await refused(readKeyFile(join(folder, "none"), PASS), "cannot be read: ENOENT");
      await refused(createKeyFile(join(folder, "none", "x"), PASS), "cannot be written: ENOENT");
    });
  });
});
