import type { Signer } from "ethers";
import { permissions } from "../agencies/permissions.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type RevokedAt, revocations } from "./consent.ts";
import { ExchangeLog } from "./log.ts";
import { Papers } from "./papers.ts";
import { type AccessPlace, chainTime, placeOf } from "./place.ts";
import { type SignatureCheck, signatureCheck } from "../shared/signatures.ts";

/** The name of the log in which a body's exchanges stand, unless it says otherwise. */
export const EXCHANGES = "exchanges";

/** A body that takes part in exchanges: its key, its log, its papers, and the chain that it asks. */
export interface Body {
  agency: number;
  place: AccessPlace;
  /** Key of the body with `access.exchange`. */
  signer: Signer;
  log: ExchangeLog;
  papers: Papers;
  isSigned: SignatureCheck;
  revokedAt: RevokedAt;
  /** Whether an account may sign exchanges for a body now, or could at a time. */
  mayExchange(agency: number, account: string, time?: number): Promise<boolean>;
  /** The time put under what the body signs: the chain's, which dates revocations too. */
  now(): Promise<number>;
}

/** Opens a body's log and papers in its folder; the context's account is its key. */
export async function openBody(context: Context, agency: number, folder: string, name = EXCHANGES): Promise<Body> {
  if (!context.signer) throw new InputError("A body needs a key to sign its exchanges.");
  const place = placeOf(context);
  return {
    agency,
    place,
    signer: context.signer,
    log: await ExchangeLog.open(place, { agency, name }, folder),
    papers: await Papers.open(folder),
    isSigned: signatureCheck(context.provider),
    revokedAt: revocations(context),
    mayExchange: async (body, account, time) => {
      const bit = permissions["access.exchange"];
      const past = time !== undefined && time < (await chainTime(context));
      return past ? context.registry.mayAt(body, account, bit, time) : context.registry.may(body, account, bit);
    },
    now: () => chainTime(context),
  };
}
