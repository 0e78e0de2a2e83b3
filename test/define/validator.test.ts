import assert from "node:assert/strict";
import { test } from "node:test";
import { compileSchema } from "../../provider/define/validator.ts";
import { formatPath } from "../../provider/text/path.ts";
import { unknown, valueMap } from "../../provider/text/value.ts";

const text = { type: "string" };
const object = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...more,
});
const told = (schema: object, value: unknown) =>
  compileSchema(schema)(value).map(({ path, message }) => `${formatPath(path)}: ${message}`);

test("every message is in plain words and at its place", () => {
  const schema = object(
    {
      mode: { enum: ["MUTABLE", "IMMUTABLE"] },
      name: { type: "string", minLength: 2, maxLength: 4, pattern: "^[a-z]+$", patternMessage: "must be lower case" },
      count: { type: "integer", minimum: 1, maximum: 9 },
      list: { type: "array", items: text, minItems: 1, maxItems: 2 },
      either: { type: ["string", "array"], items: text },
    },
    { required: ["mode"] },
  );
  assert.deepEqual(told(schema, {}), ["mode: is required"]);
  assert.deepEqual(told(schema, { mode: "x", name: "A", count: 0, list: [], either: 1, nam: "" }).sort(), [
    "count: must be at least 1, is 0",
    "either: must be a string or a list, is the number 1",
    "list: must have at least 1 entry, has 0",
    'mode: must be "MUTABLE" or "IMMUTABLE", is "x"',
    'nam: is not a known property; did you mean "name"?',
    'name: must be lower case, is "A"',
    "name: must have at least 2 characters, has 1",
  ]);
  assert.deepEqual(told(schema, { mode: "MUTABLE", name: "ABCDE", count: 1.5, list: ["a", 1, null] }).sort(), [
    "count: must be a whole number, is the number 1.5",
    "list: must have at most 2 entries, has 3",
    "list[1]: must be a string, is the number 1",
    "list[2]: must be a string, is null",
    "name: must have at most 4 characters, has 5",
  ]);
});

test("characters are code points", () => {
  assert.deepEqual(told({ type: "string", maxLength: 2 }, "😀😀"), []);
  assert.deepEqual(told({ type: "string", maxLength: 2 }, "😀😀😀"), [": must have at most 2 characters, has 3"]);
});

test("one of several members is asked for by name", () => {
  const schema = object(
    { a: text, b: text },
    { oneOf: ["a", "b"].map((name) => ({ properties: { [name]: true }, required: [name] })) },
  );
  assert.deepEqual(told(schema, {}), [": needs a or b"]);
  assert.deepEqual(told(schema, { a: "", b: "" }), [": has a and b; keep one of them"]);
  assert.deepEqual(told(schema, { a: unknown }), []);
  assert.deepEqual(told(schema, 1), [": must be an object, is the number 1"]);
});

test("what is unknown is never wrong, nor is what is wrong only because of it", () => {
  const forms = { anyOf: [{ const: 1 }, { type: "array", items: text }] };
  const schema = object({ a: text, list: { type: "array", items: object({ b: text }, { required: ["b"] }) }, forms });
  assert.deepEqual(told(schema, unknown), []);
  assert.deepEqual(told(schema, { a: unknown, list: [unknown, { b: unknown }, {}], forms: [unknown] }), [
    "list[2].b: is required",
  ]);
  assert.deepEqual(told(schema, { forms: [1] }), [
    "forms[0]: must be a string, is the number 1",
    "forms: must have one of the forms that are allowed here, is a list",
  ]);
});

test("keys such as __proto__ and constructor are ordinary keys", () => {
  const schema = object({ a: text });
  const odd = valueMap([
    ["__proto__", 1],
    ["constructor", 1],
  ]);
  assert.deepEqual(told(schema, odd), ["__proto__: is not a known property", "constructor: is not a known property"]);
  assert.deepEqual(told(object({ toString: text }, { required: ["toString"] }), valueMap()), ["toString: is required"]);
  const [problem] = compileSchema({ type: "object", additionalProperties: text })({ "a/b~c": { d: 1 } });
  assert.deepEqual(problem?.path, ["a/b~c"]);
});

test("50 problems are told and the rest is counted", () => {
  const problems = compileSchema({ type: "array", items: text })(Array.from({ length: 10_000 }, () => 1));
  assert.equal(problems.length, 51);
  assert.deepEqual(problems.at(-1), { path: [], message: "has 9950 more problems of the same kinds" });
});

test("no size of a value makes it hang", () => {
  const schema = object({
    list: { type: "array", maxItems: 50, items: { $ref: "#/$defs/item" } },
    name: { type: "string", maxLength: 10, pattern: "^(?:a+)+$", patternMessage: "must be of a" },
  });
  const validate = compileSchema({ ...schema, $defs: { item: object({ a: text }, { required: ["a"] }) } });
  const started = performance.now();
  assert.deepEqual(
    validate({ list: Array.from({ length: 200_000 }, () => 1) }).map(({ message }) => message),
    ["must have at most 50 entries, has 200000"],
  );
  assert.deepEqual(
    validate({ name: `${"a".repeat(5_000_000)}!` }).map(({ message }) => message),
    ["must have at most 10 characters, has 5000001"],
  );
  assert.ok(performance.now() - started < 5_000);
});

test("what a message repeats of a value is escaped and cut", () => {
  const [said = ""] = told({ enum: ["a"] }, `\u001b[2J\u202e${"x".repeat(1_000)}`);
  assert.match(said, /^[ -~…]{1,200}$/);
});
