import { InputError } from "../shared/errors.ts";
import type { DataSetModel, OfferKind, OfferModel, SubscriptionModel, VersionModel } from "./model.ts";

/** Whether an offer of this kind can be taken for a version. @throws InputError in one line */
export function requireFit(offer: OfferModel, version: VersionModel, kind: OfferKind, now: number): void {
  if (offer.terms.kind !== kind) throw new InputError(`Offer ${offer.number} is a ${offer.terms.kind}, not a ${kind}.`);
  if (kind !== "subscription") requireTakable(offer, now);
  if (version.state !== "open") throw new InputError(`Version ${version.number} is ${version.state}.`);
}

/** Whether an offer can be taken now. @throws InputError in one line */
export function requireTakable({ number, state, terms }: OfferModel, now: number): void {
  if (state !== "open") throw new InputError(`Offer ${number} is withdrawn.`);
  if (terms.until !== 0 && terms.until < now) throw new InputError(`Offer ${number} has ended.`);
}

/** Whether a licence with this last second lasts; 0 = without end. */
export const lasts = (until: number, now: number): boolean => until === 0 || until >= now;

/** Whether a subscription's periods are not over. */
export function runs(one: SubscriptionModel, { terms }: OfferModel, now: number): boolean {
  return one.running && now < one.start + terms.period * one.periods;
}

/** A number that the buyer has not used for the version. */
export function nextNonce({ orders, licences }: DataSetModel, { version }: VersionModel, buyer: string): number {
  const used = [...orders.map(({ order }) => order), ...licences];
  return next(used.filter((one) => one.version === version && one.buyer === buyer));
}

/** A number that none of these has. */
export const next = (used: { nonce: number }[]): number =>
  used.reduce((most, { nonce }) => Math.max(most, nonce + 1), 0);
