export const describePolicyChange = (_a: unknown, _b: unknown): string[] => [];
