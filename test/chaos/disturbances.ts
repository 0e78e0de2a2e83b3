/** What may go wrong while a program is deployed, one entry each. An entry disturbs one `up`; recovery is judged outside. */

import assert from "node:assert/strict";
import type { FaultRule } from "../../emulator/service/faults.ts";
import { ended, foreignTag, parts, program, until, type Version, type World } from "./world.ts";

export interface Disturbance {
  readonly name: string;
  /** The version of the program that is deployed in the end. */
  readonly version: Version;
  /** Starts from an empty registry, or from the first version with images pushed into it. */
  readonly from: "nothing" | "first";
  disturb(world: World, random: (limit: number) => number): Promise<void>;
}

/** An `up` that meets these faults; `survives` when it must succeed all the same. */
function faulty(name: string, rules: FaultRule[], survives: boolean): Disturbance[] {
  return (["first", "second"] as const).map((version) => ({
    name: `${name} (${version === "first" ? "creating" : "updating"})`,
    version,
    from: version === "first" ? "nothing" : "first",
    async disturb({ emulator, project }) {
      emulator.addFaults(rules);
      const { code, output } = await project.run("up", "--yes", "--skip-preview");
      if (survives) assert.equal(code, 0, output);
      else assert.notEqual(code, 0, "the trouble must have been met");
    },
  }));
}

const subReads = [
  "DescribeRepositories",
  "ListTagsForResource",
  "GetRepositoryPolicy",
  "GetLifecyclePolicy",
  "GetRegistryPolicy",
  "DescribeRegistry",
] as const;

const denied: Disturbance[] = subReads.map((operation) => ({
  name: `${operation} is denied during a refresh and an up`,
  version: "second",
  from: "first",
  async disturb({ emulator, project }) {
    emulator.addFaults([{ operation, kind: "deny" }]);
    const before = await project.export();
    await project.run("refresh", "--yes");
    const after = await project.export();
    assert.equal(
      after.deployment.resources?.length,
      before.deployment.resources?.length,
      "a denied read never means that something is gone",
    );
    await project.run("up", "--yes", "--skip-preview");
  },
}));

const cancelled: Disturbance = {
  name: "cancelled while a layer is sent",
  version: "first",
  from: "nothing",
  async disturb(world, random) {
    const { emulator } = world;
    const sent = () => emulator.journal().filter(({ operation }) => operation === "UploadLayerPart").length;
    emulator.addFaults([{ operation: "UploadLayerPart", kind: "delay", ms: 2_000 }]);
    const after = 1 + random(parts);
    const engine = await world.engine("up", "--yes", "--skip-preview");
    await until("the layer", () => sent() >= after);
    engine.kill("SIGINT");
    assert.notEqual(await ended(engine), 0, "the run was cancelled");
  },
};

const foreign: Disturbance = {
  name: "somebody else writes between the preview and the up",
  version: "second",
  from: "first",
  async disturb({ emulator, project }) {
    await project.ok("preview");
    for (const write of [
      { operation: "PutRegistryPolicy", input: { policyText: JSON.stringify(foreignPolicy) } },
      { operation: "TagResource", input: { resourceArn: arn("team/app1"), tags: [{ Key: "owner", Value: "them" }] } },
      { operation: "DeleteLifecyclePolicy", input: { repositoryName: "team/app2" } },
      { operation: "PutImageTagMutability", input: { repositoryName: "team/app3", imageTagMutability: "IMMUTABLE" } },
    ]) {
      emulator.asForeigner(write);
    }
    const { code, output } = await project.run("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /was changed outside since it was recorded/);
    // What a user does next: look at it, and let the program win.
    await project.ok("refresh", "--yes");
  },
};

const foreignPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "theirs",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::333333333333:root" },
      Action: "ecr:ReplicateImage",
      Resource: "*",
    },
  ],
};

function arn(name: string): string {
  return `arn:aws:ecr:us-east-1:123456789012:repository/${name}`;
}

/** Kills when the run has made a random number of its calls, so that a seed means the same on every machine. */
function killed(what: "plugin" | "engine", version: Version, moment: number): Disturbance {
  return {
    name: `kill -9 of the ${what}, moment ${moment} (${version === "first" ? "creating" : "updating"})`,
    version,
    from: version === "first" ? "nothing" : "first",
    async disturb(world, random) {
      const { emulator } = world;
      const after = emulator.journal().length + 1 + random(version === "first" ? 60 : 45);
      emulator.addFaults([{ kind: "delay", ms: 20 }]);
      const engine = await world.engine("up", "--yes", "--skip-preview");
      await until("the run", () => emulator.journal().length >= after || engine.exitCode !== null);
      if (what === "engine") engine.kill("SIGKILL");
      else for (const pid of world.plugins()) process.kill(pid, "SIGKILL");
      await ended(engine);
      await until("the end of the plugin's processes", () => world.plugins().length === 0);
    },
  };
}

const moments = Array.from({ length: 10 }, (_, index) => index + 1);

export const disturbances: readonly Disturbance[] = [
  ...faulty("throttling on every third call", [{ kind: "throttle", every: 3 }], true),
  ...faulty(
    "bursts of 5xx",
    [0, 1, 2].map((burst) => ({ kind: "unavailable", after: 10 + 20 * burst, times: 5 })),
    true,
  ),
  ...faulty("connections that break before the call is made", [{ kind: "reset", every: 7 }], true),
  ...faulty("connections that break in the middle of the answer", [{ kind: "truncate", every: 7 }], true),
  ...faulty("answers that are lost", [{ kind: "drop-after", every: 7 }], true),
  ...faulty("credentials that expire in mid-run", [{ kind: "expired", after: 25 }], false),
  {
    name: "visibility delayed by 5 s",
    version: "first",
    from: "nothing",
    async disturb({ emulator, project }) {
      emulator.settings.visibilityDelay = 5_000;
      await project.ok("up", "--yes", "--skip-preview");
    },
  },
  cancelled,
  foreign,
  ...denied,
  ...moments.flatMap((moment) =>
    (["plugin", "engine"] as const).flatMap((what) => [killed(what, "first", moment), killed(what, "second", moment)]),
  ),
];

/** Plays one disturbance in a world of its own; rejects with what does not hold afterwards. */
export async function play(
  { name, version, from, disturb }: Disturbance,
  createWorld: () => Promise<World>,
  random: (limit: number) => number,
): Promise<void> {
  const world = await createWorld();
  try {
    if (from === "first") {
      await world.project.ok("up", "--yes", "--skip-preview");
      world.pushImages();
    }
    world.project.write(program(version));
    await disturb(world, random);
    await world.recovers(version);
    if (from === "first") {
      const [registry] = world.emulator.state();
      for (const { name, images } of Object.values(registry?.repositories ?? {}))
        assert.ok(
          images.some(({ tags }) => tags.includes(foreignTag)),
          `the image that somebody pushed to ${name} is still there`,
        );
    }
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await world.close();
  }
}
