/**
 * What the functions about images have in common: arguments that name images, what an image is, and reading page by page.
 *
 * Lives here: one file per function, and rows that several functions share.
 * May not live here: checking of arguments and cutting of results (`operations/`), retries (`gateway/`), protobuf (`rpc/`).
 */

import { enumeration, input, integer, list, object, string } from "../define/property.ts";
import type { Problem } from "../define/validator.ts";
import { digestForm } from "../images/manifest.ts";
import { repositoryNameSchema } from "../resources/rows.ts";

export const repositoryName = input(
  { ...repositoryNameSchema, description: "Name of the repository." },
  { required: true },
);

/** The registry of another account is read with its permission. */
export const registryId = input(
  string("Account id of the registry. Default: the account of the credentials.", {
    pattern: "^[0-9]{12}$",
    patternMessage: "must be an account id of 12 digits",
  }),
);

export const limit = input(
  integer("Answer at most so many, and ask ECR for no more pages than they need. Default: all.", { minimum: 1 }),
);

const digest = string("Digest of the image, such as `sha256:…` with 64 hexadecimal digits.", {
  ...digestForm,
});
const tag = string("Tag of the image, 1 to 300 characters.", { minLength: 1, maxLength: 300 });

export const imageDigest = input(digest);
export const imageTag = input(tag);

export const imageIdentifier = object("ImageIdentifier", "A name of an image: a digest, and the tag if it has one.", {
  optional: {
    imageDigest: string("Digest of the image's manifest."),
    imageTag: string("A tag of the image."),
  },
});

export const tagStatus = input(
  enumeration("ImageTagStatus", "Only images with tags, or only images without. Default: `ANY`.", {
    TAGGED: "Images with at least one tag.",
    UNTAGGED: "Images without tags.",
    ANY: "All images.",
  }),
);

export const imageStatus = input(
  enumeration("ImageStatusFilter", "Only images of this status. Default: `ACTIVE`, which leaves out archived ones.", {
    ACTIVE: "Images that can be pulled.",
    ARCHIVED: "Images in the archive class.",
    ACTIVATING: "Images that are being restored from the archive class.",
    ANY: "All images.",
  }),
);

const time = (description: string) => string(`${description}, as ISO 8601 text in UTC.`);

/** What `DescribeImages` shows of every image. */
export const imageNames = {
  imageDigest: string("Digest of the manifest."),
  imageTags: list(string("A tag."), "Tags of the image; none when it is untagged."),
};

/** What it shows of some. */
export const imageFacts = {
  registryId: string("The account that owns the registry."),
  repositoryName: string("Name of the repository."),
  imageSizeInBytes: integer("Compressed size in bytes, layers that are shared included."),
  imagePushedAt: time("When the image was pushed"),
  imageManifestMediaType: string("Media type of the manifest."),
  artifactMediaType: string("Media type of the artifact, for what is no container image."),
  imageStatus: string("`ACTIVE`, `ARCHIVED` or `ACTIVATING`."),
  lastRecordedPullTime: time("When the image was last pulled, up to a day late"),
  subjectManifestDigest: string("Digest of the image that this artifact refers to."),
  lastArchivedAt: time("When the image was last archived"),
  lastActivatedAt: time("When the image was last restored"),
};

export const imageDetail = object("ImageDetail", "An image of a repository.", {
  required: imageNames,
  optional: imageFacts,
});

/** Exactly one of the arguments must be given. */
export function exactlyOne(args: Readonly<Record<string, unknown>>, names: readonly string[]): Problem[] {
  const given = names.filter((name) => args[name] !== undefined && args[name] !== false);
  if (given.length === 1) return [];
  const [first = "", ...others] = given.length > 0 ? given : names;
  const message =
    given.length === 0
      ? `one of ${names.join(", ")} is required, to say which image`
      : `cannot be used together with ${others.join(" and ")}; keep one of them`;
  return [{ path: [first], message }];
}

/** The items of the pages that pass, up to `limit`; no page is asked for that is not needed. */
export async function collect<P, I>(
  pages: AsyncIterable<P>,
  itemsOf: (page: P) => readonly I[] | null | undefined,
  limit = Number.POSITIVE_INFINITY,
  passes: (item: I) => boolean = () => true,
): Promise<I[]> {
  const found: I[] = [];
  for await (const page of pages) {
    for (const item of itemsOf(page) ?? []) {
      if (item !== null && passes(item) && found.push(item) === limit) return found;
    }
  }
  return found;
}

/** How many to ask for in a page: no more than are wanted where every one counts. */
export function pageSize(most: number, limit = most): number {
  return Math.min(most, limit);
}
