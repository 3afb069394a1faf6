import { InputError } from "../../shared/errors.ts";
import type { AuditCase } from "./case.ts";

/** The JSON of a digest; null where the store does not have it, undefined where its file is another or is no JSON. */
export async function fileOf({ context }: AuditCase, digest: string): Promise<unknown> {
  try {
    const bytes = await context.files.get(digest);
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as unknown);
  } catch (error) {
    if (error instanceof InputError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
