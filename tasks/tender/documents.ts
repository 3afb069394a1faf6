import { type DocumentFile, readDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import type { BidModel, LotModel } from "../../sdk/src/tenders/model.ts";
import { type Args, optional } from "../shared/options.ts";

/** The document files of `--documents a.json,b.json`. */
export async function documentsOf(args: Args): Promise<DocumentFile[]> {
  const paths = (optional(args, "documents") ?? "").split(",").map((path) => path.trim());
  return Promise.all(paths.filter((path) => path !== "").map((path) => readDocumentFile(path)));
}

/** What was found of the documents that a lot requires of a bid. */
export function showMarks(lot: LotModel, bid: BidModel): string {
  if (!bid.opened) return "";
  const wanting = (bid.marks ?? []).flatMap((mark, i) =>
    mark === "held" ? [] : [`schema ${lot.required[i]?.schema ?? "?"} is ${mark}`],
  );
  if (wanting.length === 0) return bid.state === "malformed" ? "" : "held";
  return `${bid.admitted ? "admitted: " : "marked: "}${wanting.join("; ")}`;
}
