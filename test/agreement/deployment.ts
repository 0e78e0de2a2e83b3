/** Random registries that the real engine deploys into an emulator, and what happens to them from outside. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/http/server.ts";
import { createProject, type Project, plugin } from "../engine/engine.ts";
import { command } from "../engine/run.ts";
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

/** What a program may say about a resource beside its properties. */
interface Aside {
  /** A property that it names in `ignoreChanges`. */
  readonly ignored?: string;
  /** A property that it makes secret. */
  readonly secret?: string;
}

export interface Registry {
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

/** The registries, and the project that declares them; its folder has the stack's state in `export.json`. */
export interface Deployment {
  readonly emulator: Emulator;
  readonly project: Project;
  readonly registries: readonly Registry[];
  close(): Promise<void>;
}

/** `plain`: programs without secrets, ignored properties and settings of the provider. */
export async function deploy(random: Random, count: number, { plain = false } = {}): Promise<Deployment> {
  assert.ok(count <= regions.length, `at most ${regions.length} registries are deployed at once`);
  const registries = regions.slice(0, count).map((region): Registry => {
    const trials = randomTrials(random, { account, region });
    const asides = new Map(plain ? [] : trials.map((trial) => [trial.name, randomAside(random, trial)]));
    const settings = plain ? {} : randomSettings(random);
    return { region, trials, asides, settings, outcomes: new Map(), foreign: new Set() };
  });
  const emulator = await startEmulator({ account });
  for (const { region, trials, foreign } of registries)
    for (const { operation, input } of trials.flatMap(({ before = [] }) => before)) {
      emulator.asForeigner({ region, operation, input });
      foreign.add(String(input["repositoryName"]));
    }
  const project = await createProject(emulator.url, programOf(registries));
  const close = async () => {
    project.remove();
    await emulator.close();
  };
  try {
    await project.ok("up", "--yes", "--skip-preview");
    writeFileSync(join(project.folder, "export.json"), (await project.ok("stack", "export", "--show-secrets")).stdout);
  } catch (error) {
    await close();
    throw error;
  }
  return { emulator, project, registries, close };
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
export function disturb(
  random: Random,
  emulator: Emulator,
  { region, trials, asides, outcomes, foreign }: Registry,
): void {
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

/** The command as it is installed, in the project's folder and environment. */
export function companion(project: Project, ...args: string[]) {
  return command(project, process.execPath, join(plugin, "pulumi-ecr"), ...args);
}
