/** `ecr:index:getReplicationBackfill`: one backfill with the outcome for each image. */

import { defineFunction } from "../define/function.ts";
import { enumeration, input, list, object, output, outputs, string } from "../define/property.ts";
import type { OutputOf } from "../gateway/client.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { facts } from "./backfills.ts";
import { collect, imageIdentifier, limit, pageSize, registryId } from "./images.ts";

export const getReplicationBackfill = defineFunction<Gateway>()({
  name: "getReplicationBackfill",
  description: "Reads one replication backfill and the outcome for each image, in pages of 1,000.",
  args: {
    replicationBackfillId: input(string("Id of the backfill.", { minLength: 1 }), { required: true }),
    resultStatusFilter: input(
      enumeration("ReplicationBackfillResultStatus", "Only images with this outcome.", {
        COMPLETE: "Images that were copied.",
        FAILED: "Images that could not be copied.",
      }),
    ),
    limit,
    registryId,
  },
  results: {
    ...outputs(facts),
    results: output(
      list(
        object("ReplicationBackfillResult", "What came of one image.", {
          optional: {
            repositoryName: string("Name of the repository."),
            imageId: imageIdentifier,
            status: string("`COMPLETE` or `FAILED`."),
            failureCode: string("Why it could not be copied."),
            subImageFailureCodes: list(string("A failure code."), "Why images of an index could not be copied."),
          },
        }),
        "The outcome for each image, at most `limit`.",
      ),
      { required: true },
    ),
  },
  permissions: ["ecr:DescribeReplicationBackfillResults"],
  async call({ gateway }, { limit, replicationBackfillId, ...request }) {
    const maxResults = pageSize(1_000, limit);
    const pages = gateway.pages((nextToken) =>
      gateway.call("DescribeReplicationBackfillResults", { replicationBackfillId, ...request, maxResults, nextToken }),
    );
    let seen: OutputOf<"DescribeReplicationBackfillResults"> | undefined;
    const results = await collect(
      pages,
      (page) => {
        seen = page;
        return page.results;
      },
      limit,
    );
    return { ...seen, replicationBackfillId, status: seen?.status, results };
  },
});
