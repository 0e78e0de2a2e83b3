import { stringsOf } from "../../policy/language/document.ts";
import { printable } from "../../text/printable.ts";
import { defineRule, kindsOf } from "../rule/rule.ts";

export const registryResource = defineRule({
  id: "ECR-A4",
  title: "Resource of a registry policy",
  kinds: [
    {
      level: "warning",
      when: "a resource is of another account, region or partition than the registry",
      source: "ECR user guide: registry permissions",
    },
    ...kindsOf("ECR-A4"),
  ],
  about: "Whether each statement of a registry policy names repositories, and repositories of this registry.",
  fix: "Name arn:aws:ecr:REGION:ACCOUNT:repository/NAME with the registry's own region and account.",
  others: "IAM Access Analyzer checks ARNs of any service; whether they are of this registry is found nowhere else.",
  policy: ({ kind, statements, context, pathOf }) =>
    kind !== "registry"
      ? []
      : statements.flatMap((statement, index) =>
          stringsOf(statement["Resource"]).flatMap((text) => {
            const [, partition = "", , region = "", account = ""] = text.split(":");
            const other = [
              ["account", account, context.owner],
              ["region", region, context.region],
              ["partition", partition, context.partition],
            ].find(
              ([, named = "", ours]) => ours !== undefined && !/[*?$]/.test(named) && named !== "" && named !== ours,
            );
            if (text === "*" || !other) return [];
            const message = `"${printable(text, 120)}" is of the ${other[0]} ${printable(other[1] ?? "", 40)}, this registry is of ${other[2]}, so the statement is about nothing here`;
            return [{ path: [...pathOf(index), "Resource"], message }];
          }),
        ),
});
