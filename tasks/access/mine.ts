import { readSubjectKey } from "../../sdk/src/access/consentFile.ts";
import { authorityOf } from "../../sdk/src/access/authority.ts";
import { type Access, findMine, genuineParts } from "../../sdk/src/access/mine.ts";
import { placeOf } from "../../sdk/src/access/place.ts";
import { parseLog } from "../../sdk/src/access/published.ts";
import { signatureCheck } from "../../sdk/src/shared/signatures.ts";
import { openHouse } from "../shared/house.ts";
import { required } from "../shared/options.ts";
import { showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { commaList, logsOf } from "./bodies.ts";

const action: Action = async (args, hre) => {
  const keys = await Promise.all(commaList(required(args, "keys")).map(readSubjectKey));
  const logs = (await logsOf(args)).map(({ log, texts }) => parseLog(log, texts));
  const context = await openHouse(args, hre);
  const checks = { isSigned: signatureCheck(context.provider), mayExchange: await authorityOf(context) };
  const genuine = await genuineParts(placeOf(context), keys, logs, checks);
  const accesses = findMine(placeOf(context), keys, logs, genuine);
  return { text: accesses.length === 0 ? "Nobody looked." : accessTable(accesses), json: { accesses } };
};
export default action;

/** Accesses, for people. */
export function accessTable(accesses: Access[], nameOf: (agency: number) => string = String): string {
  const rows = accesses.map((access) => [
    ...[showTime(access.time), nameOf(access.consumer), nameOf(access.provider), groundText(access)],
    ...[outcomeText(access), reviewText(access)],
  ]);
  return table(["when", "who looked", "at", "ground", "outcome", "review"], rows);
}

function outcomeText({ outcome, refusal, proven }: Access): string {
  const text = refusal === undefined ? outcome : `refused: ${refusal}`;
  return proven === false ? `${text}, unproven` : text;
}

function groundText({ ground }: Access): string {
  return ground.kind === "emergency" ? `emergency (reason ${ground.reason})` : ground.kind;
}

function reviewText({ ground, outcome, review }: Access): string {
  if (ground.kind !== "emergency" || outcome !== "answered") return "";
  return review ?? "not yet";
}
