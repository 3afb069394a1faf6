/** Text for one line of output: no control characters, runs of white space as one space, at most `max` characters. */
export function oneLine(text: string, max = 200): string {
  const line = text
    .slice(0, max * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return line.length > max ? `${line.slice(0, max)}…` : line;
}
