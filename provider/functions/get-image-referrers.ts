/** `ecr:index:getImageReferrers`: signatures, SBOMs and other artifacts that refer to an image. */

import { defineFunction } from "../define/function.ts";
import { enumeration, input, integer, list, map, object, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { collect, imageDigest, limit, pageSize, registryId, repositoryName } from "./images.ts";

export const getImageReferrers = defineFunction<Gateway>()({
  name: "getImageReferrers",
  description:
    "Lists the artifacts whose subject is an image, such as signatures and SBOMs, in pages of 50. The image itself need not be there.",
  args: {
    repositoryName,
    imageDigest: { ...imageDigest, required: true as const },
    artifactTypes: input(
      list(string("A media type."), "Only artifacts of these types, at most 5.", { minItems: 1, maxItems: 5 }),
    ),
    artifactStatus: input(
      enumeration("ArtifactStatusFilter", "Only artifacts of this status. Default: `ACTIVE`.", {
        ACTIVE: "Artifacts that can be pulled.",
        ARCHIVED: "Artifacts in the archive class.",
        ACTIVATING: "Artifacts that are being restored from the archive class.",
        ANY: "All artifacts.",
      }),
    ),
    limit,
    registryId,
  },
  results: {
    referrers: output(
      list(
        object("ImageReferrer", "An artifact that refers to an image.", {
          required: { digest: string("Digest of the artifact's manifest.") },
          optional: {
            mediaType: string("Media type of its manifest."),
            artifactType: string("What it is, as a media type."),
            size: integer("Size of its manifest in bytes."),
            annotations: map(string("Value of an annotation."), "Annotations of its manifest."),
            artifactStatus: string("`ACTIVE`, `ARCHIVED` or `ACTIVATING`."),
          },
        }),
        "The artifacts.",
      ),
      { required: true },
    ),
  },
  permissions: ["ecr:ListImageReferrers", "ecr:BatchGetImage"],
  async call({ gateway }, { imageDigest, artifactTypes, artifactStatus, limit, ...repository }) {
    const filter = artifactTypes || artifactStatus ? { artifactTypes, artifactStatus } : undefined;
    const maxResults = pageSize(50, limit);
    const referrers = await collect(
      gateway.pages((nextToken) =>
        gateway.call("ListImageReferrers", {
          ...repository,
          subjectId: { imageDigest },
          filter,
          maxResults,
          nextToken,
        }),
      ),
      (page) => page.referrers,
      limit,
    );
    return { referrers };
  },
});
