/** Many repositories with many images at once, for tests of size. Each image is a real one, with layers that can be had. */

import type { Context } from "../call/context.ts";
import { invalid } from "../call/input.ts";
import { imageFrom } from "../documents/manifest.ts";
import { policies } from "../operations/policies.ts";
import { createRepository } from "../repositories/repository.ts";

export interface Population {
  /** How many repositories; their names are `prefix` and a number from 0. Those that exist get the images as well. */
  repositories: number;
  /** `seeded/r` when absent. */
  prefix?: string;
  /** Images in each, tagged `v0`, `v1`, … All have one layer in common; no two have the same digest. */
  imagesEach: number;
  /** When the first image of each was pushed, as an ISO time; now when absent. */
  pushedFrom?: string;
  /** Seconds from one push to the next; 60 when absent. */
  pushedEvery?: number;
  /** Access policy and lifecycle policy of each; none when absent. */
  policyText?: string;
  lifecyclePolicyText?: string;
}

const config = Buffer.from("{}");
const layer = Buffer.alloc(1_024, "layer");

/** Makes them, without the effects of a push. Throws AWS's errors for what is no repository and no time. */
export function populate(context: Context, population: Population): void {
  const { prefix = "seeded/r", pushedFrom, pushedEvery = 60, policyText, lifecyclePolicyText } = population;
  const count = countOf(population.repositories, "repositories");
  const images = countOf(population.imagesEach, "imagesEach");
  const start = pushedFrom === undefined ? context.clock.now().getTime() : Date.parse(pushedFrom);
  if (!Number.isFinite(start) || !Number.isFinite(pushedEvery)) throw invalid("pushedFrom", "must be an ISO time");
  const { blobs } = context.store;
  const [configDigest, layerDigest] = [blobs.put(config), blobs.put(layer)];
  for (let index = 0; index < count; index++) {
    const name = `${prefix}${index}`;
    const repository = context.registry.repositories[name] ?? createRepository(context, { repositoryName: name });
    repository.layers[configDigest] = config.length;
    repository.layers[layerDigest] = layer.length;
    if (policyText !== undefined) policies["SetRepositoryPolicy"]?.(context, { repositoryName: name, policyText });
    if (lifecyclePolicyText !== undefined)
      policies["PutLifecyclePolicy"]?.(context, { repositoryName: name, lifecyclePolicyText });
    const present = new Set(repository.images.map(({ digest }) => digest));
    for (let n = 0; n < images; n++) {
      const pushedAt = start + n * pushedEvery * 1_000;
      const image = imageFrom(manifestOf(configDigest, layerDigest, `${name}:v${n}`), undefined, pushedAt);
      if (image && !present.has(image.digest)) repository.images.push({ ...image, tags: [`v${n}`] });
    }
  }
  context.store.changed();
}

function manifestOf(configDigest: string, layerDigest: string, name: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: configDigest, size: config.length },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: layerDigest, size: layer.length }],
    annotations: { name },
  });
}

function countOf(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100_000) return value;
  throw invalid(name, "must be a whole number up to 100000");
}
