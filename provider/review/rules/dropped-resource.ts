import type { Declared } from "../../declared/declared.ts";
import { defineRule, type Found } from "../rule/rule.ts";
import type { Change } from "../rule/subject.ts";

const what: Readonly<Record<string, string>> = {
  Repository: "the repository is deleted, with every image in it if forceDelete is set",
  RepositoryPolicy:
    "the repository's access policy is removed: other accounts and services lose what it allowed, and its Denies are gone",
  RegistryPolicy: "the registry's policy is removed: what it allowed and refused is gone for all repositories",
  LifecyclePolicy: "the lifecycle policy is removed: no image expires any more",
};

export const droppedResource = defineRule({
  id: "ECR-C4",
  title: "Resource is deleted or replaced",
  level: "warning",
  about:
    "Policies and repositories that a change removes, repositories that it replaces, and forceDelete that it switches on.",
  fix: "Make sure that this is meant; deleting a repository cannot be undone.",
  source: "ECR API reference: DeleteRepository, DeleteRepositoryPolicy, DeleteLifecyclePolicy.",
  others: "Previews show it among everything else; found nowhere as a check.",
  resource(target) {
    const { before, after, replaced, surroundings } = target;
    const found: Found[] = [];
    if (before && !after) {
      const sentence = Object.hasOwn(what, before.kind) ? what[before.kind] : undefined;
      if (sentence !== undefined && !goesWithItsRepository(before, surroundings))
        found.push({ path: [], message: forces(before) ? forcedDeletion : sentence });
    }
    if (replaced && (after ?? before)?.kind === "Repository")
      found.push({ path: [], message: "the repository is replaced: it is deleted with its images and made anew" });
    if (switchedOn(target))
      found.push({
        path: ["forceDelete"],
        message: "is switched on: deleting the repository now deletes its images",
      });
    return found;
  },
});

const forcedDeletion = "the repository is deleted, with every image in it, because forceDelete is set";

function forces({ kind, properties }: Declared): boolean {
  return kind === "Repository" && properties["forceDelete"] === true;
}

function goesWithItsRepository(
  { kind, name }: Declared,
  { before, after }: { before: readonly Declared[]; after: readonly Declared[] },
): boolean {
  const isThere = (side: readonly Declared[]) =>
    side.some((other) => other.kind === "Repository" && other.name === name);
  return kind !== "Repository" && name !== undefined && isThere(before) && !isThere(after);
}

function switchedOn({ before, after }: Change): boolean {
  return (
    after?.kind === "Repository" &&
    before !== undefined &&
    after.properties["forceDelete"] === true &&
    before.properties["forceDelete"] !== true
  );
}
