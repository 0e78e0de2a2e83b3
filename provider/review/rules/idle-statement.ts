import { idleStatements } from "../../policy/access/questions.ts";
import { stringsOf } from "../../policy/language/document.ts";
import { assumesRoles } from "../../policy/language/principals.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { defineRule, kindsOf } from "../rule/rule.ts";

export const idleStatement = defineRule({
  id: "ECR-A10",
  title: "Statement has no effect",
  kinds: [
    {
      level: "note",
      when: "the policy grants the same without the statement",
      source: "IAM user guide: how policies are evaluated; IAM Access Analyzer: REDUNDANT_STATEMENT",
    },
    {
      level: "warning",
      when: "a statement allows something to a service that never calls ECR, such as ecs-tasks.amazonaws.com",
      source: "ECS developer guide: task execution role; EC2 user guide: IAM roles; EKS user guide: Pod Identity",
    },
    ...kindsOf("ECR-A10"),
  ],
  about: "Statements that could go without a change in what anybody may do.",
  fix: "Take the statement out, or correct what it should say.",
  others:
    "IAM Access Analyzer (REDUNDANT_STATEMENT) and parliament compare statements as text; here a statement is idle when the policy allows exactly the same without it. The validator adds repeated Sids and empty lists.",
  policy({ source, statements, context, pathOf }) {
    const assuming = statements.flatMap((statement, index) => {
      const principal = statement["Principal"];
      const names = stringsOf(isMap(principal) ? principal["Service"] : undefined).filter(assumesRoles);
      if (statement["Effect"] !== "Allow" || names.length === 0) return [];
      const list = names.map((name) => printable(name, 60)).join(", ");
      const message = `${list} never calls ECR: the role that it assumes does; the statement has no effect for it, so name the role`;
      return [{ path: [...pathOf(index), "Principal", "Service"], message, level: "warning" as const, index }];
    });
    const idle = idleStatements(source, context).map(({ index, why }) => ({
      path: pathOf(index),
      message:
        why === "contradicted"
          ? "allows nothing, because a Deny refuses all of it"
          : "changes nothing: the other statements say the same",
      index,
    }));
    const others = idle.filter((one) => !assuming.some(({ index }) => index === one.index));
    return [...assuming, ...others].map(({ index: _, ...found }) => found);
  },
});
