/** What a request is about: the one repository of a repository policy, or each class of repositories of a registry. */

import { matchesWildcard } from "../../../text/glob.ts";
import { representatives } from "../../language/automata.ts";
import type { Budget } from "../../language/budget.ts";
import { partitionOf } from "../../language/partitions.ts";
import { globPattern, type Pattern, type Token } from "../../language/patterns.ts";
import type { AccessContext } from "./context.ts";
import type { Rule } from "./statements.ts";

/** `arn` stands for all repositories that no pattern tells from it; it is undefined where the name is not known. */
export type Resource =
  | { readonly kind: "repository"; readonly arn?: string }
  /** What actions are about that concern no repository. */
  | { readonly kind: "registry" };

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Every class of repositories that the patterns of the rules can tell apart, and the registry itself. */
export function resourcesOf(rules: readonly Rule[], context: AccessContext, budget: Budget): Resource[] {
  if ((context.kind ?? "repository") === "repository") {
    const { owner, region, repository, partition = partitionOf(region) } = context;
    const known = [owner, region, repository, partition].every((part) => part !== undefined);
    return [
      {
        kind: "repository",
        ...(known ? { arn: `arn:${partition}:ecr:${region}:${owner}:repository/${repository}` } : {}),
      },
    ];
  }
  const patterns = new Set(rules.flatMap(({ resources }) => resources?.patterns ?? []));
  const arns = representatives(
    [...patterns].map((text) => [globPattern(completeArn(text))]),
    [domainOf(context)],
    new Set(),
    budget,
  );
  return [...arns.sort().map((arn): Resource => ({ kind: "repository", arn })), { kind: "registry" }];
}

/** The ARNs that repositories of this registry can have. */
function domainOf({ owner, region, partition = partitionOf(region) }: AccessContext): Pattern {
  const literal = (text: string): Token[] => [...text].map((only) => ({ star: false, only }));
  const part: Token[] = [
    { star: false, among: letters },
    { star: true, among: `${letters}-` },
  ];
  return [
    ...literal("arn:"),
    ...(partition === undefined ? part : literal(partition)),
    ...literal(":ecr:"),
    ...(region === undefined ? part : literal(region)),
    ...literal(":"),
    ...(owner === undefined
      ? Array.from({ length: 12 }, () => ({ star: false, among: "0123456789" }))
      : literal(owner)),
    ...literal(":repository/"),
    { star: false, among: letters },
    { star: true, among: `${letters}._-/` },
  ];
}

/** IAM completes an ARN of fewer than six parts with `*`, says its guide. */
function completeArn(pattern: string): string {
  const missing = 6 - pattern.split(":").length;
  return pattern.startsWith("arn:") && missing > 0 ? pattern + ":*".repeat(missing) : pattern;
}

/** Whether the rule is about the resource; a reason where that cannot be said. */
export function isAbout({ kind, resources }: Rule, resource: Resource): boolean | string {
  if (!resources) return true;
  const { patterns, others } = resources;
  if (patterns.some((pattern) => matchesWildcard(pattern, "*"))) return !others;
  if (resource.kind === "registry") return others;
  const { arn } = resource;
  if (arn === undefined) {
    const place = kind === "registry" ? "of the registry's policy" : "of a repository policy";
    return `whether Resource ${place} matches is not known without account, region and name of the repository`;
  }
  return patterns.some((pattern) => matchesWildcard(completeArn(pattern), arn)) !== others;
}
