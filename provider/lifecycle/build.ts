/** Lifecycle policies from typed rules: what follows from the rest of a rule need not be written. */

import type { Members } from "./policy.ts";

export interface RuleInput {
  readonly rulePriority?: number | undefined;
  readonly description?: string | undefined;
  readonly selection: Members & { readonly countType: string };
  readonly action?: { readonly type: string; readonly targetStorageClass?: string | undefined } | undefined;
}

/**
 * The document, its rules in the order given, so that paths in it are paths in the input. A rule without a priority comes
 * after those before it; times are counted in days; what was pulled long ago moves to the archive; everything else expires.
 */
export function buildLifecyclePolicy(rules: readonly RuleInput[]): { rules: Members[] } {
  let highest = 0;
  return {
    rules: rules.map(({ rulePriority = highest + 1, description, selection, action }) => {
      highest = Math.max(highest, rulePriority);
      const { countType } = selection;
      const { type = countType === "sinceImagePulled" ? "transition" : "expire", targetStorageClass } = action ?? {};
      const target = targetStorageClass ?? (type === "transition" ? "archive" : undefined);
      return {
        rulePriority,
        ...(description === undefined ? {} : { description }),
        selection: {
          ...(countType === "sinceImageTransitioned" ? { storageClass: "archive" } : {}),
          ...(countType.startsWith("since") ? { countUnit: "days" } : {}),
          ...selection,
        },
        action: { type, ...(target === undefined ? {} : { targetStorageClass: target }) },
      };
    }),
  };
}
