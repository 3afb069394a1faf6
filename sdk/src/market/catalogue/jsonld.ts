import { InputError } from "../../shared/errors.ts";

/** A thing that is described; all that is said of it, by the whole IRI of the property. */
export interface Thing {
  id?: string;
  types: string[];
  said: Record<string, Value[]>;
}
export interface Text {
  text: string;
  language?: string;
  datatype?: string;
}
export type Value = Text | Thing;

export const isThing = (value: Value): value is Thing => "said" in value;

/** What a JSON-LD document describes. */
export interface Graph {
  /** What the document itself is about, in its order. */
  roots: Thing[];
  all: Thing[];
}

interface Term {
  iri: string;
  /** `@id` where its strings are names of things, `@vocab` where they may be terms, else a datatype. */
  type?: string;
  language?: string | null;
  byLanguage: boolean;
}
interface Context {
  terms: Map<string, Term>;
  vocab?: string;
  language?: string;
}
type JsonObject = Record<string, unknown>;

/** Levels of objects and lists; deeper documents would only exhaust a reader. */
const MAX_DEPTH = 60;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/**
 * Reads JSON-LD whose context stands in the document: prefixes, terms with types and languages, `@graph`, references.
 * @throws InputError in one line, also where a context would have to be fetched
 */
export function readJsonLd(document: unknown): Graph {
  const graph = new GraphReader();
  const roots = listOf(document).flatMap((one) => graph.topLevel(one));
  return { roots: [...new Set(roots)], all: graph.all };
}

class GraphReader {
  readonly all: Thing[] = [];
  readonly #named = new Map<string, Thing>();

  topLevel(value: unknown): Thing[] {
    if (!isObject(value)) throw new InputError("A JSON-LD document is an object, or a list of objects.");
    const context = contextOf(value["@context"], { terms: new Map() });
    const inner = value["@graph"];
    if (inner === undefined) return [this.#thing(value, context, 0)];
    return listOf(inner).map((one) => {
      if (!isObject(one)) throw new InputError("The @graph of a JSON-LD document holds objects only.");
      return this.#thing(one, context, 1);
    });
  }

  #thingOf(id: string | undefined): Thing {
    const known = id === undefined ? undefined : this.#named.get(id);
    if (known) return known;
    const thing: Thing = { ...(id === undefined ? {} : { id }), types: [], said: Object.create(null) as Thing["said"] };
    if (id !== undefined) this.#named.set(id, thing);
    this.all.push(thing);
    return thing;
  }

  #thing(object: JsonObject, outer: Context, depth: number): Thing {
    const context = depth > 0 ? contextOf(object["@context"], outer) : outer;
    const entries = Object.entries(object).map(([key, value]) => [nameOf(key, context), key, value] as const);
    const id = entries.find(([name]) => name === "@id")?.[2];
    if (id !== undefined && typeof id !== "string") throw new InputError("An @id in the JSON-LD is no text.");
    const thing = this.#thingOf(id === undefined ? undefined : iriOf(id, context));
    for (const [name, key, value] of entries) {
      if (name === "@type") {
        const types = listOf(value).filter((one) => typeof one === "string");
        thing.types.push(
          ...types.map((one) => nameOf(one, context) ?? one).filter((one) => !thing.types.includes(one)),
        );
      } else if (name === "@reverse" || name === "@included" || name === "@nest") {
        throw new InputError(`The JSON-LD uses ${name}, which is not read.`);
      } else if (name !== undefined && !name.startsWith("@")) {
        const values = this.#values(value, context.terms.get(key), context, depth);
        thing.said[name] = [...(thing.said[name] ?? []), ...values];
      }
    }
    return thing;
  }

  #values(value: unknown, term: Term | undefined, context: Context, depth: number): Value[] {
    if (depth > MAX_DEPTH) throw new InputError(`The JSON-LD is nested more than ${MAX_DEPTH} levels deep.`);
    if (Array.isArray(value)) return value.flatMap((one: unknown) => this.#values(one, term, context, depth + 1));
    if (value === null || value === undefined) return [];
    if (!isObject(value)) return [this.#scalar(value, term, context)];
    if (term?.byLanguage === true) {
      return Object.entries(value).flatMap(([language, texts]) =>
        listOf(texts).map((text) => literal(text, language === "@none" ? undefined : language)),
      );
    }
    const list = value["@list"] ?? value["@set"];
    if (list !== undefined) return this.#values(listOf(list), term, context, depth + 1);
    if ("@value" in value) {
      const { "@value": text, "@language": language, "@type": type } = value;
      const datatype = typeof type === "string" ? iriOf(type, context) : undefined;
      return [literal(text, typeof language === "string" ? language : undefined, datatype)];
    }
    return [this.#thing(value, context, depth + 1)];
  }

  #scalar(value: unknown, term: Term | undefined, context: Context): Value {
    if (typeof value === "string" && term?.type === "@id") return this.#thingOf(iriOf(value, context));
    if (typeof value === "string" && term?.type === "@vocab") return this.#thingOf(nameOf(value, context) ?? value);
    if (typeof value === "string" && term?.type === undefined) {
      const language = term?.language === undefined ? context.language : (term.language ?? undefined);
      return literal(value, language);
    }
    return literal(value, undefined, term?.type);
  }
}

function literal(value: unknown, language?: string, datatype?: string): Text {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new InputError("A value in the JSON-LD is neither text nor number.");
  }
  return { text: String(value), ...(language ? { language } : {}), ...(datatype ? { datatype } : {}) };
}

function contextOf(value: unknown, outer: Context): Context {
  let context = outer;
  for (const one of listOf(value)) {
    if (one === null) context = { terms: new Map() };
    else if (typeof one === "string") {
      throw new InputError(`The JSON-LD names a context that would have to be fetched: ${one.slice(0, 200)}`);
    } else if (isObject(one)) context = extended(context, one);
    else throw new InputError("The @context of the JSON-LD is no object.");
  }
  return context;
}

function extended(outer: Context, definition: JsonObject): Context {
  const context: Context = { ...outer, terms: new Map(outer.terms) };
  const { "@vocab": vocab, "@language": language } = definition;
  if (typeof vocab === "string") context.vocab = vocab;
  if (typeof language === "string") context.language = language;
  // Prefixes first: other terms are told by them, wherever they stand.
  const names = Object.keys(definition).filter((name) => !name.startsWith("@"));
  for (const name of names) {
    const told = definition[name];
    if (typeof told === "string") context.terms.set(name, { iri: told, byLanguage: false });
  }
  for (const name of names) {
    const told = definition[name];
    if (typeof told === "string") context.terms.set(name, { iri: nameOf(told, context) ?? told, byLanguage: false });
    else if (isObject(told)) context.terms.set(name, termOf(name, told, context));
  }
  return context;
}

function termOf(name: string, told: JsonObject, context: Context): Term {
  const { "@id": id, "@type": type, "@language": language, "@container": container } = told;
  const bare: Context = { ...context, terms: new Map([...context.terms].filter(([known]) => known !== name)) };
  const iri = nameOf(typeof id === "string" ? id : name, bare) ?? name;
  return {
    iri,
    ...(typeof type === "string" ? { type: nameOf(type, context) ?? type } : {}),
    ...(typeof language === "string" || language === null ? { language } : {}),
    byLanguage: listOf(container).includes("@language"),
  };
}

/** The whole name of a property or type; undefined where the context knows nothing of it. */
function nameOf(name: string, context: Context): string | undefined {
  if (name.startsWith("@")) return name;
  const term = context.terms.get(name);
  if (term && term.iri !== name) return term.iri;
  if (name.includes(":")) return iriOf(name, context);
  return context.vocab === undefined ? term?.iri : context.vocab + name;
}

/** The IRI that a name of a thing stands for. */
function iriOf(name: string, context: Context): string {
  const colon = name.indexOf(":");
  if (colon < 1 || name.startsWith("//", colon + 1)) return name;
  const prefix = context.terms.get(name.slice(0, colon));
  return prefix ? prefix.iri + name.slice(colon + 1) : name;
}
