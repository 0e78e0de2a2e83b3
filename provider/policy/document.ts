export const policyDocumentText = (d: unknown): string => typeof d === "string" ? d : JSON.stringify(d);
