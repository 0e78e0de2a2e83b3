/** The scanner for exports of any size, held to JSON.parse. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Interest, scanJson } from "../../provider/text/json-stream.ts";

interface Taken {
  path: string;
  value: unknown;
}

function scan(text: string, interest: (path: readonly (string | number)[]) => Interest, size = 7, most = 1e6) {
  const taken: Taken[] = [];
  const large: string[] = [];
  const scanner = scanJson("test", {
    interest,
    most,
    value: (path, value) => taken.push({ path: path.join("/"), value }),
    tooLarge: (path) => large.push(path.join("/")),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size));
  scanner.end();
  return { taken, large };
}

test("what is taken is what JSON.parse gives, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (members, size, spaced) => {
        const text = JSON.stringify(members, undefined, spaced ? 2 : undefined);
        const { taken } = scan(text, () => "take", size);
        const expected = Object.entries(JSON.parse(text) as object).map(([path, value]) => ({ path, value }));
        assert.deepEqual(taken, expected);
      },
    ),
  );
});

test("lists that are entered give their elements with their places, and what is skipped is passed by", () => {
  const text = '{"skip": {"deep": ["]}\\"", 1]}, "list": [1, {"a": [true]}, "x\\\\"], "last": null}';
  const { taken } = scan(text, (path) =>
    path[0] === "skip" ? "skip" : path.length === 1 && path[0] === "list" ? "enter" : "take",
  );
  assert.deepEqual(taken, [
    { path: "list/0", value: 1 },
    { path: "list/1", value: { a: [true] } },
    { path: "list/2", value: "x\\" },
    { path: "last", value: null },
  ]);
});

test("a key __proto__ is a member like any other", () => {
  const { taken } = scan('{"a": {"__proto__": {"polluted": 1}}}', () => "take");
  const [{ value } = { value: {} }] = taken;
  assert.ok(Object.hasOwn(value as object, "__proto__"));
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("10,000 levels are passed by and taken without running out of stack", () => {
  const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
  assert.equal(scan(`{"a": ${deep}, "b": 1}`, ([name]) => (name === "a" ? "skip" : "take"), 999).taken.length, 1);
  assert.equal(scan(`{"a": ${deep}}`, () => "take", 999).taken.length, 1);
});

test("a value beyond the limit is named and everything after it is still read", () => {
  const { taken, large } = scan(`{"a": "${"x".repeat(5_000)}", "b": 2}`, () => "take", 100, 1_000);
  assert.deepEqual(large, ["a"]);
  assert.deepEqual(taken, [{ path: "b", value: 2 }]);
});

for (const [what, text] of [
  ["nothing", ""],
  ["text that ends too early", '{"a": [1, 2'],
  ["a string without an end", '{"a": "'],
  ["more after the end", '{"a": 1} {'],
  ["a comma that is missing", '{"a": 1 "b": 2}'],
  ["a name without quotes", "{a: 1}"],
  ["a value that is no JSON", '{"a": nope}'],
  ["HTML", "<html></html>"],
] as const) {
  test(`${what} is refused with the place`, () => {
    assert.throws(
      () => scan(text, () => "take"),
      (error: Error) =>
        /^reading test: it is (not JSON: .*|empty) \(line 1, column \d+\); correct it there$/.test(error.message),
    );
  });
}

test("a fault beyond the first MiB is named by its byte", () => {
  const text = `{"a": "${"x".repeat(1 << 20)}", b: 1}`;
  assert.throws(() => scan(text, () => "take", 65_536, 2e6), {
    message: `reading test: it is not JSON from byte ${(1 << 20) + 10} on`,
  });
});

test("a text that is not UTF-8 is not read with other characters in it", () => {
  const scanner = scanJson("test", { interest: () => "take", most: 100, value() {}, tooLarge() {} });
  assert.throws(() => scanner.push(Buffer.from('{"a": "\xff"}', "latin1")), {
    message: "reading test: it is not UTF-8 text; save it as UTF-8",
  });
});
