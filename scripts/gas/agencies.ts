import { addresses, admin, digest, ethers, FOREVER, gasOf, measure, measureView, officer, registry } from "./bench.ts";

const ALL_ACTS = 2n ** 48n - 1n;
const register = (name: string) => () => registry.register(digest(name), digest("metadata"), admin.address);
const addKey = (agency: number, key: string) => () => registry.connect(admin).addKey(agency, key, ALL_ACTS, 0, FOREVER);

/** Leaves body 1 with the officer's key. */
export async function measureAgencies(): Promise<void> {
  await measure("agencies.register", [register("Buyer"), register("Another")]);
  await measure("agencies.addKey", [addKey(1, officer.address), addKey(1, ethers.dataSlice(digest("key"), 0, 20))]);
  for (const agency of [2, 3]) {
    if (agency === 3) await gasOf(register("A third"));
    for (let i = 0; i < 32; i++) await gasOf(addKey(agency, ethers.dataSlice(digest(`key ${i}`), 0, 20)));
  }
  await measure("agencies.suspend32", [() => registry.suspend(2), () => registry.suspend(3)]);
  await measureView(
    "agencies.may.exec",
    addresses.registry,
    registry.interface.encodeFunctionData("may", [1, officer.address, 1]),
  );
}

/** Registers a body with one key; its number. */
export async function newAgency(name: string, key: { address: string }): Promise<number> {
  await gasOf(register(name));
  const agency = Number(await registry.agencyCount());
  await gasOf(addKey(agency, key.address));
  return agency;
}
