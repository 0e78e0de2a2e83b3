import { factsOfKey } from "../../policy/language/keys.ts";
import { testsOf } from "../../policy/language/read-tests.ts";
import type { Test } from "../../policy/language/tests.ts";
import { isMap } from "../../text/value.ts";
import { byStatement, defineRule } from "../rule/rule.ts";

export const openCondition = defineRule({
  id: "ECR-B3",
  title: "Condition excludes no AWS account",
  level: "warning",
  about: "Conditions of statements by which any account has access all the same.",
  fix: "Use StringEquals on aws:PrincipalOrgID or aws:PrincipalAccount, without IfExists or ForAllValues.",
  source: "IAM user guide: condition operators, IfExists, and keys that are absent.",
  others:
    "IAM Access Analyzer has parts of it (FOR_ALL_VALUES_WITH_SINGLE_VALUED_KEY). Others ask whether a condition is there; here it counts only when it keeps somebody out, and the message says why each clause does not.",
  policy({ access, statements, pathOf }) {
    const rows = access.gains.filter(({ who, public: isPublic }) => who.kind === "anyAccount" && isPublic);
    return byStatement(rows).flatMap(([index]) => {
      const condition = statements[index]?.["Condition"];
      if (!isMap(condition)) return [];
      const reasons = testsOf(condition, () => undefined).map(
        (test) => `${test.spelledKey} ${whyOpen(test) ?? "leaves out nobody who matters"}`,
      );
      if (reasons.length === 0) return [];
      return [
        {
          path: [...pathOf(index), "Condition"],
          message: `keeps no AWS account out: ${reasons.join("; ")}`,
        },
      ];
    });
  },
});

function whyOpen(test: Test): string | undefined {
  const facts = factsOfKey(test.key);
  if (facts?.callers) return "is set by the caller";
  if (test.ifExists) return "passes when it is absent, because of IfExists";
  if (test.quantifier === "all") return "passes when it is absent or empty, because of ForAllValues";
  if (test.negated) return "only leaves some out";
  if (test.family === "ip") return "has ranges that cover most of the internet";
  if (test.values.some((value) => value.includes("*"))) return "is matched by a wildcard";
  return undefined;
}
