/** Ends a check: the problems, one a line, and exit code 1; or the line that says what was found in order. */
export function finish(problems: string[], inOrder: string): void {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(inOrder);
}
