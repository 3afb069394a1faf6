import { accredit, endAccreditation } from "../../sdk/src/documents/accredit.ts";
import { openHouse } from "../shared/house.ts";
import { required, whole } from "../shared/options.ts";
import { parseTime, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { schemaOf } from "./source.ts";

const action: Action = async (args, hre) => {
  const given = { schema: schemaOf(args), issuer: Number(whole(args, "issuer", 2n ** 32n - 1n)) };
  const who = `Agency ${given.issuer}`;
  if (args["end"] === true) {
    const done = await (await endAccreditation(await openHouse(args, hre), given)).send();
    return { text: `${who} is accredited for schema ${given.schema} no more.`, json: { ...done, ...given } };
  }
  const until = parseTime(required(args, "until"), "--until");
  const done = await (await accredit(await openHouse(args, hre), { ...given, until })).send();
  return {
    text: `${who} is accredited for schema ${given.schema} until ${showTime(until)}.`,
    json: { ...done, ...given, until },
  };
};
export default action;
