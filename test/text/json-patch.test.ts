import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import jsonPatch from "fast-json-patch";
import { patchBetween, pointerNames } from "../../provider/text/json-patch.ts";
import { runs } from "../harness/runs.ts";

test("a patch makes the second value of the first, whatever both are", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const patch = patchBetween(before, after);
      const { newDocument } = jsonPatch.applyPatch(structuredClone(before), patch as jsonPatch.Operation[]);
      assert.equal(JSON.stringify(sorted(newDocument)), JSON.stringify(sorted(after)));
    }),
    runs,
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}

test("the same values have an empty patch, and others the smallest", () => {
  assert.deepEqual(patchBetween({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), []);
  assert.deepEqual(patchBetween(1, 2), [{ op: "replace", path: "", value: 2 }]);
  assert.deepEqual(patchBetween({ a: 1, b: { "x/y~": 1 } }, { a: 1, b: { "x/y~": 2 } }), [
    { op: "replace", path: "/b/x~1y~0", value: 2 },
  ]);
});

test("the names in a pointer are unescaped", () => {
  assert.deepEqual(pointerNames("/a~1b/c~0d/~01/0"), ["a/b", "c~d", "~1", "0"]);
  assert.deepEqual(pointerNames(""), []);
});
