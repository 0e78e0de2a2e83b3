/** Where images come from, as the push sees it, and the walk over everything that an image consists of. */

import { ProviderError } from "../text/errors.ts";
import type { Descriptor, Manifest } from "./manifest.ts";

/** A place that holds one image. Everything it hands out is checked by whoever takes it, or was. */
export interface Source {
  /** The image itself. */
  readonly root: Manifest;
  /** A manifest by its descriptor, its digest checked. */
  manifest(descriptor: Descriptor): Promise<Manifest>;
  /** The bytes of a blob from `start` on; whoever reads all of them checks the digest. */
  read(blob: Descriptor, start: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** An index of indexes: no builder makes more than two levels, and a registry is no place for a maze. */
const deepestIndex = 8;
const mostManifests = 1_000;

/** Every manifest that hangs below the root and the root itself, children before their parents, each once. */
export async function manifestsOf(source: Source): Promise<Manifest[]> {
  const found = new Map<string, Manifest>();
  const visit = async (manifest: Manifest, depth: number): Promise<void> => {
    if (depth > deepestIndex) tooMuch(source, `nests indexes more than ${deepestIndex} levels deep`);
    for (const child of manifest.children) {
      if (found.has(child.digest)) continue;
      if (found.size >= mostManifests) tooMuch(source, `consists of more than ${mostManifests} manifests`);
      await visit(await source.manifest(child), depth + 1);
    }
    found.set(manifest.digest, manifest);
  };
  await visit(source.root, 0);
  return [...found.values()];
}

function tooMuch(source: Source, why: string): never {
  throw new ProviderError("InvalidInput", `reading image ${source.root.digest}: it ${why}; push its parts one by one`);
}
