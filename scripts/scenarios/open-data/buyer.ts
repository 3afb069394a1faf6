/** Somebody who buys a data set, opens it, and disputes what is not as listed. */
import { buy } from "../../../sdk/src/market/buy.ts";
import { withdraw } from "../../../sdk/src/market/deliver.ts";
import { numberOf } from "../../../sdk/src/market/model.ts";
import { dispute, openOrder } from "../../../sdk/src/market/open.ts";
import { orderAt, readDataSet, versionAt } from "../../../sdk/src/market/read.ts";
import { FolderStore } from "../../../sdk/src/shared/files.ts";
import { type BuyerTask, play, tell, tellProgress, wait } from "./party.ts";

await play<BuyerTask>(async (context, keys, { dataSet, offer, documents, out, files, own }) => {
  const source = new FolderStore(files);
  context.files = new FolderStore(own);
  const purchase = { dataSet, offer, keys, documents, source, payment: "permit" as const, progress: tellProgress() };
  const { order: placed, done } = await buy(context, purchase);
  tell({ told: "ordered", gas: String(done?.gas ?? 0n) });
  const { version: id, buyer, nonce } = placed.order;
  let model = await readDataSet(context, dataSet);
  while (orderAt(model, id, buyer, nonce).standing === "ordered") {
    await wait(500);
    model = await readDataSet(context, dataSet);
  }
  const [order, version] = [orderAt(model, id, buyer, nonce), versionAt(model, numberOf(id))];
  const outcome = await openOrder(context, { keys, order, version, out, progress: tellProgress() });
  if (outcome.outcome !== "opened") {
    await dispute(context, { model, order, version }, outcome).send();
    await withdraw(context, order.order.token, buyer).send();
  }
  tell({ told: "ended", outcome: outcome.outcome, version: String(id), nonce });
});
