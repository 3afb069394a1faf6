/** The two tracks of the selection of pilot projects, written from public facts; who bids and for how much is made up. */
import type { JudgedPlay, PanelPlay } from "../../../sdk/src/tenders/playPanel.ts";

const MILLION = 1_000_000n;
/** Two applicants for each job of the public track. */
const PER_LOT = 2;

/** How good an applicant is: the points that the panel gives it on average, for each scored criterion. */
export interface Applicant extends JudgedPlay {
  quality: number[];
  /** Its papers are not complete. */
  incomplete?: boolean;
}

export type Track = Omit<PanelPlay, "sheets" | "onAct"> & { lots: Applicant[][] };

/** What each evaluator gives above or below an applicant's quality; the last one likes nobody. */
const LEANING = [0, 300, -200, 100, -4000];

const points: PanelPlay["points"] = (bid, _stage, evaluator) =>
  (bid as Applicant).quality.map((quality) => quality + (LEANING[evaluator] ?? 0));

const notice = {
  format: "common-seal/notice/1",
  procurementMethod: "open",
  mainProcurementCategory: "services",
  awardCriteria: "ratedCriteria",
  currency: "KRW",
  decimals: 0,
  taxBasis: "gross",
  times: {},
  standstillSeconds: 864_000,
} as const;

const presentation = {
  title: "Presentation",
  criteria: [
    { name: "Technology and its use of a public chain", weight: 6000 },
    { name: "Plan, team and effect", weight: 4000 },
  ],
  threshold: 7000,
  weight: 9000,
  commitDays: 3,
  revealDays: 2,
};
const price = { weight: 1000, formula: "proportional" } as const;

const JOBS = [
  "Carbon credits",
  "Online voting",
  "Food safety of meals",
  "Medical consultations across hospitals",
  "Licences of drivers",
  "Digital evidence of patrols",
  "Welfare benefits without double payment",
  "Real-estate records",
  "Solar power of small producers",
  "A free zone's identity cards",
];
/** This one is paid by the agency and a city. */
const CO_FUNDED = 8;
/** Millions of won that such a job may cost, and what the agency pays of them, which is all of any other job. */
const SHARE = { of: 1300n, agency: 600n } as const;

/** What the agency pays of a price, in won, rounded down. */
export const publicShare = (track: string, lot: number, amount: bigint): bigint =>
  track === "public" && lot === CO_FUNDED ? (amount * SHARE.agency) / SHARE.of : amount;

/** Ten jobs of public bodies, each with one preferred operator. */
export const publicTrack: Track = {
  agency: { name: "Internet promotion agency, public projects" },
  ties: "earliest",
  notice: {
    ...notice,
    title: "Pilot projects of public bodies",
    evaluation: {
      ...{ panel: [], quorum: 2, winners: 1, signDays: 10, price },
      stages: [presentation],
    },
    lots: JOBS.map((title, lot) => ({
      id: `P${lot + 1}`,
      title,
      ceiling: String((lot === CO_FUNDED ? SHARE.of : SHARE.agency) * MILLION),
      ...(lot === CO_FUNDED
        ? { description: "Of each 1,300 won the agency pays 600, the city that gets the system 700." }
        : {}),
      items: [{ id: `P${lot + 1}`, description: `Development and trial: ${title}` }],
    })),
  },
  evaluators: ["evaluator 1", "evaluator 2", "evaluator 3"],
  points,
  lots: JOBS.map((_, lot) =>
    Array.from({ length: PER_LOT }, (_applicant, i) => ({
      key: `public-${lot + 1}-${i}`,
      name: `Operator ${"AB"[i]}${lot + 1}`,
      amount: (lot === CO_FUNDED ? SHARE.of - BigInt(13 * (1 - i)) : SHARE.agency - BigInt(5 + i * 20 + lot)) * MILLION,
      // In every third job the cheaper one is the better one too.
      quality: [8000 + (lot % 3) * 200 + (lot % 3 === 2 ? i : -i) * 500, 8200 - lot * 50],
    })),
  ),
};

const consortium = (name: string, amount: bigint, quality: number[], more: Partial<Applicant> = {}): Applicant => ({
  ...{ key: `private-${name}`, name: `Consortium ${name}`, amount: amount * MILLION, quality },
  partners: [{ key: `partner-${name}`, share: 3000 }],
  ...more,
});

/** One call for consortia: those whose papers are complete present, and three are taken within 4,500 million won. */
export const privateTrack: Track = {
  agency: { name: "Internet promotion agency, private projects" },
  ties: "earliest",
  notice: {
    ...notice,
    title: "Pilot projects of private consortia",
    evaluation: {
      ...{ panel: [], quorum: 4, dropExtremes: true, winners: 3, signDays: 10, price },
      stages: [
        {
          title: "Document screening",
          criteria: [{ name: "Papers complete", weight: 10_000 }],
          ...{ passFail: true, threshold: 5000, commitDays: 2, revealDays: 1 },
        },
        presentation,
      ],
    },
    lots: [
      {
        id: "N1",
        title: "Private projects",
        ...{ ceiling: String(1500n * MILLION), budget: String(4500n * MILLION) },
        items: [{ id: "N1", description: "Development and trial of a service" }],
      },
    ],
  },
  evaluators: ["evaluator 1", "evaluator 2", "evaluator 3", "evaluator 4", "evaluator 5"],
  points: (bid, stage, evaluator) =>
    stage === 0 ? [(bid as Applicant).incomplete === true ? 0 : 10_000] : points(bid, stage, evaluator),
  lots: [
    [
      consortium("A", 1480n, [8400, 8000]),
      consortium("B", 1500n, [9300, 8800], { unsigned: true }),
      consortium("C", 1450n, [7800, 8300]),
      consortium("D", 1490n, [9000, 9100]),
      consortium("E", 1400n, [9600, 9600], { incomplete: true }),
      consortium("F", 1420n, [7600, 7400]),
      consortium("G", 1500n, [8700, 8500]),
    ],
  ],
};
