import { type CommitteeModel, readCommittee, type SeatModel } from "../../sdk/src/tenders/committee/read.ts";
import type { TenderModel } from "../../sdk/src/tenders/model.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { list, showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { chainTime } from "../tender/amounts.ts";
import { showProgress } from "../tender/showing.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const context = await openHouse(args, hre);
  const committee = await readCommittee(context, tender);
  const model = await readTender(context, tender);
  const { sealing } = model;
  const out = (part: number) => committee.seats.filter(({ scalars }) => scalars[part] !== undefined).length;
  const head = list({
    tender,
    opens: `with ${committee.threshold} of ${committee.seats.length} scalars`,
    seats: committee.frozen !== undefined ? "frozen, bidding is open" : "being taken",
    "scalars out": Array.from({ length: committee.parts }, (_, part) => out(part)).join(" and "),
    "scalars until": sealing && showTime(sealing.scalarsDeadline),
    "judging until": sealing && showTime(sealing.judgeDeadline),
    leaked: showLeaks(committee),
    ceilings: showCeilings(model),
    ...showProgress(model, await chainTime(context)),
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

/** Which secrets leaked while bids were sealed, and how many stop the sealing. */
function showLeaks({ seats, threshold }: CommitteeModel): string | undefined {
  const leaks = seats.flatMap(({ seat, leaked }) =>
    leaked.flatMap((out, part) => (out ? [`${seat} (part ${part})`] : [])),
  );
  return leaks.length === 0 ? undefined : `seat ${leaks.join(", ")}; ${threshold - 1} of a part stop the sealing`;
}

function showCeilings({ sealing, lots }: TenderModel): string | undefined {
  if (sealing?.sealedCeilings !== true) return undefined;
  return lots.map(({ lot, sealedCeiling }) => `lot ${lot} ${sealedCeiling?.state ?? "not sealed yet"}`).join(", ");
}

function stateOf({ member, scalars, leaked }: SeatModel, part: number): string {
  if (member === undefined) return "not posted";
  const shown = scalars[part] === undefined ? "posted" : "scalar out";
  return leaked[part] === true ? `${shown}, LEAKED` : shown;
}
