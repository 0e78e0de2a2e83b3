/** `ecr:index:RegistryScanningConfiguration`: which repositories are scanned, by which scanner and how often. */

import { enumeration, input, list, object, string, type TypeOf } from "../define/property.ts";
import { defineResource, objections } from "../define/resource.ts";
import { shaped } from "../define/shaped.ts";
import type { Problem } from "../define/validator.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { sameRules } from "../text/compare.ts";
import { containsUnknown, isUnknown } from "../text/value.ts";
import { adopt, listRegistry, onDelete, registryIdentity } from "./registry.ts";
import { registryId, wholeGuard } from "./rows.ts";

const scanType = enumeration("ScanType", "Which scanner looks at the images of the registry.", {
  BASIC: "ECR's own scanner; AWS's default.",
  ENHANCED:
    "Amazon Inspector, which also looks at language packages and costs extra. Choosing it switches Inspector on.",
});

const scanningRules = list(
  object("RegistryScanningRule", "How often the repositories that match are scanned.", {
    required: {
      scanFrequency: enumeration("ScanFrequency", "When images are scanned. Each may be used by one rule.", {
        SCAN_ON_PUSH: "Once, when an image is pushed.",
        CONTINUOUS_SCAN: "Whenever something new is known; only with scan type ENHANCED.",
        MANUAL: "Only when asked; what repositories without a match get from scan type BASIC.",
      }),
      repositoryFilters: list(
        object("ScanningRepositoryFilter", "Which repositories are scanned.", {
          required: {
            filter: string(
              "Found anywhere in the repository name; with `*`, which stands for any characters, it must fit the whole name. 1 to 255 characters.",
              {
                minLength: 1,
                maxLength: 255,
                // ECR's own pattern backtracks exponentially; this one accepts the same texts.
                pattern: "^[a-z0-9*]+(?:[._/-][a-z0-9*]+)*$",
                patternMessage:
                  "must be lower-case letters, digits and *, with single separators (. _ - /) between them and none at either end",
              },
            ),
            filterType: enumeration("ScanningRepositoryFilterType", "How the filter is matched.", {
              WILDCARD: "`*` stands for any characters.",
            }),
          },
        }),
        "Filters of which one must match, at most 100. Their order means nothing.",
        { maxItems: 100 },
      ),
    },
  }),
  "Rules, at most 2, one for each frequency. Their order means nothing. Left out: the rules that are there stay. Default: none.",
  { maxItems: 2 },
);
type ScanningRules = TypeOf<typeof scanningRules>;

function rulesEquivalent(left: ScanningRules | undefined, right: ScanningRules | undefined): boolean {
  return sameRules(left ?? [], right ?? []);
}

function rulesInWords(rules: ScanningRules): string {
  const words = rules.map(
    ({ scanFrequency, repositoryFilters }) =>
      `${scanFrequency} for ${repositoryFilters.map(({ filter }) => filter).join(", ") || "nothing"}`,
  );
  return `rules ${words.join("; ")}`;
}

function inspectorCaution(before = "BASIC", after = "BASIC"): string[] {
  if (after === "ENHANCED")
    return [
      "this switches Amazon Inspector on for the registry, which costs extra for each image; deleting the resource switches it off again unless onDelete is retain",
    ];
  return before === "ENHANCED"
    ? ["this switches Amazon Inspector off for the registry: its images are no longer watched, and its findings go"]
    : [];
}

function check({ scanType, rules = [] }: { scanType?: string | undefined; rules?: ScanningRules | undefined }) {
  if (isUnknown(scanType) || containsUnknown(rules)) return [];
  const unfit = scanType === "BASIC" ? "CONTINUOUS_SCAN" : scanType === "ENHANCED" ? "MANUAL" : undefined;
  return rules.flatMap(({ scanFrequency }, index): Problem[] => {
    const path = ["rules", index, "scanFrequency"];
    if (scanFrequency === unfit) return [{ path, message: `does not go with scanType ${scanType}` }];
    const first = rules.findIndex((rule) => rule.scanFrequency === scanFrequency);
    return first < index
      ? [{ path, message: `is that of rules[${first}] already; put the filters of both into one rule` }]
      : [];
  });
}

export const registryScanningConfiguration = defineResource<Gateway>()({
  name: "RegistryScanningConfiguration",
  description:
    "Which scanner looks at the images of the registry, and when; one per account and region. Creating it over a different live configuration is refused unless `adopt` is set. Deleting it puts AWS's default back (basic scanning, no rules) only while the configuration is still this stack's and `onDelete` is not `retain`. A preview warns before Amazon Inspector is switched on or off.",
  singleton: true,
  properties: {
    scanType: input(scanType, {
      required: true,
      default: "BASIC",
      guard: wholeGuard<string>(Object.is, (type) => `scan type ${type}`, "BASIC"),
      caution: inspectorCaution,
    }),
    rules: input(scanningRules, {
      default: [],
      equal: rulesEquivalent,
      guard: wholeGuard(rulesEquivalent, rulesInWords, []),
    }),
    adopt,
    onDelete,
    registryId,
  },
  aspects: [
    {
      name: "registry scanning configuration",
      sets: ["scanType", "rules"],
      shows: ["registryId"],
      permissions: {
        observe: ["ecr:GetRegistryScanningConfiguration"],
        put: [
          "ecr:PutRegistryScanningConfiguration",
          "iam:CreateServiceLinkedRole",
          "inspector2:Disable",
          "inspector2:Enable",
          "inspector2:ListAccountPermissions",
        ],
      },
      async observe({ gateway }) {
        const { registryId, scanningConfiguration } = await gateway.call("GetRegistryScanningConfiguration", {});
        const { scanType = "BASIC", rules = [] } = scanningConfiguration ?? {};
        return { scanType, rules: shaped(scanningRules, rules) as ScanningRules, registryId };
      },
      async put({ gateway }, { scanType, rules }, before) {
        await gateway.call("PutRegistryScanningConfiguration", { scanType, rules: rules ?? before.rules ?? [] });
        return { registryId: await gateway.account() };
      },
    },
  ],
  endpoints: {
    absent: [],
    permissions: {
      remove: ["ecr:PutRegistryScanningConfiguration", "inspector2:Disable", "inspector2:ListAccountPermissions"],
      list: ["ecr:GetRegistryScanningConfiguration"],
    },
    identify: registryIdentity,
    check: (inputs) => objections("ECR API reference: PutRegistryScanningConfiguration", check(inputs)),
    async remove({ gateway }) {
      await gateway.call("PutRegistryScanningConfiguration", { scanType: "BASIC", rules: [] });
    },
    list: (scope) =>
      listRegistry(scope, "registry-scanning-configuration", async () => {
        const { scanningConfiguration } = await scope.gateway.call("GetRegistryScanningConfiguration", {});
        return scanningConfiguration?.scanType === "ENHANCED" || (scanningConfiguration?.rules ?? []).length > 0;
      }),
  },
});
