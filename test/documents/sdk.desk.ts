import hre from "hardhat";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { type DocumentFile, makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { type Endpoint, providerEndpoint } from "../../sdk/src/documents/endpoint.ts";
import type { Json } from "../../sdk/src/documents/hash.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import type { Sources } from "../../sdk/src/documents/quorum.ts";
import { contentOfJson, sampleOf, schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import { type OpenStage, openStage } from "../../tasks/shared/stage.ts";
import { account } from "./sdk.samples.ts";

const FAR = 2 ** 40 - 1;

/** A tax office, accredited by a chamber for tax clearances, and what its tests need. Bodies: 1 chamber, 2 tax office. */
export class Desk {
  readonly stage: OpenStage;
  /** The chamber's clerk, and the tax office's: each may do all of documents for its own body. */
  readonly chamber: Context;
  readonly clerk: Context;
  readonly agency = 2;
  readonly schema = 1;

  private constructor(stage: OpenStage, chamber: Context, clerk: Context) {
    this.stage = stage;
    this.chamber = chamber;
    this.clerk = clerk;
  }

  static async open(): Promise<Desk> {
    const stage = await openStage(hre, true);
    const bodies: Context[] = [];
    for (const name of ["Chamber", "Tax Office"]) {
      const admin = await stage.account(`${name} admin`);
      const clerk = await stage.account(`${name} clerk`);
      const act = await registerAgency(stage.context, { name, admin: await admin.getAddress() });
      const { agency } = (await act.send()).result;
      const key = { agency, account: await clerk.getAddress(), permissions: permissionBits("document"), until: FAR };
      await addKey(actingAs(stage.context, admin), key).send();
      bodies.push(actingAs(stage.context, clerk));
    }
    const [chamber, clerk] = bodies as [Context, Context];
    await (await registerSchema(chamber, { agency: 1, accreditor: 1, json: schemaOf("tax-clearance") })).send();
    await (await accredit(chamber, { schema: 1, issuer: 2, until: FAR })).send();
    return new Desk(stage, chamber, clerk);
  }

  async as(name: string): Promise<Context> {
    return actingAs(this.stage.context, await this.stage.account(name));
  }

  get issue() {
    return { agency: this.agency, schema: this.schema, expires: 0 };
  }

  get place() {
    return placeIn(this.stage.context);
  }

  get node(): Endpoint {
    return providerEndpoint(this.stage.eip1193);
  }

  sources(endpoints: Endpoint[] = [this.node], quorum = 1): Sources {
    return { ...this.place, endpoints, quorum };
  }

  /** A clearance not attested yet. */
  document(changes: Record<string, Json> = {}): DocumentFile {
    const { fields } = contentOfJson(sampleOf("tax-clearance"));
    const origin = originOf(this.place, this.agency, this.schema);
    return makeDocumentFile(origin, { fields: { ...fields, ...changes }, holder: account });
  }

  async now(): Promise<number> {
    return (await this.stage.provider.getBlock("latest"))?.timestamp ?? 0;
  }
}
