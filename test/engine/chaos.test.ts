/** A few of the disturbances of `npm run chaos`, one of each kind, with a seed that is always the same. */

import { test } from "node:test";
import { disturbances, play } from "../chaos/disturbances.ts";
import { randomFrom } from "../chaos/random.ts";
import { createWorld } from "../chaos/world.ts";

const seed = 20;
const short = [
  "throttling on every third call (updating)",
  "answers that are lost (creating)",
  "connections that break in the middle of the answer (updating)",
  "cancelled while a layer is sent",
  "somebody else writes between the preview and the up",
  "GetRepositoryPolicy is denied during a refresh and an up",
  "kill -9 of the plugin, moment 1 (creating)",
  "kill -9 of the engine, moment 1 (creating)",
];

for (const name of short) {
  test(`an up recovers from: ${name}`, async () => {
    const disturbance = disturbances.find((candidate) => candidate.name === name);
    if (!disturbance) throw new Error(`there is no disturbance "${name}"`);
    await play(disturbance, createWorld, randomFrom(seed));
  });
}
