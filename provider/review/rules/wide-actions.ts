import { actionTable } from "../../policy/language/action-table.ts";
import { appliesIn } from "../../policy/language/actions.ts";
import { stringsOf } from "../../policy/language/document.ts";
import { matchesWildcard } from "../../text/glob.ts";
import { defineRule } from "../rule/rule.ts";

export const wideActions = defineRule({
  id: "ECR-B6",
  title: "Statement allows every action",
  level: "warning",
  about: "Statements that allow * or ecr:*, or everything but a few actions.",
  fix: "Name the actions that are needed.",
  source: "IAM user guide: least privilege.",
  others:
    "checkov has it for every service. Here the pattern is expanded, so that a wildcard spelled in another way counts as well, and the number of actions is said.",
  policy: ({ kind, statements, pathOf }) =>
    statements.flatMap((statement, index) => {
      if (statement["Effect"] !== "Allow") return [];
      const possible = actionTable.filter((action) => appliesIn(kind, action));
      const everything = stringsOf(statement["Action"]).find((pattern) =>
        possible.every(({ name }) => matchesWildcard(pattern.toLowerCase(), `ecr:${name}`.toLowerCase())),
      );
      if (everything === undefined && statement["NotAction"] === undefined) return [];
      const changing = possible.filter(({ level }) => level !== "read" && level !== "list").length;
      const element = everything === undefined ? "NotAction" : "Action";
      const what = everything === undefined ? "what is not listed, also in the future, out of" : "all";
      return [
        {
          path: [...pathOf(index), element],
          message: `allows ${what} ${possible.length} actions, ${changing} of which change something`,
        },
      ];
    }),
});
