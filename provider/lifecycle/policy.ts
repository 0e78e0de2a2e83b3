import type { Finding } from "../define/finding.ts";
export const validateLifecyclePolicy = (_d: unknown): Finding[] => [];
export const describeLifecycleChange = (_a: unknown, _b: unknown): string[] => [];
export const lifecyclePolicyText = (d: unknown): string => typeof d === "string" ? d : JSON.stringify(d);
export const lifecycleEquivalent = (a: unknown, b: unknown): boolean => lifecyclePolicyText(a) === lifecyclePolicyText(b);
