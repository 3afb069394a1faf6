import { inspect } from "node:util";

/**
 * Files of tests run in processes of their own, which tell their failures as JSON: what an error carries beside its
 * message, such as a bigint that was expected, goes as text.
 */
export const mochaHooks = {
  afterEach(this: Mocha.Context): void {
    const error = this.currentTest?.err as Record<string, unknown> | undefined;
    if (!error) return;
    for (const [name, value] of Object.entries(error)) {
      if (typeof value !== "string") error[name] = inspect(value);
    }
  },
};
