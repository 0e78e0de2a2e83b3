/** The YAML writer, against the YAML reader of the engine's own language host in engine tests, and here by its text. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { toYaml } from "../../provider/cli/yaml.ts";

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
