import { hexlify } from "ethers";
import { InputError } from "../../shared/errors.ts";
import { type G1, nonZero, point128, readPoint } from "./curve.ts";

/** An envelope's U and its product with a scalar, both in the 128 bytes of EIP-2537. */
export interface Product {
  start: Uint8Array;
  product: Uint8Array;
}

/** Multiplies an envelope's U, given in its 96 bytes, with a scalar; null where U is no point of the group. */
export type Products = (start: Uint8Array, scalar: bigint) => Product | null;

/**
 * Products that remember: multiplying takes nearly all of an opening's time. Give the same ones to several calls for an
 * envelope. For published scalars only: the time that it takes tells about them.
 */
export function productsOf(): Products {
  const starts = new Map<string, Start>();
  return (bytes, scalar) => {
    const name = hexlify(bytes);
    const start = starts.get(name) ?? startOf(bytes);
    if (!start) return null;
    starts.set(name, start);
    const known = start.products.get(scalar) ?? multiplied(start.point, nonZero(scalar));
    start.products.set(scalar, known);
    return known;
  };
}

/** A point U, and the products with it that are known. */
interface Start {
  point: G1;
  products: Map<bigint, Product>;
}

function startOf(bytes: Uint8Array): Start | null {
  try {
    return { point: readPoint(bytes), products: new Map() };
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function multiplied(point: G1, scalar: bigint): Product {
  return { start: point128(point), product: point128(point.multiplyUnsafe(scalar)) };
}
