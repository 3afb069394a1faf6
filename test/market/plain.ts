import { FREE, id, idOf, Kind, type Offer, saleOf, type Stage, type Version, ZeroHash } from "./helpers.ts";

/** Data that anyone can fetch. */
export const PLAIN: Version = {
  root: ZeroHash,
  content: id("whole"),
  keyCommit: ZeroHash,
  sellerKey: ZeroHash,
  manifest: id("manifest"),
  size: 12_345n,
  count: 0n,
  words: 0n,
};

/** A licence alone, which is of plain versions. */
export const licenceOf = (s: Stage, changes: Partial<Offer> = {}): Offer =>
  saleOf(s, { ...FREE, kind: Kind.Licence, window: 0n, delivery: 0n, ...changes });

/** Lists a plain version more of the first body's data set. */
export async function plainVersion(s: Stage, dataSet: bigint, changes: Partial<Version> = {}) {
  const version = { ...PLAIN, ...changes };
  await s.market.connect(s.officer).listVersion(dataSet, version);
  const [, number] = await s.market.dataSetOf(dataSet);
  return { dataSet, number, id: idOf(dataSet, number), version };
}
