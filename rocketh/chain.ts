import type { Environment } from "@rocketh/core/types";

type Provider = Environment["network"]["provider"];

/**
 * Opcodes younger than Paris, with code that executes each one and then returns nothing. `eth_call` without a receiver
 * runs it, so a chain that lacks the opcode answers with an error.
 */
const YOUNG_OPCODES: Record<number, { name: string; probe: `0x${string}` }> = {
  0x1e: { name: "CLZ", probe: "0x60011e5060006000f3" },
  0x49: { name: "BLOBHASH", probe: "0x6000495060006000f3" },
  0x4a: { name: "BLOBBASEFEE", probe: "0x4a5060006000f3" },
  0x5c: { name: "TLOAD", probe: "0x60005c5060006000f3" },
  0x5d: { name: "TSTORE", probe: "0x600060005d60006000f3" },
  0x5e: { name: "MCOPY", probe: "0x6000600060005e60006000f3" },
  0x5f: { name: "PUSH0", probe: "0x5f5060006000f3" },
};

/** The young opcodes in a contract's creation code, compiler metadata left out. */
export function youngOpcodes(bytecode: string): string[] {
  const bytes = Buffer.from(bytecode.replace(/^0x/, ""), "hex");
  const metadata = bytes.length < 2 ? 0 : bytes.readUInt16BE(bytes.length - 2) + 2;
  const found = new Set<string>();
  for (let i = 0; i < bytes.length - metadata; i++) {
    const opcode = bytes[i] ?? 0;
    const young = YOUNG_OPCODES[opcode];
    if (young) found.add(young.name);
    if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
  }
  return [...found].sort();
}

/** Code that every chain executes: tells a missing opcode from a node that does not answer. */
const CONTROL = "0x60006000f3";

/** The opcodes of these contracts that the chain does not execute. @throws what the provider throws if it is down */
export async function missingOpcodes(provider: Provider, bytecodes: string[]): Promise<string[]> {
  // The cast: a creation has no receiver, which the type of the parameters does not provide for.
  const run = (data: string) => provider.request({ method: "eth_call", params: [{ data } as never, "latest"] });
  await run(CONTROL);
  const missing: string[] = [];
  for (const { name, probe } of Object.values(YOUNG_OPCODES)) {
    if (!bytecodes.some((code) => youngOpcodes(code).includes(name))) continue;
    const fails = () =>
      run(probe).then(
        () => false,
        () => true,
      );
    if (!(await fails())) continue;
    await run(CONTROL);
    if (await fails()) {
      await run(CONTROL);
      missing.push(name);
    }
  }
  return missing;
}

/** 1 * generator of BLS12-381's G1, as the precompile of EIP-2537 for multiplication takes it. */
const BLS_PROBE = {
  to: "0x000000000000000000000000000000000000000c",
  data:
    "0x0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58" +
    "6c55e83ff97a1aeffb3af00adb22c6bb0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4" +
    "fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1" +
    "1".padStart(64, "0"),
} as const;

/** Whether the chain multiplies points of BLS12-381 (EIP-2537). */
export async function hasBls12381(provider: Provider): Promise<boolean> {
  const product = await provider.request({ method: "eth_call", params: [BLS_PROBE as never, "latest"] });
  return product === BLS_PROBE.data.slice(0, 2 + 2 * 128);
}
