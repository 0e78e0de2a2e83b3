import { capabilities } from "../../policy/access/capabilities.ts";
import type { AccessRow } from "../../policy/access/rows.ts";
import { byStatement, defineRule } from "../rule/rule.ts";

const signs: Readonly<Record<string, readonly string[]>> = {
  pull: ["BatchGetImage", "GetDownloadUrlForLayer"],
  push: ["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"],
};

export const incompleteGrant = defineRule({
  id: "ECR-B11",
  title: "Incomplete pull or push permissions",
  level: "warning",
  about: "Principals that have some of the actions that pull or push needs and not all of them.",
  fix: "Add the missing actions.",
  source: "ECR user guide: the actions that docker pull and docker push need.",
  others: "Found nowhere else.",
  policy({ access, pathOf }) {
    const everybody = access.gains.filter(({ who }) => who.kind === "anyAccount");
    return byStatement(access.gains).flatMap(([index, rows]) => {
      const [row] = rows;
      if (!row) return [];
      const given = actionsOf([...access.gains.filter(({ principal }) => principal === row.principal), ...everybody]);
      const ours = actionsOf(rows);
      return Object.entries(signs).flatMap(([name, sign]) => {
        const needs = capabilities.find((capability) => capability.name === name)?.needs ?? [];
        const missing = needs.filter((action) => !given.has(`ecr:${action}`));
        if (missing.length === 0 || !sign.some((action) => ours.has(`ecr:${action}`))) return [];
        const list = missing.map((action) => `ecr:${action}`).join(", ");
        return [
          { path: pathOf(index), message: `lets ${row.principal} do part of a ${name} only; it also needs ${list}` },
        ];
      });
    });
  },
});

function actionsOf(rows: readonly AccessRow[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ actions }) => actions));
}
