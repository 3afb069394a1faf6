import { expect } from "chai";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits, permissionNames } from "../../sdk/src/agencies/permissions.ts";
import { listAgencies, readAgency, readKeys } from "../../sdk/src/agencies/read.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { Scheduled } from "../../sdk/src/shared/restricted.ts";
import { roles } from "../../rocketh/roles.ts";
import { type AccessManager, AccessManager__factory } from "../../typechain-types/index.ts";
import { Scene } from "../tenders/scene.ts";

const DELAY = 3600;

describe("administrators' acts through the SDK", () => {
  let scene: Scene;
  let manager: AccessManager;
  before(async () => {
    scene = await Scene.open();
    manager = AccessManager__factory.connect(scene.context.addresses.AccessManager, scene.context.signer);
  });
  after(() => scene.stage.close());

  /** A registrar whose acts wait for an hour. */
  const delayed = async (name: string): Promise<Context> => {
    await (await manager.grantRole(roles.REGISTRAR, await scene.address(name), DELAY)).wait();
    return scene.as(name);
  };
  const register = async (context: Context, name: string) =>
    (await registerAgency(context, { name, admin: await scene.address("admin") })).send();
  const waitsUntil = async (act: Promise<unknown>): Promise<number> => {
    const error = await act.then(
      () => new Error("it was done at once"),
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(Scheduled);
    return (error as Scheduled).readyAt;
  };
  const schedules = async () => (await manager.queryFilter(manager.filters.OperationScheduled())).length;

  it("a delayed act is scheduled once, waits, and is done by the same command after its time", async () => {
    const registrar = await delayed("registrar");
    const before = await schedules();
    const count = await registrar.registry.agencyCount();
    const readyAt = await waitsUntil(register(registrar, "Ministry"));
    expect(readyAt).to.equal((await scene.now()).time + DELAY);
    expect(await schedules()).to.equal(before + 1);

    const { block } = await scene.now();
    expect(await waitsUntil(register(registrar, "Ministry"))).to.equal(readyAt);
    expect((await scene.now()).block, "nothing was sent").to.equal(block);
    await scene.stage.advanceTo(readyAt - 1);
    expect(await waitsUntil(register(registrar, "Ministry"))).to.equal(readyAt);
    expect(await registrar.registry.agencyCount()).to.equal(count);

    await scene.stage.advanceTo(readyAt);
    const { result } = await register(registrar, "Ministry");
    expect(result.agency).to.equal(Number(count) + 1);
    expect(await schedules()).to.equal(before + 1);
  });

  it("two different acts wait for themselves", async () => {
    const registrar = await delayed("second");
    const first = await waitsUntil(register(registrar, "A"));
    const second = await waitsUntil(register(registrar, "B"));
    expect(second).to.be.greaterThan(first);
    await scene.stage.advanceTo(first);
    await register(registrar, "A");
    expect((await readAgency(registrar, Number(await registrar.registry.agencyCount()))).name).to.equal("A");
  });

  it("one that was not done in a week is scheduled anew", async () => {
    const registrar = await delayed("third");
    const first = await waitsUntil(register(registrar, "Late"));
    await scene.stage.advanceTo(first + 8 * 86_400);
    const second = await waitsUntil(register(registrar, "Late"));
    expect(second).to.be.greaterThan(first + 8 * 86_400);
    await scene.stage.advanceTo(second);
    await register(registrar, "Late");
  });

  it("the message says until when, in UTC", () => {
    expect(new Scheduled(1_800_000_000).message).to.include("2027-01-15T08:00:00.000Z");
  });

  it("who may not at all is told so by the call itself, and schedules nothing", async () => {
    const before = await schedules();
    const error = await register(await scene.as("nobody"), "X").catch((thrown: unknown) => thrown);
    expect(describeError(error)).to.match(/^AccessManagedUnauthorized \(caller 0x/);
    expect(await schedules()).to.equal(before);
  });

  it("bodies and keys are read as they were written, also where a metadata file is no body's", async () => {
    const { result } = await registerAgency(scene.context, {
      name: "Court",
      identifier: { id: "7" },
      admin: await scene.address("admin"),
    }).then((act) => act.send());
    const body = await readAgency(scene.context, result.agency);
    expect(body).to.deep.include({ agency: result.agency, name: "Court", identifier: { id: "7" }, suspended: false });
    const admin = await scene.as("admin");
    const { time } = await scene.now();
    const key = {
      agency: result.agency,
      account: await scene.address("k"),
      permissions: permissionBits("tender.award"),
    };
    await addKey(admin, { ...key, from: time + 100, until: time + 200 }).send();
    const [read] = await readKeys(scene.context, result.agency);
    expect(read).to.deep.equal({
      index: 0,
      account: key.account,
      permissions: ["tender.award"],
      from: time + 100,
      until: time + 200,
      active: false,
    });
    const digest = await scene.context.files.put(new TextEncoder().encode("no JSON"));
    await (await admin.registry.setMetadata(result.agency, digest)).wait();
    expect((await listAgencies(scene.context)).at(-1)).to.not.have.property("name");
  });

  it("permissions have names, and unknown ones are refused", () => {
    const acts = ["publish", "reject", "award", "cancel", "extend", "review"];
    expect(permissionNames(permissionBits("tender"))).to.deep.equal(acts.map((act) => `tender.${act}`));
    expect(permissionNames(permissionBits("committee"))).to.deep.equal(["committee.sit"]);
    expect(permissionBits("tender.publish, tender.cancel")).to.equal(9n);
    expect(permissionNames(1n << 40n)).to.deep.equal(["bit 40"]);
    for (const list of ["", "tende", "tender.", "tender.award,"])
      expect(() => permissionBits(list)).to.throw(InputError);
  });
});
