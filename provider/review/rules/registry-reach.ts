import type { Declared } from "../../declared/declared.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { isChanged } from "../rule/difference.ts";
import { defineRule, type Found } from "../rule/rule.ts";

export const registryReach = defineRule({
  id: "ECR-E5",
  title: "The registry reaches further, or is watched less",
  level: "warning",
  about:
    "Replication to another account or region than before, another upstream or credential of a cache rule, enhanced scanning given up, repositories that are scanned less often or not at all, and the scope of the registry's policy set back to V1.",
  fix: "Make sure that the account, region or upstream is yours and that the change is meant.",
  source: "ECR user guide: replication, pull-through cache, scanning, account settings.",
  others: "Found nowhere else.",
  resource({ before, after }) {
    const kind = (after ?? before)?.kind ?? "";
    return Object.hasOwn(checks, kind) ? (checks[kind]?.(before, after) ?? []) : [];
  },
});

type Check = (before: Declared | undefined, after: Declared | undefined) => Found[];

const checks: Readonly<Record<string, Check>> = {
  ReplicationConfiguration(before, after) {
    const known = new Set(destinationsOf(before));
    const added = [...new Set(destinationsOf(after))].filter((place) => !known.has(place));
    return added.map((place) => ({ path: ["rules"], message: `now copy images to ${printable(place, 80)}` }));
  },
  PullThroughCacheRule(before, after) {
    if (!before || !after) return [];
    return ["upstreamRegistryUrl", "credentialArn", "customRoleArn"]
      .filter((name) => isChanged(before, after, name))
      .map((name) => ({
        path: [name],
        message: `of the cache rule changes from ${shown(before.properties[name])} to ${shown(after.properties[name])}`,
      }));
  },
  RegistryScanningConfiguration(before, after) {
    const isEnhanced = (side: Declared | undefined) => side?.properties["scanType"] === "ENHANCED";
    if (isEnhanced(before) && !isEnhanced(after))
      return [{ path: ["scanType"], message: "is no longer ENHANCED: Amazon Inspector stops watching the images" }];
    const written = after?.properties["rules"];
    if (written !== undefined && !Array.isArray(written)) return [];
    const now = scansOf(after);
    const lost = scansOf(before).filter(
      (old) => !now.some(({ filter, often }) => (filter === old.filter || filter === "*") && often >= old.often),
    );
    return lost.map(({ filter, often }) => ({
      path: ["rules"],
      message: `no longer scan the repositories ${printable(filter, 100)} ${told[often] ?? "as before"}`,
    }));
  },
  AccountSetting(before, after) {
    const isWide = (side: Declared | undefined) =>
      side?.properties["name"] === "REGISTRY_POLICY_SCOPE" && side.properties["value"] === "V2";
    return isWide(before) && !isWide(after)
      ? [
          {
            path: ["value"],
            message:
              "goes back to V1: the registry's policy applies to three actions only, so that its Denies no longer hold for others",
          },
        ]
      : [];
  },
};

/** From the least to the most. */
const frequencies = ["MANUAL", "SCAN_ON_PUSH", "CONTINUOUS_SCAN"];
const told = ["by hand", "on push", "continuously"];

/** Each filter with the place of its frequency; what is not known scans less than anything. */
function scansOf(side: Declared | undefined): { readonly filter: string; readonly often: number }[] {
  const rules = side?.properties["rules"];
  return (Array.isArray(rules) ? rules : []).flatMap((rule: unknown) => {
    if (!isMap(rule) || !Array.isArray(rule["repositoryFilters"])) return [];
    const place = frequencies.indexOf(text(rule["scanFrequency"]));
    return rule["repositoryFilters"].flatMap((one: unknown) =>
      isMap(one) && typeof one["filter"] === "string" ? [{ filter: one["filter"], often: place }] : [],
    );
  });
}

/** `account 111122223333 in eu-west-1` of every rule. */
function destinationsOf(side: Declared | undefined): string[] {
  const rules = side?.properties["rules"];
  return (Array.isArray(rules) ? rules : []).flatMap((rule: unknown) => {
    const destinations = isMap(rule) ? rule["destinations"] : undefined;
    return (Array.isArray(destinations) ? destinations : []).flatMap((place: unknown) =>
      isMap(place) ? [`account ${text(place["registryId"])} in ${text(place["region"])}`] : [],
    );
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "(not known yet)";
}

function shown(value: unknown): string {
  return value === undefined ? "none" : printable(text(value), 200);
}
