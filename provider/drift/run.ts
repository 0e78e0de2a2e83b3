/**
 * A whole run: stacks in, report out. Reads only; what cannot be read is told and loses nothing else.
 *
 * Lives here: a run of `drift`, and the IAM permissions that it needs.
 * May not live here: a second comparison of values (`operations/` and the rows' `equal` decide), a call that writes, markup,
 *   options.
 */

import { type DeclaredInState, type Stack, stackFindings } from "../declared/pulumi/export.ts";
import { tokenOf } from "../define/token.ts";
import type { ConnectionSettings } from "../gateway/settings.ts";
import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { type Detected, detect, type Looking, unreadable } from "./compare/detect.ts";
import type { Place } from "./compare/place.ts";
import type { Findings, RunOptions } from "./coverage/collected.ts";
import { idKey } from "./coverage/coverage.ts";
import { createPresence, noteMissingPolicies } from "./coverage/present.ts";
import { failureOf, placeKey, type Reached, readUndeclared } from "./coverage/undeclared.ts";
import { eachOf } from "./pool.ts";
import { gatewayOf, placeOfWay, type Way, waysTo } from "./reach/registries.ts";
import { isOfShard, shardKey } from "./reach/shard.ts";
import { importsOf } from "./report/fix.ts";
import { coverageOf } from "./report/merge.ts";
import { byPlace, countClasses, type DriftReport, schemaVersion } from "./report/report.ts";

export interface Run {
  readonly report: DriftReport;
  /** How each registry, `ACCOUNT/REGION`, was reached. */
  readonly registries: ReadonlyMap<string, ConnectionSettings>;
}

/**
 * Reads what the stacks declare and, with coverage, what else is there. When `signal` ends it, the report has what was read
 * until then and says so. Throws ProviderError when nothing at all could be read for a reason outside of the registries.
 */
export async function runDrift(stacks: readonly Stack[], options: RunOptions, signal: AbortSignal): Promise<Run> {
  const { shard, coverage } = options;
  const all = stacks.flatMap(({ declared }) => declared);
  const ways = waysTo(all, options.fallback, {
    version: options.version,
    concurrency: options.concurrency,
    snapshot: coverage,
  });
  const found: Findings = {
    resources: [],
    findings: stackFindings(stacks),
    incomplete: new Set(),
    present: createPresence(),
    expected: 0,
    unmanaged: [],
  };
  for (const problem of stacks.flatMap(({ problems }) => problems)) found.incomplete.add(printable(problem, 500));
  const registries = new Map<string, ConnectionSettings>();
  try {
    for (const { way, place } of await readWays(ways, options, signal, found))
      registries.set(placeKey(place), way.access.connection);
  } finally {
    await Promise.all(ways.map(({ connection }) => connection.close()));
  }
  const taken = all.flatMap(({ urn }) => urn.split("::").at(-1) ?? []);
  const imports = importsOf(found.unmanaged, { taken, isPart: true });
  found.resources = found.resources.map((one) => (imports.has(one) ? { ...one, fix: imports.get(one) ?? null } : one));
  found.resources.sort(byPlace);
  const { present, expected, unmanaged } = found;
  const report: DriftReport = {
    schemaVersion,
    summary: {
      ...countClasses(found.resources),
      coverage: coverage ? coverageOf(present.count(), expected, unmanaged.length) : null,
      calls: ways.reduce((sum, { connection }) => sum + connection.calls, 0),
    },
    resources: found.resources,
    findings: found.findings,
    incomplete: [...found.incomplete].sort(),
    ...(shard ? { shard } : {}),
  };
  return { report, registries };
}

async function readWays(
  ways: readonly Way[],
  options: RunOptions,
  signal: AbortSignal,
  found: Findings,
): Promise<readonly Reached[]> {
  const reached: Reached[] = [];
  const failures: ProviderError[] = [];
  await Promise.all(
    ways.map(async (way) => {
      try {
        reached.push({ way, place: await placeOfWay(way, signal) });
      } catch (error) {
        const failure = failureOf(error, signal);
        failures.push(failure);
        const place = { account: "", region: way.access.connection.region ?? "" };
        tellAll(way.declared, place, failure, options, found);
        found.incomplete.add(printable(failure.message, 500));
      }
    }),
  );
  const [failure] = failures;
  if (failure && reached.length === 0 && !signal.aborted) throw failure;
  reached.sort((a, b) => (placeKey(a.place) < placeKey(b.place) ? -1 : 1));
  await readReached(reached, options, signal, found);
  return reached;
}

async function readReached(
  reached: readonly Reached[],
  options: RunOptions,
  signal: AbortSignal,
  found: Findings,
): Promise<void> {
  const declared = declaredIds(reached);
  const wanted = reached.map(({ way }) => way.declared.filter((item) => isMine(item, options)));
  const total = wanted.reduce((sum, list) => sum + list.length, 0);
  let done = 0;
  await Promise.all([
    ...reached.map((one, index) =>
      readDeclared(one, wanted[index] ?? [], options, signal, found, (detected, item) => {
        options.progress?.(++done, total);
        if (detected.isLive) found.present.add(one.place, item.definition, item.id);
      }),
    ),
    options.coverage ? readUndeclared(reached, declared, options, signal, found) : undefined,
  ]);
  // A policy that is declared and not there is told as missing.
  const ids = new Set([...declared.values()].flatMap((types) => [...(types.get("LifecyclePolicy") ?? [])]));
  const isAskedAbout = (id: string) =>
    !ids.has(id) && options.isWanted({ urn: null, type: tokenOf("LifecyclePolicy"), id });
  found.resources = noteMissingPolicies(found.resources, found.present, isAskedAbout);
}

function isMine(item: DeclaredInState, { shard, isWanted }: RunOptions): boolean {
  return isWanted(item) && isOfShard(shardKey(item.definition, item.properties), shard);
}

/** Every id that some stack declares, by registry and type. */
function declaredIds(reached: readonly Reached[]): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const places = new Map<string, Map<string, Set<string>>>();
  for (const { way, place } of reached) {
    const types = places.get(placeKey(place)) ?? new Map<string, Set<string>>();
    places.set(placeKey(place), types);
    for (const { definition, id } of way.declared)
      types.set(definition.name, (types.get(definition.name) ?? new Set()).add(idKey(definition, id)));
  }
  return places;
}

async function readDeclared(
  { way, place }: Reached,
  wanted: readonly DeclaredInState[],
  options: RunOptions,
  signal: AbortSignal,
  found: Findings,
  onDetected: (detected: Detected, item: DeclaredInState) => void,
): Promise<void> {
  const looking: Looking = {
    gateway: gatewayOf(way, signal),
    place,
    trusted: options.trusted,
    tolerated: options.tolerated,
    images: options.images,
  };
  // Credentials that have expired fail every further call as well.
  let hopeless: ProviderError | undefined;
  await eachOf(wanted, 2 * options.concurrency, async (item) => {
    const detected =
      hopeless || signal.aborted
        ? unreadable(item, place, hopeless ?? failureOf(undefined, signal))
        : await detectHere(item, looking, signal);
    if (detected.failure?.code === "Unauthenticated") hopeless = detected.failure;
    found.resources.push(detected.resource);
    for (const cause of detected.incomplete) found.incomplete.add(cause);
    onDetected(detected, item);
  });
}

async function detectHere(item: DeclaredInState, looking: Looking, signal: AbortSignal): Promise<Detected> {
  const { place } = looking;
  const { account, region } = item.place;
  const elsewhere =
    (account !== undefined && account !== place.account) || (region !== undefined && region !== place.region);
  if (elsewhere) {
    const why = `it is recorded in ${account ?? place.account}/${region ?? place.region}, and the credentials and settings lead to ${placeKey(place)}; use those of the other one`;
    return unreadable(item, place, new ProviderError("Conflict", why), "other-account");
  }
  const detected = await detect(item, looking);
  // What fails after the end of the run fails because of it.
  return detected.failure && signal.aborted ? unreadable(item, place, failureOf(undefined, signal)) : detected;
}

function tellAll(
  items: readonly DeclaredInState[],
  place: Place,
  failure: ProviderError,
  options: RunOptions,
  found: Findings,
): void {
  for (const item of items.filter((candidate) => isMine(candidate, options))) {
    const where = { account: item.place.account ?? place.account, region: place.region || (item.place.region ?? "") };
    const { resource, incomplete } = unreadable(item, where, failure);
    found.resources.push(resource);
    for (const cause of incomplete) found.incomplete.add(cause);
  }
}
