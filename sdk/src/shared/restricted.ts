import type { ContractTransactionReceipt } from "ethers";
import { AccessManager__factory } from "../../../typechain-types/index.ts";
import type { TypedContractMethod } from "../../../typechain-types/common.ts";
import { type Act, prepare } from "./act.ts";
import { actor, type Context } from "./context.ts";

/** An administrator's act that has been scheduled and can be done from a second on, UTC: run the same act again. */
export class Scheduled extends Error {
  readonly readyAt: number;

  constructor(readyAt: number) {
    super(
      `The act waits in the open until ${new Date(readyAt * 1000).toISOString()}; run the same command again then.`,
    );
    this.readyAt = readyAt;
  }
}

/**
 * Prepares an act of the platform's administrators in AgencyRegistry. Where the AccessManager gives the actor's role a
 * delay, the act is scheduled the first time it is sent, and done when it is sent again after the delay.
 */
export function prepareRestricted<A extends unknown[], R, T>(
  context: Context,
  method: TypedContractMethod<A, R, "nonpayable">,
  args: A,
  read: (receipt: ContractTransactionReceipt) => T,
): Act<T> {
  const act = prepare(method, args, read);
  return {
    estimate: act.estimate,
    async send() {
      await scheduleIfDelayed(
        context,
        context.registry.interface.encodeFunctionData(method.fragment as never, args as never),
      );
      return act.send();
    },
  };
}

/** @throws Scheduled unless the actor can do the call now, or may not do it at all (then the call itself says why) */
async function scheduleIfDelayed(context: Context, call: string): Promise<void> {
  const manager = AccessManager__factory.connect(context.addresses.AccessManager, context.signer);
  const target = context.addresses.AgencyRegistry;
  const caller = await actor(context);
  const { immediate, delay } = await manager.canCall(caller, target, call.slice(0, 10));
  if (immediate || delay === 0n) return;
  const operation = await manager.hashOperation(caller, target, call);
  const block = await context.provider.getBlock("latest");
  const now = block?.timestamp ?? 0;
  const planned = Number(await manager.getSchedule(operation));
  if (planned !== 0 && planned <= now) return;
  if (planned === 0) await prepare(manager.schedule, [target, call, 0], () => ({})).send();
  throw new Scheduled(planned === 0 ? Number(await manager.getSchedule(operation)) : planned);
}
