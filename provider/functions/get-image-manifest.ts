/** `ecr:index:getImageManifest`: the manifest of one image, byte for byte. */

import { defineFunction } from "../define/function.ts";
import { input, list, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { exactlyOne, imageDigest, imageTag, registryId, repositoryName } from "./images.ts";

export const getImageManifest = defineFunction<Gateway>()({
  name: "getImageManifest",
  description:
    "Fetches the manifest of one image by tag or digest, as the text that the digest is made of. For ECR that is a pull.",
  args: {
    repositoryName,
    imageTag,
    imageDigest,
    acceptedMediaTypes: input(
      list(string("A media type."), "Media types of manifests that the program understands, at most 100.", {
        minItems: 1,
        maxItems: 100,
      }),
    ),
    registryId,
  },
  results: {
    imageManifest: output(string("The manifest, as JSON text."), { required: true }),
    imageManifestMediaType: output(string("Media type of the manifest.")),
    imageDigest: output(string("Digest of the manifest."), { required: true }),
    imageTag: output(string("The tag that was asked for.")),
  },
  permissions: ["ecr:BatchGetImage"],
  check: (args) => exactlyOne(args, ["imageTag", "imageDigest"]),
  async call({ gateway }, { imageTag, imageDigest, ...request }) {
    const { images = [], failures = [] } = await gateway.call("BatchGetImage", {
      ...request,
      imageIds: [{ imageTag, imageDigest }],
    });
    const [image] = images;
    if (!image) {
      const [{ failureCode, failureReason } = {}] = failures;
      throw new ProviderError(
        failureCode === "ImageNotFound" ? "NotFound" : "Unavailable",
        `image ${imageDigest ?? imageTag} of repository "${request.repositoryName}" cannot be fetched: ${printable(`${failureCode ?? "ECR gave no reason"}${failureReason ? ` (${failureReason})` : ""}`)}; check the tag or digest`,
      );
    }
    return { ...image, ...image.imageId };
  },
});
