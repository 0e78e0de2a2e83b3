import { printable } from "../../define/printable.ts";
import { isMap } from "../../define/value.ts";
import { accountOf } from "../../policy/access/principals.ts";
import { stringsOf } from "../../policy/document.ts";
import { isAccountId, rootArn } from "../../policy/normalize.ts";
import { defineRule } from "../rule.ts";

export const foreignPrincipal = defineRule({
  id: "ECR-A9",
  title: "A principal of another account must be there",
  level: "note",
  about: "Roles and users of other accounts: AWS refuses a policy that names one that does not exist.",
  fix: "Create them first, or name the account with a condition on aws:PrincipalArn.",
  source: "aws-cdk pull request 16376.",
  check({ statements, context: { owner }, pathOf }) {
    if (owner === undefined) return [];
    return statements.flatMap((statement, index) => {
      const principal = statement["Principal"];
      const names = isMap(principal) ? stringsOf(principal["AWS"]) : [];
      const foreign = names.filter(
        (name) => !isAccountId(name) && !rootArn(name) && ![undefined, owner].includes(accountOf(name)),
      );
      if (foreign.length === 0) return [];
      const shown = foreign.slice(0, 3).map((name) => printable(name, 120));
      const rest = foreign.length > 3 ? ` and ${foreign.length - 3} more` : "";
      return [
        {
          path: [...pathOf(index), "Principal"],
          message: `names ${shown.join(", ")}${rest}, which must be there when the policy is set`,
        },
      ];
    });
  },
});
