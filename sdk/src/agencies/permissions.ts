import { InputError } from "../shared/errors.ts";

/** Kinds of act a key may be allowed, and their bits in AgencyRegistry (contracts/agencies/IAgencyRegistry.sol). */
export const permissions = {
  "tender.publish": 1n << 0n,
  "tender.reject": 1n << 1n,
  "tender.award": 1n << 2n,
  "tender.cancel": 1n << 3n,
  "document.schema": 1n << 4n,
  "document.accredit": 1n << 5n,
  "document.attest": 1n << 6n,
  "document.revoke": 1n << 7n,
  "document.revoke-root": 1n << 8n,
  "access.anchor": 1n << 9n,
  "access.exchange": 1n << 10n,
  "market.list": 1n << 11n,
  "market.deliver": 1n << 12n,
  "tender.extend": 1n << 13n,
  "committee.sit": 1n << 14n,
  "tender.review": 1n << 15n,
} as const;

export type Permission = keyof typeof permissions;

/** The bits of a list such as `tender.publish,tender.award`, or of `tender` for all of a room. */
export function permissionBits(list: string): bigint {
  let bits = 0n;
  for (const name of list.split(",").map((part) => part.trim())) {
    const matching = Object.entries(permissions).filter(([known]) => known === name || known.startsWith(`${name}.`));
    if (matching.length === 0) {
      throw new InputError(`No such permission: ${name}. There are ${Object.keys(permissions).join(", ")}.`);
    }
    for (const [, bit] of matching) bits |= bit;
  }
  return bits;
}

/** Names of the permissions in a key; bits without a name as `bit N`. */
export function permissionNames(bits: bigint): string[] {
  const names: string[] = [];
  for (let bit = 0n; bits >> bit > 0n; bit++) {
    if ((bits & (1n << bit)) === 0n) continue;
    const known = Object.entries(permissions).find(([, value]) => value === 1n << bit);
    names.push(known?.[0] ?? `bit ${bit}`);
  }
  return names;
}
