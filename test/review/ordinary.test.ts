/** Ordinary policies, after the uses that AWS documents: a warning about one of them is a false alarm. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Declared } from "../../provider/declared/declared.ts";
import type { PolicyKind } from "../../provider/policy/language/document.ts";
import { reviewOf } from "./harness.ts";

interface Case {
  readonly name: string;
  readonly kind?: PolicyKind | "lifecycle";
  readonly policy: unknown;
  readonly trusted?: readonly string[];
  readonly organizations?: readonly string[];
  /** What else is trusted, by the names of review.yaml. */
  readonly trusts?: Readonly<Record<string, readonly string[]>>;
  readonly accounts?: Readonly<Record<string, object>>;
  readonly partition?: string;
  /** The rules that have something to say, rightly. */
  readonly warns?: readonly string[];
}

const kinds = { repository: "RepositoryPolicy", registry: "RegistryPolicy", lifecycle: "LifecyclePolicy" } as const;
const folder = join(import.meta.dirname, "../cases/ordinary");
const cases = readdirSync(folder).flatMap((file) =>
  (JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly Case[]).map((one) => ({ ...one, file })),
);

for (const {
  name,
  file,
  kind = "repository",
  policy,
  trusted,
  organizations,
  trusts,
  accounts,
  partition,
  warns = [],
} of cases) {
  test(`${file.replace(".json", "")}: ${name}`, () => {
    const property = kind === "lifecycle" ? "lifecyclePolicyText" : "policyText";
    const after: Declared = { kind: kinds[kind], name: "team/api", properties: { [property]: policy } };
    const { findings } = reviewOf({
      before: after,
      after,
      owner: "123456789012",
      region: "eu-west-1",
      partition: partition ?? "aws",
      config: {
        trusted: { accounts: trusted ?? [], organizations: organizations ?? [], ...trusts },
        accounts: accounts ?? {},
      },
    });
    const told = findings.filter(({ level }) => level !== "note");
    assert.deepEqual([...new Set(told.map(({ ruleId }) => ruleId))].sort(), [...warns].sort(), JSON.stringify(told));
  });
}

test("there are at least eighty of them", () => {
  assert.ok(cases.length >= 80);
  assert.ok(cases.filter(({ warns = [] }) => warns.length > 0).length < 10);
});
