/** The JSON report's `patch` of a changed resource, held to RFC 6902. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import jsonPatch, { type Operation } from "fast-json-patch";
import type { ReviewChange } from "../../provider/review/report.ts";
import { type Given, reviewOf } from "./harness.ts";

const parsed = (text: string | null): unknown => JSON.parse(text ?? "null");

function applied({ before, patch = [] }: ReviewChange): unknown {
  return jsonPatch.applyPatch(parsed(before), patch as Operation[], true).newDocument;
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "../cases/review/changes.json"), "utf8"),
) as readonly (Given & { name: string })[];

test("the patch of every changed resource makes what is after of what is before", () => {
  let count = 0;
  for (const given of cases)
    for (const change of reviewOf(given).changes) {
      if (change.change === "unchanged") assert.equal(change.patch, undefined);
      else {
        assert.deepEqual(applied(change), parsed(change.after), given.name);
        assert.equal(change.patch?.length === 0, change.before === change.after, given.name);
        count += 1;
      }
    }
  assert.ok(count > 50);
});

test("a value that is not known, such as a secret, is in no patch", () => {
  const side = (filters: unknown) => ({
    kind: "Repository",
    name: "a",
    properties: { repositoryName: "a", tags: filters },
  });
  const report = reviewOf({ before: side({ owner: "me" }), after: side({ owner: { $unknown: true } }) });
  assert.deepEqual(report.changes[0]?.patch, [{ op: "replace", path: "/tags/owner", value: "(not known yet)" }]);
});

test("a change of form only has an empty patch, and a removed resource is replaced by null", () => {
  const side = (properties: object) => ({
    kind: "Repository",
    name: "a",
    properties: { repositoryName: "a", ...properties },
  });
  const [removed] = reviewOf({ before: side({}) }).changes;
  assert.deepEqual(removed?.patch, [{ op: "replace", path: "", value: null }]);
  const policy = (Action: unknown) => ({
    kind: "RepositoryPolicy",
    name: "a",
    properties: { policyText: { Statement: [{ Effect: "Allow", Principal: "*", Action }] } },
  });
  const [same] = reviewOf({ before: policy("ecr:BatchGetImage"), after: policy(["ecr:batchgetimage"]) }).changes;
  assert.deepEqual([same?.equalInMeaning, same?.patch], [true, []]);
});
