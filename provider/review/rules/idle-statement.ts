import { idleStatements } from "../../policy/access/questions.ts";
import { defineRule, kindsOf } from "../rule/rule.ts";

export const idleStatement = defineRule({
  id: "ECR-A10",
  title: "A statement that does nothing",
  kinds: [
    {
      level: "note",
      when: "the policy grants the same without the statement",
      source: "IAM user guide: how policies are evaluated; IAM Access Analyzer: REDUNDANT_STATEMENT",
    },
    ...kindsOf("ECR-A10"),
  ],
  about: "Statements that could go without a change in what anybody may do.",
  fix: "Take the statement out, or correct what it should say.",
  others:
    "IAM Access Analyzer (REDUNDANT_STATEMENT) and parliament compare statements as text; here a statement is idle when the policy allows exactly the same without it. The validator adds repeated Sids and empty lists.",
  policy: ({ source, context, pathOf }) =>
    idleStatements(source, context).map(({ index, why }) => ({
      path: pathOf(index),
      message:
        why === "contradicted"
          ? "allows nothing, because a Deny refuses all of it"
          : "changes nothing: the other statements say the same",
    })),
});
