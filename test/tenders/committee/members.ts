import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addKey, registerAgency } from "../../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../../sdk/src/agencies/permissions.ts";
import { actingAs } from "../../../sdk/src/shared/context.ts";
import {
  openBidding,
  publishScalars,
  type PublishScalarsParameters,
  renewKeys,
  takeSeat,
} from "../../../sdk/src/tenders/committee/acts.ts";
import { keyPlaceOf, SecretStore, unlockSecret } from "../../../sdk/src/tenders/committee/secrets.ts";
import type { Notice } from "../../../sdk/src/tenders/notice.ts";
import { type Played, type Scene } from "../scene.ts";

const SEATS = 3;
const THRESHOLD = 2;
const PHRASE = "a pass phrase of the test";

/** Three bodies that sit in committees of which two open, with one folder for the secrets of all. */
export class Members {
  readonly #scene: Scene;
  readonly #bodies: number[];
  readonly #secrets: SecretStore;

  private constructor(scene: Scene, bodies: number[], secrets: SecretStore) {
    this.#scene = scene;
    this.#bodies = bodies;
    this.#secrets = secrets;
  }

  static async of(scene: Scene): Promise<Members> {
    const bodies: number[] = [];
    const admin = await scene.stage.account("admin");
    for (let seat = 0; seat < SEATS; seat++) {
      const act = await registerAgency(scene.context, { name: `Body ${seat}`, admin: await admin.getAddress() });
      const { agency } = (await act.send()).result;
      bodies.push(agency);
      const account = await scene.address(`member ${seat}`);
      const key = { agency, account, permissions: permissionBits("committee.sit"), until: 2 ** 40 - 1 };
      await addKey(actingAs(scene.context, admin), key).send();
    }
    return new Members(scene, bodies, new SecretStore(await mkdtemp(join(tmpdir(), "seats-")), { N: 1024 }));
  }

  /** A tender whose bids are sealed for the members, who sit in its committee. */
  async publish(changes: Partial<Notice> = {}): Promise<Played> {
    const sealing = { seats: this.#bodies, threshold: THRESHOLD, openByBidders: false };
    const played = await this.#scene.publish({ sealing, ...changes });
    for (let seat = 0; seat < SEATS; seat++) {
      const outcome = await takeSeat(await this.#scene.as(`member ${seat}`), this.#secretsOf(played.tender));
      if ("act" in outcome) await outcome.act.send();
    }
    return played;
  }

  async freeze({ tender }: Played): Promise<void> {
    await openBidding(this.#scene.context, tender).send();
  }

  /** A member takes its seat anew, with another key. */
  async renew({ tender }: Played, seat: number): Promise<void> {
    await (await renewKeys(await this.#scene.as(`member ${seat}`), this.#secretsOf(tender))).send();
  }

  /** Publishes all scalars, by whoever acts in the context. */
  tell({ tender }: Played, context = this.#scene.context, more: Partial<PublishScalarsParameters> = {}) {
    return publishScalars(context, { ...this.#secretsOf(tender), ...more });
  }

  /** Keeps the secrets of a tender once more, as those of a chain of another id. */
  async keepFor(chainId: bigint, { tender }: Played): Promise<void> {
    const { kept } = await this.#secrets.list();
    for (const one of kept.filter(({ file }) => BigInt(file.tender) === tender)) {
      const place = { ...keyPlaceOf(one.file), chainId };
      await this.#secrets.keep(place, one.file.genesisHash, await unlockSecret(one, PHRASE), PHRASE);
    }
  }

  #secretsOf(tender: bigint) {
    return { tender, secrets: this.#secrets, passPhrase: PHRASE };
  }

  async close(): Promise<void> {
    await rm(this.#secrets.folder, { recursive: true });
  }
}
