/** `ecr:index:getRegistry`: the registry of the credentials and its replication rules. */

import { defineFunction } from "../define/function.ts";
import { output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { replicationConfiguration } from "../resources/replication-configuration.ts";

export const getRegistry = defineFunction<Gateway>()({
  name: "getRegistry",
  description: "Says which registry the credentials belong to, and where it copies its images to.",
  args: {},
  results: {
    registryId: output(string("The account that owns the registry."), { required: true }),
    region: output(string("Region of the registry."), { required: true }),
    rules: output(replicationConfiguration.properties.rules.schema, { required: true }),
  },
  permissions: ["ecr:DescribeRegistry"],
  async call({ gateway }) {
    const { registryId, replicationConfiguration } = await gateway.call("DescribeRegistry", {});
    return { registryId, region: await gateway.region(), rules: replicationConfiguration?.rules };
  },
});
