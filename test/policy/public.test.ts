/** Who is public: small policies (test/cases/policy/public.json), most of which other tools judge wrongly. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { allows, requestOf } from "./evaluator.ts";

interface Case {
  readonly name: string;
  readonly policy: unknown;
  readonly public: boolean;
  readonly onlyIf?: string;
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "../cases/policy/public.json"), "utf8"),
) as readonly Case[];

for (const { name, policy, public: isPublic, onlyIf } of cases) {
  test(`${name}: ${isPublic ? "public" : "closed"}`, () => {
    const { relation, gains, undecided } = compareAccess(undefined, policy, { owner: "111111111111" });
    assert.equal(relation, "wider");
    assert.deepEqual(undecided, []);
    assert.equal(
      gains.some((row) => row.public),
      isPublic,
    );
    assert.equal(gains[0]?.onlyIf, onlyIf);
    for (const { witness } of gains) assert.ok(allows(policy, requestOf(witness)));
  });
}
