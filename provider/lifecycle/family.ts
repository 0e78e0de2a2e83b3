/** Manifest lists with their images, and images with what is attached to them. */

import type { Subject } from "./images.ts";

/** Who refers to whom, as places in the list of images. */
export interface Family {
  readonly parents: ReadonlyMap<number, readonly number[]>;
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly referrers: ReadonlyMap<number, readonly number[]>;
  /** What an image is attached to: one place, or none. */
  readonly subjects: ReadonlyMap<number, readonly number[]>;
}

export function familyOf(images: readonly Subject[]): Family {
  const family = {
    parents: new Map<number, number[]>(),
    children: new Map(),
    referrers: new Map(),
    subjects: new Map(),
  };
  const link = (links: Map<number, number[]>, from: number, to: number) => {
    const known = links.get(from);
    if (!known) links.set(from, [to]);
    else known.push(to);
  };
  // Most repositories hold single images only, and then nobody asks.
  let places: ReadonlyMap<string, number> | undefined;
  const placeOf = (digest: string) => {
    places ??= new Map(images.map((image, index) => [image.digest, index]));
    return places.get(digest);
  };
  for (const [index, { children, subject }] of images.entries()) {
    for (const digest of new Set(children ?? [])) {
      const child = placeOf(digest);
      if (child === undefined || child === index) continue;
      link(family.children, index, child);
      link(family.parents, child, index);
    }
    const place = subject === undefined ? undefined : placeOf(subject);
    if (place === undefined || place === index) continue;
    link(family.referrers, place, index);
    link(family.subjects, index, place);
  }
  // Which list is named first does not depend on the order of the images.
  const byDigest = (a: number, b: number) => ((images[a]?.digest ?? "") < (images[b]?.digest ?? "") ? -1 : 1);
  for (const lists of family.parents.values()) lists.sort(byDigest);
  return family;
}
