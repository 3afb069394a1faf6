/**
 * Text of others, fit to be printed: what moves a cursor, starts a line or turns the direction of writing is a space.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ");
}
