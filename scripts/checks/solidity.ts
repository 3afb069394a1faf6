/** Solidity source with its comments blanked; strings that hold comment marks are kept. Line numbers stay. */
export function withoutComments(source: string): string {
  return source.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (piece) =>
    piece.startsWith("/") ? piece.replace(/[^\n]/g, " ") : piece,
  );
}

/** An import: the path, and whether it brings in everything instead of names. */
export interface SolidityImport {
  path: string;
  whole: boolean;
}

export function importsOf(source: string): SolidityImport[] {
  const statements = withoutComments(source).matchAll(/\bimport\b([^;"']*)["']([^"']+)["']([^;]*);/g);
  return [...statements].map(([, before = "", path = ""]) => ({ path, whole: !before.includes("{") }));
}
