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
  /** Whether an outsider gains. */
  readonly outside?: boolean;
}

const opposite: Readonly<Record<string, string>> = { wider: "narrower", narrower: "wider" };

describe("access by IAM's rules", () => {
  const cases = join(import.meta.dirname, "..", "cases", "policy", "access.json");
  for (const { says, before, after, context, relation, outside } of JSON.parse(readFileSync(cases, "utf8")) as Case[]) {
    test(says, () => {
      const [old, now] = [before, after].map((list) => list && { Version: "2012-10-17", Statement: list });
      const change = compareAccess(old, now, context);
      assert.equal(change.relation, relation);
      if (outside !== undefined)
        assert.equal(
          change.gains.some((gain) => gain.outside),
          outside,
          "an outsider gains",
        );
      assert.equal(compareAccess(now, old, context).relation, opposite[relation] ?? relation, "the other way round");
    });
  }
});

test("an escaped star is a star, and plain text before Version 2012-10-17", () => {
  const policy = (Version: string) => ({
    Version,
    Statement: {
      ...{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" },
      Condition: { StringLike: { "aws:ResourceTag/a": "$" + "{*}" } },
    },
  });
  assert.equal(compareAccess(policy("2008-10-17"), policy("2012-10-17")).relation, "incomparable");
});
