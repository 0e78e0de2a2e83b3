/** Which images of a repository are meant: the filters that ECR has, and those that it does not. */

import { input, list, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { dateOrTime } from "../resources/rows.ts";
import { matchesGlob, starGlob } from "../text/glob.ts";
import { collect, imageStatus, pageSize, tagStatus } from "./images.ts";

const instant = (description: string) =>
  input(
    string(`${description}, as ISO 8601 text in UTC such as \`2026-01-31\` or \`2026-01-31T08:00:00Z\`.`, dateOrTime),
  );

/** Arguments that choose images. */
export const queryArgs = {
  tagStatus,
  imageStatus,
  tagPattern: input(string("Only images with a tag that matches; `*` stands for any characters.", { maxLength: 300 })),
  pushedAfter: instant("Only images pushed at this time or later"),
  pushedBefore: instant("Only images pushed before this time"),
  mediaTypes: input(
    list(string("A media type."), "Only images whose manifest or artifact has one of these media types."),
  ),
};

export interface ImageQuery {
  readonly repositoryName: string;
  readonly registryId?: string | undefined;
  readonly tagStatus?: string | undefined;
  readonly imageStatus?: string | undefined;
  readonly tagPattern?: string | undefined;
  readonly pushedAfter?: string | undefined;
  readonly pushedBefore?: string | undefined;
  readonly mediaTypes?: readonly string[] | undefined;
}

type Image = Awaited<ReturnType<typeof describe>>[number];

/**
 * The images that a query means, up to `limit`. With `mostRecent` they come newest first, for which every page has to be
 * read, because ECR's order means nothing.
 */
export async function queryImages(
  gateway: Gateway,
  query: ImageQuery,
  { limit, mostRecent }: { limit?: number | undefined; mostRecent?: boolean | undefined } = {},
): Promise<Image[]> {
  const found = await describe(gateway, query, mostRecent ? undefined : limit);
  return mostRecent ? found.sort((a, b) => pushedAt(b) - pushedAt(a)).slice(0, limit) : found;
}

function describe(gateway: Gateway, query: ImageQuery, limit: number | undefined) {
  const { repositoryName, registryId, tagStatus, imageStatus, tagPattern, pushedAfter, pushedBefore, mediaTypes } =
    query;
  const filter = tagStatus || imageStatus ? { tagStatus, imageStatus } : undefined;
  const [from, to] = [pushedAfter, pushedBefore].map((text) => (text === undefined ? undefined : Date.parse(text)));
  const wanted = tagPattern === undefined ? undefined : starGlob(tagPattern);
  const all = from === undefined && to === undefined && tagPattern === undefined && mediaTypes === undefined;
  const maxResults = pageSize(1_000, all ? limit : undefined);
  return collect(
    gateway.pages((nextToken) =>
      gateway.call("DescribeImages", { repositoryName, registryId, filter, maxResults, nextToken }),
    ),
    ({ imageDetails }) => imageDetails,
    limit,
    (image) =>
      (wanted === undefined || (image.imageTags ?? []).some((tag) => matchesGlob(wanted, tag))) &&
      (from === undefined || pushedAt(image) >= from) &&
      (to === undefined || pushedAt(image) < to) &&
      (mediaTypes === undefined ||
        [image.imageManifestMediaType, image.artifactMediaType].some(
          (type) => type !== undefined && mediaTypes.includes(type),
        )),
  );
}

function pushedAt({ imagePushedAt }: { imagePushedAt?: Date | undefined }): number {
  return imagePushedAt?.getTime() ?? 0;
}
