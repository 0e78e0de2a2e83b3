/**
 * Random registries deployed by the real engine and disturbed from outside; then `pulumi refresh --preview-only` and
 * `pulumi-ecr drift` are asked about the same moment, and held to each other and to what the disturbance was.
 */

import assert from "node:assert/strict";
import type { Project } from "../engine/engine.ts";
import { companion, deploy, disturb, type Registry } from "./deployment.ts";
import type { Random } from "./draw.ts";

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

/** What is said of one resource: its properties when it differs. */
type Said = "same" | "gone" | string[];

/**
 * Deploys so many registries at once and disturbs them `rounds` times. Throws AssertionError with the resource when the
 * engine, `drift` and the disturbance disagree.
 */
export async function play(random: Random, count: number, rounds: number, tally: Tally): Promise<void> {
  const { emulator, project, registries, close } = await deploy(random, count);
  try {
    for (let round = 0; round < rounds; round++) {
      for (const registry of registries) disturb(random, emulator, registry);
      await compare(project, registries, tally);
    }
  } finally {
    await close();
  }
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
  const { code, stdout, stderr } = await companion(project, "drift", "--file", "export.json", "--format", "json");
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
