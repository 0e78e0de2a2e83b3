/** The row of an access policy, of a repository or of the registry. */

import type { Columns, Document } from "../define/property.ts";
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
