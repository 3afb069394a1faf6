import { AgencyRegistry__factory, DocumentRegistry__factory } from "../../../typechain-types/index.ts";
import { agencyMetadataSchema } from "../agencies/acts.ts";
import { type FileStore, getChecked } from "../shared/files.ts";
import { definedBy } from "./accredit.ts";
import { NotAvailable } from "./outcome.ts";
import { askAll, decoded, type Sources } from "./quorum.ts";

/** What the store's files say of who issued a document and of its kind; absent where the store does not have them. */
export interface Names {
  issuer?: string;
  title?: string;
}

const agencies = AgencyRegistry__factory.createInterface();
const documents = DocumentRegistry__factory.createInterface();

/** The names behind numbers, whose digests as many nodes must agree on as for a check. */
export async function namesOf(
  sources: Sources,
  agencyRegistry: string,
  files: FileStore,
  { agency, schema }: { agency: number; schema: number },
): Promise<Names> {
  const calls = [
    { to: agencyRegistry, data: agencies.encodeFunctionData("agencyOf", [agency]) },
    { to: sources.registry, data: documents.encodeFunctionData("schemaOf", [schema]) },
  ];
  try {
    const [body = "0x", kind = "0x"] = await askAll(sources, calls);
    const { metadata } = decoded(() => agencies.decodeFunctionResult("agencyOf", body)[0] as { metadata: string });
    const { definition } = decoded(() => documents.decodeFunctionResult("schemaOf", kind)[0] as { definition: string });
    const issuer = (await getChecked(files, metadata, agencyMetadataSchema))?.name;
    const title = (await definedBy(files, definition))?.["title"];
    return { ...(issuer === undefined ? {} : { issuer }), ...(typeof title === "string" ? { title } : {}) };
  } catch (error) {
    if (error instanceof NotAvailable) return {};
    throw error;
  }
}
