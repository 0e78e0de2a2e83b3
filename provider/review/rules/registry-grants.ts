import type { AccessRow } from "../../policy/access/rows.ts";
import { abilities, byStatement, defineRule, foundOn, onlyIfWords, principalsOf } from "../rule/rule.ts";

export const registryGrants = defineRule({
  id: "ECR-B9",
  title: "Outsiders can write into the registry",
  level: "warning",
  about:
    "Replication, import, creation and everything else that a registry policy lets outsiders do. Under scope V2 the policy applies to every request, so that ecr:* means every repository.",
  fix: "Name the accounts that replicate, the one action that they need, and a prefix of repositories.",
  source: "ECR user guide: registry permissions.",
  others: "cdk-nag looks for a star only. Here it is everything that outsiders can do, with the repositories.",
  policy({ kind, access, context, pathOf }) {
    if (kind !== "registry") return [];
    const rows = access.gains.filter(({ outside, public: isPublic, capability, resource }) => {
      const wide = capability === "everything" || ["every repository", "*", "the registry"].includes(resource);
      return isPublic || (context.owner !== undefined && outside && wide);
    });
    return byStatement(rows).map(([index, ours]) =>
      foundOn(ours, pathOf(index), `${principalsOf(ours)} can ${abilities(ours, placesOf(ours))}${onlyIfWords(ours)}`),
    );
  },
});

function placesOf(rows: readonly AccessRow[]): string {
  return [...new Set(rows.map(({ resource }) => resource))].join(", ");
}
