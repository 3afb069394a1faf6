/** Sealing as IDataMarket describes it, written plainly: what the contract and the SDK are compared with. */
import { concat, getBytes, hexlify, keccak256, toBeHex, ZeroHash } from "ethers";

/** A chunk as the contract takes it. */
export interface SealedChunk {
  index: number;
  plainHash: string;
  data: string;
  proof: string[];
}

export interface Sealed {
  key: string;
  words: number;
  count: number;
  length: number;
  root: string;
  content: string;
  keyCommit: string;
  chunk(index: number): SealedChunk;
}

const CONTENT_TAG = keccak256(new TextEncoder().encode("CommonSeal.Market.Content.v1"));
const word = (value: number | bigint): string => toBeHex(value, 32);
const xor = (a: string, b: string): string => toBeHex(BigInt(a) ^ BigInt(b), 32);
export const mask = (key: string, m: string): string => xor(key, m);

/** The levels of a tree from the leaves up; the odd last node of a level moves up. */
function levelsOf(leaves: string[]): string[][] {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) {
    const below = level;
    level = [];
    for (let i = 0; i < below.length; i += 2) {
      const [left = "", right] = below.slice(i, i + 2);
      if (right === undefined) level.push(left);
      else level.push(keccak256(concat(BigInt(left) < BigInt(right) ? [left, right] : [right, left])));
    }
  }
  return levels;
}

function proofOf(levels: string[][], index: number): string[] {
  const proof: string[] = [];
  for (const [height, level] of levels.entries()) {
    const sibling = level[(index >> height) ^ 1];
    if (sibling !== undefined && level.length > 1) proof.push(sibling);
  }
  return proof;
}

export interface SealOptions {
  words?: number;
  /** Changes a plain chunk after its hash was listed: what a malicious seller does. */
  corrupt?: number;
}

/** Seals bytes under a key, with salts from the key. */
export function sealed(bytes: Uint8Array, key: string, { words = 32, corrupt = -1 }: SealOptions = {}): Sealed {
  const payload = (words - 1) * 32;
  const count = Math.max(1, Math.ceil(bytes.length / payload));
  const chunks = Array.from({ length: count }, (_, index) => {
    const plain = new Uint8Array(words * 32);
    plain.set(bytes.subarray(index * payload, (index + 1) * payload));
    plain.set(getBytes(keccak256(concat([key, word(index), "0x5a"]))), payload);
    const plainHash = keccak256(plain);
    if (index === corrupt) plain[0] = (plain[0] ?? 0) ^ 1;
    const cipher: string[] = [];
    for (let j = 0; j < words; j++) {
      const stream = keccak256(concat([key, word(index * words + j)]));
      cipher.push(xor(hexlify(plain.subarray(32 * j, 32 * j + 32)), stream));
    }
    return { plainHash, data: concat(cipher) };
  });
  const leaves = chunks.map(({ plainHash, data }, i) => keccak256(concat([word(i), plainHash, keccak256(data)])));
  const levels = levelsOf(leaves);
  const contents = levelsOf(chunks.map(({ plainHash }, i) => keccak256(concat([CONTENT_TAG, word(i), plainHash]))));
  return {
    key,
    words,
    count,
    length: bytes.length,
    root: levels.at(-1)?.[0] ?? ZeroHash,
    content: contents.at(-1)?.[0] ?? ZeroHash,
    keyCommit: keccak256(key),
    chunk: (index) => {
      const { plainHash = ZeroHash, data = "0x" } = chunks[index] ?? {};
      return { index, plainHash, data, proof: proofOf(levels, index) };
    },
  };
}
