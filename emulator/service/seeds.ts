/** What tests put into a registry that no operation can: how scans end, images of registries outside of ECR, and masses. */

import type { Context } from "../call/context.ts";
import type { Finding, ScanOutcome, UpstreamImage } from "../state/records.ts";
import { AwsError, type Json } from "../wire/protocol.ts";
import { type Population, populate } from "./population.ts";

/** Which registry, and what of the three. */
export interface Seed {
  account?: string;
  region?: string;
  scans?: ScanOutcome[];
  upstreamImages?: UpstreamImage[];
  population?: Population;
}

/** Adds to what was seeded; empty lists take away what was there. Throws for what is none of the three, so that a misspelled member is not taken for none. */
export function seed(context: Context, facts: Seed): void {
  const { registry } = context;
  known(facts, ["account", "region", "scans", "upstreamImages", "population"]);
  const { scans, upstreamImages, population } = facts;
  if (population !== undefined) populate(context, population);
  if (scans !== undefined) {
    const read = listed(scans, "scans").map(scanOutcome);
    registry.scanOutcomes = read.length === 0 ? [] : [...(registry.scanOutcomes ?? []), ...read];
  }
  if (upstreamImages !== undefined) {
    const read = listed(upstreamImages, "upstreamImages").map(upstreamImage);
    registry.upstreamImages = read.length === 0 ? [] : [...(registry.upstreamImages ?? []), ...read];
  }
}

function scanOutcome(value: Json): ScanOutcome {
  known(value, ["repository", "image", "status", "description", "findings", "enhancedFindings"]);
  return {
    ...texts(value, ["repository", "image", "status", "description"]),
    ...(value["findings"] === undefined ? {} : { findings: listed(value["findings"], "findings") as Finding[] }),
    ...(value["enhancedFindings"] === undefined
      ? {}
      : { enhancedFindings: listed(value["enhancedFindings"], "enhancedFindings") as Finding[] }),
  };
}

function upstreamImage(value: Json): UpstreamImage {
  known(value, ["registryUrl", "repository", "manifest", "mediaType", "failureCode", "tags", "layers"]);
  const { registryUrl, repository, manifest, ...rest } = texts(value, [
    "registryUrl",
    "repository",
    "manifest",
    "mediaType",
    "failureCode",
  ]);
  if (registryUrl === undefined || repository === undefined || manifest === undefined)
    throw refused("an upstream image needs a registryUrl, a repository and a manifest");
  const { tags = [], layers = {} } = value;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string"))
    throw refused("the tags of an upstream image are a list of text");
  if (
    typeof layers !== "object" ||
    layers === null ||
    !Object.values(layers).every((layer) => typeof layer === "string")
  )
    throw refused("the layers of an upstream image are an object of base64 by digest");
  return { registryUrl, repository, manifest, ...rest, tags, layers: { ...(layers as Record<string, string>) } };
}

function texts<Name extends string>(value: Json, names: readonly Name[]): { [Key in Name]?: string } {
  const found: { [Key in Name]?: string } = {};
  for (const name of names) {
    const member = value[name];
    if (member === undefined) continue;
    if (typeof member !== "string") throw refused(`${name} must be text`);
    found[name] = member;
  }
  return found;
}

function known(value: object, names: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refused(`there is no member "${unknown}"; there are ${names.join(", ")}`);
}

function listed(value: unknown, name: string): Json[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null)) return value as Json[];
  throw refused(`${name} must be a list of objects`);
}

function refused(why: string): AwsError {
  return new AwsError("ValidationException", `Seeding a registry: ${why}.`);
}
