import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sortedJson, sortedKeys } from "../../provider/text/sorted-json.ts";
import { unknown } from "../../provider/text/value.ts";
import { runs } from "../harness/runs.ts";

/** The same value, with all its members written the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

test("the text is JSON of the same value, and the same in whatever order members were written", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = sortedJson(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(sortedJson(reversed(value)), text);
      assert.equal(JSON.stringify(sortedKeys(reversed(value))), JSON.stringify(sortedKeys(value)));
      assert.deepEqual(sortedKeys(value), value);
    }),
    runs,
  );
});

test("two values have one text only when they are the same", () => {
  const few = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom(null, 0, "0", "", "a", true),
      fc.array(tie("value"), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom("a", "0", ""), tie("value"), { maxKeys: 2, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(few, few, (left, right) => {
      let same = true;
      try {
        assert.deepEqual(left, right);
      } catch {
        same = false;
      }
      assert.equal(sortedJson(left) === sortedJson(right), same);
    }),
    runs,
  );
  assert.notEqual(sortedJson({ a: 1 }), sortedJson([["a", 1]]));
});

test("an unknown is told apart from every value, and what is undefined is none", () => {
  for (const other of [null, "", "\u0000", "unknown"]) assert.notEqual(sortedJson([unknown]), sortedJson([other]));
  assert.equal(sortedJson([unknown]), sortedJson([unknown]));
  assert.equal(sortedJson({ b: undefined, a: [undefined] }), '{"a":[null]}');
});
