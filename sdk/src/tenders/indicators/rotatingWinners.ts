import type { LotModel, TenderModel } from "../model.ts";
import { BASIS_POINTS, type Bounds, type Indication, pricedBids, winnerOf } from "./indication.ts";

interface Won {
  tender: bigint;
  lot: LotModel;
  winner: string;
}

/**
 * Over an agency's lots in order of award, those in which the very same vendors bid win in turn. With k different
 * winners of n lots, k > 1, every k awards in a row are a window, n - k + 1 in all; in a rotation each has k different
 * winners. Flagged where (windows with k winners) * 10,000 >= bound * (n - k + 1), and n is at least 2k and the number
 * of lots asked for.
 * @param tenders of one agency
 */
export function rotatingWinners(tenders: TenderModel[], bounds: Bounds): Indication[] {
  const groups = new Map<string, Won[]>();
  for (const won of awardsOf(tenders)) {
    const vendors = vendorsOf(won.lot).join();
    groups.set(vendors, [...(groups.get(vendors) ?? []), won]);
  }
  return [...groups.values()].flatMap((awards) => rotationOf(awards, bounds));
}

function awardsOf(tenders: TenderModel[]): Won[] {
  const awards = tenders.flatMap(({ tender, lots }) =>
    lots.flatMap((lot) => {
      const winner = winnerOf(lot)?.vendor;
      return lot.award && winner !== undefined ? [{ tender, lot, winner, award: lot.award }] : [];
    }),
  );
  return awards.sort(({ award: a }, { award: b }) => a.block - b.block || a.logIndex - b.logIndex);
}

/** The vendors that bid in a lot, each once. */
function vendorsOf(lot: LotModel): string[] {
  return [...new Set(pricedBids(lot).map(({ vendor }) => vendor))].sort();
}

function rotationOf(awards: Won[], { rotation, rotationLots }: Bounds): Indication[] {
  const winners = awards.map(({ winner }) => winner);
  const different = [...new Set(winners)];
  const size = different.length;
  if (size < 2 || awards.length < rotationLots) return [];
  const windows = winners.slice(size - 1).map((_, i) => new Set(winners.slice(i, i + size)).size);
  const turns = windows.filter((count) => count === size).length;
  const often = BigInt(turns) * BASIS_POINTS >= rotation * BigInt(windows.length);
  const flagged = awards.length >= 2 * size && often;
  const wins = different.map((one) => winners.filter((winner) => winner === one).length).join("+");
  const numbers = { lots: awards.length, winners: size, wins, windows: windows.length, turns, bound: `${rotation} bp` };
  const lots = awards.map(({ tender, lot: { lot } }) => ({ tender, lot }));
  return [{ indicator: "rotating winners", flagged, lots, vendors: flagged ? different : [], numbers }];
}
