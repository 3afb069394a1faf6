import { type JsonObject, textField } from "./json.ts";
import { identifierOf } from "./parties.ts";

/** Identifier schemes that number people, whole or by what follows the country. */
const PERSON_SCHEMES =
  /^(BR-CPF|MX-CURP|CO-CC|EC-CI|PY-CI|UY-CI|AR-CUIL|PL-PESEL|BG-EGN|RO-CNP|CZ-RC|UA-(IPN|DRFO|RNOKPP))$|(^|-)(DNI|NIE|SSN|NINO|PASSPORT|NATIONAL-?ID)$|person|individual|citizen/i;

/** What `details` and the like call a natural person or a sole trader. */
const PERSON_KINDS =
  /natural.?person|individual|sole.?(trader|proprietor)|self.?employed|physical.?person|фізична|физическое/i;

/** Names that say so themselves: Ukraine's ФОП and its spellings, and the pseudonyms of publishers. */
const PERSON_NAMES =
  /^["«[(\s]*(ФОП|Ф\.О\.П\.?|СПД|СПДФО|ФЛП|ЧП ФЛ|фізична особа|фізична особа.?підприємець|приватний підприємець|физическое лицо|FOP|sole trader|natural person|individual entrepreneur)(?=[\s\]"«»(),.:-]|$)|^(Mr|Mrs|Ms|Miss)\.? \p{L}/iu;

const KIND_FIELDS = ["scale", "legalForm", "entityType", "legalEntityType", "legalEntityTypeDetail", "type", "kind"];

/**
 * Does this organization reference mean a natural person? By its identifier's scheme, by numbers only people have
 * (Ukraine: 10 digits; Portugal: 1 to 3 or 45 in front), by its details, or by its name.
 */
export function isPerson(reference: JsonObject): boolean {
  const { scheme = "", id = "" } = identifierOf(reference) ?? {};
  if (PERSON_SCHEMES.test(scheme)) return true;
  const ukrainian = scheme === "UA-EDR" || /^UA-EDR-/.test(textField(reference, "id") ?? "");
  if (ukrainian && /^(P[0-9a-f]{8}|\d{10})$/.test(id || (textField(reference, "id") ?? "").slice("UA-EDR-".length)))
    return true;
  if (/^PT-(NIPPC|NIPC|NIF)$/.test(scheme) && /^([123]\d|45)\d{7}$/.test(id)) return true;
  const kinds = KIND_FIELDS.flatMap((key) => [textField(reference, key), textField(reference, "details", key)]);
  if (kinds.some((kind) => kind !== undefined && PERSON_KINDS.test(kind))) return true;
  return [textField(reference, "name"), textField(reference, "identifier", "legalName")].some(
    (name) => name !== undefined && PERSON_NAMES.test(name),
  );
}

/** Is this a name given by the import in place of a natural person's? */
export function isPseudonym(name: string): boolean {
  return /^natural person [0-9a-f]{8}$/.test(name);
}
