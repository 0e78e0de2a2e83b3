/** Judges one access policy: its validity, then what it means, as findings with positions. */

import { openDocument } from "../define/document.ts";
import type { Finding } from "../define/finding.ts";
import type { AccessContext } from "../policy/access/context.ts";
import { allowedBy } from "../policy/access/questions.ts";
import type { PolicyKind } from "../policy/document.ts";
import { statementsOf } from "../policy/document.ts";
import { validatePolicy } from "../policy/validate.ts";
import type { Target } from "./rule.ts";
import { rules } from "./rules/index.ts";

/** What AWS refuses is an error, and then nothing is said about the meaning. Never throws. */
export function reviewPolicy(kind: PolicyKind, source: unknown, context: AccessContext = {}): Finding[] {
  const validity = validatePolicy(kind, source);
  if (validity.some(({ level }) => level === "error")) return validity;
  const { value, report } = openDocument(source, "ECR-A1");
  const statements = statementsOf(value);
  if (!statements) return validity;
  const known = { ...context, kind };
  const single = !Array.isArray((value as { Statement?: unknown }).Statement);
  const target: Target = {
    kind,
    source,
    statements,
    context: known,
    access: allowedBy(source, known),
    pathOf: (index) => (single ? ["Statement"] : ["Statement", index]),
  };
  for (const rule of rules)
    for (const { path, message, level } of rule.check(target)) report.add(rule.id, level ?? rule.level, path, message);
  return [...validity, ...report.findings()].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || (a.ruleId < b.ruleId ? -1 : 1),
  );
}
