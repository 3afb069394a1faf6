import { scryptSync } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import canonicalize from "canonicalize";
import { expect } from "chai";
import { getBytes, hexlify, id, toBeHex } from "ethers";
import { newSecret, publicPoint } from "../../../sdk/src/tenders/committee/key.ts";
import { keyPlaceOf, readSecretFile, SecretStore, unlockSecret } from "../../../sdk/src/tenders/committee/secrets.ts";
import { COST, lock, unlock } from "../../../sdk/src/shared/vault.ts";
import { OTHER_SEATS, refusedLater, SEAT, Seeded } from "./scene.ts";

const PASS = "correct horse";
const CHEAP = { N: 1024 };
const GENESIS = id("genesis");

interface Written {
  [field: string]: unknown;
  point: string;
  lock: {
    kdf: { name: string; N: number; r: number; p: number; salt: string };
    cipher: { name: string; nonce: string };
    sealed: string;
  };
}

describe("secrets of the committee's members", function () {
  this.timeout(60_000);

  const random = new Seeded("secrets");
  const secret = random.scalar();
  let folder: string;
  let store: SecretStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "secrets-"));
    store = new SecretStore(join(folder, "keys"), CHEAP);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const written = async (path: string) => JSON.parse(await readFile(path, "utf8")) as Written;

  describe("keeping", () => {
    it("a secret comes back with its pass phrase, and its file says what it is for", async () => {
      const kept = await store.keep(SEAT, GENESIS, secret, PASS);
      const read = await readSecretFile(kept.path);
      expect(read).to.deep.equal(kept);
      expect(await unlockSecret(read, PASS)).to.equal(secret);
      expect(keyPlaceOf(read.file)).to.deep.equal(SEAT);
      expect(read.file.format).to.equal("common-seal/committee-key/1");
      expect([read.file.genesisHash, read.file.point]).to.deep.equal([GENESIS, publicPoint(secret)]);
    });

    it("small secrets are 32 bytes long, too", async () => {
      for (const small of [1n, 255n, 2n ** 200n]) {
        const kept = await store.keep(SEAT, GENESIS, small, PASS);
        expect(await unlockSecret(kept, PASS)).to.equal(small);
        expect(kept.file.lock.sealed.length).to.equal(2 + 2 * (32 + 16));
      }
    });

    it("is for its owner's eyes, in a folder for its owner's eyes, and holds no secret in the clear", async () => {
      await mkdir(store.folder, { mode: 0o755 });
      await chmod(store.folder, 0o755);
      const { path } = await store.keep(SEAT, GENESIS, secret, PASS);
      expect((await stat(store.folder)).mode & 0o777).to.equal(0o700);
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      const text = await readFile(path, "utf8");
      expect(text).to.not.include(toBeHex(secret, 32).slice(2));
      expect(text).to.not.include(secret.toString());
      expect(text).to.not.include(PASS);
      expect(await readdir(store.folder)).to.have.lengthOf(1);
    });

    it("is never written over", async () => {
      const { path } = await store.keep(SEAT, GENESIS, secret, PASS);
      const text = await readFile(path, "utf8");
      await refusedLater(store.keep(SEAT, GENESIS, secret, "another"), `${path} is there already`);
      expect(await readFile(path, "utf8")).to.equal(text);
      expect(await readdir(store.folder)).to.have.lengthOf(1);
    });

    it("writes nothing for an empty pass phrase or what is no scalar", async () => {
      await refusedLater(store.keep(SEAT, GENESIS, secret, ""), "A secret needs a pass phrase.");
      await refusedLater(store.keep(SEAT, GENESIS, 0n, PASS), "A secret scalar must be 1 to r-1.");
      expect(await readdir(folder)).to.deep.equal([]);
    });

    it("by default a guess of the pass phrase costs 128 MiB", async () => {
      expect(COST.N).to.be.at.least(2 ** 17);
      const dear = new SecretStore(store.folder);
      const kept = await dear.keep(SEAT, GENESIS, secret, PASS);
      expect(kept.file.lock.kdf).to.include({ name: "scrypt", N: 2 ** 17, r: 8, p: 1 });
      expect(await unlockSecret(kept, PASS)).to.equal(secret);
    });

    it("opens with other libraries: scrypt of Node, and all plain fields authenticated", async () => {
      const { path } = await store.keep(SEAT, GENESIS, secret, PASS);
      const { lock: how, ...plain } = await written(path);
      const { kdf, cipher, sealed } = how;
      const key = scryptSync(PASS, getBytes(kdf.salt), 32, { N: kdf.N, r: kdf.r, p: kdf.p });
      const bound = Buffer.from(canonicalize({ ...plain, lock: { kdf, cipher } }) ?? "");
      const box = xchacha20poly1305(key, getBytes(cipher.nonce), bound);
      expect(BigInt(hexlify(box.decrypt(getBytes(sealed))))).to.equal(secret);
    });

    it("two files of one secret have no random bytes in common", async () => {
      const other = new SecretStore(join(folder, "other"), CHEAP);
      const [a, b] = [await store.keep(SEAT, GENESIS, secret, PASS), await other.keep(SEAT, GENESIS, secret, PASS)];
      expect(a.file.lock.kdf.salt).to.not.equal(b.file.lock.kdf.salt);
      expect(a.file.lock.cipher.nonce).to.not.equal(b.file.lock.cipher.nonce);
      expect(a.file.lock.sealed).to.not.equal(b.file.lock.sealed);
    });
  });

  describe("opening", () => {
    it("a wrong pass phrase is one clear line", async () => {
      const kept = await store.keep(SEAT, GENESIS, secret, PASS);
      for (const wrong of ["Correct horse", "correct horse ", "x"]) {
        await refusedLater(unlockSecret(kept, wrong), `The pass phrase is not that of the key file ${kept.path}`);
      }
      await refusedLater(unlockSecret(kept, ""), "A secret needs a pass phrase.");
    });

    it("a pass phrase is the same however its characters are composed", async () => {
      const kept = await store.keep(SEAT, GENESIS, secret, "パスé");
      expect(await unlockSecret(kept, "ﾊﾟｽe\u0301")).to.equal(secret);
    });

    it("a file in which any field was changed does not open", async () => {
      const { path } = await store.keep(SEAT, GENESIS, secret, PASS);
      const file = await written(path);
      const other = OTHER_SEATS[1]?.committee ?? "";
      const sealed = `${file.lock.sealed.slice(0, -1)}${file.lock.sealed.endsWith("0") ? "1" : "0"}`;
      const changes: [string, object][] = [
        ["chainId", { chainId: "1" }],
        ["genesisHash", { genesisHash: id("other") }],
        ["committee", { committee: other }],
        ["house", { house: other }],
        ["tender", { tender: "8" }],
        ["part", { part: 1 }],
        ["seat", { seat: 3 }],
        ["member", { member: other }],
        ["point", { point: publicPoint(secret + 1n) }],
        ["created", { created: "2020-01-01T00:00:00.000Z" }],
        ["salt", { lock: { ...file.lock, kdf: { ...file.lock.kdf, salt: id("salt") } } }],
        ["N", { lock: { ...file.lock, kdf: { ...file.lock.kdf, N: 2048 } } }],
        ["nonce", { lock: { ...file.lock, cipher: { ...file.lock.cipher, nonce: id("nonce").slice(0, 50) } } }],
        ["sealed", { lock: { ...file.lock, sealed } }],
        ["sealed cut", { lock: { ...file.lock, sealed: "0x00" } }],
      ];
      const fields = Object.keys(file).filter((name) => name !== "format" && name !== "lock");
      expect(changes.map(([name]) => name)).to.include.members(fields);
      for (const [, change] of changes) {
        await writeFile(path, JSON.stringify({ ...file, ...change }));
        await refusedLater(unlockSecret(await readSecretFile(path), PASS), "or the file was changed");
      }
    });

    it("a file of another format, or that asks for too much, is refused before anything is computed", async () => {
      const { path } = await store.keep(SEAT, GENESIS, secret, PASS);
      const file = await written(path);
      const kdf = (change: object) => ({ lock: { ...file.lock, kdf: { ...file.lock.kdf, ...change } } });
      for (const [field, change] of [
        ["format", { format: "common-seal/committee-key/2" }],
        ["part", { part: 2 }],
        ["seat", { seat: -1 }],
        ["point", { point: file.point.slice(0, -2) }],
        ["more", { more: 1 }],
        ["lock.kdf.N", kdf({ N: 1000 })],
        ["lock.kdf.N", kdf({ N: 2 ** 21 })],
        ["lock.kdf.N", kdf({ N: 1 })],
        ["lock.kdf.r", kdf({ r: 64 })],
        ["lock.kdf.p", kdf({ p: 9 })],
        ["lock.kdf.name", kdf({ name: "argon2" })],
        ["lock.sealed", { lock: { ...file.lock, sealed: "0x0" } }],
      ] as const) {
        await writeFile(path, JSON.stringify({ ...file, ...change }));
        const error = await readSecretFile(path).catch((thrown: Error) => thrown);
        await refusedLater(readSecretFile(path), "is not a committee's key file");
        expect((error as Error).message).to.include(field);
      }
      await writeFile(path, "{");
      await refusedLater(readSecretFile(path), `The key file ${path} is not JSON`);
    });

    it("a secret that is not that of its file's point is refused", async () => {
      const kept = await store.keep(SEAT, GENESIS, secret, PASS);
      const file = await lock(kept.file, getBytes(toBeHex(secret + 1n, 32)), PASS, CHEAP);
      await refusedLater(unlockSecret({ path: kept.path, file }, PASS), "is not that of its point");
    });
  });

  describe("finding", () => {
    it("finds the secrets of a seat, oldest first, and each by its point: a lost key gets a new one", async () => {
      const lost = await store.keep(SEAT, GENESIS, secret, PASS);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const renewed = await store.keep(SEAT, GENESIS, secret + 1n, "another pass phrase");
      const seats = OTHER_SEATS.filter(
        ({ committee, member }) => committee === SEAT.committee && member === SEAT.member,
      );
      for (const place of seats) await store.keep(place, GENESIS, newSecret(), PASS);
      await store.keep(SEAT, id("other genesis"), newSecret(), PASS);
      expect(await store.find(SEAT, GENESIS)).to.deep.equal([lost, renewed]);
      const capitals = `0x${renewed.file.point.slice(2).toUpperCase()}`;
      expect(await store.ofPoint(SEAT, GENESIS.toUpperCase().replace("0X", "0x"), capitals)).to.deep.equal(renewed);
      expect(await store.ofPoint(SEAT, GENESIS, lost.file.point)).to.deep.equal(lost);
      expect(await store.ofPoint(SEAT, GENESIS, publicPoint(secret + 2n))).to.equal(undefined);
      for (const place of seats) {
        expect(await store.find(place, GENESIS)).to.have.lengthOf(1);
        expect(await store.ofPoint(place, GENESIS, lost.file.point)).to.equal(undefined);
      }
    });

    it("an empty or missing folder has none", async () => {
      expect(await store.list()).to.deep.equal({ kept: [], broken: [] });
      await mkdir(store.folder);
      expect(await store.find(SEAT, GENESIS)).to.deep.equal([]);
    });

    it("a crash while a file is written leaves a draft that nothing reads, and the next run keeps a new secret", async () => {
      const kept = await store.keep(SEAT, GENESIS, secret, PASS);
      const text = await readFile(kept.path, "utf8");
      await rm(kept.path);
      await writeFile(`${kept.path}.0123456789ab.draft`, text.slice(0, 100));
      expect(await store.list()).to.deep.equal({ kept: [], broken: [] });
      const again = await store.keep(SEAT, GENESIS, secret, PASS);
      expect(await unlockSecret(again, PASS)).to.equal(secret);
      expect(await store.find(SEAT, GENESIS)).to.deep.equal([again]);
    });

    it("a crash after a file is written and before its key is sent leaves it to be found and sent", async () => {
      await store.keep(SEAT, GENESIS, secret, PASS);
      const [left] = await new SecretStore(store.folder).find(SEAT, GENESIS);
      expect(left && (await unlockSecret(left, PASS))).to.equal(secret);
    });

    it("files that cannot be read are told, and hide no others", async () => {
      const kept = await store.keep(SEAT, GENESIS, secret, PASS);
      await writeFile(join(store.folder, "half.json"), (await readFile(kept.path, "utf8")).slice(0, 200));
      await writeFile(join(store.folder, "notes.txt"), "mine");
      const { kept: all, broken } = await store.list();
      expect(all).to.deep.equal([kept]);
      expect(broken.map(({ path }) => path)).to.deep.equal([join(store.folder, "half.json")]);
      expect(broken[0]?.reason).to.include("is not JSON");
    });

    it("what else goes wrong with the folder is thrown", async () => {
      await writeFile(store.folder, "a file");
      const error = await store.list().catch((thrown: NodeJS.ErrnoException) => thrown);
      expect((error as NodeJS.ErrnoException).code).to.equal("ENOTDIR");
    });
  });

  it("any secret can be locked with any fields", async () => {
    for (let length = 1; length < 80; length += 13) {
      const bytes = getBytes(random.bytes(length));
      const file = await lock({ name: "x", list: [1, { deep: null }] }, bytes, PASS, CHEAP);
      expect(hexlify(await unlock(file, PASS, "the file"))).to.equal(hexlify(bytes));
      await refusedLater(unlock({ ...file, name: "y" } as typeof file, PASS, "the file"), "not that of the file, or");
    }
  });
});
