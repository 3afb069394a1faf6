import type { Context } from "../shared/context.ts";

/** Reads answered by one eth_call: far below any node's limit of gas, whatever is asked. */
export const AT_ONCE = 200;

/** Reads the registry many times, `AT_ONCE` in one eth_call. */
async function readMany({ documents, provider, addresses }: Context, calls: string[]): Promise<string[]> {
  const answers: string[] = [];
  for (let i = 0; i < calls.length; i += AT_ONCE) {
    const data = documents.interface.encodeFunctionData("multicall", [calls.slice(i, i + AT_ONCE)]);
    answers.push(...decodeMulticall(await provider.call({ to: addresses.DocumentRegistry, data })));
  }
  return answers;
}

/**
 * The answers in that of a `multicall`, which is one `bytes[]`; by hand, as a general decoder takes longer for thousands
 * of them than the node takes to answer. @throws RangeError if it is none
 */
export function decodeMulticall(result: string): string[] {
  const at = (offset: number): number => {
    const word = result.slice(2 + 2 * offset, 66 + 2 * offset);
    if (!/^0{56}[0-9a-f]{8}$/i.test(word)) throw new RangeError("not the answer of a multicall");
    return parseInt(word, 16);
  };
  const start = at(0) + 32;
  const length = at(start - 32);
  if (64 * length > result.length) throw new RangeError("the answer of a multicall is cut off");
  return Array.from({ length }, (_, i) => {
    const offset = start + at(start + 32 * i);
    const end = 2 + 2 * (offset + 32 + at(offset));
    if (end > result.length) throw new RangeError("the answer of a multicall is cut off");
    return `0x${result.slice(2 + 2 * (offset + 32), end)}`;
  });
}

/** A registry's record of each hash, in the order asked. */
export async function recordsOf(context: Context, agency: number, hashes: string[]) {
  const { interface: abi } = context.documents;
  const calls = hashes.map((hash) => abi.encodeFunctionData("recordOf", [agency, hash]));
  const answers = await readMany(context, calls);
  return answers.map((answer) => {
    const [record] = abi.decodeFunctionResult("recordOf", answer) as unknown as [
      Awaited<ReturnType<Context["documents"]["recordOf"]>>,
    ];
    return record;
  });
}
