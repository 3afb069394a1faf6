import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Done } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { attestRoot, checkIssue, checkMay, type Issue } from "./attest.ts";
import { fromHex, newSecret, toHex } from "./hash.ts";
import { syncFolder } from "../shared/files.ts";
import { textOf, writeOver, writePrivate } from "./json.ts";
import { hashesOf, listFolder, type Manifest, manifestPath, readManifest, saltIn } from "./manifest.ts";
import { originOf, placeIn } from "./placement.ts";
import { type SealFile, sealPath } from "./sealFile.ts";
import { proofsOver, rootOver } from "./treeStream.ts";

export interface BatchParameters extends Issue {
  folder: string;
  /** Called now and then with what was done of all files. */
  onProgress?: (stage: "hashed" | "sealed", done: number, of: number) => void;
}

/** What attesting a folder did. */
export interface BatchAttested {
  root: string;
  count: number;
  manifest: string;
  /** Absent where an earlier run attested the root already. */
  done?: Done<object>;
}

/**
 * Attests a folder of files of any type by one root, and writes a seal beside each. The manifest, which fixes the root,
 * is on disk before the seals, and they before anything is sent: cut off anywhere and run again, it goes on to the same
 * root, and never attests a second one.
 * @throws InputError where a file changed since the manifest was written, came, or went
 */
export async function attestBatch(context: Context, p: BatchParameters): Promise<BatchAttested> {
  const { agency, schema, expires, folder } = p;
  const known = await readManifest(folder);
  if (known) checkSame(context, known, p);
  const standing = known && (await context.documents.recordOf(agency, known.root));
  if (standing && standing.revoked !== 0n) throw new InputError(`The root of this folder, ${known.root}, is revoked.`);
  if (!standing?.issued) {
    await checkIssue(context, p);
    await checkMay(context, agency, "document.attest");
  }
  const manifest = known ? await checkFiles(known, p) : await makeManifest(context, p);
  await writeSeals(manifest, p);
  const { root, count } = manifest;
  const result = { root, count, manifest: manifestPath(folder) };
  if (standing?.issued) return result;
  const act = await attestRoot(context, { agency, schema, expires, root, count });
  return { ...result, done: await act.send() };
}

async function makeManifest(context: Context, { agency, schema, expires, folder, onProgress }: BatchParameters) {
  const { names, seals } = await listFolder(folder);
  if (seals[0]) throw new InputError(`${seals[0]} in ${folder} is a seal already; attest a folder without seals.`);
  const seed = toHex(newSecret());
  const files: Manifest["files"] = [];
  for await (const file of hashesOf(folder, seed, names)) {
    files.push(file);
    onProgress?.("hashed", files.length, names.length);
  }
  const { root, count } = await rootOver(docHashesOf(files));
  const origin = originOf(placeIn(context), agency, schema);
  const manifest: Manifest = {
    format: "common-seal/batch/1",
    ...origin,
    expires,
    seed,
    root: toHex(root),
    count,
    files,
  };
  await writePrivate(manifestPath(folder), manifest);
  return manifest;
}

/** Checks that the manifest is of the batch that is asked for. */
function checkSame(context: Context, known: Manifest, { agency, schema, expires, folder }: BatchParameters): void {
  const differs = (what: string) => {
    throw new InputError(`The folder was begun for ${what}, as ${manifestPath(folder)} says.`);
  };
  const registry = context.addresses.DocumentRegistry.toLowerCase();
  if (known.genesisHash !== context.genesisHash.toLowerCase() || BigInt(known.chainId) !== context.chainId) {
    differs(`another chain, ${known.chainId}`);
  }
  if (known.registry.toLowerCase() !== registry) differs(`another registry, ${known.registry}`);
  if (known.agency !== agency) differs(`agency ${known.agency}`);
  if (known.schema !== schema) differs(`schema ${known.schema}`);
  if (known.expires !== expires)
    differs(known.expires === 0 ? "documents that do not expire" : `an end at ${known.expires}`);
}

/** Checks that the folder still holds the files of its manifest, unchanged. */
async function checkFiles(manifest: Manifest, { folder, onProgress }: BatchParameters): Promise<Manifest> {
  const { names } = await listFolder(folder);
  const listed = new Set(manifest.files.map(({ name }) => name));
  const present = new Set(names);
  const came = names.find((name) => !listed.has(name));
  if (came !== undefined) throw new InputError(`${came} came into ${folder} after its manifest was written.`);
  const went = manifest.files.find(({ name }) => !present.has(name));
  if (went) throw new InputError(`${went.name} is gone from ${folder}.`);
  let i = 0;
  for await (const { name, docHash } of hashesOf(
    folder,
    manifest.seed,
    manifest.files.map(({ name }) => name),
  )) {
    if (manifest.files[i++]?.docHash !== docHash) {
      throw new InputError(`${name} in ${folder} changed after its manifest was written.`);
    }
    onProgress?.("hashed", i, names.length);
  }
  const { root } = await rootOver(docHashesOf(manifest.files));
  if (toHex(root) !== manifest.root) {
    throw new InputError(`${manifestPath(folder)} was changed: its files do not yield its root.`);
  }
  return manifest;
}

function* docHashesOf(files: Manifest["files"]): Generator<Uint8Array> {
  for (const { docHash } of files) yield fromHex(docHash);
}

/** Writes the seals that are not there yet, or not whole. */
async function writeSeals(manifest: Manifest, { folder, onProgress }: BatchParameters): Promise<void> {
  const { chainId, genesisHash, registry, agency, schema, seed, root, count, files } = manifest;
  const folders = new Set<string>();
  for await (const { index, docHash, siblings } of proofsOver(() => docHashesOf(files))) {
    const { name = "" } = files[index] ?? {};
    const seal: SealFile = {
      format: "common-seal/seal/1",
      ...{ chainId, genesisHash, registry, agency, schema },
      name: name.slice(name.lastIndexOf("/") + 1),
      salt: toHex(saltIn(seed, name)),
      docHash: toHex(docHash),
      placement: { kind: "leaf", root, index, count, proof: siblings.map(toHex) },
    };
    const path = sealPath(join(folder, name));
    await writeSeal(path, textOf(seal));
    folders.add(dirname(path));
    onProgress?.("sealed", index + 1, count);
  }
  for (const one of folders) await syncFolder(one);
}

async function writeSeal(path: string, text: string): Promise<void> {
  const there = await readFile(path, "utf8").catch(() => undefined);
  if (there === text) return;
  await writeOver(path, `${path}.draft${sealPath("")}`, text);
}
