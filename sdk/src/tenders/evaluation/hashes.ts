import { AbiCoder, concat, id, keccak256, ZeroHash, zeroPadValue } from "ethers";

/** The hash over a list: that of its first item and the hash of what follows; zero after the last one. */
export function listHash(items: string[], rest: string = ZeroHash): string {
  return items.reduceRight((hash, item) => keccak256(concat([zeroPadValue(item, 32), hash])), rest);
}

/** Where an evaluator's scores belong. */
export interface SheetPlace {
  chainId: bigint;
  evaluation: string;
  tender: bigint;
  lot: number;
  generation: number;
  stage: number;
  evaluator: string;
}

const TYPES = ["bytes32", "uint256", "address", "uint64", "uint16", "uint16", "uint8", "address", "bytes32", "bytes32"];

/** What an evaluator commits to, see IEvaluation. `points` are words, by the bidders' addresses. */
export function scoresHash(place: SheetPlace, points: string[], salt: string): string {
  const { chainId, evaluation, tender, lot, generation, stage, evaluator } = place;
  const values = [id("CommonSeal.Scores.v1"), chainId, evaluation, tender, lot, generation, stage, evaluator];
  return keccak256(AbiCoder.defaultAbiCoder().encode(TYPES, [...values, listHash(points), salt]));
}
