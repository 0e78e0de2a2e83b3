/** `ecr:index:getImageSigningStatus`: whether managed signing has signed one image. */

import { defineFunction } from "../define/function.ts";
import { boolean, list, object, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { exactlyOne, imageDigest, imageTag, registryId, repositoryName } from "./images.ts";

export const getImageSigningStatus = defineFunction<Gateway>()({
  name: "getImageSigningStatus",
  description: "Says for each signing profile that applies to an image whether the signature is there.",
  args: { repositoryName, imageTag, imageDigest, registryId },
  results: {
    signingStatuses: output(
      list(
        object("ImageSigningStatus", "The signature of an image by one profile.", {
          optional: {
            signingProfileArn: string("ARN of the AWS Signer profile."),
            status: string("`IN_PROGRESS`, `COMPLETE` or `FAILED`."),
            failureCode: string("Why signing failed."),
            failureReason: string("Why signing failed, in AWS's words."),
          },
        }),
        "One entry for each profile; none when no signing rule applies.",
      ),
      { required: true },
    ),
    signed: output(boolean("Whether there is a profile and every one has signed."), { required: true }),
  },
  permissions: ["ecr:DescribeImageSigningStatus"],
  check: (args) => exactlyOne(args, ["imageTag", "imageDigest"]),
  async call({ gateway }, { imageTag, imageDigest, ...repository }) {
    const { signingStatuses = [] } = await gateway.call("DescribeImageSigningStatus", {
      ...repository,
      imageId: { imageTag, imageDigest },
    });
    return {
      signingStatuses,
      signed: signingStatuses.length > 0 && signingStatuses.every(({ status }) => status === "COMPLETE"),
    };
  },
});
