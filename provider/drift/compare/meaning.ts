/** What a difference means: to whom a policy gives or takes what, what a lifecycle policy will do, or that it is a setting. */

import type { Remark, RuleId } from "../../declared/remark.ts";
import { documentValue } from "../../define/document.ts";
import type { Row } from "../../define/property.ts";
import { describeLifecycleChange, normalizeLifecyclePolicy } from "../../lifecycle/policy.ts";
import { type AccessChange, compareAccess } from "../../policy/access/compare.ts";
import type { AccessRow } from "../../policy/access/rows.ts";
import type { AccessContext } from "../../policy/access/rules/context.ts";
import { sentence } from "../../policy/access/sentences.ts";
import { describePolicyChange } from "../../policy/change/diff.ts";
import { statementsOf, stringsOf } from "../../policy/language/document.ts";
import { isUniqueId } from "../../policy/language/principals.ts";
import { formatPath } from "../../text/path.ts";
import { printable } from "../../text/printable.ts";
import { sortedJson } from "../../text/sorted-json.ts";
import { isMap, sameValue } from "../../text/value.ts";
import type { Meaning } from "../report/report.ts";
import { shownValue } from "./shown.ts";
import type { Drifted } from "./three-way.ts";

/** A meaning, and each thing to say about it; `data` of a remark is what it is about, by default the live value. */
export interface Told {
  readonly meaning: Meaning;
  readonly remarks: readonly Remark[];
}

/** Of the rows of one difference, so many are told. */
const mostRows = 25;

export function meaningOf(difference: Drifted, context: AccessContext): Told {
  const { row, path, declared, live, moved } = difference;
  const name = formatPath(path);
  if (moved === "converged") {
    const message = `${name} is as declared, and the state remembers another value; a refresh records it`;
    return { meaning: "equal", remarks: [{ ruleId: "converged", message }] };
  }
  const who = movedWords[moved];
  if (row.concerns === "access") return accessMeaning(difference, name, who, context);
  if (row.concerns === "retention") return retentionMeaning(name, declared, live, who);
  const id = row.concerns === "text" ? "cosmetic" : "setting";
  return {
    meaning: id,
    remarks: [{ ruleId: id, message: `${name} is ${inWords(live)} instead of ${inWords(declared)}${who}` }],
  };
}

const movedWords = {
  live: ": changed outside",
  recorded: ": never applied, or a run was interrupted",
  both: ": never applied, and changed outside since",
} as const;

function accessMeaning({ row, declared, live }: Drifted, name: string, who: string, context: AccessContext): Told {
  const [before, after] = [shownValue(row, declared, declared), shownValue(row, live, declared)];
  const change = compareAccess(before, after, context);
  const remarks: Remark[] = [
    ...rowsTold("access-gain", change.gains, "can", who),
    ...rowsTold("access-loss", change.losses, "can no longer", who),
    ...change.undecided.map(({ principal, actions, reasons }) => ({
      ruleId: "access-gain" as const,
      message: `whether ${principal} gains ${listed(actions)} cannot be decided (${reasons.join(", ")})${who}`,
    })),
    ...(change.narrowed ?? []).map(({ principal, actions, reasons }) => ({
      ruleId: "access-loss" as const,
      message: `${principal} may lose ${listed(actions)}, and how much of it cannot be decided (${reasons.join(", ")})${who}`,
    })),
  ];
  const meaning = accessRelation(change);
  if (meaning !== "cosmetic") return { meaning, remarks };
  const sentences = describePolicyChange(before, after).slice(0, mostRows).join("; ");
  return {
    meaning,
    remarks: [{ ruleId: meaning, message: `${name} allows the same in other words (${sentences})${who}` }],
  };
}

/** Where something is gained, that outweighs any loss; what is not decided may be a gain. */
function accessRelation({ relation, gains }: AccessChange): Meaning {
  if (relation === "equal") return "cosmetic";
  return relation === "narrower" && gains.length === 0 ? "access-loss" : "access-gain";
}

function rowsTold(ruleId: RuleId, rows: readonly AccessRow[], verb: string, who: string): Remark[] {
  const told = rows.slice(0, mostRows).map((row) => ({
    ruleId,
    message: `${sentence(row, verb)}${who}`,
    data: [row.principal, row.actions, row.resource, row.onlyIf],
  }));
  const rest = rows.length - told.length;
  return rest > 0 ? [...told, { ruleId, message: `${rest} more differences in who can do what${who}` }] : told;
}

function retentionMeaning(name: string, declared: unknown, live: unknown, who: string): Told {
  const sentences = describeLifecycleChange(declared, live).slice(0, mostRows).join("; ");
  const cosmetic = sameValue(withoutDescriptions(declared), withoutDescriptions(live));
  const id = cosmetic ? "cosmetic" : "retention";
  return { meaning: id, remarks: [{ ruleId: id, message: `${name}: ${sentences}${who}` }] };
}

function withoutDescriptions(policy: unknown): unknown {
  const { rules, ...rest } = normalizeLifecyclePolicy(policy) ?? { rules: policy };
  return {
    ...rest,
    rules: Array.isArray(rules)
      ? rules.map((rule) => (isMap(rule) ? { ...rule, description: undefined } : rule))
      : rules,
  };
}

/** Principals of a live policy that were deleted: AWS shows their unique ids. */
export function danglingPrincipals(row: Row, policy: unknown): string[] {
  if (row.concerns !== "access") return [];
  const found = (statementsOf(documentValue(policy)) ?? []).flatMap(({ Principal: some, NotPrincipal: others }) =>
    [some, others].flatMap((principal) => (isMap(principal) ? stringsOf(principal["AWS"]).filter(isUniqueId) : [])),
  );
  return [...new Set(found)].sort();
}

/** A value in a sentence, short and fit to print, its keys in one order whoever wrote them. */
export function inWords(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  return printable(typeof value === "string" ? `"${value}"` : sortedJson(value), 200);
}

function listed(actions: readonly string[]): string {
  const some = actions.slice(0, 6).join(", ");
  return actions.length > 6 ? `${some} and ${actions.length - 6} more` : some;
}
