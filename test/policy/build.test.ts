/** Access policies from grants and statements (test/cases/policy/build.json), and where each place of them comes from. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildPolicy, type PolicyInput, withScalars } from "../../provider/policy/build.ts";
import type { PolicyKind } from "../../provider/policy/language/document.ts";
import { formatPath, type Path } from "../../provider/text/path.ts";

interface Case {
  readonly name: string;
  readonly kind?: PolicyKind;
  readonly input: PolicyInput;
  /** With a list of one as its entry; left out where only the problems matter. */
  readonly document?: unknown;
  readonly problems?: readonly string[];
  /** A place of the document, whose lists are whole, and the one of the input. */
  readonly places?: readonly (readonly [Path, Path])[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "../cases/policy/build.json"), "utf8"),
) as readonly Case[];

for (const { name, kind = "repository", input, document, problems = [], places = [] } of cases) {
  test(name, () => {
    const built = buildPolicy(kind, input);
    assert.deepEqual(
      built.problems.map(({ path, message }) => `${formatPath(path)}: ${message}`),
      problems,
    );
    // As text, because the order of elements is part of what is made.
    if (document) assert.equal(JSON.stringify(withScalars(built.document)), JSON.stringify(document));
    for (const [path, from] of places) assert.deepEqual(built.placeOf(path), from, formatPath(path));
  });
}
