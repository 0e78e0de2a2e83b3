/** A few of the registries of `npm run agreement`, with a seed that is always the same. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { catalog } from "../../provider/catalog.ts";
import { noTally, play } from "../agreement/play.ts";
import { randomTrials } from "../agreement/trials.ts";
import { randomFrom } from "../chaos/random.ts";

test("drift says of disturbed registries what a refresh of the real engine says, property by property", async () => {
  const tally = noTally();
  await play(randomFrom(12), 6, 2, tally);
  assert.equal(tally.registries, 12);
  for (const kind of ["same", "changed", "gone", "unmanaged"] as const)
    assert.ok(tally[kind] > 0, `nothing was ${kind}, which proves nothing`);
});

test("every resource that needs no image is among the trials", () => {
  const random = randomFrom(1);
  const place = { account: "123456789012", region: "us-east-1" };
  const drawn = Array.from({ length: 40 }, () => randomTrials(random, place)).flat();
  const types = new Set([...drawn.map(({ type }) => type), "Image", "ImageScan"]);
  assert.deepEqual([...types].sort(), catalog.resources.map(({ name }) => name).sort());
});
