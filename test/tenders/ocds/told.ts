import { expect } from "chai";
import { stringify } from "lossless-json";
import { exportOcds } from "../../../sdk/src/tenders/ocds/export.ts";
import { field, type JsonObject, objects, parseJson, textField } from "../../../sdk/src/tenders/ocds/json.ts";
import type { Played, Scene } from "../scene.ts";

/** A life that was played, and its record package as each block of it gives it. */
export interface Told {
  played: Played;
  records: { block: number; text: string }[];
  last: string;
}

/** Plays a life, and exports its tender at each block. */
export async function tell(scene: Scene, live: (scene: Scene) => Promise<Played>): Promise<Told> {
  const played = await live(scene);
  const { tender } = played;
  const { published } = await played.model();
  const { block: end } = await scene.now();
  const records: Told["records"] = [];
  for (let block = published.block; block <= end; block++) {
    records.push({ block, text: await exportOcds(scene.context, { tender, record: true, toBlock: block }) });
  }
  return { played, records, last: await exportOcds(scene.context, { tender }) };
}

export const without = (release: JsonObject, ...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(release).filter(([key]) => !keys.includes(key)));

export const recordOf = (text: string): JsonObject => objects(field(parseJson(text), "records"))[0] ?? {};
export const releasesOf = (record: JsonObject): JsonObject[] => objects(field(record, "releases"));
export const compiledOf = (text: string): JsonObject => field(recordOf(text), "compiledRelease") as JsonObject;

/** What the publication told and is no more, merging would keep. */
export function expectMerged(text: string, where: string): void {
  const compiled = compiledOf(text);
  const last = releasesOf(recordOf(text)).at(-1) ?? {};
  const plain = (release: JsonObject): unknown => JSON.parse(stringify(without(release, "id", "date", "tag")) ?? "");
  expect(plain(compiled), where).to.deep.equal(plain(last));
  expect(compiled["date"]).to.equal(last["date"]);
  expect(compiled["tag"]).to.deep.equal(["compiled"]);
}

/** No release says something else under the same id. */
export function expectSteady(records: Told["records"]): void {
  const said = new Map<string, string>();
  for (const { block, text } of records) {
    const record = recordOf(text);
    for (const release of [...releasesOf(record), compiledOf(text)]) {
      const id = textField(release, "id") ?? "";
      const content = stringify(release) ?? "";
      expect(content, `${id} at block ${block}`).to.equal(said.get(id) ?? content);
      said.set(id, content);
    }
  }
}
