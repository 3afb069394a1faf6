import { expect } from "chai";
import {
  AbiCoder,
  concat,
  dataLength,
  id,
  Interface,
  keccak256,
  Signature,
  toBeHex,
  TypedDataEncoder,
  verifyTypedData,
  ZeroHash,
} from "ethers";
import { offerOf } from "../../sdk/src/market/list.ts";
import { payFor, PAYMENTS, type Purchase } from "../../sdk/src/market/pay.ts";
import { signPermit, tokenDomain } from "../../sdk/src/shared/token.ts";
import { IERC20Permit__factory } from "../../typechain-types/index.ts";
import { networkHelpers } from "../shared/house.ts";
import { caught } from "../market/sealing.ts";
import { DAY, listed, load, order, PRICE, SALE, type Stage, WINDOW } from "./market.stage.ts";

const TOKEN = "0x00000000000000000000000000000000000070c0";
const ABI = new Interface([
  "function name() view returns (string)",
  "function version() view returns (string)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function nonces(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
  "function eip712Domain() view returns (bytes1, string, string, uint256, address, bytes32, uint256[])",
]);
const PERMIT = {
  Permit: ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"].map((part) => {
    const [type = "", name = ""] = part.split(" ");
    return { type, name };
  }),
};
const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/** Code that answers these functions with what is given, and reverts on all others. */
function answering(answers: Record<string, unknown[]>): string {
  const all = Object.entries(answers).map(([name, values]) => ({
    selector: ABI.getFunction(name)?.selector ?? "0x",
    data: ABI.encodeFunctionResult(name, values),
  }));
  const [head, entry, tail, body] = [5, 11, 3, 14];
  const bodies = head + entry * all.length + tail;
  let offset = bodies + body * all.length;
  const jumps: string[] = [];
  const returns: string[] = [];
  for (const [i, { selector, data }] of all.entries()) {
    const size = toBeHex(dataLength(data), 2);
    // dup1 push4 selector eq push2 jumpi, and: jumpdest push2 push2 push0 codecopy push2 push0 return.
    jumps.push("0x8063", selector, "0x1461", toBeHex(bodies + body * i, 2), "0x57");
    returns.push("0x5b61", size, "0x61", toBeHex(offset, 2), "0x5f3961", size, "0x5ff3");
    offset += dataLength(data);
  }
  return concat(["0x5f3560e01c", ...jumps, "0x5f5ffd", ...returns, ...all.map(({ data }) => data)]);
}

describe("findings: tokens that sign in their own way", () => {
  let s: Stage;
  beforeEach(async () => {
    s = await load();
  });
  const domainOf = (version: string) => ({
    ...{ name: "Dollar", version, chainId: s.base.chainId, verifyingContract: TOKEN },
  });
  /** A separator computed by hand. */
  const separator = (version: string) => {
    const types = ["bytes32", "bytes32", "bytes32", "uint256", "address"];
    const parts = [id(DOMAIN_TYPE), id("Dollar"), id(version), s.base.chainId, TOKEN];
    return keccak256(AbiCoder.defaultAbiCoder().encode(types, parts));
  };
  const token = (answers: Record<string, unknown[]>) =>
    networkHelpers.setCode(TOKEN, answering({ name: ["Dollar"], nonces: [7n], ...answers }));
  const erc5267 = (version: string) => [...["0x0f", "Dollar", version, s.base.chainId, TOKEN, ZeroHash], []];

  /** The version of the domain for which a permit of the buyer's holds. */
  async function signedFor(): Promise<string | undefined> {
    const { context, address: owner } = s.buyer;
    const spender = s.base.addresses.DataMarket;
    const { deadline, v, r, s: rest } = await signPermit(context, TOKEN, spender, PRICE);
    const message = { owner, spender, value: PRICE, nonce: 7n, deadline };
    const signature = Signature.from({ v, r, s: rest });
    return ["1", "2"].find((one) => verifyTypedData(domainOf(one), PERMIT, message, signature) === owner);
  }

  it("one of version 2 that does not tell its domain is signed for as version 2", async () => {
    await token({ version: ["2"], DOMAIN_SEPARATOR: [separator("2")] });
    expect(await tokenDomain(s.base, TOKEN)).to.deep.equal(domainOf("2"));
    expect(await signedFor()).to.equal("2");
  });

  it("one that tells its domain is signed for as it tells, whatever its version says", async () => {
    await token({ version: ["1"], eip712Domain: erc5267("2"), DOMAIN_SEPARATOR: [separator("2")] });
    expect(await signedFor()).to.equal("2");
  });

  it("one that tells nothing but its name is of version 1, as is one without a separator", async () => {
    await token({ DOMAIN_SEPARATOR: [separator("1")] });
    expect(await signedFor()).to.equal("1");
    await token({});
    expect(await signedFor()).to.equal("1");
    await token({ version: ["2"] });
    expect(await signedFor()).to.equal("2");
  });

  it("one whose separator is another is never signed for, and can be paid out of an allowance", async () => {
    const message = `The token at ${TOKEN} signs in a way of its own: pay out of an allowance.`;
    const { signer } = s.buyer.context;
    if (!signer) throw new Error("the buyer has no account");
    let signed = 0;
    const counted = new Proxy(signer, {
      get(of, name) {
        if (name !== "signTypedData") return Reflect.get(of, name, of) as unknown;
        return (...args: Parameters<typeof of.signTypedData>) => {
          signed++;
          return of.signTypedData(...args);
        };
      },
    });
    const context = { ...s.buyer.context, signer: counted };
    const price = { token: TOKEN, amount: PRICE, payee: s.treasury };
    const offer = offerOf({ kind: "sale", terms: id("terms"), price, window: WINDOW, delivery: DAY });
    const what = { buyer: s.buyer.address, dataSet: 1, offer: 1, version: 1, nonce: 0, periods: 0 };
    const purchase: Purchase = { ...what, seal: id("seal"), ephemeral: id("ephemeral"), maskHash: id("mask") };
    const kinds: Record<string, unknown[]>[] = [
      { DOMAIN_SEPARATOR: [separator("2")] },
      { version: ["2"], DOMAIN_SEPARATOR: [separator("1")] },
      { eip712Domain: erc5267("1"), DOMAIN_SEPARATOR: [separator("2")] },
      { DOMAIN_SEPARATOR: [ZeroHash] },
    ];
    for (const answers of kinds) {
      await token({ allowance: [PRICE], ...answers });
      expect((await caught(tokenDomain(s.base, TOKEN))).message).to.equal(message);
      for (const kind of PAYMENTS.filter((one) => one !== "allowance")) {
        expect((await caught(payFor(context, kind, purchase, offer, "0x"))).message).to.equal(message);
      }
    }
    expect((await payFor(context, "allowance", purchase, offer, "0x")).before).to.equal(null);
    expect(signed).to.equal(0);
    // Not so where the separator is the right one.
    await token({ DOMAIN_SEPARATOR: [separator("1")] });
    for (const kind of ["permit", "authorization"] as const) await payFor(context, kind, purchase, offer, "0x");
    expect(signed).to.equal(2);
  });

  it("one that is well-behaved takes a permit in the purchase itself", async () => {
    const { dataSet } = await listed(s);
    await s.house.token.connect(s.buyer.context.signer ?? null).approve(s.base.addresses.DataMarket, 0n);
    const { order: placed } = await order(s.buyer, dataSet, { offer: SALE, payment: "permit" });
    expect(placed.standing).to.equal("ordered");
    const { DOMAIN_SEPARATOR } = IERC20Permit__factory.connect(s.token, s.base.provider);
    expect(TypedDataEncoder.hashDomain(await tokenDomain(s.base, s.token))).to.equal(await DOMAIN_SEPARATOR());
  });
});
