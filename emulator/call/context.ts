/**
 * What every operation gets, and the table that a family of operations contributes to.
 *
 * Lives here: what every call is given (registry, caller, clock, settings), and how its input is read.
 * May not live here: an operation (`operations/`), anything that is kept after the call (`state/`).
 */

import type { Clock } from "../state/clock.ts";
import type { Registry, Repository, Store } from "../state/store.ts";
import type { Downloads } from "../wire/addresses.ts";
import { AwsError, type Caller, type Json } from "../wire/protocol.ts";
import { invalid, text } from "./input.ts";

/** Manners that tests switch; the defaults are AWS's bad ones, as far as they cost no time. */
export interface Settings {
  /** A repository is not found by other calls for so many milliseconds after its creation. */
  visibilityDelay: number;
  /** An image or a tag is not found by reads for so many milliseconds after it was pushed. */
  imageVisibilityDelay: number;
  /** A deleted repository is still described so many times. */
  deleteLag: number;
  /** Policies come back rewritten and with principals in another order. */
  rewrites: boolean;
  /** Principals that IAM does not know (yet): policies that name them are refused. */
  missingPrincipals: string[];
  /** Principals that were deleted, with the unique id that is shown instead. */
  deletedPrincipals: Record<string, string>;
  /** Who calls, by access key, for callers that are not simply the user of that name. */
  principals: Record<string, string>;
  /** Scans, replication and other work go on by one step in so many seconds of the clock, and at each read of them. */
  stepSeconds: number;
  /**
   * Failure codes of replication by destination (`ACCOUNT/REGION`) and of signing by the profile's ARN; a repository's name
   * makes its previews of lifecycle policies fail.
   */
  failures: Record<string, string>;
}

export const politeDefaults: Readonly<Settings> = {
  visibilityDelay: 0,
  imageVisibilityDelay: 0,
  deleteLag: 0,
  rewrites: true,
  missingPrincipals: [],
  deletedPrincipals: {},
  principals: {},
  stepSeconds: 5,
  failures: {},
};

export interface Context {
  readonly store: Store;
  readonly registry: Registry;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly downloads: Downloads;
  /** Counts reads, so that each shows principals in another order. */
  turn(): number;
}

export type Operation = (context: Context, input: Json) => Json;
export type Operations = Readonly<Record<string, Operation>>;

/** The repository that the input names; AWS's errors when it is missing, foreign or not visible. */
export function repositoryOf(context: Context, input: Json): Repository {
  const name = text(input, "repositoryName");
  ownRegistry(context, input);
  const repository = context.registry.repositories[name];
  if (!repository || repository.lingers !== undefined || repository.visibleAt > Date.now())
    throw repositoryNotFound(context, name);
  return repository;
}

export function repositoryNotFound({ registry }: Context, name: string): AwsError {
  return new AwsError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${registry.account}'`,
  );
}

/** Another account's registry is reached by its own credentials only. */
export function ownRegistry({ registry }: Context, input: Json): void {
  const id = input["registryId"];
  if (id === undefined || id === null || id === registry.account) return;
  if (typeof id !== "string" || !/^[0-9]{12}$/.test(id)) throw invalid("registryId", "must be 12 digits");
  throw new AwsError("AccessDeniedException", `The caller is not authorized for the registry with id '${id}'`);
}

/** The ARN of who calls. */
export function principalOf({ caller, settings }: Pick<Context, "caller" | "settings">): string {
  const { account, accessKey } = caller;
  const named = Object.hasOwn(settings.principals, accessKey) ? settings.principals[accessKey] : undefined;
  return named ?? `arn:aws:iam::${account}:user/${accessKey}`;
}

export function arnOf({ account, region }: Registry, name: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}
