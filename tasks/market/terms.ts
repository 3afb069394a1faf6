import { offerOf, type OfferParameters } from "../../sdk/src/market/list.ts";
import { type Policy, termsHash } from "../../sdk/src/market/licences/policy.ts";
import type { OfferTerms } from "../../sdk/src/market/model.ts";
import { parseAmount } from "../../sdk/src/shared/amount.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { tokenDecimals } from "../../sdk/src/shared/token.ts";
import { address, type Args, optional, required, span, whole } from "../shared/options.ts";
import { parseTime } from "../shared/text.ts";

/** What an offer's options ask, but for the licence; nothing is read from the chain yet but the token's decimals. */
export async function conditionsOf(
  context: Context,
  args: Args,
  sealed: boolean,
): Promise<Omit<OfferParameters, "terms" | "tier">> {
  const subscription = args["subscription"] === true;
  if (subscription && !sealed) throw new InputError("Open data have no subscription: anyone can fetch every version.");
  const price = await priceOf(context, args, sealed);
  const wanted = requiredOf(args);
  return {
    kind: subscription ? "subscription" : sealed ? "sale" : "licence",
    ...(price ? { price } : {}),
    ...(optional(args, "period") === undefined ? {} : { period: span(args, "period") }),
    ...(optional(args, "window") === undefined ? {} : { window: span(args, "window") }),
    ...(optional(args, "delivery") === undefined ? {} : { delivery: span(args, "delivery") }),
    ...(optional(args, "until") === undefined ? {} : { until: parseTime(required(args, "until"), "--until") }),
    ...(wanted ? { required: [wanted] } : {}),
  };
}

/** The offer of conditions under a licence. */
export function offerUnder(
  conditions: Omit<OfferParameters, "terms" | "tier">,
  policy: Policy,
  tier: number,
): OfferTerms {
  return offerOf({ ...conditions, terms: termsHash(policy), tier });
}

async function priceOf(context: Context, args: Args, sealed: boolean): Promise<OfferParameters["price"]> {
  const text = optional(args, "price");
  const free = args["free"] === true;
  if (text !== undefined && free) throw new InputError("Give either --price or --free.");
  if (text === undefined && !free && sealed) throw new InputError("Give the --price, or --free.");
  if (text === undefined) {
    const idle = ["token", "payee"].find((name) => optional(args, name) !== undefined);
    if (idle !== undefined) throw new InputError(`--${idle} is for what has a --price.`);
    return undefined;
  }
  if (!sealed) throw new InputError("Open data are free: what is paid for is delivered sealed.");
  const [token, payee] = [address(args, "token"), address(args, "payee")];
  const amount = parseAmount(text, await tokenDecimals(context, token));
  if (amount === 0n) throw new InputError("A price of 0 is no price: give --free.");
  return { token, amount, payee };
}

function requiredOf(args: Args): { schema: number; issuer?: number } | undefined {
  const issuer = optional(args, "issuer");
  if (optional(args, "schema") === undefined) {
    if (issuer !== undefined) throw new InputError("--issuer is for the documents of a --schema.");
    return undefined;
  }
  const schema = Number(whole(args, "schema", 2n ** 24n - 1n));
  return { schema, ...(issuer === undefined ? {} : { issuer: Number(whole(args, "issuer", 2n ** 23n - 1n)) }) };
}
