/** What a sale of data costs: 1 KiB chunks of a file of 16 MiB. */
import { MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { mask, sealed } from "../../test/market/sealed.ts";
import {
  type Account,
  account,
  addresses,
  admin,
  clock,
  DAY,
  digest,
  ethers,
  FOREVER,
  gasOf,
  market,
  officer,
  registry,
  results,
  token,
  treasury,
} from "./bench.ts";

const MIB16 = 16 * 2 ** 20;
const PRICE = 1_000_000n;
const WINDOW = 3_600;
const tokenAddress = await token.getAddress();
const FREE = { token: ZeroAddress, price: 0n, payee: ZeroAddress, window: 0, delivery: 0 };

type Listed = Awaited<ReturnType<typeof listing>>;
type Sale = Awaited<ReturnType<typeof buy>>;

/** A version whose chunk 5 is not what was listed. Its other chunks are zeros: what is in them costs the same. */
function listing(name: string) {
  const data = sealed(new Uint8Array(MIB16), digest(`key ${name}`), { corrupt: 5 });
  const version = {
    root: data.root,
    content: data.content,
    keyCommit: data.keyCommit,
    sellerKey: digest("seller"),
    manifest: digest(`manifest ${name}`),
    size: data.length,
    count: data.count,
    words: data.words,
  };
  const common = { version: 0, period: 0, until: 0, required: 0n, terms: digest("terms") };
  const sale = {
    ...common,
    kind: 1,
    tier: 0,
    token: tokenAddress,
    price: PRICE,
    payee: treasury.address,
    window: WINDOW,
    delivery: DAY,
  };
  return { data, version, sale, free: { ...common, ...FREE, kind: 0, tier: 1 } };
}

async function buy({ data, version, sale }: Listed, dataSet: number, buyer: Account) {
  const m = digest(`mask ${buyer.address} ${dataSet}`);
  const seal = await market.sealOf(version);
  const purchase = {
    buyer: buyer.address,
    dataSet,
    offer: 1,
    version: 1,
    nonce: 0,
    periods: 0,
    seal,
    ephemeral: digest(`ephemeral ${buyer.address}`),
    maskHash: ethers.keccak256(m),
  };
  const none = { kind: 0, v: 0, r: ZeroHash, s: ZeroHash, validAfter: 0, validBefore: 0 };
  const gas = await gasOf(() => market.connect(buyer).placeOrder(purchase, sale, none, "0x"));
  const order = {
    version: (BigInt(dataSet) << 32n) | 1n,
    nonce: 0,
    buyer: buyer.address,
    token: sale.token,
    price: sale.price,
    payee: sale.payee,
    deliverBy: clock.now + DAY,
    window: WINDOW,
    until: 0,
    tier: 0,
    offer: 1,
    subscription: 0,
  };
  const pins = { seal, maskHash: purchase.maskHash };
  return { gas, m, order, pins, masked: mask(data.key, m) };
}

const delivery = (sales: Sale[], time: number) => sales.map(({ masked }) => ({ time, masked }));
const ordersOf = (sales: Sale[]) => sales.map(({ order }) => order);
const pinsOf = (sales: Sale[]) => sales.map(({ pins }) => pins);

/** Delivers together, and settles together after the window; the gas of both. */
async function deliverAndSettle(agency: number, sales: Sale[]): Promise<number> {
  const masked = sales.map((sale) => sale.masked);
  const delivered = await gasOf(() => market.connect(officer).deliver(agency, ordersOf(sales), pinsOf(sales), masked));
  const deliveries = delivery(sales, clock.now);
  clock.now += WINDOW + 1;
  return delivered + (await gasOf(() => market.settle(ordersOf(sales), pinsOf(sales), deliveries)));
}

async function buyers(name: string, count: number): Promise<Account[]> {
  const accounts: Account[] = [];
  for (let i = 0; i < count; i++) {
    const buyer = await account(`${name} ${i}`);
    await gasOf(() => token.mint(buyer.address, 10n * PRICE));
    await gasOf(() => token.connect(buyer).approve(addresses.market, MaxUint256));
    accounts.push(buyer);
  }
  return accounts;
}

export async function measureMarket(): Promise<void> {
  await gasOf(() => registry.register(digest("Data Office"), digest("about"), admin.address));
  const agency = Number(await registry.agencyCount());
  const add = () => registry.connect(admin).addKey(agency, officer.address, permissionBits("market"), 0, FOREVER);
  await gasOf(add);
  const list = ({ version, sale, free }: Listed) =>
    gasOf(() =>
      market.connect(officer).list(agency, ethers.hexlify(Buffer.from("TRAN")), digest("about"), version, [sale, free]),
    );
  const [first, second] = [listing("first"), listing("second")];
  await list(first);
  results["market.list"] = await list(second);

  const all = await buyers("buyer", 24);
  const [warm, one, ...batch] = all;
  if (!warm || !one) throw new Error("too few buyers");
  for (const buyer of [warm, one]) {
    const sale = await buy(second, 2, buyer);
    results["market.sale"] = sale.gas + (await deliverAndSettle(agency, [sale]));
  }
  const sales: Sale[] = [];
  for (const buyer of batch.slice(0, 20)) sales.push(await buy(second, 2, buyer));
  const orders = sales.reduce((sum, sale) => sum + sale.gas, 0);
  results["market.saleBatch20.perSale"] = Math.round((orders + (await deliverAndSettle(agency, sales))) / 20);

  const open = { ...second.version, root: ZeroHash, keyCommit: ZeroHash, sellerKey: ZeroHash, count: 0, words: 0 };
  await list({ ...second, version: open });
  for (const buyer of [warm, one]) {
    const take = () => market.connect(buyer).license(3, 2, 1, 0, second.free, "0x");
    results["market.orderFree"] = await gasOf(take);
  }
  for (const [i, buyer] of batch.slice(20).entries()) {
    const listed = i === 0 ? first : second;
    const sale = await buy(listed, i + 1, buyer);
    await gasOf(() => market.connect(officer).deliver(agency, [sale.order], [sale.pins], [sale.masked]));
    const [delivered = { time: 0, masked: "" }] = delivery([sale], clock.now);
    const { index, plainHash, data, proof } = listed.data.chunk(5);
    const rest = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "bytes32", "bytes32", "uint64", "uint32"],
        [
          listed.version.content,
          listed.version.sellerKey,
          listed.version.manifest,
          listed.version.size,
          listed.version.count,
        ],
      ),
    );
    results["market.disputeChunk"] = await gasOf(() =>
      market.connect(buyer).disputeChunk(sale.order, delivered, rest, sale.m, index, plainHash, data, proof),
    );
  }
}
