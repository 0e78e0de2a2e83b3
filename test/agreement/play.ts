/**
 * Random registries deployed by the real engine and disturbed from outside; then `pulumi refresh --preview-only` and
 * `pulumi-ecr drift` are asked about the same moment, and held to each other and to what the disturbance was.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { createProject, type Project, plugin } from "../engine/engine.ts";
import { chance, pick, type Random } from "./draw.ts";
import { type Disturbance, type Outcome, randomTrials, type Trial } from "./trials.ts";

const account = "123456789012";
/** A registry is an account and a region, so that one deployment has as many as there are regions. */
export const regions = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "eu-west-1",
  "eu-central-1",
  "ap-southeast-2",
  "ca-central-1",
  "sa-east-1",
  "ap-northeast-1",
  "eu-north-1",
];

/** What was compared, for the count that is printed. */
export interface Tally {
  registries: number;
  resources: number;
  same: number;
  changed: number;
  gone: number;
  unmanaged: number;
}

export function noTally(): Tally {
  return { registries: 0, resources: 0, same: 0, changed: 0, gone: 0, unmanaged: 0 };
}

/** What a program may say about a resource beside its properties. */
interface Aside {
  /** A property that it names in `ignoreChanges`. */
  readonly ignored?: string;
  /** A property that it makes secret. */
  readonly secret?: string;
}

interface Registry {
  readonly region: string;
  readonly trials: readonly Trial[];
  readonly asides: ReadonlyMap<string, Aside>;
  /** Settings of its provider. */
  readonly settings: object;
  /** What is so by now; a trial that several disturbances met is judged by the engine alone. */
  readonly outcomes: Map<string, Outcome | "unclear">;
  /** Of repositories that nobody declares. */
  readonly foreign: Set<string>;
}

/** What is said of one resource: its properties when it differs. */
type Said = "same" | "gone" | string[];

/**
 * Deploys so many registries at once and disturbs them `rounds` times. Throws AssertionError with the resource when the
 * engine, `drift` and the disturbance disagree.
 */
export async function play(random: Random, count: number, rounds: number, tally: Tally): Promise<void> {
  assert.ok(count <= regions.length, `at most ${regions.length} registries are deployed at once`);
  const registries = regions.slice(0, count).map((region): Registry => {
    const trials = randomTrials(random, { account, region });
    const asides = new Map(trials.map((trial) => [trial.name, randomAside(random, trial)]));
    return { region, trials, asides, settings: randomSettings(random), outcomes: new Map(), foreign: new Set() };
  });
  const emulator = await startEmulator({ account });
  for (const { region, trials, foreign } of registries)
    for (const { operation, input } of trials.flatMap(({ before = [] }) => before)) {
      emulator.asForeigner({ region, operation, input });
      foreign.add(String(input["repositoryName"]));
    }
  const project = await createProject(emulator.url, programOf(registries));
  try {
    await project.ok("up", "--yes", "--skip-preview");
    writeFileSync(join(project.folder, "export.json"), (await project.ok("stack", "export", "--show-secrets")).stdout);
    for (let round = 0; round < rounds; round++) {
      for (const registry of registries) disturb(random, emulator, registry);
      await compare(project, registries, tally);
    }
  } finally {
    project.remove();
    await emulator.close();
  }
}

/** Identities are never ignored: then the engine would compare with nothing. */
const identities = ["repositoryName", "resourceArn", "prefix", "ecrRepositoryPrefix", "principalArn", "name"];

function randomAside(random: Random, { properties }: Trial): Aside {
  const names = Object.keys(properties).filter((name) => !identities.includes(name));
  if (names.length === 0) return {};
  return {
    ...(chance(random, 12) ? { ignored: pick(random, names) } : {}),
    ...(chance(random, 8) ? { secret: pick(random, names) } : {}),
  };
}

function randomSettings(random: Random): object {
  return {
    ...(chance(random, 30) ? { defaultTags: { stage: "prod" } } : {}),
    ...(chance(random, 30) ? { ignoreTags: { keys: ["theirs"], keyPrefixes: ["some"] } } : {}),
  };
}

function programOf(registries: readonly Registry[]): object {
  const resources: Record<string, object> = {};
  for (const { region, trials, asides, settings } of registries) {
    resources[region] = { type: "pulumi:providers:ecr", properties: { region, ...settings } };
    for (const { name, type, properties, after } of trials) {
      const { ignored, secret } = asides.get(name) ?? {};
      resources[`${region}-${name}`] = {
        type: `ecr:${type}`,
        properties: {
          ...properties,
          ...(secret === undefined ? {} : { [secret]: { "fn::secret": properties[secret] } }),
        },
        options: {
          provider: `\${${region}}`,
          ...(after === undefined ? {} : { dependsOn: [`\${${region}-${after}}`] }),
          ...(ignored === undefined ? {} : { ignoreChanges: [ignored] }),
        },
      };
    }
  }
  return { resources };
}

/** Some registries are only disturbed in ways that leave everything as declared. */
function disturb(random: Random, emulator: Emulator, { region, trials, asides, outcomes, foreign }: Registry): void {
  const calm = chance(random, 40);
  // Those that go last have others that depend on them.
  for (const trial of [...trials].reverse()) {
    if (!chance(random, 50) || outcomes.get(trial.name) === "gone") continue;
    const { outcome: made, writes } = drawn(random, trial, calm);
    const outcome = seen(made, asides.get(trial.name));
    if (calm && outcome !== "same") continue;
    for (const { operation, input } of writes) emulator.asForeigner({ region, operation, input });
    outcomes.set(trial.name, outcomes.has(trial.name) && outcome !== "gone" ? "unclear" : outcome);
    if (outcome === "gone")
      for (const child of trials) if (child.after === trial.name) outcomes.set(child.name, "gone");
  }
  if (!chance(random, 30)) return;
  const repositoryName = `foreign-${foreign.size}/app`;
  emulator.asForeigner({ region, operation: "CreateRepository", input: { repositoryName } });
  foreign.add(repositoryName);
}

/** What is left of a difference when the program ignores one property. */
function seen(outcome: Outcome, { ignored }: Aside = {}): Outcome {
  if (typeof outcome === "string") return outcome;
  const rest = outcome.filter((name) => name !== ignored);
  return rest.length > 0 ? rest : "same";
}

function drawn(random: Random, { disturbances }: Trial, calm: boolean): Disturbance {
  let found = pick(random, disturbances)();
  for (let tries = 0; calm && found.outcome !== "same" && tries < 8; tries++) found = pick(random, disturbances)();
  return found;
}

async function compare(project: Project, registries: readonly Registry[], tally: Tally): Promise<void> {
  const engine = await askEngine(project);
  const drift = await askDrift(project);
  const inSync = [...engine.said.values()].every((said) => said === "same");
  assert.equal(engine.code === 0, inSync, "the engine's exit code says what its steps say");
  const { urns, unmanaged } = drift;
  for (const { region, trials, outcomes, foreign } of registries) {
    tally.registries++;
    for (const { name, type } of trials) {
      const urn = `urn:pulumi:dev::test::ecr:index:${type}::${region}-${name}`;
      const said = urns.get(urn);
      const where = `${urn} was made ${JSON.stringify(outcomes.get(name) ?? "untouched")}`;
      assert.deepEqual(said, engine.said.get(urn), `${where}: drift (actual) and the engine (expected) disagree`);
      const outcome = outcomes.get(name) ?? "same";
      if (outcome !== "unclear")
        assert.deepEqual(heads(said), heads(outcome as Said), `${where}, by the way it was disturbed`);
      tally.resources++;
      tally[said === "same" ? "same" : said === "gone" ? "gone" : "changed"]++;
    }
    const found = unmanaged.filter(
      (resource) => resource.region === region && resource.type === "ecr:index:Repository",
    );
    assert.deepEqual(found.map(({ id }) => id).sort(), [...foreign].sort(), `undeclared repositories of ${region}`);
    tally.unmanaged += found.length;
  }
  const drifted = [...urns.values()].some((said) => said !== "same");
  assert.equal(drift.code, drifted || unmanaged.length > 0 ? 2 : 0, "the exit code of drift says what its report says");
}

/** The properties that differ, without the places inside them. */
function heads(said: Said | undefined): unknown {
  return Array.isArray(said) ? [...new Set(said.map((path) => /^[A-Za-z]+/.exec(path)?.[0]))].sort() : said;
}

/** Documents are one value to `drift`; the engine shows places inside. */
const documents = /^(policyText|lifecyclePolicyText|repositoryPolicy|lifecyclePolicy)\b.*$/;

function named(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.replace(documents, "$1")))].sort();
}

async function askEngine(project: Project): Promise<{ code: number; said: Map<string, Said> }> {
  const { code, stdout, stderr } = await project.run("refresh", "--preview-only", "--expect-no-changes", "--json");
  assert.ok(code === 0 || code === 7, `pulumi refresh exited with ${code}: ${stdout.slice(-2_000)}${stderr}`);
  const { steps } = JSON.parse(stdout) as {
    steps: { op: string; urn: string; detailedDiff?: Record<string, unknown> }[];
  };
  const said = new Map<string, Said>();
  for (const { op, urn, detailedDiff } of steps) {
    if (!urn.includes("::ecr:index:")) continue;
    const known: Record<string, Said> = { refresh: "same", same: "same", delete: "gone" };
    said.set(urn, op === "update" ? named(Object.keys(detailedDiff ?? {})) : (known[op] ?? [`step ${op}`]));
  }
  return { code, said };
}

interface Reported {
  readonly urn: string | null;
  readonly type: string;
  readonly id: string;
  readonly region: string;
  readonly class: string;
  readonly fields: readonly { readonly path: string; readonly moved: string }[];
}

async function askDrift(
  project: Project,
): Promise<{ code: number; urns: Map<string, Said>; unmanaged: readonly Reported[] }> {
  const { code, stdout, stderr } = await run(project, "drift", "--file", "export.json", "--format", "json");
  assert.ok(code === 0 || code === 2, `drift exited with ${code}: ${stdout.slice(0, 2_000)}${stderr}`);
  const { resources } = JSON.parse(stdout) as { resources: readonly Reported[] };
  const urns = new Map<string, Said>();
  for (const resource of resources) {
    if (resource.urn === null) continue;
    const paths = named(resource.fields.filter(({ moved }) => moved !== "converged").map(({ path }) => path));
    const known: Record<string, Said> = { "in-sync": "same", missing: "gone", changed: paths };
    urns.set(resource.urn, known[resource.class] ?? [`class ${resource.class}`]);
  }
  return { code, urns, unmanaged: resources.filter((resource) => resource.class === "unmanaged") };
}

function run(project: Project, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: project.folder, env: project.env, maxBuffer: 1 << 28, timeout: 180_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(plugin, "pulumi-ecr"), ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? (typeof error.code === "number" ? error.code : -1) : 0, stdout, stderr }),
    );
  });
}
