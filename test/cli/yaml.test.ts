/** The YAML writer, by its text and through an independent reader of YAML 1.1. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toYaml } from "../../provider/cli/shared/yaml.ts";
import { runPython } from "../../tools/python.ts";

test("maps and lists are written in blocks, and what is empty on one line", () => {
  assert.equal(
    toYaml({ a: { b: [1, { c: true, d: null }, [], ["x"]] }, e: {}, f: [[{ g: 1 }]] }),
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
  assert.equal(toYaml({}), "{}\n");
});

test("text stays text and a key stays a key, whatever they look like", () => {
  assert.equal(
    toYaml({ y: "no", "aws:x": "a: b # c", "1": "1", "": "two\nlines", __proto__x: "'" }),
    `"1": "1"\n"y": "no"\n"aws:x": "a: b # c"\n"": "two\\nlines"\n__proto__x: "'"\n`,
  );
});

test("another reader gets the same values back", async () => {
  const values = fc.sample(fc.jsonValue({ maxDepth: 4 }), { numRuns: 200, seed: 1 });
  const texts = JSON.stringify(values.map(toYaml));
  const read = await runPython(
    `import json, yaml; print(json.dumps([yaml.safe_load(text) for text in json.loads(${JSON.stringify(texts)})]))`,
  );
  assert.deepEqual(JSON.parse(read), JSON.parse(JSON.stringify(values)));
});
