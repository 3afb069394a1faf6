export const errorTable: Record<string, { name: string; abi: string; notice: string; fix: string }> = {};
