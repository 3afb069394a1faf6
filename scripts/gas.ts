/**
 * Measures what each act costs, from receipts on the in-process chain, and writes snapshots/gas.json: fresh storage,
 * after one warm-up act of the same kind. Fails where a gate is missed; with GAS_CHECK=1 it compares with the snapshot
 * instead of writing it and fails on any difference. Times, accounts and salts are fixed, so two runs are identical.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { measureAgencies } from "./gas/agencies.ts";
import { results } from "./gas/bench.ts";
import { measureComplaints } from "./gas/complaints.ts";
import { measureDocuments } from "./gas/documents.ts";
import { measureEvaluation } from "./gas/evaluation.ts";
import { measureMarket } from "./gas/market.ts";
import { measureSealed } from "./gas/sealed.ts";
import { measureTenders } from "./gas/tenders.ts";

const SNAPSHOT = new URL("../snapshots/gas.json", import.meta.url);

/** Most gas of an act, or the most that a ratio may be. */
const GATES: Record<string, number> = {
  "access.anchor": 38_500,
  "access.revokeConsent": 47_500,
  "documents.attest": 53_000,
  "documents.attestBatch100.perDocument": 24_000,
  "documents.attestDelegated": 60_000,
  "documents.issueRoot100": 54_000,
  "documents.revoke": 35_500,
  "documents.revokeBatch100.perDocument": 6_800,
  "documents.revokeLeaves100.perDocument": 580,
  "documents.verify.exec": 13_500,
  "documents.verifyLeaf100.exec": 18_000,
  "market.disputeChunk": 95_000,
  "market.list": 160_000,
  "market.orderFree": 60_000,
  "market.sale": 180_000,
  "market.saleBatch20.perSale": 130_000,
  "tenders.award100OverAward5": 1.01,
  "tenders.commit": 62_000,
  "tenders.commitSealed": 72_000,
  "tenders.judge3of5": 130_000,
  "tenders.open": 68_000,
  "tenders.open.firstDocument": 15_500,
  "tenders.open.nextDocument": 8_500,
  "tenders.publishKey": 70_000,
  "tenders.rankPerBid": 5_000,
  "tenders.reveal100thOverReveal5th": 1.05,
};

/** Gates that are missed, and why nothing sound is left to save. They must not get worse. */
const MISSED: Record<string, { most: number; why: string }> = {
  "documents.revokeLeaves100.perDocument": {
    most: 581,
    why: "by 79 of 58,129 gas, of which 56,300 are storage, the key's check, calldata and the event",
  },
  "tenders.open.nextDocument": {
    most: 9_520,
    why: "of another body it reads three cold slots; one more of the same body is in .sameBody",
  },
};

await measureAgencies();
await measureDocuments();
await measureTenders();
await measureSealed();
await measureComplaints();
await measureEvaluation();
await measureMarket();

const keys = Object.keys(results).sort();
const above = (key: string, most: number) => !((results[key] ?? NaN) <= most);
const missed = keys.filter((key) => above(key, GATES[key] ?? Infinity));
const row = (...cells: string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(42) : cell.padStart(9))).join("");
console.log(row("act", "gas", "gate", "met"));
for (const key of keys) {
  const met = key in GATES ? (missed.includes(key) ? "NO" : "yes") : "";
  console.log(row(key, String(results[key]), String(GATES[key] ?? ""), met));
}
for (const key of missed) {
  const known = MISSED[key];
  if (!known || above(key, known.most)) process.exitCode = 1;
  const why = known ? ` Known: ${known.why}.` : "";
  console.error(`Gate missed: ${key} ${results[key]}, allowed ${known?.most ?? GATES[key]}.${why}`);
}

const text = `${JSON.stringify(Object.fromEntries(keys.map((key) => [key, results[key]])), null, 2)}\n`;
if (process.env["GAS_CHECK"] === "1") {
  const committed = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Record<string, number>;
  for (const key of new Set([...keys, ...Object.keys(committed)])) {
    if (committed[key] === results[key]) continue;
    console.error(
      `Differs from snapshots/gas.json: ${key} ${committed[key] ?? "absent"} -> ${results[key] ?? "absent"}.`,
    );
    process.exitCode = 1;
  }
} else {
  mkdirSync(new URL(".", SNAPSHOT), { recursive: true });
  writeFileSync(SNAPSHOT, text);
}
