import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import hre from "hardhat";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { dataset } from "../../sdk/src/market/catalogue/dataset.ts";
import { datasetDocument } from "../../sdk/src/market/catalogue/write.ts";
import { buy, type BuyParameters } from "../../sdk/src/market/buy.ts";
import { deliver, deliverable } from "../../sdk/src/market/deliver.ts";
import { fileKeys, type KeySource, walletKeys } from "../../sdk/src/market/keys/source.ts";
import { termsHash } from "../../sdk/src/market/licences/policy.ts";
import { listDataSet, offerOf, type OfferParameters, versionOf } from "../../sdk/src/market/list.ts";
import type { OrderModel, VersionTerms } from "../../sdk/src/market/model.ts";
import { type PrepareParameters, prepareVersion } from "../../sdk/src/market/prepare.ts";
import { orderAt, readDataSet } from "../../sdk/src/market/read.ts";
import type { SealedManifest } from "../../sdk/src/market/seal/manifest.ts";
import { policyFor } from "../../sdk/src/market/terms.ts";
import { actingAs, actor, type Context } from "../../sdk/src/shared/context.ts";
import { putJson } from "../../sdk/src/shared/files.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { type OpenStage, openStage } from "../../tasks/shared/stage.ts";
import { MockAuthorizedToken__factory, type MockToken, MockToken__factory } from "../../typechain-types/index.ts";
import { flipped, tampered } from "./sealing.ts";

export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const PRICE = 125n * 10n ** 17n;
const FAR = 2 ** 40 - 1;

/** What an act says when it is refused. */
export async function refusal(act: Promise<unknown> | (() => Promise<unknown>)): Promise<string> {
  try {
    await (typeof act === "function" ? act() : act);
  } catch (error) {
    return describeError(error);
  }
  return "nothing was thrown";
}

export interface Listing {
  /** What the file holds, or the file. */
  data?: Uint8Array;
  offers?: Partial<OfferParameters>[];
  /** Not sealed. */
  open?: boolean;
  /** Lists something else than what was sealed, as a dishonest seller does. */
  change?: (version: VersionTerms, manifest: SealedManifest) => Promise<VersionTerms>;
  more?: Partial<PrepareParameters>;
}

/** An agency that sells, and what its tests need. Body 1 may do all of documents and of the market. */
export class MarketDesk {
  readonly stage: OpenStage;
  readonly clerk: Context;
  readonly agency = 1;
  readonly token: MockToken;
  /** With EIP-3009. */
  readonly authorized: MockToken;
  readonly folder: string;
  #files = 0;

  private constructor(stage: OpenStage, clerk: Context, tokens: [MockToken, MockToken], folder: string) {
    this.stage = stage;
    this.clerk = clerk;
    [this.token, this.authorized] = tokens;
    this.folder = folder;
  }

  static async open(): Promise<MarketDesk> {
    const stage = await openStage(hre, true);
    const admin = await stage.account("admin");
    const clerk = await stage.account("clerk");
    const act = await registerAgency(stage.context, { name: "Transport Agency", admin: await admin.getAddress() });
    const { agency } = (await act.send()).result;
    const permissions = permissionBits("document,market");
    await addKey(actingAs(stage.context, admin), {
      ...{ agency, account: await clerk.getAddress(), permissions, until: FAR },
    }).send();
    const { signer } = stage.context;
    const token = await new MockToken__factory(signer).deploy();
    const authorized = await new MockAuthorizedToken__factory(signer).deploy();
    const tokens: [MockToken, MockToken] = [token, authorized];
    const folder = await mkdtemp(join(tmpdir(), "market-"));
    return new MarketDesk(stage, actingAs(stage.context, clerk), tokens, folder);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
    await this.stage.close();
  }

  async as(name: string): Promise<Context> {
    return actingAs(this.stage.context, await this.stage.account(name));
  }

  /** A buyer with money in both tokens. */
  async buyer(name: string, amount = 10n * PRICE): Promise<Context> {
    const context = await this.as(name);
    for (const token of [this.token, this.authorized]) await (await token.mint(await actor(context), amount)).wait();
    return context;
  }

  get place() {
    return { chainId: this.clerk.chainId, market: this.clerk.addresses.DataMarket };
  }

  keys(context: Context = this.clerk): KeySource {
    if (!context.signer) throw new Error("no signer");
    return walletKeys(context.signer, this.place);
  }

  otherKeys(fill: number): KeySource {
    return fileKeys(new Uint8Array(32).fill(fill), this.place);
  }

  async file(data: Uint8Array, name = `file-${++this.#files}`): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, data);
    return path;
  }

  /** A path at which nothing is. */
  path(name = `out-${++this.#files}`): string {
    return join(this.folder, name);
  }

  get sale(): Partial<OfferParameters> {
    return { kind: "sale", price: { token: this.tokenAddress, amount: PRICE, payee: this.payee } };
  }

  get tokenAddress(): string {
    return this.token.target as string;
  }

  readonly payee = "0x00000000000000000000000000000000000000A1";

  /** Seals a file and lists it; returns the number of the data set. */
  async list({ data, offers = [this.sale], open = false, change, more = {} }: Listing = {}): Promise<number> {
    const path = await this.file(data ?? new TextEncoder().encode("stop,departure\n1,07:15\n"));
    const prepared = await prepareVersion(this.clerk, {
      ...{ path, agency: this.agency, name: "departures.csv", mediaType: "text/csv" },
      ...(open ? {} : { keys: this.keys() }),
      ...more,
    });
    const version = change ? await change(prepared.version, prepared.manifest as SealedManifest) : prepared.version;
    const place = { agency: this.agency, manifest: version.manifest };
    const terms = (tier: number) => termsHash(policyFor(this.clerk, "pdl-1.0", { ...place, tier }));
    const metadata = datasetDocument(
      dataset({ title: { en: "Departures", ja: "出発" }, description: { en: "Of every stop." } }),
    );
    const act = await listDataSet(this.clerk, {
      ...{ agency: this.agency, category: "TRAN", metadata, version },
      offers: offers.map((one, tier) => offerOf({ kind: "sale", terms: terms(tier), tier, ...one })),
    });
    return (await act.send()).result.dataSet;
  }

  /** A listing in which one chunk has a hash that it never opens to. */
  withBadChunk(index = 0): Pick<Listing, "change"> {
    return {
      change: async (version, manifest) => {
        const { files: store } = this.clerk;
        const bad = await tampered({ manifest, store }, (_, hashes) => {
          hashes[index] = flipped(hashes[index], 0);
        });
        return versionOf(bad, await putJson(store, bad), version.sellerKey);
      },
    };
  }

  buy(context: Context, dataSet: number, more: Partial<BuyParameters> = {}) {
    return buy(context, { dataSet, offer: 1, keys: this.keys(context), ...more });
  }

  async order(dataSet: number, { order }: OrderModel): Promise<OrderModel> {
    return orderAt(await readDataSet(this.clerk, dataSet), order.version, order.buyer, order.nonce);
  }

  /** Delivers all that is ordered. */
  async deliver(): Promise<number> {
    const { due } = await deliverable(this.clerk, { agency: this.agency, keys: this.keys() });
    return (await deliver(this.clerk, this.agency, due)).length;
  }

  /** Delivers an order under a key that is not the version's. */
  async deliverWrong(order: OrderModel): Promise<void> {
    await deliver(this.clerk, this.agency, [{ order, masked: `0x${"5a".repeat(32)}` }]);
  }

  async now(): Promise<number> {
    return (await this.stage.provider.getBlock("latest"))?.timestamp ?? 0;
  }

  async later(seconds: number): Promise<void> {
    await this.stage.advanceTo((await this.now()) + seconds);
  }
}
