/** A document in plain words. */

import { rulesInWords } from "../../../lifecycle/policy.ts";
import { validateLifecyclePolicy } from "../../../lifecycle/validate.ts";
import type { AccessChange } from "../../../policy/access/compare.ts";
import { allowedBy, deniedBy } from "../../../policy/access/questions.ts";
import { accessLines } from "../../../policy/access/sentences.ts";
import { statementsOf } from "../../../policy/language/document.ts";
import { validatePolicy } from "../../../policy/validate.ts";
import { sentenceOf } from "../../../text/finding.ts";
import { parseJson } from "../../../text/json.ts";
import { formatPath } from "../../../text/path.ts";
import { printable } from "../../../text/printable.ts";
import { isMap } from "../../../text/value.ts";
import { type ContextOptions, contextOf } from "../../shared/context.ts";
import { readDocument } from "../../shared/documents.ts";

type Kind = "repository-policy" | "registry-policy" | "lifecycle-policy";

/** Exit code 2 for a document that AWS would refuse, 3 where a part is undecided. */
export function explainFile(
  file: string,
  options: ContextOptions & { readonly kind?: Kind },
): { text: string; exitCode: number } {
  const source = readDocument(file);
  const kind = options.kind ?? kindOf(source);
  const policyKind = kind === "registry-policy" ? "registry" : "repository";
  const findings = kind === "lifecycle-policy" ? validateLifecyclePolicy(source) : validatePolicy(policyKind, source);
  const errors = findings.filter(({ level }) => level === "error");
  if (errors.length > 0) {
    const lines = errors.map(({ line = 1, column = 1, path, message }) => {
      const sentence = sentenceOf({ path: printable(formatPath(path), 300), message });
      return `${printable(file)}:${line}:${column}: ${sentence}`;
    });
    return { text: `This is not a valid ${kind.replace("-", " ")}:\n${lines.join("\n")}\n`, exitCode: 2 };
  }
  if (kind === "lifecycle-policy") {
    const rules = [...rulesInWords(source)].map(([priority, words]) => `Rule ${priority}: ${words}`);
    return { text: `${rules.join("\n")}\n`, exitCode: 0 };
  }
  const context = { ...contextOf(options), kind: policyKind } as const;
  const access = { ...allowedBy(source, context), ...deniedBy(source, context) };
  const lines = accessLines(access, false);
  const about = "Callers of other accounts also need an identity policy of their own that allows it.";
  return {
    text: `${[...emptyWords(access), ...lines].join("\n")}\n${about}\n`,
    exitCode: access.undecided.length > 0 ? 3 : 0,
  };
}

/** What to say where a policy grants nothing, though it may deny. */
function emptyWords({ gains, undecided, denied = [] }: AccessChange): string[] {
  if (gains.length + undecided.length > 0) return [];
  return [
    denied.length > 0
      ? "This policy allows nothing by itself. It denies:"
      : "This policy allows nothing and denies nothing.",
  ];
}

/** A lifecycle policy has rules; only a policy of a registry has resources in all its statements. */
function kindOf(source: string): Kind {
  const { value } = parseJson(source);
  if (isMap(value) && Object.hasOwn(value, "rules")) return "lifecycle-policy";
  const statements = statementsOf(value) ?? [];
  const hasResources =
    statements.length > 0 && statements.every((statement) => "Resource" in statement || "NotResource" in statement);
  return hasResources ? "registry-policy" : "repository-policy";
}
