import { overlap } from "../../lifecycle/analyze.ts";
import { matchesGlob, starGlob } from "../../text/glob.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { defineRule } from "../rule/rule.ts";

export const mutableTags = defineRule({
  id: "ECR-E1",
  title: "Tags that can be moved",
  kinds: [
    {
      level: "warning",
      when: "protected tags, tags of releases or all tags can be moved",
      source: "ECR user guide: image tag mutability",
    },
    {
      level: "note",
      when: "all tags except those of the filters can be moved and review.yaml protects no tags",
      source: "ECR user guide: image tag mutability",
    },
  ],
  about:
    "All four modes of tag mutability: whether tags that review.yaml protects, or any where it protects none, can be made to name another image. Without protected tags, exclusion filters that match releases such as v1.2.3.",
  fix: "Set imageTagMutability to IMMUTABLE, or IMMUTABLE_WITH_EXCLUSION with filters for the tags that have to move.",
  others:
    "checkov CKV_AWS_51, trivy AWS-0031, KICS, Security Hub ECR.2, prowler, Pulumi's policy packs and semgrep accept or flag one word; the modes with exclusions are judged wrongly by most of them.",
  resource({ after, surroundings: { expects } }) {
    if (!after || !["Repository", "RepositoryCreationTemplate"].includes(after.kind)) return [];
    const mode = after.properties["imageTagMutability"] ?? "MUTABLE";
    const filters = filtersOf(after.properties["imageTagMutabilityExclusionFilters"]);
    const path = ["imageTagMutability"];
    const { protectedTags } = expects;
    if (mode === "MUTABLE") return [{ path, message: "lets every tag be moved to another image" }];
    if (mode === "MUTABLE_WITH_EXCLUSION") {
      const open = protectedTags.filter(
        (tag) => !filters.some((filter) => matchesGlob(starGlob(filter), likeness(tag))),
      );
      if (open.length > 0)
        return [
          { path, message: `lets the protected tags ${open.map((tag) => printable(tag, 80)).join(", ")} be moved` },
        ];
      if (protectedTags.length > 0) return [];
      return [{ path, message: "lets every tag but those of the filters be moved", level: "note" as const }];
    }
    if (mode !== "IMMUTABLE_WITH_EXCLUSION") return [];
    const isMoving = (tag: string) => filters.some((filter) => overlap(starGlob(filter), starGlob(tag)));
    const moving = (protectedTags.length > 0 ? protectedTags : releases).filter(isMoving);
    if (moving.length === 0) return [];
    const tags = moving.map((tag) => printable(tag, 80)).join(", ");
    const message =
      protectedTags.length > 0
        ? `let the protected tags ${tags} be moved`
        : `let tags of releases, such as ${tags}, be moved`;
    return [{ path: ["imageTagMutabilityExclusionFilters"], message }];
  },
});

/** Stand for the tags of releases, where nobody says which tags have to stay. */
const releases = ["1.2.3", "v1.2.3"];

function filtersOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).flatMap((entry: unknown) =>
    isMap(entry) && typeof entry["filter"] === "string" ? [entry["filter"]] : [],
  );
}

/** A tag that a pattern matches and that has nothing else in it that another pattern could ask for. */
function likeness(pattern: string): string {
  return pattern.replaceAll("*", "\u0001");
}
