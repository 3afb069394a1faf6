import { toQuantity } from "ethers";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { required } from "../shared/options.ts";
import { parseTime, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const to = parseTime(required(args, "to"), "--to");
  const network = hre.globalOptions.network ?? "localhost";
  const { ethers } = await hre.network.create(network);
  const block = await ethers.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  if (to <= block.timestamp) {
    throw new InputError(`The chain's clock stands at ${showTime(block.timestamp)} already and cannot go back.`);
  }
  try {
    await ethers.provider.send("evm_setNextBlockTimestamp", [toQuantity(to)]);
    await ethers.provider.send("evm_mine", []);
  } catch {
    throw new InputError(`The network ${network} is no development chain: its clock cannot be moved.`);
  }
  return { text: `The chain's clock stands at ${showTime(to)}.`, json: { network, time: to } };
};
export default action;
