/** YAML from outside: positions, and what is refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "../../provider/text/yaml.ts";

const program = `resources:
  shared:
    type: ecr:RepositoryPolicy
    properties:
      policyText: |
        {
          "Statement": [
            {"Sid": "One"}
          ]
        }
      inline: '{"Statement": []}'
      object:
        fn::toJSON: {Version: 2012-10-17, Statement: [{Sid: Two}]}
`;
const properties = ["resources", "shared", "properties"];

test("what looks like a date stays text, as in JSON", () => {
  const { value, problems } = parseYaml(program);
  assert.deepEqual(problems, []);
  const { object } = (value as { resources: { shared: { properties: { object: unknown } } } }).resources.shared
    .properties;
  assert.deepEqual(object, { "fn::toJSON": { Version: "2012-10-17", Statement: [{ Sid: "Two" }] } });
});

test("a place inside a map, and inside the text of a block or of quotes, has its line and column", () => {
  const { locate, locateInText } = parseYaml(program);
  assert.deepEqual(locate([...properties, "object", "fn::toJSON", "Statement", 0, "Sid"]), { line: 13, column: 61 });
  assert.deepEqual(locate([...properties, "gone", "further"]), { line: 5, column: 7 });
  assert.deepEqual(locateInText([...properties, "policyText"], { line: 3, column: 6 }), { line: 8, column: 14 });
  assert.deepEqual(locateInText([...properties, "inline"], { line: 1, column: 2 }), { line: 11, column: 17 });
});

const hostile: Readonly<Record<string, [text: string, says: RegExp]>> = {
  "aliases that multiply": [
    `a: &a [${"x,".repeat(9)}x]\n${[..."bcdefghi"].map((key, at) => `${key}: &${key} [${`*${"abcdefgh"[at]},`.repeat(9)}x]`).join("\n")}`,
    /alias/,
  ],
  "a tag of its own": ["a: !run x", /tag/i],
  "a tag of YAML that means a type of a language": ["a: !!js/function x", /tag/i],
  "brackets without end": ["[".repeat(100_000), /64 levels/],
  "dashes without end": ["- ".repeat(100_000), /64 levels/],
  "indentation without end": [
    Array.from({ length: 1_400 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    /no YAML that is read|64 levels/,
  ],
  "a key that is there twice": ["a: 1\nb: 2\na: 3", /"a" is there twice/],
  "a key that is a list": ["? [a]\n: 1", /no text/],
  "several documents": ["a: 1\n---\nb: 1\n", /multiple documents/],
  "more text than is read": ["x".repeat(1_100_000), /1100000 characters/],
};
for (const [name, [text, says]] of Object.entries(hostile)) {
  test(`${name} is a problem with a place, and no value`, () => {
    const { value, problems } = parseYaml(text);
    assert.equal(value, undefined);
    assert.match(problems[0]?.message ?? "", says);
    assert.ok((problems[0]?.line ?? 0) >= 1);
  });
}

test("the key __proto__ is a key like any other", () => {
  const { value } = parseYaml("__proto__: {admin: true}");
  assert.ok(Object.hasOwn(value as object, "__proto__"));
  assert.equal((value as { admin?: boolean }).admin, undefined);
});

test("60,000 keys are read without comparing each with each other", () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: v`).join("\n");
  assert.equal(Object.keys(parseYaml(text).value as object).length, 60_000);
});
