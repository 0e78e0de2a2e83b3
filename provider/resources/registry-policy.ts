/** `ecr:index:RegistryPolicy`: who may use the registry as a whole. */

import type { Document } from "../define/property.ts";
import { defineResource } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { principalPropagation } from "../gateway/retry.ts";
import { policyEquivalent } from "../policy/change/normalize.ts";
import { policyDocumentText } from "../policy/language/document.ts";
import { policyRow } from "./policy-row.ts";
import { adopt, listRegistry, registryIdentity } from "./registry.ts";
import { registryId, wholeGuard } from "./rows.ts";

const absent = ["RegistryPolicyNotFoundException"];

export const registryPolicy = defineResource<Gateway>()({
  name: "RegistryPolicy",
  description:
    "The permissions policy of the registry, one per account and region. Creating it over a different live policy is refused unless `adopt` is set, and deleting it removes only what this stack wrote. Which requests it governs is the account setting `REGISTRY_POLICY_SCOPE`: under `V1` three actions, under `V2` all of ECR.",
  singleton: true,
  properties: {
    policyText: policyRow(
      "registry",
      "The policy, as JSON text or as an object; up to 10,240 characters. Every statement needs a `Resource`.",
      { required: true, guard: wholeGuard<Document>(policyEquivalent, policyDocumentText) },
    ),
    adopt,
    registryId,
  },
  aspects: [
    {
      name: "registry policy",
      sets: ["policyText"],
      shows: ["registryId"],
      settles: [principalPropagation("policyText")],
      permissions: { observe: ["ecr:GetRegistryPolicy"], put: ["ecr:PutRegistryPolicy"] },
      async observe({ gateway }) {
        const { policyText, registryId } = await gateway.call("GetRegistryPolicy", {});
        return { policyText, registryId };
      },
      async put({ gateway }, { policyText }) {
        const { registryId } = await gateway.call("PutRegistryPolicy", { policyText: policyDocumentText(policyText) });
        return { registryId };
      },
    },
  ],
  endpoints: {
    absent,
    permissions: { remove: ["ecr:DeleteRegistryPolicy"], list: ["ecr:GetRegistryPolicy"] },
    identify: registryIdentity,
    async remove({ gateway }) {
      await gateway.call("DeleteRegistryPolicy", {});
    },
    list: (scope) => listRegistry(scope, "registry-policy", () => scope.gateway.call("GetRegistryPolicy", {}), absent),
  },
});
