import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { actingAs } from "../../sdk/src/shared/context.ts";
import { openBidding, publishScalars, takeSeat } from "../../sdk/src/tenders/committee/acts.ts";
import { SecretStore, unlockSecret } from "../../sdk/src/tenders/committee/secrets.ts";
import type { Notice } from "../../sdk/src/tenders/notice.ts";
import { openBids } from "../../sdk/src/tenders/openAll.ts";
import { type Played, Scene } from "./scene.ts";

const SEATS = 3;
const PHRASE = "a pass phrase of the test";

/** A committee of two of three, who keep their secrets in a folder of the test. */
export class Bench {
  readonly scene: Scene;
  readonly bodies: number[];
  readonly folder: string;
  readonly secrets: SecretStore;

  private constructor(scene: Scene, bodies: number[], folder: string) {
    this.scene = scene;
    this.bodies = bodies;
    this.folder = folder;
    this.secrets = new SecretStore(join(folder, "seats"), { N: 1024 });
  }

  static async open(): Promise<Bench> {
    const scene = await Scene.open();
    const admin = await scene.stage.account("admin");
    const bodies: number[] = [];
    for (let seat = 0; seat < SEATS; seat++) {
      const act = await registerAgency(scene.context, { name: `Body ${seat}`, admin: await admin.getAddress() });
      const { agency } = (await act.send()).result;
      bodies.push(agency);
      const account = await scene.address(`member ${seat}`);
      const key = { agency, account, permissions: permissionBits("committee.sit"), until: 2 ** 40 - 1 };
      await addKey(actingAs(scene.context, admin), key).send();
    }
    return new Bench(scene, bodies, await mkdtemp(join(tmpdir(), "bench-")));
  }

  async close(): Promise<void> {
    await this.scene.stage.close();
    await rm(this.folder, { recursive: true });
  }

  /** A tender sealed for the committee; all seats are taken, and bids can be sealed. */
  async bidding(
    sealing: Partial<Exclude<Notice["sealing"], string>> = {},
    changes: Partial<Notice> = {},
  ): Promise<Played> {
    const played = await this.scene.publish({ sealing: { seats: this.bodies, threshold: 2, ...sealing }, ...changes });
    const { tender } = played;
    for (let seat = 0; seat < SEATS; seat++) {
      const outcome = await takeSeat(await this.scene.as(`member ${seat}`), {
        tender,
        secrets: this.secrets,
        passPhrase: PHRASE,
      });
      if ("act" in outcome) await outcome.act.send();
    }
    await openBidding(this.scene.context, tender).send();
    return played;
  }

  /** Publishes the scalars of the current part as soon as that is possible. */
  async publish({ tender }: Played): Promise<void> {
    const from = Number((await this.scene.context.house.openingTimes(tender)).publishFrom);
    if ((await this.scene.now()).time < from) await this.scene.stage.advanceTo(from);
    const outcome = await publishScalars(this.scene.context, { tender, secrets: this.secrets, passPhrase: PHRASE });
    if ("act" in outcome) await outcome.act.send();
  }

  /** Publishes the scalars and opens all bids of the current part. */
  async open(played: Played): Promise<void> {
    await this.publish(played);
    await openBids(this.scene.context, { tender: played.tender });
  }

  /** A member's secret, as it leaks. */
  async secretOf({ tender }: Played, seat: number, part = 0): Promise<bigint> {
    const { kept } = await this.secrets.list();
    const own = kept.find(({ file }) => {
      return BigInt(file.tender) === tender && file.seat === seat && file.part === part;
    });
    if (!own) throw new Error(`no secret of seat ${seat}`);
    return unlockSecret(own, PHRASE);
  }
}
