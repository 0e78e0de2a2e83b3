/** Names of imported resources: whatever things are called, every name is an identifier, unique and its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { uniqueNames } from "../../provider/declared/names.ts";

const thing = fc.record({
  type: fc.constantFrom("ecr:index:Repository", "ecr:index:RepositoryPolicy"),
  id: fc.string({ maxLength: 12 }),
  name: fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("a/b", "a-b", "a.b", "A_B", "", "ünïcode", "__proto__")),
});
const things = fc.uniqueArray(thing, { maxLength: 30, selector: ({ type, id }) => `${type} ${id}` });

test("every name is an identifier of letters and digits, and no two are the same", () => {
  fc.assert(
    fc.property(things, (all) => {
      const names = uniqueNames(all);
      assert.equal(names.length, all.length);
      assert.equal(new Set(names).size, all.length);
      for (const name of names) assert.match(name, /^[a-z][A-Za-z0-9]*$/);
    }),
  );
});

test("the order of the things changes nothing", () => {
  fc.assert(
    fc.property(things, (all) => {
      const names = new Map(all.map((one, index) => [one, uniqueNames(all)[index]]));
      const reversed = all.toReversed();
      for (const [index, name] of uniqueNames(reversed).entries())
        assert.equal(name, names.get(reversed[index] ?? assert.fail()));
    }),
  );
});
