/** `ecr:index:SigningConfiguration`: which images ECR signs when they are pushed, and with which profile. */

import { enumeration, input, list, object, string, type TypeOf } from "../define/property.ts";
import { defineResource } from "../define/resource.ts";
import { shaped } from "../define/shaped.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { sameRules } from "../text/compare.ts";
import { adopt, listRegistry, registryIdentity } from "./registry.ts";
import { registryId, wholeGuard } from "./rows.ts";

const absent = ["SigningConfigurationNotFoundException"];

const signingRules = list(
  object("SigningRule", "Which repositories are signed with a profile.", {
    required: {
      signingProfileArn: string(
        "ARN of the AWS Signer profile, in the same region; it may be of another account. At most 200 characters.",
        {
          maxLength: 200,
          pattern: "^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:/signing-profiles/[a-zA-Z0-9_]{2,}$",
          patternMessage: "must be the ARN of a signing profile, arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME",
        },
      ),
    },
    optional: {
      repositoryFilters: list(
        object("SigningRepositoryFilter", "Which repositories are signed.", {
          required: {
            filter: string("Fits the whole repository name; `*` stands for any characters. 1 to 256 characters.", {
              minLength: 1,
              maxLength: 256,
              pattern: "^(?:[a-z0-9*]+(?:[._-][a-z0-9*]+)*/)*[a-z0-9*]+(?:[._-][a-z0-9*]+)*$",
              patternMessage:
                "must be lower-case letters, digits and *, with single separators (. _ - /) between them and none at either end",
            }),
            filterType: enumeration("SigningRepositoryFilterType", "How the filter is matched.", {
              WILDCARD_MATCH: "`*` stands for any characters.",
            }),
          },
        }),
        "Filters of which one must match, 1 to 100; every repository when left out.",
        { minItems: 1, maxItems: 100 },
      ),
    },
  }),
  "Rules, at most 10. An image that several of them match is signed several times. Their order, and that of their filters, means nothing.",
  { maxItems: 10 },
);
type SigningRules = TypeOf<typeof signingRules>;

function rulesEquivalent(left: SigningRules | undefined, right: SigningRules | undefined): boolean {
  return sameRules(left ?? [], right ?? []);
}

function inWords(rules: SigningRules): string {
  return rules
    .map(({ signingProfileArn, repositoryFilters = [] }) => {
      const what = repositoryFilters.map(({ filter }) => filter).join(", ") || "every repository";
      return `${what} with ${signingProfileArn}`;
    })
    .join("; ");
}

export const signingConfiguration = defineResource<Gateway>()({
  name: "SigningConfiguration",
  description:
    "Which images ECR signs when they are pushed; one per account and region. Creating it over a different live configuration is refused unless `adopt` is set, and deleting removes only what this stack wrote. Signatures already made stay.",
  singleton: true,
  properties: {
    rules: input(signingRules, {
      required: true,
      equal: rulesEquivalent,
      guard: wholeGuard(rulesEquivalent, inWords, []),
    }),
    adopt,
    registryId,
  },
  aspects: [
    {
      name: "signing configuration",
      sets: ["rules"],
      shows: ["registryId"],
      permissions: { observe: ["ecr:GetSigningConfiguration"], put: ["ecr:PutSigningConfiguration"] },
      async observe({ gateway }) {
        const { registryId, signingConfiguration } = await gateway.call("GetSigningConfiguration", {});
        return { rules: shaped(signingRules, signingConfiguration?.rules ?? []) as SigningRules, registryId };
      },
      async put({ gateway }, { rules }) {
        await gateway.call("PutSigningConfiguration", { signingConfiguration: { rules } });
        return { registryId: await gateway.account() };
      },
    },
  ],
  endpoints: {
    absent,
    permissions: { remove: ["ecr:DeleteSigningConfiguration"], list: ["ecr:GetSigningConfiguration"] },
    identify: registryIdentity,
    async remove({ gateway }) {
      await gateway.call("DeleteSigningConfiguration", {});
    },
    list: (scope) =>
      listRegistry(scope, "signing-configuration", () => scope.gateway.call("GetSigningConfiguration", {}), absent),
  },
});
