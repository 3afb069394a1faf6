import { readPlaced } from "../../sdk/src/documents/anyFile.ts";
import { checkOrigin, placeIn } from "../../sdk/src/documents/placement.ts";
import { reasonText, revokeDocument, revokeRoot } from "../../sdk/src/documents/revoke.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { openHouse } from "../shared/house.ts";
import { required, whole } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const reason = Number(whole(args, "reason", 255n));
  const document = await readPlaced(required(args, "file"), args["unseen"] === true);
  const how = { reason, bar: args["bar"] === true };
  const context = await openHouse(args, hre);
  checkOrigin(placeIn(context), document);
  const { agency, docHash, placement } = document;
  if (args["root"] !== true) {
    const done = await (await revokeDocument(context, document, how)).send();
    return { text: `Revoked: ${reasonText(reason)}.`, json: { ...done, agency, docHash, reason } };
  }
  if (placement.kind !== "leaf") throw new InputError("The document stands under no root.");
  const { root, count } = placement;
  const done = await (await revokeRoot(context, { agency, root, ...how })).send();
  return { text: `Revoked, all ${count} documents: ${reasonText(reason)}.`, json: { ...done, agency, root, reason } };
};
export default action;
