import { BrowserProvider, toQuantity, type Wallet, ZeroHash } from "ethers";
import hre from "hardhat";
import { MockToken__factory } from "../../typechain-types/index.ts";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { actingAs, connect, type Context } from "../../sdk/src/shared/context.ts";
import { type BidPlace, newSalt, NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { type BidFile, makeBidFile } from "../../sdk/src/tenders/bidFile.ts";
import { depositBondWithPermit, settleBond } from "../../sdk/src/tenders/bonds.ts";
import { awardLot, cancelTender, closeLot, rejectBid } from "../../sdk/src/tenders/decide.ts";
import { clearHead } from "../../sdk/src/tenders/head.ts";
import { NOBODY, type TenderModel } from "../../sdk/src/tenders/model.ts";
import { type Notice, parseNotice } from "../../sdk/src/tenders/notice.ts";
import { publishTender } from "../../sdk/src/tenders/publish.ts";
import type { Quotation } from "../../sdk/src/tenders/quotation.ts";
import { bidAt, readTender } from "../../sdk/src/tenders/read.ts";
import { revealBid, type Revealed } from "../../sdk/src/tenders/reveal.ts";
import type { Schedule } from "../../sdk/src/tenders/schedule.ts";
import {
  commitBid,
  placeFor,
  quotationFile,
  replaceBid,
  type SealOutcome,
  withdrawBid,
} from "../../sdk/src/tenders/seal.ts";
import { type OpenStage, openStage } from "../../tasks/shared/stage.ts";

/** A notice of one lot of caps up to 7,500 UAH, opened by its bidders; anything of it can be given differently. */
export function noticeOf(changes: Partial<Notice> = {}): Notice {
  return parseNotice({
    format: "common-seal/notice/1",
    title: "Caps",
    procurementMethod: "open",
    mainProcurementCategory: "goods",
    awardCriteria: "priceOnly",
    currency: "UAH",
    decimals: 2,
    taxBasis: "gross",
    times: {},
    standstillSeconds: 3600,
    sealing: "bidders",
    lots: [
      {
        id: "L1",
        title: "Caps",
        ceiling: "7500",
        items: [
          {
            id: "1",
            description: "Caps",
            quantity: "25",
            unit: { scheme: "UNCEFACT", id: "H87", name: "piece" },
            classification: { scheme: "CPV", id: "18440000-5", description: "Hats" },
          },
        ],
      },
    ],
    ...changes,
  });
}

/** A house in process with an agency, its officer and a token for bonds, on which tenders are played act by act. */
export class Scene {
  readonly stage: OpenStage;
  readonly officer: Context;
  readonly agency: number;
  readonly token: string;
  readonly treasury: string;

  private constructor(stage: OpenStage, officer: Context, agency: number, token: string, treasury: string) {
    this.stage = stage;
    this.officer = officer;
    this.agency = agency;
    this.token = token;
    this.treasury = treasury;
  }

  static async open(): Promise<Scene> {
    const stage = await openStage(hre, true);
    const { context } = stage;
    const admin = await stage.account("admin");
    const officer = await stage.account("officer");
    const body = { name: "Municipal Police", identifier: { scheme: "UA-EDR", id: "39985748" } };
    const act = await registerAgency(context, { ...body, admin: await admin.getAddress() });
    const { agency } = (await act.send()).result;
    const account = await officer.getAddress();
    await addKey(actingAs(context, admin), {
      agency,
      account,
      permissions: permissionBits("tender"),
      until: 2 ** 40 - 1,
    }).send();
    const token = await new MockToken__factory(context.signer).deploy();
    const treasury = await (await stage.account("treasury")).getAddress();
    return new Scene(stage, actingAs(context, officer), agency, await token.getAddress(), treasury);
  }

  get context(): Context {
    return this.stage.context;
  }

  /** Bond of 5 tokens, forfeited to the treasury. */
  get bonded(): Pick<Notice, "bond" | "treasury"> {
    return { bond: { token: this.token, amount: "5" }, treasury: this.treasury };
  }

  async publish(changes: Partial<Notice> = {}): Promise<Played> {
    const act = await publishTender(this.officer, { agency: this.agency, notice: noticeOf(changes) });
    const { tender, schedule, documents } = (await act.send()).result;
    return new Played(this, tender, schedule, documents);
  }

  async as(name: string): Promise<Context> {
    return actingAs(this.context, await this.stage.account(name));
  }

  async address(name: string): Promise<string> {
    return (await this.stage.account(name)).getAddress();
  }

  /** Pays bonds in for a bidder, by permit. */
  async fund(name: string, tokens = 5n): Promise<void> {
    const amount = tokens * 10n ** 18n;
    const token = MockToken__factory.connect(this.token, this.context.signer);
    await (await token.mint(await this.address(name), amount)).wait();
    await (await depositBondWithPermit(await this.as(name), this.token, amount)).send();
  }

  /** Time and number of the latest block. */
  async now(): Promise<{ time: number; block: number }> {
    const block = await this.stage.provider.getBlock("latest");
    if (!block) throw new Error("no block");
    return { time: block.timestamp, block: block.number };
  }

  async automine(on: boolean): Promise<void> {
    await this.stage.provider.send("evm_setAutomine", [on]);
    if (on) await this.stage.provider.send("evm_mine", []);
  }

  async nextTime(time: number): Promise<void> {
    await this.stage.provider.send("evm_setNextBlockTimestamp", [toQuantity(time)]);
  }
}

type Request = { method: string; params?: unknown };
/** Sees a request, and may answer it in the chain's place. */
type Listener = (request: Request, answer: () => Promise<unknown>) => Promise<unknown>;

/** Someone's connection to the house on which every request to the node is seen. */
export async function watched(scene: Scene, name: string, listener: Listener): Promise<Context> {
  const request = (call: Request) => listener(call, () => scene.stage.eip1193.request(call));
  const provider = new BrowserProvider({ request }, undefined, { cacheTimeout: -1 });
  provider.pollingInterval = 20;
  const wallet = (await scene.stage.account(name)) as Wallet;
  return connect(provider, scene.context, scene.context.files, wallet.connect(provider));
}

/** A published tender, and the acts in it. Bidders are told by name. */
export class Played {
  readonly scene: Scene;
  readonly tender: bigint;
  readonly schedule: Schedule;
  readonly documents: string;

  constructor(scene: Scene, tender: bigint, schedule: Schedule, documents: string) {
    this.scene = scene;
    this.tender = tender;
    this.schedule = schedule;
    this.documents = documents;
  }

  model(toBlock?: number): Promise<TenderModel> {
    return readTender(this.scene.context, this.tender, toBlock);
  }

  /** Seals a bid with a quotation in the bidder's name. */
  async commit(name: string, price: bigint, lot = 0): Promise<void> {
    await this.#seal(commitBid, name, price, lot);
  }

  async replace(name: string, price: bigint, lot = 0): Promise<void> {
    await this.#seal(replaceBid, name, price, lot);
  }

  async #seal(action: typeof commitBid, name: string, price: bigint, lot: number): Promise<SealOutcome> {
    const quotation: Quotation = {
      format: "common-seal/quotation/1",
      tenderer: { name: `${name} LLC`, identifier: { scheme: "UA-EDR", id: `id-${name}` } },
    };
    const bid = { price, quotation: quotationFile(quotation).digest };
    const parameters = { tender: this.tender, lot, bid, quotation, bids: this.scene.stage.bids };
    const outcome = await action(await this.scene.as(name), parameters);
    if ("act" in outcome) await outcome.act.send();
    return outcome;
  }

  /** Where a bidder's bid in a lot belongs. */
  async placeOf(name: string, lot = 0): Promise<BidPlace> {
    return placeFor(await this.scene.as(name), this.tender, lot);
  }

  /** Seals any bytes as a bid, well formed or not. */
  async commitBytes(name: string, bytes: string, lot = 0): Promise<void> {
    const file = await this.keepBytes(name, bytes, lot);
    await (await (await this.scene.as(name)).house.commitBid(this.tender, lot, file.commitment)).wait();
  }

  /** Keeps any bytes as a bid that has yet to be sealed. */
  async keepBytes(name: string, bytes: string, lot = 0, salt = newSalt()): Promise<BidFile> {
    const file = makeBidFile(await this.placeOf(name, lot), this.scene.context.genesisHash, bytes, salt);
    await this.scene.stage.bids.keep(file);
    return file;
  }

  /** Seals a bid without a quotation. */
  async commitBare(name: string, price: bigint, lot = 0): Promise<void> {
    const bid = { price, quotation: NO_QUOTATION };
    const outcome = await commitBid(await this.scene.as(name), {
      tender: this.tender,
      lot,
      bid,
      bids: this.scene.stage.bids,
    });
    if ("act" in outcome) await outcome.act.send();
  }

  async withdraw(name: string, lot = 0): Promise<void> {
    await withdrawBid(await this.scene.as(name), this.tender, lot).send();
  }

  async reveal(name: string, lot = 0): Promise<Revealed> {
    const outcome = await revealBid(await this.scene.as(name), {
      tender: this.tender,
      lot,
      bids: this.scene.stage.bids,
    });
    return "act" in outcome ? (await outcome.act.send()).result : outcome.done;
  }

  /** Opens a bid between these neighbours, right or wrong: with wrong ones it has yet to take its place. */
  async revealBetween(name: string, before = NOBODY, next = NOBODY): Promise<void> {
    const { house, genesisHash } = await this.scene.as(name);
    const { number, time, commitment } =
      bidAt(await this.model(), 0, await this.scene.address(name)).commits.at(-1) ?? {};
    const kept = await this.scene.stage.bids.ofCommitment(await this.placeOf(name), genesisHash, commitment ?? "");
    if (!kept || number === undefined || time === undefined) throw new Error(`no bid file of ${name}`);
    const { bid, salt, bidder } = kept.file;
    const opening = { bid, salt, envelope: ZeroHash, other: ZeroHash, number, time, before, next };
    await (await house.open(this.tender, 0, bidder, opening)).wait();
  }

  async reject(name: string, lot = 0): Promise<void> {
    const bidder = await this.scene.address(name);
    const statement = { reason: 1, statement: "The samples are not blue." };
    await (await rejectBid(this.scene.officer, { tender: this.tender, lot, bidder, ...statement })).send();
  }

  async award(name: string, lot = 0): Promise<void> {
    await clearHead(this.scene.officer, this.tender, lot);
    const bidder = await this.scene.address(name);
    await (await awardLot(this.scene.officer, { tender: this.tender, lot, bidder })).send();
  }

  async close(lot = 0): Promise<void> {
    const head = await clearHead(this.scene.officer, this.tender, lot);
    await closeLot(this.scene.officer, this.tender, lot, head).send();
  }

  async cancel(): Promise<void> {
    const statement = { reason: 22, statement: "The budget was cut." };
    await (await cancelTender(this.scene.officer, { tender: this.tender, ...statement })).send();
  }

  async settle(name: string, lot = 0): Promise<void> {
    await settleBond(this.scene.context, this.tender, lot, await this.scene.address(name)).send();
  }

  /** Just after the last second of a stage. */
  async after(stage: "commit" | "reveal" | "award"): Promise<void> {
    await this.scene.stage.advanceTo(this.schedule[`${stage}Deadline`] + 1);
  }

  /** Just after the standstill of a lot's award. */
  async afterStandstill(lot = 0): Promise<void> {
    const award = (await this.model()).lots[lot]?.award;
    if (!award) throw new Error(`lot ${lot} is not awarded`);
    await this.scene.stage.advanceTo(award.standstillEnd + 1);
  }
}
