/** Images of several repositories from one file. */

import { imagesOf, type LifecycleImage } from "../../../../lifecycle/images.ts";
import { isMap } from "../../../../text/value.ts";
import { readBoundedJson } from "../../../shared/bounded.ts";

/**
 * `{"imageDetails": […]}` as `aws ecr describe-images` prints it, where each image names its repository, or an object of
 * such lists by the names of repositories. Images that name none belong to `repository`.
 */
export function readImagesByRepository(
  file: string,
  repository: string | undefined,
): ReadonlyMap<string, readonly LifecycleImage[]> {
  const value = readBoundedJson(file, "the images");
  const lists =
    isMap(value) && !Object.hasOwn(value, "imageDetails")
      ? Object.entries(value).map(([name, list]) => ({ name, images: imagesOf(list) }))
      : [{ name: repository, images: imagesOf(value) }];
  const found = new Map<string, LifecycleImage[]>();
  for (const { name, images } of lists) {
    for (const image of images) {
      const named = isMap(image) ? image["repositoryName"] : undefined;
      const owner = typeof named === "string" ? named : name;
      if (owner === undefined) continue;
      const known = found.get(owner);
      if (known) known.push(image);
      else found.set(owner, [image]);
    }
    if (name !== undefined && images.length === 0) found.set(name, []);
  }
  return found;
}
