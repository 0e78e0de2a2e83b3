/** `ecr:index:getRepositoryScanningConfigurations`: how repositories are really scanned, all rules taken together. */

import { defineFunction } from "../define/function.ts";
import { boolean, input, list, object, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { repositoryName } from "./images.ts";

const namesPerCall = 25;

export const getRepositoryScanningConfigurations = defineFunction<Gateway>()({
  name: "getRepositoryScanningConfigurations",
  description:
    "Says for each repository how often it is scanned and which rule of the registry decides that, 25 repositories with a call.",
  args: {
    repositoryNames: input(list(repositoryName.schema, "Names of the repositories.", { minItems: 1 }), {
      required: true,
    }),
  },
  results: {
    scanningConfigurations: output(
      list(
        object("RepositoryScanningConfiguration", "How a repository is scanned.", {
          optional: {
            repositoryName: string("Name of the repository."),
            repositoryArn: string("ARN of the repository."),
            scanOnPush: boolean("Whether images are scanned when they are pushed."),
            scanFrequency: string("`SCAN_ON_PUSH`, `CONTINUOUS_SCAN` or `MANUAL`."),
            appliedScanFilters: list(
              object("AppliedScanFilter", "A filter of the registry's scanning rules.", {
                optional: { filter: string("The pattern."), filterType: string("How it is matched.") },
              }),
              "Filters that match the repository.",
            ),
          },
        }),
        "The repositories that exist, in the order asked for.",
      ),
      { required: true },
    ),
    missing: output(list(string("Name of a repository."), "Names that ECR does not know."), { required: true }),
  },
  permissions: ["ecr:BatchGetRepositoryScanningConfiguration"],
  async call({ gateway }, { repositoryNames }) {
    const names = [...new Set(repositoryNames)];
    const scanningConfigurations = [];
    const missing: string[] = [];
    for (let start = 0; start < names.length; start += namesPerCall) {
      const answer = await gateway.call("BatchGetRepositoryScanningConfiguration", {
        repositoryNames: names.slice(start, start + namesPerCall),
      });
      scanningConfigurations.push(...(answer.scanningConfigurations ?? []));
      missing.push(...(answer.failures ?? []).map(({ repositoryName = "" }) => repositoryName));
    }
    return { scanningConfigurations, missing };
  },
});
