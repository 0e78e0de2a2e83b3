/** Registry-wide settings and the credential for pushing and pulling. */

import type { Operations } from "../call/context.ts";
import { invalid, listOf } from "../call/input.ts";
import type { ReplicationRule } from "../state/store.ts";
import type { Caller, Json } from "../wire/protocol.ts";

/** What the password for `/v2/` says: whose it is, for which region, and until when in epoch milliseconds. */
export interface TokenClaim extends Caller {
  readonly expires: number;
}

const tokenLife = 12 * 60 * 60 * 1_000;

export const registry: Operations = {
  DescribeRegistry({ registry: own }) {
    return { registryId: own.account, replicationConfiguration: { rules: own.replicationRules } };
  },

  PutReplicationConfiguration({ registry: own, store }, input) {
    const configuration = input["replicationConfiguration"] as Json | undefined;
    if (typeof configuration !== "object" || configuration === null)
      throw invalid("replicationConfiguration", "is required");
    const rules = (listOf(configuration, "rules", 0, 25) ?? []) as Json[];
    const destinations = new Set<string>();
    own.replicationRules = rules.map((rule): ReplicationRule => {
      const targets = (listOf(rule, "destinations", 1, 100) ?? []) as { region?: unknown; registryId?: unknown }[];
      const filters = listOf(rule, "repositoryFilters", 1, 100) as
        | { filter?: unknown; filterType?: unknown }[]
        | undefined;
      return {
        destinations: targets.map(({ region, registryId }) => {
          if (typeof region !== "string" || !/^[0-9a-z-]{2,25}$/.test(region))
            throw invalid("region", "is not a region");
          if (typeof registryId !== "string" || !/^[0-9]{12}$/.test(registryId))
            throw invalid("registryId", "must be 12 digits");
          if (registryId === own.account && region === own.region)
            throw invalid(
              "replicationConfiguration",
              "Replication destination cannot be the same as the source registry",
            );
          destinations.add(`${registryId}/${region}`);
          if (destinations.size > 25) throw invalid("destinations", "at most 25 different destinations");
          return { region, registryId };
        }),
        ...(filters
          ? {
              repositoryFilters: filters.map(({ filter, filterType }) => {
                if (typeof filter !== "string" || filter.length < 2 || filter.length > 256)
                  throw invalid("filter", "must have 2 to 256 characters");
                if (filterType !== "PREFIX_MATCH") throw invalid("filterType", "must be PREFIX_MATCH");
                return { filter, filterType };
              }),
            }
          : {}),
      };
    });
    store.changed();
    return { replicationConfiguration: { rules: own.replicationRules } };
  },

  GetAuthorizationToken({ registry: { account, region }, caller, clock }, input) {
    listOf(input, "registryIds", 1, 10);
    const at = clock.now().getTime();
    const claim: TokenClaim = { account, region, accessKey: caller.accessKey, expires: at + tokenLife };
    const password = Buffer.from(JSON.stringify(claim)).toString("base64");
    return {
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
          expiresAt: claim.expires / 1_000,
          proxyEndpoint: `https://${account}.dkr.ecr.${region}.amazonaws.com`,
        },
      ],
    };
  },
};
