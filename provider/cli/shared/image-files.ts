/** What `simulate` reads from files: policies, images, images in use. */

import { imagesOf, type LifecycleImage } from "../../lifecycle/images.ts";
import { parseReference, type Reference } from "../../lifecycle/risk.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { placeOf, refuse } from "./bytes.ts";
import { linesOf, parseFile, readJson, readText } from "./files.ts";

/** Images of one repository, and what they say of where they are. */
export interface RepositoryImages {
  readonly images: readonly LifecycleImage[];
  readonly account: string | undefined;
  readonly repository: string | undefined;
}

/**
 * The images of a file by their repositories: `{"imageDetails": […]}` as `aws ecr describe-images` prints it, where each image
 * names its repository, or an object of such lists by the names of repositories. Images that name none belong to
 * `repository`; those of another account than `account` are left out. Throws InvalidInput where they are of several.
 */
export function readImagesByRepository(
  file: string,
  { repository, account }: { readonly repository?: string | undefined; readonly account?: string | undefined },
): ReadonlyMap<string | undefined, readonly LifecycleImage[]> {
  const place = placeOf(file, imagesWhat);
  const value = readJson(file, imagesWhat);
  const lists =
    isMap(value) && Object.keys(value).length > 0 && !Object.hasOwn(value, "imageDetails")
      ? Object.entries(value).map(([name, list]) => ({ name, images: imagesOf(list, place) }))
      : [{ name: repository, images: imagesOf(value, place) }];
  const found = new Map<string | undefined, LifecycleImage[]>();
  const accounts = new Set<string>();
  for (const { name, images } of lists) {
    for (const image of images) {
      const [owner = name, registry] = [textIn(image, "repositoryName"), textIn(image, "registryId")];
      if (account !== undefined && registry !== undefined && registry !== account) continue;
      if (registry !== undefined) accounts.add(registry);
      const known = found.get(owner);
      if (known) known.push(image);
      else found.set(owner, [image]);
    }
    if (images.length === 0) found.set(name, []);
  }
  if (accounts.size > 1)
    refuse(file, imagesWhat, `it has images of several accounts (${namesOf(accounts)}); give those of one`);
  return found;
}

/** The images of one repository: `repository`, or the only one that the file names. Throws InvalidInput where it names several. */
export function readImageFile(file: string, repository: string | undefined): RepositoryImages {
  const found = readImagesByRepository(file, { repository });
  const names = [...found.keys()].filter((name) => name !== undefined);
  if (repository === undefined && names.length > 1)
    refuse(file, imagesWhat, `it has images of several repositories (${namesOf(names)}); give --repository`);
  const name = repository ?? names[0];
  // Without a name of its own an image is of the only repository that there is.
  const images = [...(found.get(name) ?? []), ...(name === undefined ? [] : (found.get(undefined) ?? []))];
  if (images.length === 0 && found.size > 0 && !found.has(name))
    refuse(
      file,
      imagesWhat,
      `it has no images of repository "${printable(name ?? "", 80)}"; it has those of ${namesOf(names)}`,
    );
  return { images, account: images.flatMap((image) => textIn(image, "registryId") ?? [])[0], repository: name };
}

const imagesWhat = "the images";

function textIn(image: unknown, member: "repositoryName" | "registryId"): string | undefined {
  const text = isMap(image) ? image[member] : undefined;
  return typeof text === "string" ? text : undefined;
}

function namesOf(names: Iterable<string>): string {
  const all = [...names].sort();
  const shown = all.slice(0, 5).map((name) => printable(name, 80));
  return `${shown.join(", ")}${all.length > shown.length ? ` and ${all.length - shown.length} more` : ""}`;
}

/** One image a line, where lines that start with # are comments, or a JSON list of texts. */
export function readInUse(file: string): Reference[] {
  const what = "the images in use";
  const text = readText(file, what);
  const value = /^\ufeff?\s*\[/.test(text) ? parseFile(text, file, what) : undefined;
  const entries = Array.isArray(value) ? value : linesOf(text);
  return entries.filter((entry) => entry !== "").map((entry) => parseReference(String(entry), placeOf(file, what)));
}
