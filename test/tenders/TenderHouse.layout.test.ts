import { readFileSync } from "node:fs";
import { expect } from "chai";
import { artifacts } from "hardhat";

/** What the compiler tells of a contract's storage, as far as it is read here. */
interface Layout {
  storage: Variable[];
  types: Record<string, StorageType> | null;
}

interface Variable {
  label: string;
  slot: string;
  offset: number;
  type: string;
}

interface StorageType {
  label: string;
  encoding: string;
  numberOfBytes: string;
  key?: string;
  value?: string;
  base?: string;
  members?: Variable[];
}

interface BuildInfoOutput {
  output: { contracts: Record<string, Record<string, { storageLayout: Layout }>> };
}

/** Each state variable with its place and all of its type. The compiler's names of types hold numbers of its own. */
async function layoutOf(contract: string) {
  const { buildInfoId, inputSourceName } = await artifacts.readArtifact(contract);
  const path = await artifacts.getBuildInfoOutputPath(buildInfoId ?? "");
  const built = JSON.parse(readFileSync(path ?? "", "utf8")) as BuildInfoOutput;
  const layout = built.output.contracts[inputSourceName ?? ""]?.[contract]?.storageLayout;
  if (!layout) throw new Error(`the build tells no layout of ${contract}`);
  const { storage, types } = layout;
  return storage.map((variable) => describeVariable(types ?? {}, variable));
}

function describeVariable(types: Record<string, StorageType>, { label, slot, offset, type }: Variable): unknown {
  return { label, slot, offset, type: describeType(types, type) };
}

function describeType(types: Record<string, StorageType>, name: string): unknown {
  const type = types[name];
  if (!type) throw new Error(`the build tells nothing of ${name}`);
  const { label, encoding, numberOfBytes, key, value, base, members } = type;
  const parts = [key, value, base].map((part) => (part === undefined ? null : describeType(types, part)));
  return { label, encoding, numberOfBytes, parts, members: members?.map((one) => describeVariable(types, one)) };
}

describe("TenderHouse's storage", () => {
  it("is in the same slots for house and desk", async () => {
    const house = await layoutOf("TenderHouse");
    expect(house).to.have.length.above(5);
    expect(await layoutOf("TenderDesk")).to.deep.equal(house);
  });

  it("begins with all that the office has", async () => {
    const office = await layoutOf("TenderOffice");
    expect(office).to.have.length.above(5);
    expect((await layoutOf("TenderHouse")).slice(0, office.length)).to.deep.equal(office);
  });

  it("holds nothing behind it but the names of the signing domain", async () => {
    const office = await layoutOf("TenderOffice");
    const rest = (await layoutOf("TenderHouse")).slice(office.length) as Variable[];
    expect(rest.map(({ label }) => label)).to.deep.equal(["_nameFallback", "_versionFallback"]);
  });
});
