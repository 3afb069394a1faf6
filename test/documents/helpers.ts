import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { Addressable, Result, Signer } from "ethers";
import { permissions } from "../../sdk/src/agencies/permissions.ts";
import {
  AccessLog__factory,
  AgencyRegistry__factory,
  type DocumentRegistry,
  DocumentRegistry__factory,
} from "../../typechain-types/index.ts";
import type {
  AttestationStruct,
  SignedDocumentStruct,
} from "../../typechain-types/contracts/documents/DocumentRegistry.ts";
import { at, passTo } from "../agencies/body.ts";
import { deployHouse, ethers, type House, networkHelpers } from "../shared/house.ts";

export const { id, ZeroAddress, ZeroHash } = ethers;

export const MAX_UINT40 = 2n ** 40n - 1n;
export const MAX_LEAVES = 1 << 20;
/** The most gas that a transaction may use (EIP-7825). */
export const MOST_GAS = 2n ** 24n;

export const May = {
  Schema: permissions["document.schema"],
  Accredit: permissions["document.accredit"],
  Attest: permissions["document.attest"],
  Revoke: permissions["document.revoke"],
  RevokeRoot: permissions["document.revoke-root"],
  Anchor: permissions["access.anchor"],
} as const;
export const EVERY = 2n ** 48n - 1n;

export const Status = {
  Unknown: 0n,
  Valid: 1n,
  Expired: 2n,
  Revoked: 3n,
  IssuerSuspended: 4n,
  IssuerNotAccredited: 5n,
  SignerNotAuthorised: 6n,
} as const;

/** Bodies: one that publishes schemas and accredits, one that issues, a rival, and a number that no body has. */
export const MINISTRY = 1n;
export const ISSUER = 2n;
export const RIVAL = 3n;
export const NOBODY = 4n;
/** Schemas: the issuer is accredited for both, the rival for the first only; a number that no schema has. */
export const DIPLOMA = 1n;
export const LICENCE = 2n;
export const NO_SCHEMA = 3n;
/** Position of a body's acting key; another one comes first, so that it is told apart from none. */
export const KEY = 1n;
export const REASON = 7n;

export const DOCUMENT = id("document");
export const NOTHING = {
  status: Status.Unknown,
  compromised: false,
  schema: 0n,
  issued: 0n,
  expires: 0n,
  revoked: 0n,
  reason: 0n,
  key: 0n,
};

export interface Stage extends House {
  /** Keys with every permission in their bodies; all bodies have the same `admin`. */
  ministry: HardhatEthersSigner;
  clerk: HardhatEthersSigner;
  rival: HardhatEthersSigner;
  /** A second in the near future, to which the tests' times are relative. */
  start: number;
  /** Last second of the accreditations. */
  end: number;
}

const checksummed = async (contract: Addressable): Promise<string> => ethers.getAddress(await contract.getAddress());

/** The house with three bodies and two schemas. */
export async function stage(): Promise<Stage> {
  const house = await deployHouse();
  const { platform, admin, bidders } = house;
  const [ministry, clerk, rival] = bidders;
  if (!ministry || !clerk || !rival) throw new Error("the chain has too few accounts");
  // Again with the addresses as errors and events give them.
  const registry = AgencyRegistry__factory.connect(await checksummed(house.registry), platform);
  const documents = DocumentRegistry__factory.connect(await checksummed(house.documents), platform);
  const accessLog = AccessLog__factory.connect(await checksummed(house.accessLog), platform);
  for (const [agency, key] of [[MINISTRY, ministry] as const, [ISSUER, clerk] as const, [RIVAL, rival] as const]) {
    await registry.register(id(`agency ${agency}`), id("metadata"), admin);
    await registry.connect(admin).addKey(agency, platform, 1n << 47n, 0, MAX_UINT40);
    await registry.connect(admin).addKey(agency, key, EVERY, 0, MAX_UINT40);
  }
  const start = (await networkHelpers.time.latest()) + 1000;
  const end = start + 1_000_000;
  const ministers = documents.connect(ministry);
  for (const schema of [DIPLOMA, LICENCE]) {
    await ministers.registerSchema(MINISTRY, id(`schema ${schema}`), MINISTRY);
    await ministers.accredit(schema, ISSUER, end);
  }
  await ministers.accredit(DIPLOMA, RIVAL, end);
  return { ...house, registry, documents, accessLog, ministry, clerk, rival, start, end };
}

let accounts = 0;

/** A funded account that nobody has used yet; it cannot sign messages. */
export async function newAccount(): Promise<HardhatEthersSigner> {
  const address = ethers.getAddress(ethers.dataSlice(id(`account ${++accounts}`), 12));
  await networkHelpers.setBalance(address, 10n ** 20n);
  return ethers.getImpersonatedSigner(address);
}

/** A new key of a body with these permissions only. */
export async function keyWith(s: Stage, agency: bigint, held: bigint): Promise<HardhatEthersSigner> {
  const key = await newAccount();
  await s.registry.connect(s.admin).addKey(agency, key, held, 0, MAX_UINT40);
  return key;
}

/**
 * Tries an act of a body by every account that must not do it: nobody's, the body's admin, one whose key lacks exactly
 * this permission, is over by its time, was ended, is marked as compromised, has yet to begin, is of another body; and
 * at last by a good one while the body is suspended.
 */
export async function expectRoles(
  s: Stage,
  [agency, permission]: [bigint, bigint],
  act: (caller: HardhatEthersSigner) => Promise<unknown>,
): Promise<void> {
  const keys = s.registry.connect(s.admin);
  const now = await networkHelpers.time.latest();
  const [over, later, ended, compromised] = [
    await newAccount(),
    await newAccount(),
    await newAccount(),
    await newAccount(),
  ];
  await keys.addKey(agency, over, EVERY, 0, now + 100);
  await keys.addKey(agency, later, EVERY, now + 1000, MAX_UINT40);
  await keys.addKey(agency, ended, EVERY, 0, MAX_UINT40);
  await keys.addKey(agency, compromised, EVERY, 0, MAX_UINT40);
  await keys.endKey(agency, ended);
  await keys.markCompromised(agency, (await s.registry.keyOf(agency, compromised)).index, now);
  const without = await keyWith(s, agency, EVERY & ~permission);
  const foreign = await keyWith(s, agency === RIVAL ? ISSUER : RIVAL, EVERY);
  await passTo(now + 101);
  const refused = async (caller: HardhatEthersSigner) =>
    expect(act(caller), caller.address)
      .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
      .withArgs(agency, caller.address, permission);
  for (const caller of [await newAccount(), s.admin, s.platform, without, over, ended, compromised, later, foreign]) {
    await refused(caller);
  }
  const holder = await keyWith(s, agency, permission);
  await s.registry.suspend(agency);
  await refused(holder);
  await s.registry.resume(agency);
  await act(holder);
}

/** Attests a document in this second, or in the next block. */
export async function attested(
  s: Stage,
  {
    second,
    hash = DOCUMENT,
    schema = DIPLOMA,
    expires = 0n,
    by = s.clerk,
    agency = ISSUER,
  }: {
    second?: number;
    hash?: string;
    schema?: bigint;
    expires?: bigint | number;
    by?: Signer;
    agency?: bigint;
  } = {},
): Promise<void> {
  if (second !== undefined) await at(second);
  await s.documents.connect(by).attest(agency, schema, hash, expires);
}

/** A struct that a view returned, as a plain object. */
export const plain = (answer: object): Record<string, unknown> => (answer as Result).toObject();

/** The parts of a verdict that a view returned as several values, by their places. */
export function parts(answer: ArrayLike<unknown>): Record<string, unknown> {
  const names = Object.keys(NOTHING);
  expect(answer.length).to.equal(names.length);
  return Object.fromEntries(names.map((name, i) => [name, answer[i]]));
}

/** What a check finds now. Both ways to ask must say the same. */
export async function now(s: Stage, hash = DOCUMENT, agency = ISSUER): Promise<Record<string, unknown>> {
  const [together] = await s.documents.verifyMany([{ agency, docHash: hash }]);
  const alone = parts(await s.documents.verify(agency, hash));
  expect(plain(together ?? {})).to.deep.equal(alone);
  return alone;
}

export const statusOf = async (s: Stage, hash = DOCUMENT, agency = ISSUER): Promise<unknown> =>
  (await now(s, hash, agency))["status"];

export const past = async (s: Stage, time: number, hash = DOCUMENT): Promise<Record<string, unknown>> =>
  plain(await s.documents.verifyAt(ISSUER, hash, time));

/** Expects statuses of a document at the end of past seconds. */
export async function expectPast(s: Stage, expected: Map<number, bigint>, hash = DOCUMENT): Promise<void> {
  for (const [second, status] of expected) {
    expect((await past(s, second, hash))["status"], `second ${second - s.start}`).to.equal(status);
  }
}

/* SIGNATURES */

const types = {
  Attest: ["uint32 agency", "uint32 schema", "bytes32 hash", "uint32 count", "uint40 expires", "uint40 deadline"],
  Revoke: ["uint32 agency", "bytes32 docHash", "uint8 reason", "uint40 deadline"],
  SignedDocument: [
    "uint32 agency",
    "uint32 schema",
    "bytes32 list",
    "uint32 index",
    "bytes32 docHash",
    "uint40 expires",
  ],
};

export interface Domain {
  name: string;
  version: string;
  chainId: bigint;
  verifyingContract: string;
}

export async function domainOf(documents: DocumentRegistry): Promise<Domain> {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Common Seal Documents", version: "1", chainId, verifyingContract: await documents.getAddress() };
}

async function sign(signer: Signer, domain: Domain, kind: keyof typeof types, message: object): Promise<string> {
  const fields = types[kind].map((text) => {
    const [type = "", name = ""] = text.split(" ");
    return { type, name };
  });
  return signer.signTypedData(domain, { [kind]: fields }, message);
}

export const signAttest = async (
  s: Stage,
  signer: Signer,
  message: AttestationStruct & { deadline: bigint | number },
  change: Partial<Domain> = {},
): Promise<string> => sign(signer, { ...(await domainOf(s.documents)), ...change }, "Attest", message);

export const signRevoke = async (
  s: Stage,
  signer: Signer,
  message: { agency: bigint; docHash: string; reason: bigint; deadline: bigint | number },
  change: Partial<Domain> = {},
): Promise<string> => sign(signer, { ...(await domainOf(s.documents)), ...change }, "Revoke", message);

export const signDocument = async (
  s: Stage,
  signer: Signer,
  message: SignedDocumentStruct,
  change: Partial<Domain> = {},
): Promise<string> => sign(signer, { ...(await domainOf(s.documents)), ...change }, "SignedDocument", message);

/** A contract account for which the owner signs, or one of the others of Wallets.sol. */
export async function walletOf(owner: Addressable | null, kind = "OwnedWallet"): Promise<string> {
  const wallet = await ethers.deployContract(`test/documents/Wallets.sol:${kind}`, owner ? [owner] : []);
  return ethers.getAddress(await wallet.getAddress());
}

/** The other of the two signatures that an ECDSA key can give: s replaced by n - s. */
export function malleated(signature: string): string {
  const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const { r, s, v } = ethers.Signature.from(signature);
  return ethers.concat([r, ethers.toBeHex(n - BigInt(s), 32), v === 27 ? "0x1c" : "0x1b"]);
}

/** Word, key and reason as LeavesRevoked tells them. */
export const leavesAct = (word: number, key: bigint, reason: number | bigint) =>
  (BigInt(word) << 24n) | (key << 8n) | BigInt(reason);
