/** Names of actions of `ecr:` as policies write them: wildcards, letter case, misspellings. */

import { matchesGlob, wildcardGlob } from "../../text/glob.ts";
import { type Action, actionTable } from "./action-table.ts";
import type { PolicyKind } from "./document.ts";

/** By name, as AWS spells them. */
export const actions: readonly string[] = actionTable.map(({ name }) => name);

/**
 * API operations of which no IAM action is published. Whether policies may name them is unsettled, so they are neither
 * refused nor taken for misspellings.
 */
const operationsWithoutAction: ReadonlySet<string> = new Set(
  [
    "DescribeReplicationBackfillResults",
    "ListImageReferrers",
    "ListReplicationBackfills",
    "StartReplicationBackfill",
    "StopReplicationBackfill",
  ].map((name) => name.toLowerCase()),
);

/** `name` without `ecr:` and in any letter case. */
export function isOperationWithoutAction(name: string): boolean {
  return operationsWithoutAction.has(name.toLowerCase());
}

/**
 * Whether a statement about an action can have an effect in a policy of this kind. A repository policy applies to requests for
 * its repository: actions on the registry are not, nor is CreateRepository, because no repository exists yet.
 */
export function appliesIn(kind: PolicyKind, { scope, name }: Action): boolean {
  return kind === "registry" || (scope === "repository" && name !== "CreateRepository");
}

const registryActions: ReadonlySet<string> = new Set(
  actionTable.filter(({ scope }) => scope === "registry").map(({ name }) => name.toLowerCase()),
);

/** Whether a request for an action, in any letter case, is about the registry of an account. */
export function concernsRegistry(name: string): boolean {
  return registryActions.has(name.toLowerCase());
}

const withoutEffect: ReadonlySet<string> = new Set(
  actionTable.filter((action) => !appliesIn("repository", action)).map(({ name }) => name.toLowerCase()),
);

/** Whether an action, in any letter case, has no effect in a repository policy. */
export function hasNoEffect(kind: PolicyKind, name: string): boolean {
  return kind === "repository" && withoutEffect.has(name.toLowerCase());
}

const spellings = new Map(actions.map((name) => [name.toLowerCase(), name]));

/** `ecr:batchgetimage` → `ecr:BatchGetImage`, from any letter case; text that names no action, in lower case. */
export function spelledAction(text: string): string {
  const lower = text.toLowerCase();
  const name = lower.startsWith("ecr:") ? spellings.get(lower.slice("ecr:".length)) : undefined;
  return name ? `ecr:${name}` : lower;
}

/** Whether `name`, without `ecr:` and in any letter case, is an action or a wildcard that matches one. */
export function matchesAction(name: string): boolean {
  const pattern = name.toLowerCase();
  if (!pattern.includes("*") && !pattern.includes("?")) return spellings.has(pattern);
  const glob = wildcardGlob(pattern);
  for (const action of spellings.keys()) if (matchesGlob(glob, action)) return true;
  return false;
}
