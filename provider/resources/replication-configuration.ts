/** `ecr:index:ReplicationConfiguration`: where the registry copies its images to. */

import { enumeration, input, list, object, string } from "../define/property.ts";
import { defineResource, objections } from "../define/resource.ts";
import type { Problem } from "../define/validator.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { regionForm } from "../policy/language/partitions.ts";
import { sameRules } from "../text/compare.ts";
import { containsUnknown } from "../text/value.ts";
import { adopt, listRegistry, registryIdentity } from "./registry.ts";
import { registryId, wholeGuard } from "./rows.ts";

const rulesSchema = list(
  object("ReplicationRule", "What is copied, and where to.", {
    required: {
      destinations: list(
        object("ReplicationDestination", "A registry that receives copies.", {
          required: {
            region: string("Region of the destination.", {
              ...regionForm,
            }),
            registryId: string("Account id of the destination, 12 digits.", {
              pattern: "^[0-9]{12}$",
              patternMessage: "must be an account id of 12 digits",
            }),
          },
        }),
        "Registries that receive copies, 1 to 25.",
        { minItems: 1, maxItems: 25 },
      ),
    },
    optional: {
      repositoryFilters: list(
        object("ReplicationRepositoryFilter", "Which repositories are copied.", {
          required: {
            filter: string("Start of the repository name, 2 to 256 characters.", {
              minLength: 2,
              maxLength: 256,
              pattern: "^[a-z0-9]+(?:[._/-][a-z0-9]*)*$",
              patternMessage: "must be the start of a repository name",
            }),
            filterType: enumeration("ReplicationFilterType", "How the filter is matched.", {
              PREFIX_MATCH: "The repository name starts with the filter.",
            }),
          },
        }),
        "Filters of which one must match, at most 100; every repository when left out.",
        { maxItems: 100 },
      ),
    },
  }),
  "Rules, at most 25; more than 10 are not allowed everywhere. Their order, and the order inside them, means nothing.",
  { minItems: 1, maxItems: 25 },
);
type Rules = {
  destinations: { region: string; registryId: string }[];
  repositoryFilters?: { filter: string; filterType: string }[] | undefined;
}[];

/** Order means nothing to ECR at any level; an empty list of filters is none. */
function rulesEquivalent(left: Rules | undefined, right: Rules | undefined): boolean {
  return sameRules(left ?? [], right ?? []);
}

function inWords(rules: Rules): string {
  return rules
    .map(({ destinations, repositoryFilters = [] }) => {
      const what = repositoryFilters.map(({ filter }) => `${filter}*`).join(", ") || "every repository";
      return `${what} to ${destinations.map(({ registryId, region }) => `${registryId}/${region}`).join(", ")}`;
    })
    .join("; ");
}

function check({ rules = [] }: { rules?: Rules | undefined }): Problem[] {
  if (containsUnknown(rules)) return [];
  const destinations = new Set(
    rules.flatMap(({ destinations }) => destinations.map(({ region, registryId }) => `${registryId}/${region}`)),
  );
  return destinations.size > 25
    ? [
        {
          path: ["rules"],
          message: `may name at most 25 different destinations across all rules, names ${destinations.size}`,
        },
      ]
    : [];
}

export const replicationConfiguration = defineResource<Gateway>()({
  name: "ReplicationConfiguration",
  description:
    "The replication rules of the registry, one set per account and region. Creating them over different live rules is refused unless `adopt` is set, and deleting removes them only while they are still this stack's. Copies already made stay.",
  singleton: true,
  properties: {
    rules: input(rulesSchema, { required: true, equal: rulesEquivalent, guard: wholeGuard(rulesEquivalent, inWords) }),
    adopt,
    registryId,
  },
  aspects: [
    {
      name: "replication configuration",
      sets: ["rules"],
      shows: ["registryId"],
      permissions: {
        observe: ["ecr:DescribeRegistry"],
        put: ["ecr:PutReplicationConfiguration", "iam:CreateServiceLinkedRole"],
      },
      async observe({ gateway }) {
        const { registryId, replicationConfiguration } = await gateway.call("DescribeRegistry", {});
        const rules = (replicationConfiguration?.rules ?? []).map(({ destinations = [], repositoryFilters = [] }) => ({
          destinations: destinations.map(({ region = "", registryId = "" }) => ({ region, registryId })),
          ...(repositoryFilters.length > 0
            ? {
                repositoryFilters: repositoryFilters.map(({ filter = "", filterType = "" }) => ({
                  filter,
                  filterType,
                })),
              }
            : {}),
        }));
        return rules.length > 0 ? { rules, registryId } : undefined;
      },
      async put({ gateway }, { rules }) {
        await gateway.call("PutReplicationConfiguration", { replicationConfiguration: { rules } });
        return { registryId: await gateway.account() };
      },
    },
  ],
  endpoints: {
    absent: [],
    permissions: { remove: ["ecr:PutReplicationConfiguration"], list: ["ecr:DescribeRegistry"] },
    identify: registryIdentity,
    check: (inputs) => objections("ECR API reference: ReplicationConfiguration", check(inputs)),
    async remove({ gateway }) {
      await gateway.call("PutReplicationConfiguration", { replicationConfiguration: { rules: [] } });
    },
    list: (scope) =>
      listRegistry(scope, "replication-configuration", async () => {
        const { replicationConfiguration } = await scope.gateway.call("DescribeRegistry", {});
        return (replicationConfiguration?.rules ?? []).length > 0;
      }),
  },
});
