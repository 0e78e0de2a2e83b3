import { defineRule } from "../rule/rule.ts";

export const undecidedAccess = defineRule({
  id: "ECR-C3",
  title: "Access could not be determined",
  level: "note",
  about:
    "Parts of a comparison that hang on something that is in no document: a policy variable, an unknown of a preview, a limit.",
  fix: "Give what is missing, such as --accounts for organizations, or have the part reviewed by a person; --undecided fail blocks on it.",
  source: "The comparison of both documents.",
  others: "IAM Access Analyzer says pass or fail only; others do not notice.",
  policyChange: ({ access: { undecided } }) =>
    undecided.map(({ principal, actions, reasons }) => {
      const what = actions.length > 5 ? `${actions.length} actions` : actions.join(", ");
      return {
        path: [],
        message: `whether ${principal} can use ${what} is undecided: ${reasons.slice(0, 5).join("; ")}`,
        key: reasons.join("\n"),
      };
    }),
});
