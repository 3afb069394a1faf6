/** Begins the strings that stand for others while JSON is parsed. */
const MARK = "\u0000#";
/** Shorter strings are left to the parser. */
const LONG = 64;

/** JSON text with its long strings replaced by short ones, and the literals they stand for. */
export interface Compact {
  compact: string;
  literals: string[];
}

/**
 * Replace the long string values of a JSON text. The parser keeps numbers exact but builds strings one character at a
 * time, which takes some 30 times their size in memory; 64 MiB of descriptions would not fit.
 */
export function setLongStringsAside(text: string): Compact {
  const indexes = new Map<string, number>();
  const parts: string[] = [];
  let from = 0;
  for (let start = text.indexOf('"'); start >= 0;) {
    const end = endOfString(text, start);
    if (end < 0) break;
    const literal = text.slice(start, end);
    if ((literal.length > LONG || literal.startsWith('"\\u0000')) && !/^\s*:/.test(text.slice(end, end + 20))) {
      const index = indexes.get(literal) ?? indexes.size;
      indexes.set(literal, index);
      parts.push(text.slice(from, start), `"\\u0000#${index}"`);
      from = end;
    }
    start = text.indexOf('"', end);
  }
  if (parts.length === 0) return { compact: text, literals: [] };
  return { compact: parts.join("") + text.slice(from), literals: [...indexes.keys()] };
}

/** What a string of the compact text stands for. @throws SyntaxError when its literal is no JSON */
export function restoreString(text: string, literals: string[]): string {
  const literal = text.startsWith(MARK) ? literals[Number(text.slice(MARK.length))] : undefined;
  return literal === undefined ? text : (JSON.parse(literal) as string);
}

/** Just past the closing quote, or -1. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return -1;
}
