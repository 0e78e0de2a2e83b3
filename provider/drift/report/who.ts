/** Who wrote last to what has drifted, and when, as CloudTrail tells it. Asked only on request. */

import { type Catalog, catalog } from "../../catalog.ts";
import { partsOf } from "../../declared/vocabulary.ts";
import type { ConnectionSettings } from "../../gateway/settings.ts";
import type { TrailEvent } from "../../gateway/trail.ts";
import { type Resource, rows } from "../../operations/definition.ts";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";
import type { DriftReport, DriftResource } from "./report.ts";

/** After so many calls of one operation that are about something else, nothing more is asked. */
const mostEvents = 2_000;

/** Reads the trail of a registry; the newest calls first. */
export type Trail = (operation: string) => AsyncIterable<TrailEvent>;

/** Opens the trail of each registry by the settings that lead there. */
export async function openTrail(
  settings: ConnectionSettings,
  region: string,
  since: Date,
  signal: AbortSignal,
): Promise<{ calls: Trail; close(): void }> {
  const { trailOf } = await import("../../gateway/trail.ts");
  const trail = trailOf(settings, region);
  return { calls: (operation) => trail.calls(operation, since, signal), close: () => trail.close() };
}

/** The report with `since` and `by` where the trail of that registry tells it; what cannot be asked is told in `incomplete`. */
export async function askWho(
  report: DriftReport,
  catalog: Catalog,
  trailOf: (account: string, region: string) => Trail | undefined,
): Promise<DriftReport> {
  const drifted = report.resources.filter(
    ({ class: kind }) => kind === "changed" || kind === "missing" || kind === "unmanaged",
  );
  const answers = new Map<DriftResource, TrailEvent>();
  const problems = new Set<string>();
  const registries = new Map<string, DriftResource[]>();
  for (const resource of drifted) {
    const key = `${resource.account}/${resource.region}`;
    registries.set(key, [...(registries.get(key) ?? []), resource]);
  }
  for (const [key, resources] of [...registries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { account = "", region = "" } = resources[0] ?? {};
    const trail = trailOf(account, region);
    if (!trail) continue;
    try {
      await askRegistry(resources, catalog, trail, answers);
    } catch (error) {
      problems.add(`asking CloudTrail in ${key} who did it: ${printable(ProviderError.from(error).message, 400)}`);
    }
  }
  return {
    ...report,
    resources: report.resources.map((resource) => {
      const event = answers.get(resource);
      return event ? { ...resource, since: event.at, by: printable(event.by, 300) } : resource;
    }),
    incomplete: [...new Set([...report.incomplete, ...problems])].sort(),
  };
}

async function askRegistry(
  resources: readonly DriftResource[],
  catalog: Catalog,
  trail: Trail,
  answers: Map<DriftResource, TrailEvent>,
): Promise<void> {
  const byOperation = new Map<string, DriftResource[]>();
  for (const resource of resources)
    for (const operation of writesOf(resource, catalog))
      byOperation.set(operation, [...(byOperation.get(operation) ?? []), resource]);
  for (const [operation, concerned] of [...byOperation].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const waiting = new Set(concerned);
    let events = 0;
    for await (const event of trail(operation)) {
      for (const resource of waiting) {
        if (!isAbout(event, resource)) continue;
        waiting.delete(resource);
        const known = answers.get(resource);
        if (!known || known.at < event.at) answers.set(resource, event);
      }
      if (waiting.size === 0 || ++events >= mostEvents) break;
    }
  }
}

/** The operations that write such a resource, by the permissions of its definition. */
function writesOf({ type }: DriftResource, catalog: Catalog): string[] {
  const suffix = type.split("#")[1];
  const parts = partsOf(type.split("#")[0] ?? type).filter(
    (part) => suffix === undefined || part.suffix === `#${suffix}`,
  );
  const definition = catalog.resources.find(({ name }) => name === parts[0]?.to);
  if (!definition) return [];
  const { create = [], remove } = definition.endpoints.permissions;
  const all = [...definition.aspects.flatMap(({ permissions }) => permissions.put ?? []), ...create, ...remove];
  const names = all.filter((action) => action.startsWith("ecr:")).map((action) => action.slice("ecr:".length));
  return [...new Set(names)].filter((name) => !/^(Describe|Get|List|Batch)/.test(name)).sort();
}

/** A call names what it is about by one of these; one that names nothing is about the registry as a whole. */
const identities: readonly string[] = [
  ...new Set(
    catalog.resources.flatMap((definition) =>
      rows(definition as Resource, "input").flatMap(([name, row]) => (row.identity ? [name] : [])),
    ),
  ),
];

function isAbout({ input }: TrailEvent, { id }: DriftResource): boolean {
  const { resourceArn } = input;
  if (typeof resourceArn === "string") return resourceArn.endsWith(`:repository/${id}`);
  const named = identities.flatMap((name) => (typeof input[name] === "string" ? [input[name]] : []));
  return named.length === 0 || named.includes(id);
}
