import { TypedDataEncoder } from "ethers";
import { newAgency } from "./agencies.ts";
import { accessLog, account, type Account, chainId, DAY, digest, documents, ethers, FOREVER, gasOf } from "./bench.ts";
import { addresses, clock, measure, measureView, results } from "./bench.ts";

const TAGS = { leaf: digest("CommonSeal.Document.Leaf.v1"), node: digest("CommonSeal.Document.Node.v1") };
const pack = (...words: (string | bigint)[]) => ethers.concat(words.map((word) => ethers.toBeHex(word, 32)));
const leafOf = (docHash: string, index: number) =>
  ethers.keccak256(ethers.keccak256(pack(TAGS.leaf, BigInt(index), docHash)));
const hashes = (name: string, count: number) => Array.from({ length: count }, (_, i) => digest(`${name} ${i}`));

/** The levels of the tree over documents, leaves first, filled with zero. */
function levelsOf(docHashes: string[]): string[][] {
  let level = docHashes.map(leafOf);
  const levels = [level];
  while (level.length > 1) {
    const filled = level.length % 2 === 0 ? level : [...level, emptyAt(levels.length - 1)];
    level = filled.flatMap((left, i) =>
      i % 2 === 0 ? [ethers.keccak256(pack(TAGS.node, left, filled[i + 1] ?? ethers.ZeroHash))] : [],
    );
    levels.push(level);
  }
  return levels;
}

function emptyAt(level: number): string {
  return level === 0 ? ethers.ZeroHash : ethers.keccak256(pack(TAGS.node, emptyAt(level - 1), emptyAt(level - 1)));
}

const proofOf = (levels: string[][], index: number) =>
  levels.slice(0, -1).map((level, height) => level[(index >> height) ^ 1] ?? emptyAt(height));

export async function measureDocuments(): Promise<void> {
  const clerk = await account("clerk");
  const agency = await newAgency("Tax office", clerk);
  const registry = documents.connect(clerk);
  await measure("documents.registerSchema", [
    () => registry.registerSchema(agency, digest("definition"), agency),
    () => registry.registerSchema(agency, digest("another"), agency),
  ]);
  await measure("documents.accredit", [
    () => registry.accredit(2, agency, FOREVER),
    () => registry.accredit(1, agency, FOREVER),
  ]);
  const expires = clock.now + 1_000 * DAY;

  await measure(
    "documents.attest",
    hashes("one", 2).map((docHash) => () => registry.attest(agency, 1, docHash, expires)),
  );
  const [first, second] = ["batch", "warm batch"].map((name) => hashes(name, 100));
  if (!first || !second) throw new Error("no batches");
  for (const batch of [second, first]) {
    const gas = await gasOf(() => registry.attestMany(agency, 1, expires, batch));
    results["documents.attestBatch100.perDocument"] = Math.round(gas / 100);
  }
  const levels = levelsOf(hashes("leaf", 100));
  const root = levels.at(-1)?.[0] ?? "";
  await measure(
    "documents.issueRoot100",
    [digest("a root"), root].map((hash) => () => registry.attestRoot(agency, 1, hash, 100, expires)),
  );
  await measureDelegated(expires, clerk);

  await measureView(
    "documents.verify.exec",
    addresses.documents,
    documents.interface.encodeFunctionData("verify", [agency, digest("one 1")]),
  );
  const leaf = (index: number) =>
    documents.interface.encodeFunctionData("verifyLeaf", [
      agency,
      root,
      index,
      digest(`leaf ${index}`),
      proofOf(levels, index),
    ]);
  await measureView("documents.verifyLeaf100.exec", addresses.documents, leaf(37));
  const [status] = documents.interface.decodeFunctionResult("verifyLeaf", await call(leaf(99)));
  if (status !== 1n) throw new Error("the leaf measured is not valid");

  await measure(
    "documents.revoke",
    hashes("one", 2).map((docHash) => () => registry.revoke(agency, docHash, 1)),
  );
  for (const batch of [second, first]) {
    const gas = await gasOf(() => registry.revokeMany(agency, 1, batch));
    results["documents.revokeBatch100.perDocument"] = Math.round(gas / 100);
  }
  for (const hash of [digest("a root"), root]) {
    const gas = await gasOf(() => registry.revokeLeaves(agency, hash, 0, 2n ** 100n - 1n, 1));
    results["documents.revokeLeaves100.perDocument"] = Math.round(gas / 100);
  }
  await measureView("documents.verifyLeaf100.exec.someRevoked", addresses.documents, leaf(37));
  await measureAccess(agency, clerk);
}

const call = (data: string) => ethers.provider.call({ to: addresses.documents, data });

async function measureDelegated(expires: number, clerk: Account): Promise<void> {
  const key = new ethers.Wallet(digest("a clerk's key"), ethers.provider);
  const other = await newAgency("Registry office", key);
  await gasOf(() => documents.connect(clerk).accredit(1, other, FOREVER));
  const domain = { name: "Common Seal Documents", version: "1", chainId, verifyingContract: addresses.documents };
  const types = {
    Attest: [
      { name: "agency", type: "uint32" },
      { name: "schema", type: "uint32" },
      { name: "hash", type: "bytes32" },
      { name: "count", type: "uint32" },
      { name: "expires", type: "uint40" },
      { name: "deadline", type: "uint40" },
    ],
  };
  for (const name of ["delegated", "delegated too"]) {
    const attestation = { agency: other, schema: 1, hash: digest(name), count: 0, expires };
    const value = { ...attestation, deadline: expires };
    const signature = key.signingKey.sign(TypedDataEncoder.hash(domain, types, value)).serialized;
    const send = () => documents.attestDelegated(attestation, key, expires, signature);
    results["documents.attestDelegated"] = await gasOf(send);
  }
}

async function measureAccess(agency: number, clerk: Account): Promise<void> {
  await measure(
    "access.revokeConsent",
    hashes("secret", 2).map((secret) => () => accessLog.revokeConsent(secret)),
  );
  const rootOf = (count: number) => (count === 0 ? ethers.ZeroHash : digest(`period ${count}`));
  const anchor = (count: number) => () => {
    const before = count - 1_000;
    return accessLog.connect(clerk).anchor(agency, digest("log"), rootOf(before), before, rootOf(count), count);
  };
  await measure("access.anchor", [anchor(1_000), anchor(2_000), anchor(3_000)]);
}
