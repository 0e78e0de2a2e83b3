/** Uploads of layers that are under way: whose they are, and AWS's answer when there is none. */

import type { Context } from "../call/context.ts";
import type { Repository } from "../state/store.ts";
import { AwsError } from "../wire/protocol.ts";

export function uploadNotFound({ registry }: Context, { name }: Repository, id: string): AwsError {
  return new AwsError(
    "UploadNotFoundException",
    `The upload with id '${id}' does not exist for the repository with name '${name}' in the registry with id '${registry.account}'`,
  );
}

/** Who owns an upload: its id is worth nothing in another repository. */
export function uploadOwner({ registry }: Context, { name }: Repository): string {
  return `${registry.account}/${registry.region}/${name}`;
}
