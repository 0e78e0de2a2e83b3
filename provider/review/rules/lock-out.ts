import { lockOut } from "../../policy/access/questions.ts";
import { defineRule } from "../rule/rule.ts";

export const lockOutRule = defineRule({
  id: "ECR-B8",
  title: "Owner is locked out",
  kinds: [
    {
      level: "error",
      when: "no principal can change or delete the policy afterwards",
      source: "ECR API reference: SetRepositoryPolicy refuses such a policy without force",
    },
    {
      level: "warning",
      when: "a Deny without a condition keeps a principal of the owner's account from changing the policy",
      source: "ECR API reference: SetRepositoryPolicy, force",
    },
  ],
  about: "Whether anybody of the owner's account can still change the policy. A Deny holds for the owner as well.",
  fix: "Except the owner's administrators from the Deny, by a condition on aws:PrincipalArn.",
  others: "Found nowhere else; AWS refuses such a policy at the time of the update unless it is forced.",
  policy({ source, statements, context, pathOf }) {
    const { extent, rows } = lockOut(source, context);
    const [row] = rows;
    if (extent === "none" || !row) return [];
    const path = pathOf(row.because.index);
    if (extent === "whole")
      return [
        {
          path,
          message:
            "refuses to everybody, the owner too, to change or delete this policy; AWS takes it only with `force`",
        },
      ];
    // A Deny with a condition leaves whoever does not meet it, which is what the condition is for.
    const refused = rows.find(({ because }) => statements[because.index]?.["Condition"] === undefined);
    if (!refused) return [];
    const message = `keeps ${refused.principal} from changing this policy`;
    return [{ path: pathOf(refused.because.index), level: "warning", message }];
  },
});
