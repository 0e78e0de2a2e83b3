/** What people call the actions of ECR in groups: pull, push, and so on. */

import { matchesWildcard } from "../../text/glob.ts";
import { actionTable } from "../language/action-table.ts";
import type { Rule } from "./rules/statements.ts";

interface Capability {
  /** What somebody can do, after *can*. */
  readonly name: string;
  /** The same in front of the repository or registry. */
  readonly at: string;
  /** All of these are needed. */
  readonly needs: readonly string[];
  /** These belong to it and add nothing of their own. */
  readonly helped?: readonly string[];
}

/** In the order in which they are told. */
export const capabilities: readonly Capability[] = [
  {
    name: "pull",
    at: "pull from",
    needs: ["BatchGetImage", "GetDownloadUrlForLayer"],
    helped: ["BatchCheckLayerAvailability"],
  },
  {
    name: "push",
    at: "push to",
    needs: ["BatchCheckLayerAvailability", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"],
  },
  { name: "delete images", at: "delete images from", needs: ["BatchDeleteImage"] },
  { name: "delete the repository", at: "delete", needs: ["DeleteRepository"] },
  { name: "change the policy", at: "change the policy of", needs: ["SetRepositoryPolicy", "DeleteRepositoryPolicy"] },
  {
    name: "change the registry's policy",
    at: "change the policy of",
    needs: ["PutRegistryPolicy", "DeleteRegistryPolicy"],
  },
  {
    name: "change the lifecycle policy",
    at: "change the lifecycle policy of",
    needs: ["PutLifecyclePolicy", "DeleteLifecyclePolicy"],
  },
  { name: "change tags", at: "change the tags of", needs: ["TagResource", "UntagResource"] },
  { name: "replicate images", at: "replicate images into", needs: ["ReplicateImage"] },
  { name: "import images from upstream", at: "import images from upstream into", needs: ["BatchImportUpstreamImage"] },
  { name: "create repositories", at: "create", needs: ["CreateRepository"] },
  { name: "start scans", at: "start scans in", needs: ["StartImageScan"] },
  {
    name: "change settings",
    at: "change the settings of",
    needs: ["PutImageScanningConfiguration", "PutImageTagMutability"],
  },
  {
    name: "read images' metadata",
    at: "read the metadata of images in",
    needs: ["DescribeImages", "ListImages"],
    helped: ["DescribeImageScanFindings"],
  },
  {
    name: "read settings",
    at: "read the settings of",
    needs: ["DescribeRepositories", "GetRepositoryPolicy", "GetLifecyclePolicy", "ListTagsForResource"],
  },
];

export interface Told {
  /** Undefined for actions that make up no capability. */
  readonly capability?: string;
  readonly actions: readonly string[];
  /** This version knows none of the actions: as a statement names them. */
  readonly unknown?: readonly string[];
}

/**
 * What a statement lets somebody do, by names without `ecr:`. An unknown action that no document names is told only where
 * the wildcards that match it match no known action beside it.
 */
export function tellNames(
  names: readonly string[],
  { listed, written }: Pick<Rule, "listed" | "written">,
  possible: readonly string[],
  unknown: ReadonlyMap<string, "named" | "pattern">,
): Told[] {
  const isNamed = (name: string) => unknown.get(name) !== "pattern";
  if (names.length === possible.length) return tellActions(names.filter(isNamed), possible.filter(isNamed));
  const known = names.filter((name) => !unknown.has(name));
  const matching = (name: string) =>
    written.filter((_, index) => matchesWildcard(listed.patterns[index] ?? "", `ecr:${name.toLowerCase()}`));
  const others = names.flatMap((name) => {
    if (!unknown.has(name)) return [];
    if (isNamed(name)) return [{ name, pattern: qualified(name) }];
    if (listed.others) return known.length > 0 ? [] : [{ name, pattern: "ecr:*" }];
    const patterns = matching(name);
    const isTold = known.some((other) => matching(other).some((pattern) => patterns.includes(pattern)));
    return isTold ? [] : [{ name, pattern: patterns[0] ?? "ecr:*" }];
  });
  const rest = { actions: others.map(({ name }) => qualified(name)), unknown: others.map(({ pattern }) => pattern) };
  return [...(known.length > 0 ? tellActions(known, possible) : []), ...(others.length > 0 ? [rest] : [])];
}

/** All that may be done, as one thing, or capabilities that are complete and the actions left over. `names` lack `ecr:`. */
function tellActions(names: readonly string[], possible: readonly string[]): Told[] {
  if (names.length === possible.length) return [{ capability: "everything", actions: names.map(qualified) }];
  const given = new Set(names);
  const left = new Set(names);
  const told = capabilities.flatMap(({ name, needs, helped = [] }): Told[] => {
    if (!needs.every((action) => given.has(action))) return [];
    const actions = [...needs, ...helped].filter((action) => given.has(action));
    for (const action of actions) left.delete(action);
    return [{ capability: name, actions: actions.map(qualified) }];
  });
  return left.size === 0 ? told : [...told, { actions: [...left].map(qualified) }];
}

function qualified(name: string): string {
  return `ecr:${name}`;
}

const levels = new Map(actionTable.map(({ name, level }) => [qualified(name), level]));

/** Whether any of the actions, which have `ecr:`, changes something. */
export function writes(actions: readonly string[]): boolean {
  return actions.some((action) => !["read", "list"].includes(levels.get(action) ?? "write"));
}
