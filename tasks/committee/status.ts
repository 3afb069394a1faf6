import { readCommittee, type SeatModel } from "../../sdk/src/tenders/committee/read.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { list, showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const context = await openHouse(args, hre);
  const committee = await readCommittee(context, tender);
  const { sealing } = await readTender(context, tender);
  const out = (part: number) => committee.seats.filter(({ scalars }) => scalars[part] !== undefined).length;
  const head = list({
    tender,
    opens: `with ${committee.threshold} of ${committee.seats.length} scalars`,
    seats: committee.frozen !== undefined ? "frozen, bidding is open" : "being taken",
    "scalars out": Array.from({ length: committee.parts }, (_, part) => out(part)).join(" and "),
    "scalars until": sealing && showTime(sealing.scalarsDeadline),
    "judging until": sealing && showTime(sealing.judgeDeadline),
  });
  const rows = committee.seats.map((seat) => [
    String(seat.seat),
    String(seat.agency),
    seat.member ?? "",
    Array.from({ length: committee.parts }, (_, part) => stateOf(seat, part)).join(", "),
  ]);
  return { text: `${head}\n\n${table(["seat", "agency", "member", "key"], rows)}`, json: committee };
};
export default action;

function stateOf({ member, scalars, leaked }: SeatModel, part: number): string {
  if (member === undefined) return "not posted";
  const shown = scalars[part] === undefined ? "posted" : "scalar out";
  return leaked[part] === true ? `${shown}, LEAKED` : shown;
}
