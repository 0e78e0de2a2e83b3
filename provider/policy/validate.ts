import type { Finding } from "../define/finding.ts"; export const validatePolicy = (_k: "repository"|"registry", _d: unknown): Finding[] => [];
