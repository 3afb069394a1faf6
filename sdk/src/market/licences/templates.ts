import { InputError } from "../../shared/errors.ts";

/** What a licence can allow or forbid. */
export const ACTS = ["use", "commercialUse", "derive", "distribute"] as const;
export type LicensedAct = (typeof ACTS)[number];

/** What a licence can ask for in return: naming the source; keeping its notices. */
export const DUTIES = ["attribute", "notice"] as const;
export type LicenceDuty = (typeof DUTIES)[number];

/** The terms of a licence. What is neither permitted nor forbidden is not granted. */
export interface LicenceTerms {
  title?: string;
  /** The page where the licence stands. */
  page?: string;
  permit: readonly LicensedAct[];
  prohibit?: readonly LicensedAct[];
  duties?: readonly LicenceDuty[];
  /** The last second of the licence, UTC. */
  until?: number;
  /** The most persons who may use the data. */
  users?: number;
}

const kogl = (type: number, without: readonly LicensedAct[]): LicenceTerms & { page: string } => ({
  title: `Korea Open Government License, type ${type}`,
  page: `https://www.kogl.or.kr/info/licenseType${type}.do`,
  permit: ACTS.filter((act) => !without.includes(act)),
  ...(without.length > 0 ? { prohibit: without } : {}),
  duties: ["attribute"],
});

const templates = {
  "cc-by-4.0": {
    title: "Creative Commons Attribution 4.0 International",
    page: "https://creativecommons.org/licenses/by/4.0/",
    permit: ACTS,
    duties: DUTIES,
  },
  "pdl-1.0": {
    title: "Public Data License (Japan), version 1.0",
    page: "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0",
    permit: ACTS,
    duties: ["attribute"],
  },
  "kogl-1": kogl(1, []),
  "kogl-2": kogl(2, ["commercialUse"]),
  "kogl-3": kogl(3, ["derive"]),
  "kogl-4": kogl(4, ["commercialUse", "derive"]),
} satisfies Record<string, LicenceTerms & { page: string }>;

export type TemplateName = keyof typeof templates;

/** The licences known by name. */
export const templateNames = Object.keys(templates) as TemplateName[];

/** The terms of a licence known by name. @throws InputError if there is none */
export function template(name: string): LicenceTerms {
  const found = templateNames.find((one) => one === name);
  if (!found) throw new InputError(`No such licence: ${name}. There are ${templateNames.join(", ")}.`);
  return templates[found];
}

/** The template whose official page this is. */
export function templateAt(page: string): TemplateName | undefined {
  return templateNames.find((name) => samePage(templates[name].page, page));
}

function samePage(a: string, b: string): boolean {
  const bare = (page: string) =>
    page
      .replace(/^https?:\/\/(www\.)?/i, "")
      .replace(/(\/legalcode(\.\w+)?|\/deed(\.\w+)?)?\/*$/i, "")
      .toLowerCase();
  return bare(a) === bare(b);
}
