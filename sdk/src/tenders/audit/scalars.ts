import { dataSlice } from "ethers";
import { publicPoint } from "../committee/key.ts";
import { ORDER, POINT_LENGTH } from "../committee/curve.ts";
import { type Act, type AuditCase, isBefore } from "./case.ts";
import { Comparison } from "./comparison.ts";

interface Told {
  seat: bigint;
  part: bigint;
  scalar: bigint;
  points: string;
  agencies: bigint[];
  threshold: bigint;
}

const told = (act: Act): Told => act.args as Told;

/** Every scalar against its seat's point, and what the house was told of the committee against what the committee did. */
export function scalars(of: AuditCase): Comparison {
  const found = new Comparison();
  const { sealing } = of.model;
  if (!sealing) return found;
  const all: All = (...names) => of.acts.filter(({ name }) => names.includes(name));
  for (const formed of all("CommitteeFormed")) {
    const { agencies, threshold } = told(formed);
    const same = [...agencies].map(Number).join() === sealing.seats.join() && Number(threshold) === sealing.threshold;
    found.expect(same, formed.moment, "the committee has other seats than were published");
  }
  for (const { moment } of all("BiddingOpened")) {
    const seated = sealing.seats.map((_, seat) =>
      all("SeatTaken", "SeatVacated").findLast(
        (act) => Number(told(act).seat) === seat && isBefore(act.moment, moment),
      ),
    );
    const complete = seated.every((act) => act?.name === "SeatTaken");
    found.expect(complete, moment, "bidding was opened before all seats were taken");
  }
  for (const act of all("ScalarPublished", "ScalarLeaked")) {
    const { seat, part, scalar } = told(act);
    const taken = all("SeatTaken").filter((one) => told(one).seat === seat && isBefore(one.moment, act.moment));
    const [from, to] = [Number(part) * POINT_LENGTH, (Number(part) + 1) * POINT_LENGTH];
    const last = taken.at(-1);
    const isScalar = scalar > 0n && scalar < ORDER;
    const right = isScalar && last && publicPoint(scalar) === dataSlice(told(last).points, from, to);
    found.expect(right === true, act.moment, `the scalar of seat ${seat} for part ${part} is not that of its point`);
  }
  begun(found, of, all);
  stopped(found, of, all);
  return found;
}

type All = (...names: string[]) => Act[];

/** The opening of a part begins with as many scalars as the threshold is. */
function begun(found: Comparison, { model, parts }: AuditCase, all: All): void {
  const threshold = model.sealing?.threshold ?? 0;
  for (let part = 0; part < parts; part++) {
    const ofPart = (name: string) => all(name).filter((act) => Number(told(act).part) === part);
    const [due, begun] = [ofPart("ScalarPublished")[threshold - 1], ofPart("OpeningBegun")];
    if (!due && begun.length === 0) continue;
    const right = begun.length === 1 && due?.moment.tx === begun[0]?.moment.tx;
    const at = begun[0]?.moment ?? due?.moment ?? {};
    found.expect(right, at, `the opening of part ${part} did not begin with scalar ${threshold} of it`);
  }
}

/** Sealing stops once one seat alone could open envelopes. */
function stopped(found: Comparison, { model, parts }: AuditCase, all: All): void {
  const most = (model.sealing?.threshold ?? 0) - 1;
  const leaks = Array.from({ length: parts }, (_, part) =>
    all("ScalarLeaked").filter((act) => Number(told(act).part) === part),
  );
  const due = leaks.filter((ofPart) => ofPart.length >= most).length;
  const stopped = all("SealingStopped");
  if (due === 0 && stopped.length === 0) return;
  const at = stopped[0]?.moment ?? {};
  found.expect(due === stopped.length, at, `sealing stops when ${most} scalars of a part have leaked, not otherwise`);
}
