export const policyEquivalent = (a: unknown, b: unknown): boolean => JSON.stringify(typeof a === "string" ? JSON.parse(a) : a) === JSON.stringify(typeof b === "string" ? JSON.parse(b) : b);
