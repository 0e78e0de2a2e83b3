import { ofKind } from "../../declared/declared.ts";
import { matchesGlob, starGlob } from "../../text/glob.ts";
import { isMap } from "../../text/value.ts";
import { defineRule } from "../rule/rule.ts";

export const noScanning = defineRule({
  id: "ECR-E2",
  title: "A repository that nothing scans",
  level: "warning",
  about:
    "Whether a scanning rule of the registry is about the repository's name. Says nothing where the registry's configuration is not known.",
  fix: "Add a rule to the registry's scanning configuration whose filter matches the repository.",
  source: "ECR user guide: scanning is configured for the registry; the setting of a repository is deprecated.",
  others:
    "prowler looks at the registry; checkov CKV_AWS_163, trivy AWS-0030, KICS, Security Hub ECR.1 and others at the deprecated setting of the repository.",
  resource({ after, surroundings }) {
    const name = after?.name;
    if (after?.kind !== "Repository" || name === undefined) return [];
    const configuration = ofKind(surroundings.after, "RegistryScanningConfiguration")[0];
    const rules = configuration?.properties["rules"];
    if (!configuration || (rules !== undefined && !Array.isArray(rules))) return [];
    const isScanned = (rules ?? []).some(
      (rule: unknown) =>
        isMap(rule) && rule["scanFrequency"] !== "MANUAL" && filtersOf(rule).some((filter) => selects(filter, name)),
    );
    return isScanned
      ? []
      : [{ path: [], message: "no rule of the registry's scanning configuration is about this repository" }];
  },
});

function filtersOf(rule: Readonly<Record<string, unknown>>): string[] {
  const filters = rule["repositoryFilters"];
  return (Array.isArray(filters) ? filters : []).flatMap((entry: unknown) =>
    isMap(entry) && typeof entry["filter"] === "string" ? [entry["filter"]] : [],
  );
}

/** A filter without a wildcard selects every name that holds it. */
function selects(filter: string, name: string): boolean {
  return filter.includes("*") ? matchesGlob(starGlob(filter), name) : name.includes(filter);
}
