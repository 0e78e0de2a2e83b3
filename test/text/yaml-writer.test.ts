/** The YAML writer, by its text and through an independent reader of YAML 1.1. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { writeYaml } from "../../provider/text/yaml.ts";
import { runPython } from "../../tools/python.ts";
import { runs } from "../harness/runs.ts";

test("maps and lists are written in blocks, and what is empty on one line", () => {
  assert.equal(
    writeYaml({ a: { b: [1, { c: true, d: null }, [], ["x"]] }, e: {}, f: [[{ g: 1 }]] }),
    `a:
  b:
    - 1
    - c: true
      d: null
    - []
    - - "x"
e: {}
f:
  - - g: 1
`,
  );
  assert.equal(writeYaml({}), "{}\n");
});

test("text stays text and a key stays a key, whatever they look like", () => {
  assert.equal(
    writeYaml({ y: "no", "aws:x": "a: b # c", "1": "1", "": "two\nlines", __proto__x: "'" }),
    `"1": "1"\n"y": "no"\n"aws:x": "a: b # c"\n"": "two\\nlines"\n__proto__x: "'"\n`,
  );
});

/** What YAML 1.1, or one of its readers, takes for something else than text. */
const tempting = fc.constantFrom(
  ...["y", "No", "on", "OFF", "true", "null", "~", "", "1", "0x1f", "0o14", "014", "0b11", "1_000", "190:20:30", "1e3"],
  ...["5e-7", ".inf", ".NaN", "-", "=", "<<", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "a: b", "- a", "#", " a "],
  ...["@a", "`a`", "%a", "&a", "*a", "!a", "|", ">", "{", "[", "two\nlines\n", "\u0085", "\u2028", "\ufeff", "\u0007"],
);
const values = fc.jsonValue({ maxDepth: 4 });
const texts = fc.oneof(tempting, fc.string({ unit: "grapheme" }));

test("the reader of the library gets the same values back, in YAML 1.1 and 1.2", () => {
  fc.assert(
    fc.property(fc.oneof(values, fc.dictionary(texts, fc.oneof(texts, fc.array(texts)))), (value) => {
      for (const version of ["1.1", "1.2"] as const)
        assert.equal(JSON.stringify(parse(writeYaml(value), { version })), JSON.stringify(value));
    }),
    runs,
  );
});

test("another reader gets the same values back", async () => {
  const some = [
    ...fc.sample(values, { numRuns: 200, seed: 1 }),
    ...fc.sample(fc.dictionary(tempting, fc.oneof(tempting, fc.array(tempting))), { numRuns: 200, seed: 1 }),
  ];
  const written = JSON.stringify(some.map(writeYaml));
  const read = await runPython(
    `import json, yaml; print(json.dumps([yaml.safe_load(text) for text in json.loads(${JSON.stringify(written)})]))`,
  );
  assert.deepEqual(JSON.parse(read), JSON.parse(JSON.stringify(some)));
});
