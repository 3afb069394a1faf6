import type { FoundQuotation } from "../../sdk/src/tenders/quotation.ts";

/** Who bids, as the quotation of an opened bid has it, or why it cannot be read. */
export function showQuotation(found: FoundQuotation | undefined): string {
  if (!found) return "";
  return "problem" in found ? `UNREADABLE: ${found.problem}` : found.quotation.tenderer.name;
}
