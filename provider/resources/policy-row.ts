/** The rows of access policies and of lifecycle policies, which creation templates have as well. */

import type { Columns, Document } from "../define/property.ts";
import { describeLifecycleChange, lifecycleEquivalent } from "../lifecycle/policy.ts";
import { validateLifecyclePolicy } from "../lifecycle/validate.ts";
import { alignPolicy } from "../policy/align.ts";
import { describePolicyChange } from "../policy/diff.ts";
import type { PolicyKind } from "../policy/document.ts";
import { policyEquivalent } from "../policy/normalize.ts";
import { validatePolicy } from "../policy/validate.ts";
import { documentRow } from "./rows.ts";

export function policyRow<C extends Columns<Document>>(kind: PolicyKind, description: string, columns: C) {
  return documentRow(
    description,
    {
      equal: policyEquivalent,
      validate: (policy) => validatePolicy(kind, policy),
      describe: describePolicyChange,
      align: (live, recorded) => alignPolicy(live, recorded) as Document,
    },
    columns,
  );
}

export function lifecycleRow<C extends Columns<Document>>(description: string, columns: C) {
  return documentRow(
    description,
    { equal: lifecycleEquivalent, validate: validateLifecyclePolicy, describe: describeLifecycleChange },
    columns,
  );
}
