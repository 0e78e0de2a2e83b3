import { documentValue } from "../../define/document.ts";
import { type Statement, statementsOf } from "../../policy/language/document.ts";
import { spelledKey } from "../../policy/language/keys.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { abilities, byStatement, defineRule, foundOn, principalsOf } from "../rule/rule.ts";

export const lostGuard = defineRule({
  id: "ECR-C2",
  title: "Deny or condition is removed",
  level: "warning",
  about: "Denies and conditions that the change takes away and by which somebody gains something.",
  fix: "Put it back, or say in the pull request why it is not needed any more.",
  source: "The comparison of both documents.",
  others: "Found nowhere else.",
  policyChange({ access, before, after, pathOf }) {
    const statements = statementsOf(documentValue(after)) ?? [];
    const former = statementsOf(documentValue(before)) ?? [];
    return byStatement(access.gains).flatMap(([index, rows]) => {
      const lifted = rows.filter(({ because }) => because.deny);
      if (lifted.length > 0) {
        const sid = lifted[0]?.because.sid;
        const name = sid === undefined ? `statement ${index + 1} of before` : `the statement "${printable(sid, 60)}"`;
        const message = `${name}, a Deny, no longer refuses: ${principalsOf(lifted)} can now ${abilities(lifted)}`;
        return [foundOn(lifted, [], message)];
      }
      const keys = lostKeys(former, statements[index]);
      if (keys.length === 0) return [];
      const message = `a condition on ${keys.map((key) => printable(key, 80)).join(", ")} is gone: ${principalsOf(rows)} can now ${abilities(rows)}`;
      return [foundOn(rows, pathOf(index), message)];
    });
  },
});

/** Keys that the statement asked for before, if it was there: by its Sid, else the one that differs in its condition only. */
function lostKeys(former: readonly Statement[], now: Statement | undefined): string[] {
  if (!now) return [];
  const sid = now["Sid"];
  const before =
    (typeof sid === "string" ? former.find((statement) => statement["Sid"] === sid) : undefined) ??
    former.find((statement) => withoutCondition(statement) === withoutCondition(now));
  const has = keysOf(now);
  return before ? [...keysOf(before)].filter((key) => !has.has(key)) : [];
}

function withoutCondition({ Condition: _, ...rest }: Statement): string {
  return JSON.stringify(rest);
}

function keysOf({ Condition: condition }: Statement): ReadonlySet<string> {
  const operators = Object.values(isMap(condition) ? condition : {});
  return new Set(operators.flatMap((keys) => (isMap(keys) ? Object.keys(keys).map(spelledKey) : [])));
}
