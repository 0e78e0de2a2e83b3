/** `ecr:index:getReplicationBackfills`: the backfills of the last 90 days. */

import { defineFunction } from "../define/function.ts";
import { list, object, output } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { facts } from "./backfills.ts";
import { collect, limit, pageSize, registryId } from "./images.ts";

export const getReplicationBackfills = defineFunction<Gateway>()({
  name: "getReplicationBackfills",
  description: "Lists the replication backfills of the last 90 days, in pages of 50.",
  args: { limit, registryId },
  results: {
    backfills: output(
      list(object("ReplicationBackfill", "A replication backfill.", { optional: facts }), "The backfills."),
      { required: true },
    ),
  },
  permissions: ["ecr:ListReplicationBackfills"],
  async call({ gateway }, { limit, registryId }) {
    const maxResults = pageSize(50, limit);
    const backfills = await collect(
      gateway.pages((nextToken) => gateway.call("ListReplicationBackfills", { registryId, maxResults, nextToken })),
      (page) => page.backfills,
      limit,
    );
    return { backfills };
  },
});
