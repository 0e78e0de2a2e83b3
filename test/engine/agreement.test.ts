/** A few of the registries of `npm run agreement`, with a seed that is always the same. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { noTally, play } from "../agreement/play.ts";
import { randomFrom } from "../chaos/random.ts";

test("drift says of disturbed registries what a refresh of the real engine says, property by property", async () => {
  const tally = noTally();
  await play(randomFrom(12), 6, 2, tally);
  assert.equal(tally.registries, 12);
  for (const kind of ["same", "changed", "gone", "unmanaged"] as const)
    assert.ok(tally[kind] > 0, `nothing was ${kind}, which proves nothing`);
});
