/** The registry's settings in the emulator: what AWS refuses, with its error names, and which repositories filters match. */

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { createRegistries, type Registries } from "../../emulator/service/registries.ts";

let registries: Registries;
before(() => {
  registries = createRegistries({ account: "123456789012", complain: () => {} });
});
beforeEach(() => registries.reset());

const call = (operation: string, input: Record<string, unknown> = {}) =>
  registries.asForeigner({ operation, input }) as Record<string, unknown>;

function refused(fault: string, operation: string, input: Record<string, unknown>): void {
  assert.throws(
    () => call(operation, input),
    (error: { fault?: string }) => error.fault === fault,
    `${operation} must be refused with ${fault}`,
  );
}

const rule = (scanFrequency: string, ...filters: string[]) => ({
  scanFrequency,
  repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
});

const names = ["prod", "repo-prod", "prod-repo", "repo-prod-repo", "prodrepo"];
/** The table of AWS's user guide, "image scanning filters". */
const matches: Record<string, string[]> = {
  prod: names,
  "*prod": ["prod", "repo-prod"],
  "prod*": ["prod", "prod-repo", "prodrepo"],
  "*prod*": names,
  "prod*repo": ["prod-repo", "prodrepo"],
};

for (const [filter, matched] of Object.entries(matches)) {
  test(`the scan filter ${filter} matches what AWS's guide says`, () => {
    for (const repositoryName of names) call("CreateRepository", { repositoryName });
    call("PutRegistryScanningConfiguration", { scanType: "ENHANCED", rules: [rule("SCAN_ON_PUSH", filter)] });
    const answer = call("BatchGetRepositoryScanningConfiguration", { repositoryNames: names });
    const found = answer["scanningConfigurations"] as { repositoryName: string; appliedScanFilters: unknown[] }[];
    assert.deepEqual(
      found.filter(({ appliedScanFilters }) => appliedScanFilters.length > 0).map((entry) => entry.repositoryName),
      matched,
    );
  });
}

test("continuous scanning beats scan on push, every filter that applies is named, and a name that is not there fails alone", () => {
  call("CreateRepository", { repositoryName: "prod" });
  call("CreateRepository", { repositoryName: "other" });
  call("PutRegistryScanningConfiguration", {
    scanType: "ENHANCED",
    rules: [rule("SCAN_ON_PUSH", "pro*", "prod"), rule("CONTINUOUS_SCAN", "*od")],
  });
  const answer = call("BatchGetRepositoryScanningConfiguration", { repositoryNames: ["prod", "other", "missing"] });
  const [prod, other] = answer["scanningConfigurations"] as {
    scanFrequency?: string;
    appliedScanFilters: { filter: string }[];
  }[];
  assert.equal(prod?.scanFrequency, "CONTINUOUS_SCAN");
  assert.deepEqual(
    prod?.appliedScanFilters.map(({ filter }) => filter),
    ["pro*", "prod", "*od"],
  );
  assert.equal(other?.scanFrequency, undefined, "enhanced scanning leaves out what no rule matches");
  const [failure] = answer["failures"] as Record<string, unknown>[];
  assert.equal(failure?.["failureCode"], "REPOSITORY_NOT_FOUND");
  refused("InvalidParameterException", "BatchGetRepositoryScanningConfiguration", {
    repositoryNames: Array.from({ length: 26 }, (_, index) => `name-${index}`),
  });
});

test("settings that were never put answer as AWS does", () => {
  assert.deepEqual(call("GetRegistryScanningConfiguration")["scanningConfiguration"], { scanType: "BASIC", rules: [] });
  assert.equal(call("GetAccountSetting", { name: "REGISTRY_POLICY_SCOPE" })["value"], "V2");
  refused("SigningConfigurationNotFoundException", "GetSigningConfiguration", {});
  assert.deepEqual(call("DescribeRepositoryCreationTemplates", { prefixes: ["a"] })["repositoryCreationTemplates"], []);
  refused("PullThroughCacheRuleNotFoundException", "DescribePullThroughCacheRules", { ecrRepositoryPrefixes: ["ab"] });
  assert.deepEqual(registries.state(), [], "reading leaves nothing");
});

test("what AWS refuses is refused, with its error names", () => {
  const put = "PutRegistryScanningConfiguration";
  refused("ValidationException", put, { scanType: "BASIC", rules: [rule("CONTINUOUS_SCAN", "*")] });
  refused("ValidationException", put, { scanType: "ENHANCED", rules: [rule("MANUAL", "*")] });
  refused("InvalidParameterException", put, { scanType: "FOO" });
  refused("InvalidParameterException", put, { rules: [rule("SCAN_ON_PUSH", `${"a".repeat(40)}!`)] });
  refused("ValidationException", "PutAccountSetting", { name: "BASIC_SCAN_TYPE_VERSION", value: "CLAIR" });
  refused("ValidationException", "GetAccountSetting", { name: "constructor" });
  refused("InvalidParameterException", "PutSigningConfiguration", { signingConfiguration: {} });
  refused("InvalidParameterException", "RegisterPullTimeUpdateExclusion", { principalArn: "123456789012" });
  refused("TemplateNotFoundException", "UpdateRepositoryCreationTemplate", { prefix: "constructor" });
  refused("TemplateNotFoundException", "DeleteRepositoryCreationTemplate", { prefix: "a" });
  refused("InvalidParameterException", "CreateRepositoryCreationTemplate", { prefix: "a", appliedFor: ["NEVER"] });
  refused("UnsupportedUpstreamRegistryException", "CreatePullThroughCacheRule", {
    ecrRepositoryPrefix: "ab",
    upstreamRegistryUrl: "elsewhere.example",
  });
});

test("the 51st cache rule is one too many, and a rule without the credentials it needs is refused", () => {
  for (let index = 0; index < 50; index++)
    call("CreatePullThroughCacheRule", {
      ecrRepositoryPrefix: `p${index}`,
      upstreamRegistryUrl: "registry.k8s.io",
    });
  refused("LimitExceededException", "CreatePullThroughCacheRule", {
    ecrRepositoryPrefix: "one-more",
    upstreamRegistryUrl: "public.ecr.aws",
  });
  call("DeletePullThroughCacheRule", { ecrRepositoryPrefix: "p0" });
  for (const upstreamRegistryUrl of [
    "registry-1.docker.io",
    "ghcr.io",
    "registry.gitlab.com",
    "cgr.dev",
    "a.azurecr.io",
  ])
    refused("UnsupportedUpstreamRegistryException", "CreatePullThroughCacheRule", {
      ecrRepositoryPrefix: "one-more",
      upstreamRegistryUrl,
    });
});

test("a template's policies come back rewritten, and an empty text takes one away", () => {
  const policy = {
    Version: "2012-10-17",
    Statement: [{ Action: ["ecr:BatchGetImage"], Principal: { AWS: "111111111111" }, Effect: "Allow" }],
  };
  call("CreateRepositoryCreationTemplate", {
    prefix: "team/",
    appliedFor: ["REPLICATION"],
    repositoryPolicy: JSON.stringify(policy),
  });
  const [template] = call("DescribeRepositoryCreationTemplates")["repositoryCreationTemplates"] as Record<
    string,
    string
  >[];
  assert.equal(template?.["prefix"], "team");
  assert.match(template?.["repositoryPolicy"] ?? "", /"AWS" : "arn:aws:iam::111111111111:root"/);
  const answer = call("UpdateRepositoryCreationTemplate", { prefix: "team", repositoryPolicy: "", description: "new" });
  const updated = answer["repositoryCreationTemplate"] as Record<string, unknown>;
  assert.deepEqual([updated["repositoryPolicy"], updated["description"]], [undefined, "new"]);
});
