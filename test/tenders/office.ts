import { id } from "ethers";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { attest, attestRoot } from "../../sdk/src/documents/attest.ts";
import { type DocumentFile, makeDocumentFile, placed } from "../../sdk/src/documents/documentFile.ts";
import { fromHex, type Holder, leafHash, toHex } from "../../sdk/src/documents/hash.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import { revokeDocument } from "../../sdk/src/documents/revoke.ts";
import { schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { Tree } from "../../sdk/src/documents/tree.ts";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import type { Scene } from "./scene.ts";

const FOREVER = 2 ** 40 - 1;

/** A body that issues documents to the bidders of a scene, with two kinds of its own. */
export class Office {
  readonly agency: number;
  readonly admin: Context;
  readonly clerk: Context;
  /** Numbers of its kinds; it is accredited for both. */
  readonly clearance: number;
  readonly extract: number;

  private constructor(agency: number, admin: Context, clerk: Context, clearance: number, extract: number) {
    this.agency = agency;
    this.admin = admin;
    this.clerk = clerk;
    this.clearance = clearance;
    this.extract = extract;
  }

  static async open({ stage, context }: Scene, name: string): Promise<Office> {
    const admin = await stage.account(`${name} admin`);
    const account = await stage.account(`${name} clerk`);
    const act = await registerAgency(context, { name, admin: await admin.getAddress() });
    const { agency } = (await act.send()).result;
    const key = { agency, account: await account.getAddress(), permissions: permissionBits("document") };
    await addKey(actingAs(context, admin), { ...key, until: FOREVER }).send();
    const clerk = actingAs(context, account);
    const kinds: number[] = [];
    for (const json of [schemaOf("tax-clearance"), schemaOf("company-registry")]) {
      const { schema } = (await (await registerSchema(clerk, { agency, accreditor: agency, json })).send()).result;
      await (await accredit(clerk, { schema, issuer: agency, until: FOREVER })).send();
      kinds.push(schema);
    }
    const [clearance = 0, extract = 0] = kinds;
    return new Office(agency, actingAs(context, admin), clerk, clearance, extract);
  }

  /** A document not attested. */
  document(holder: Holder | undefined, schema = this.clearance): DocumentFile {
    const content = { fields: { standing: "no-arrears", year: 2026 }, ...(holder === undefined ? {} : { holder }) };
    return makeDocumentFile(originOf(placeIn(this.clerk), this.agency, schema), content);
  }

  /** A document with a record of its own. */
  async attested(holder: string, schema = this.clearance, expires = 0): Promise<DocumentFile> {
    const document = this.document(holder, schema);
    await (await attest(this.clerk, { agency: this.agency, schema, expires, docHash: document.docHash })).send();
    return document;
  }

  /** A document that is one of several under a root. */
  async underRoot(holder: string, schema = this.clearance, index = 3, count = 5): Promise<DocumentFile> {
    const document = this.document(holder, schema);
    const hashes = Array.from({ length: count }, (_, i) => (i === index ? document.docHash : id(`other ${i}`)));
    const tree = new Tree(hashes.map((hash, i) => leafHash(i, fromHex(hash))));
    const root = toHex(tree.root);
    await (await attestRoot(this.clerk, { agency: this.agency, schema, expires: 0, root, count })).send();
    return placed(document, { kind: "leaf", root, index, count, proof: tree.siblings(index).map(toHex) });
  }

  async revoke(document: DocumentFile): Promise<void> {
    await (await revokeDocument(this.clerk, document, { reason: 3 })).send();
  }
}
