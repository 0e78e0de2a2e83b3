import { rootArn } from "../../policy/change/normalize.ts";
import { stringsOf } from "../../policy/language/document.ts";
import { accountOf } from "../../policy/language/principals.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { defineRule } from "../rule/rule.ts";

export const foreignPrincipal = defineRule({
  id: "ECR-A9",
  title: "A role or user of another account",
  level: "note",
  about:
    "Roles and users of other accounts by name: AWS refuses the policy when one of them does not exist at that moment.",
  fix: "Make sure that it exists before this is deployed, or name the account with a condition on aws:PrincipalArn.",
  source:
    'User reports: a policy is refused with "Principal not found" when a role of another account is not there yet.',
  others: "Found nowhere else.",
  policy: ({ statements, context: { owner }, pathOf }) =>
    owner === undefined
      ? []
      : statements.flatMap(({ Principal: principal }, index) => {
          const foreign = stringsOf(isMap(principal) ? principal["AWS"] : undefined).filter((name) => {
            const account = accountOf(name);
            return name.startsWith("arn:") && !rootArn(name) && account !== undefined && account !== owner;
          });
          if (foreign.length === 0) return [];
          const shown = foreign.slice(0, 3).map((name) => printable(name, 120));
          const more = foreign.length > 3 ? ` and ${foreign.length - 3} more` : "";
          const message = `names ${shown.join(", ")}${more} of ${foreign.length === 1 ? "another account, which has" : "other accounts, which have"} to exist when the policy is set`;
          return [{ path: [...pathOf(index), "Principal"], message }];
        }),
});
