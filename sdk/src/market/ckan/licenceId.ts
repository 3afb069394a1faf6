import { templateAt, type TemplateName } from "../licences/templates.ts";

/** What a package says of its licence. */
interface Said {
  license_id?: string | undefined;
  license_title?: string | undefined;
  license_url?: string | undefined;
}

/**
 * The licence known by name that a CKAN package means; undefined where it is another, or it cannot be told. CKAN's own
 * `cc-by` names no version: it stands for 4.0 unless title or address name another.
 */
export function licenceOf({ license_id: id, license_title: title, license_url: url }: Said): TemplateName | undefined {
  const said = [id, title, url].filter((text) => text !== undefined);
  const page = url === undefined ? undefined : templateAt(url);
  const [name, other] = new Set([...said.map(byName), page].filter((one) => one !== undefined));
  if (name === undefined || other !== undefined) return undefined;
  return name === "cc-by-4.0" && said.some(isOther) ? undefined : name;
}

/** The id by which CKAN sites know a licence. */
export const CKAN_IDS: Record<TemplateName, string> = {
  "cc-by-4.0": "CC-BY-4.0",
  "pdl-1.0": "pdl1.0",
  "kogl-1": "kogl-1",
  "kogl-2": "kogl-2",
  "kogl-3": "kogl-3",
  "kogl-4": "kogl-4",
};

/** Ids and titles as they are met, without case, spaces and signs. */
function byName(text: string): TemplateName | undefined {
  const bare = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
  if (/^(cc|creativecommons)(by|attribution)(40)?(international|intl)?$/.test(bare)) return "cc-by-4.0";
  if (/^(pdl(v|ver|version)?(1|10)|公共データ利用規約(第?10版)?|publicdatalicen[sc]e(v|version)?10)$/.test(bare)) {
    return "pdl-1.0";
  }
  const type = /^(?:kogl|koreaopengovernmentlicen[sc]e|공공누리)(?:type|유형|제)?([1-4])(?:유형)?(?!\d)/.exec(
    bare,
  )?.[1];
  return type === undefined ? undefined : (`kogl-${type}` as TemplateName);
}

/** Whether a text names another version of CC BY than 4.0, or a licence of Creative Commons that asks for more. */
function isOther(text: string): boolean {
  return (
    /(^|[^\d.])[1-3]\.\d([^\d.]|$)/.test(text) ||
    /licenses\/by-|\b(nc|nd|sa)\b|non-?commercial|no-?deriv|share-?alike/i.test(text)
  );
}
