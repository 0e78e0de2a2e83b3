import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseJson } from "../../provider/text/json.ts";

const problem = (text: string) => {
  const { message = "", line, column } = parseJson(text).problems[0] ?? {};
  return `${line}:${column} ${message}`;
};

test("what is no JSON is told in words, with line and column", () => {
  assert.equal(problem('{\n  "a": 1,\n}'), "3:1 is not JSON: there is a comma before }");
  assert.equal(problem('{"a": 1} x'), '1:10 is not JSON: there is more after its end, from "x"');
  assert.equal(problem("{'a': 1}"), "1:2 is not JSON: strings and names are written in double quotes");
  assert.equal(problem("{ // why\n}"), "1:3 is not JSON: there are no comments in it");
  assert.match(problem('{"a": [1'), /is not JSON: it ends too early$/);
  assert.equal(problem('{"a" 1}'), '1:6 is not JSON: "1" was not expected here');
  assert.equal(problem('[\n"a\tb"]'), "2:3 is not JSON: the character \\u{9} in a string must be written as an escape");
  assert.equal(problem("[\u001b]"), '1:2 is not JSON: "\\u{1b}" was not expected here');
});

test("a repeated key is found however it is written, and never where there is none", () => {
  assert.equal(problem('{"a": {"b": 1,\r\n "\\u0062": 2}}'), '2:2 the key "b" is there twice');
  assert.equal(parseJson('[{"a": ":"}, {"a": ":", "\\u003a": 1}]').problems.length, 0);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const parsed = parseJson(JSON.stringify(value));
      assert.deepEqual(parsed.problems, []);
      assert.deepEqual(JSON.stringify(parsed.value), JSON.stringify(value));
    }),
  );
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (key, value) => {
      const member = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
      assert.equal(parseJson(`[{${member},"x${member.slice(1)},${member}}]`).problems.length, 1);
    }),
  );
});

test("half a surrogate pair is found in the text and behind an escape, in values and in keys", () => {
  assert.match(problem('["a", "\ud800"]'), /^1:8 holds half of a surrogate pair/);
  assert.match(problem('["a",\n "\\ud800"]'), /^2:2 holds half of a surrogate pair/);
  assert.match(problem('{"\\udc00": 1}'), /^1:2 holds half of a surrogate pair/);
  assert.deepEqual(parseJson('["\\ud83d\\ude00", "😀"]').problems, []);
});

test("the place of a path is that of its value, or of the innermost part that exists", () => {
  const { locate } = parseJson('{\n  "a": [1,\r\n    {"b": 2}],\r  "__proto__": 3\n}');
  assert.deepEqual(locate(["a", 1, "b"]), { line: 3, column: 11 });
  assert.deepEqual(locate(["a", 1, "missing", "c"]), { line: 3, column: 5 });
  assert.deepEqual(locate(["__proto__"]), { line: 4, column: 16 });
  assert.deepEqual(locate([]), { line: 1, column: 1 });
  assert.equal(parseJson("{").locate([]), undefined);
});

test("64 levels are read and 65 are refused, with the place of the first too many", () => {
  assert.equal(parseJson("[".repeat(64) + "]".repeat(64)).problems.length, 0);
  assert.equal(problem("[".repeat(65) + "]".repeat(65)), "1:65 is nested more than 64 levels deep");
  assert.equal(parseJson(`["${"[".repeat(100)}\\"${"{".repeat(100)}"]`).problems.length, 0);
});

test("no text makes it throw, and text is JSON exactly when JSON.parse says so", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "1",
    "-",
    "\\",
    "u",
    "null",
    " ",
    "\n",
    "\u0001",
    "a",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (text) => {
        const { value, problems } = parseJson(text);
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          assert.equal(problems.length, 1, "one problem, of syntax");
          return;
        }
        assert.deepEqual(value, expected);
      },
    ),
    { numRuns: 5_000 },
  );
});

test("hostile text costs little", () => {
  const started = performance.now();
  for (const text of [
    '"'.repeat(262_000),
    "[1,".repeat(80_000),
    `{${'"a":1,'.repeat(40_000)}"a":1}`,
    "{}".repeat(130_000),
    `["${"\\u0061".repeat(43_000)}"]`,
    "\ud800".repeat(262_000),
  ])
    parseJson(text);
  assert.ok(performance.now() - started < 5_000);
});
