/** What access two documents differ in, decided by IAM's documented rules before the code was asked. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import type { AccessContext } from "../../provider/policy/access/context.ts";

interface Case {
  readonly says: string;
  /** Statements; absent where there is no policy. */
  readonly before?: readonly unknown[];
  readonly after?: readonly unknown[];
  readonly context?: AccessContext;
  readonly relation: string;
}

const opposite: Readonly<Record<string, string>> = { wider: "narrower", narrower: "wider" };

describe("access by IAM's rules", () => {
  const cases = join(import.meta.dirname, "..", "cases", "policy", "access.json");
  for (const { says, before, after, context, relation } of JSON.parse(readFileSync(cases, "utf8")) as Case[]) {
    test(says, () => {
      const [old, now] = [before, after].map((list) => list && { Version: "2012-10-17", Statement: list });
      assert.equal(compareAccess(old, now, context).relation, relation);
      assert.equal(compareAccess(now, old, context).relation, opposite[relation] ?? relation, "the other way round");
    });
  }
});
