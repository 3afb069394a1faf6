/** ISO 4217 minor units that are not 2. */
const EXCEPTIONS: readonly (readonly [number, string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const MINOR_UNITS = new Map(
  EXCEPTIONS.flatMap(([digits, codes]) => codes.split(" ").map((code) => [code, digits] as const)),
);

/** Is `text` shaped like an ISO 4217 code (three capital letters)? */
export function isCurrency(text: string): boolean {
  return /^[A-Z]{3}$/.test(text);
}

/** Decimal places of a currency's minor unit, e.g. 2 for EUR, 0 for JPY, 3 for KWD; 2 for a code that is not listed. */
export function minorUnits(currency: string): number {
  return MINOR_UNITS.get(currency) ?? 2;
}
