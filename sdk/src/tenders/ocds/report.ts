/** One thing of a file that was not used. `path` is a JSON pointer within the file or the process, "*" for many places. */
export interface ReportEntry {
  ocid: string;
  path: string;
  reason: string;
}
