import { InputError } from "../../sdk/src/shared/errors.ts";
import { type Leak, proveLeak } from "../../sdk/src/tenders/committee/leak.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf, whole } from "../shared/options.ts";
import { secretInput } from "../shared/secretInput.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const seat = Number(whole(args, "seat", 14n));
  const secret = await secretInput(args, hre, "scalar", "The secret scalar", true);
  if (!/^(0x[0-9a-fA-F]{1,64}|\d{1,78})$/.test(secret))
    throw new InputError("A scalar is a number, in decimals or 0x.");
  const outcome = await proveLeak(await openHouse(args, hre), { tender, seat, scalar: BigInt(secret) });
  const told = ({ part }: Leak) => `The leak of seat ${seat}'s secret for part ${part} of tender ${tender} is proven.`;
  if ("done" in outcome) return { text: `Done before. ${told(outcome.done)}`, json: outcome.done };
  const done = await outcome.act.send();
  return { text: told(done.result), json: { ...done, ...done.result } };
};
export default action;
