import { type Args, whole } from "../shared/options.ts";

export const complaintOf = (args: Args): bigint => whole(args, "complaint", 2n ** 64n - 1n);
