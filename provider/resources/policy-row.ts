/** The rows of access policies and of lifecycle policies, which creation templates have as well. */

import type { Columns, Document, Recorded, Settings } from "../define/property.ts";
import { describeLifecycleChange, lifecycleEquivalent } from "../lifecycle/policy.ts";
import { validateLifecyclePolicy } from "../lifecycle/validate.ts";
import { compareAccess } from "../policy/access/compare.ts";
import type { AccessContext } from "../policy/access/rules/context.ts";
import { accessLines, sentence } from "../policy/access/sentences.ts";
import { alignPolicy } from "../policy/change/align.ts";
import { describePolicyChange } from "../policy/change/diff.ts";
import { policyEquivalent } from "../policy/change/normalize.ts";
import type { PolicyKind } from "../policy/language/document.ts";
import { validatePolicy } from "../policy/validate.ts";
import { containsUnknown } from "../text/value.ts";
import { documentRow } from "./rows.ts";

export function policyRow<C extends Columns<Document>>(kind: PolicyKind, description: string, columns: C) {
  return documentRow(
    description,
    {
      equal: policyEquivalent,
      validate: (policy) => validatePolicy(kind, policy),
      describe: (before, after, recorded, settings) => [
        ...(isKnown(before) && isKnown(after)
          ? accessLines(compareAccess(before, after, contextOf(kind, recorded, settings)), true)
          : []),
        ...describePolicyChange(before, after),
      ],
      align: (live, recorded) => alignPolicy(live, recorded) as Document,
    },
    {
      caution: (before: Document | undefined, after: Document | undefined, recorded: Recorded, settings: Settings) =>
        isKnown(before) && isKnown(after) ? outsideGains(before, after, contextOf(kind, recorded, settings)) : [],
      ...columns,
      concerns: "access" as const,
      document: kind,
    },
  );
}

function isKnown(policy: unknown): boolean {
  return policy !== undefined && !containsUnknown(policy);
}

function contextOf(kind: PolicyKind, { registryId, repositoryName }: Recorded, { trusted }: Settings): AccessContext {
  return {
    kind,
    trusted,
    ...(typeof registryId === "string" ? { owner: registryId } : {}),
    ...(typeof repositoryName === "string" ? { repository: repositoryName } : {}),
  };
}

/** Of a change only: what a new policy allows, its program says. */
function outsideGains(before: unknown, after: unknown, context: AccessContext): string[] {
  const gains = compareAccess(before, after, context).gains.filter(({ outside }) => outside);
  const shown = gains.slice(0, 20).map((row) => sentence(row, "can now"));
  const rest = gains.length - shown.length;
  return gains.length === 0
    ? []
    : [["outside the registry's account:", ...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n")];
}

export function lifecycleRow<C extends Columns<Document>>(description: string, columns: C) {
  return documentRow(
    description,
    {
      equal: lifecycleEquivalent,
      validate: (source) => validateLifecyclePolicy(source, { leavesOutNulls: true }),
      describe: describeLifecycleChange,
    },
    { ...columns, concerns: "retention" as const, document: "lifecycle" },
  );
}
