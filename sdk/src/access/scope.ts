import { z } from "zod";
import { hex32, textHash, ZERO } from "./place.ts";

/** What is asked for or allowed: kinds of documents by schema number, or a scope known by name. */
export const scopeSchema = z
  .strictObject({
    schemas: z
      .array(
        z
          .int()
          .min(1)
          .max(2 ** 32 - 1),
      )
      .max(64),
    /** Hash of the scope's name, or zero. */
    named: hex32,
  })
  .refine(({ schemas, named }) => schemas.length > 0 || named !== ZERO, "is an empty scope");

export type Scope = z.infer<typeof scopeSchema>;

export const schemasScope = (...schemas: number[]): Scope => ({ schemas, named: ZERO });
export const namedScope = (name: string): Scope => ({ schemas: [], named: textHash(name) });

/** Whether all that is asked for is allowed. */
export function covers(allowed: Scope, asked: Scope): boolean {
  return (
    asked.schemas.every((schema) => allowed.schemas.includes(schema)) &&
    (asked.named === ZERO || asked.named === allowed.named)
  );
}
