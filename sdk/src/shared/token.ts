import { Interface, type Provider, Signature, toBeHex, TypedDataEncoder } from "ethers";
import { IERC20Metadata__factory, IERC20Permit__factory, IERC5267__factory } from "../../../typechain-types/index.ts";
import { type Act, prepare } from "./act.ts";
import { formatAmount } from "./amount.ts";
import { actor, type Context } from "./context.ts";
import { InputError } from "./errors.ts";

/** How long a signed payment holds. */
const PERMIT_SECONDS = 3600;

/** An EIP-2612 permit as contracts take it. */
export interface Permit {
  deadline: bigint;
  v: number;
  r: string;
  s: string;
}

/** Decimals of an ERC-20. @throws InputError if there is no such token */
export async function tokenDecimals(context: Context, token: string): Promise<number> {
  try {
    return Number(await IERC20Metadata__factory.connect(token, context.provider).decimals());
  } catch {
    throw new InputError(`There is no ERC-20 token with decimals at ${token}.`);
  }
}

/** Symbol of an ERC-20; `?` where it has none. */
export function tokenSymbol(context: Context, token: string): Promise<string> {
  return IERC20Metadata__factory.connect(token, context.provider)
    .symbol()
    .catch(() => "?");
}

/** Lets a contract take an amount of the token, where the allowance is smaller; null where it suffices. */
export async function approve(
  context: Context,
  token: string,
  spender: string,
  amount: bigint,
): Promise<Act<object> | null> {
  const owner = await actor(context);
  const erc20 = IERC20Metadata__factory.connect(token, context.signer);
  if ((await erc20.allowance(owner, spender)) >= amount) return null;
  const balance = await erc20.balanceOf(owner);
  if (balance < amount) {
    const decimals = await tokenDecimals(context, token);
    throw new InputError(`${owner} holds ${formatAmount(balance, decimals)} of the token, less than asked for.`);
  }
  return prepare(erc20.approve, [spender, amount], () => ({}));
}

/** Signs an EIP-2612 permit: a contract may take an amount, in one transaction and without an allowance before. */
export async function signPermit(context: Context, token: string, spender: string, value: bigint): Promise<Permit> {
  const owner = await actor(context);
  const signer = context.signer;
  if (!signer) throw new InputError("A permit needs an account to sign it.");
  const block = await context.provider.getBlock("latest");
  const deadline = BigInt((block?.timestamp ?? 0) + PERMIT_SECONDS);
  const nonce = await IERC20Permit__factory.connect(token, context.provider)
    .nonces(owner)
    .catch(() => {
      throw new InputError(`The token at ${token} takes no permits (EIP-2612); pay in without --permit.`);
    });
  const { v, r, s } = Signature.from(
    await signer.signTypedData(
      await tokenDomain(context, token),
      {
        Permit: [
          { name: "owner", type: "address" },
          { name: "spender", type: "address" },
          { name: "value", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint256" },
        ],
      },
      { owner, spender, value, nonce, deadline: toBeHex(deadline) },
    ),
  );
  return { deadline, v, r, s };
}

/**
 * A token's EIP-712 domain: as it tells by ERC-5267, else its name and its version, or 1.
 * @throws InputError where the token's own separator is another: nothing signed with it would hold
 */
export async function tokenDomain(context: Context, token: string) {
  const { provider, chainId } = context;
  const domain = await IERC5267__factory.connect(token, provider)
    .eip712Domain()
    .then(({ name, version }) => ({ name, version }))
    .catch(async () => ({
      name: await IERC20Metadata__factory.connect(token, provider).name(),
      version: await versionOf(provider, token).catch(() => "1"),
    }));
  const whole = { ...domain, chainId, verifyingContract: token };
  const separator = await IERC20Permit__factory.connect(token, provider)
    .DOMAIN_SEPARATOR()
    .catch(() => null);
  if (separator === null || separator === TypedDataEncoder.hashDomain(whole)) return whole;
  throw new InputError(`The token at ${token} signs in a way of its own: pay out of an allowance.`);
}

const VERSION = new Interface(["function version() view returns (string)"]);

/** A token's version: no standard interface has it. */
async function versionOf(provider: Provider, token: string): Promise<string> {
  const answer = await provider.call({ to: token, data: VERSION.encodeFunctionData("version") });
  return String(VERSION.decodeFunctionResult("version", answer)[0]);
}
