/** How often a property is tried: enough for every day, and as often as `npm run fuzz` asks for. */
export const runs = { numRuns: Number(process.env["FUZZ_RUNS"] ?? 2_000) };
