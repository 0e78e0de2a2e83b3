/** Misspellings of known values, generated from every list of values that there is; and words that are none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { catalog } from "../../provider/catalog.ts";
import type { Row, Rows, Schema } from "../../provider/define/property.ts";
import { validateLifecyclePolicy } from "../../provider/lifecycle/validate.ts";
import { problemsOf } from "../../provider/operations/problems.ts";
import { misspelled, nearest, unknownWord } from "../../provider/text/nearest.ts";
import type { Value } from "../../provider/text/value.ts";

const letter = /[A-Za-z]/;

/** A word in another letter case, and with one letter missing, twice, replaced, or swapped with the next. Digits stay. */
function slips(word: string): string[] {
  const cases = [word.toLowerCase(), word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1).toLowerCase()}`];
  const edits = [...word].flatMap((one, at) => {
    const [before, after] = [word.slice(0, at), word.slice(at + 1)];
    if (!letter.test(one)) return [];
    const [next = ""] = after;
    const swapped = letter.test(next) ? [`${before}${next}${one}${after.slice(1)}`] : [];
    return [before + after, `${before}${one}${one}${after}`, `${before}x${after}`, ...swapped];
  });
  return [...cases, ...edits].filter((slip) => slip !== word && slip !== "");
}

/** Every list of known values of a row, with a value of the row that has `word` in its place. */
function* lists(schema: Schema): Generator<{ known: readonly string[]; closed: boolean; put(word: string): Value }> {
  if (schema.knownValues)
    yield { known: Object.keys(schema.knownValues), closed: Boolean(schema["enum"]), put: (word) => word };
  if (schema.items)
    for (const one of lists(schema.items)) yield { ...one, put: (word) => [one.put(word)] as unknown as Value };
  for (const [name, member] of Object.entries(schema.properties ?? {}))
    for (const one of lists(member)) yield { ...one, put: (word) => ({ [name]: one.put(word) }) as unknown as Value };
}

const tables: [string, Rows][] = [
  ...catalog.resources.map(({ name, properties }): [string, Rows] => [name, properties as Rows]),
  ...catalog.functions.map(({ name, args }): [string, Rows] => [name, args as Rows]),
];

/** What is said of one value, whatever else the resource lacks. */
function judged(table: Rows, name: string, value: Value, word: string) {
  const warnings: string[] = [];
  const listener = { settings: {}, warn: (message: string) => warnings.push(message) } as unknown as Parameters<
    typeof problemsOf
  >[2];
  const errors = problemsOf(table, { [name]: value }, listener)
    .map(({ message }) => message)
    .filter((message) => message.includes(`"${word}"`));
  return { errors, warnings: warnings.filter((message) => message.includes(`"${word}"`)) };
}

test("a misspelled value of any property is an error that names the one meant, and a new value is sent with a warning", () => {
  let count = 0;
  for (const [type, table] of tables) {
    for (const [name, { schema, role }] of Object.entries(table) as [string, Row][]) {
      if (role === "output") continue;
      for (const { known, closed, put } of lists(schema)) {
        for (const value of known) {
          for (const slip of slips(value).filter((one) => !known.includes(one))) {
            const { errors, warnings } = judged(table, name, put(slip), slip);
            const place = `${type}.${name}: ${slip} for ${value}`;
            assert.equal(errors.length, 1, `${place}: ${errors.join()} ${warnings.join()}`);
            assert.deepEqual(warnings, [], place);
            const meant = /did you mean "?([^"?]+)"?\?$/.exec(errors[0] ?? "")?.[1] ?? "";
            assert.ok(known.includes(meant), `${place}: ${errors[0]}`);
            count++;
          }
        }
        const { errors, warnings } = judged(table, name, put("QUANTUM"), "QUANTUM");
        assert.deepEqual([errors.length, warnings.length], closed ? [1, 0] : [0, 1], `${type}.${name}`);
        if (!closed)
          assert.match(warnings[0] ?? "", /it is sent to AWS unchanged, in case it is newer than this version$/);
      }
    }
  }
  assert.ok(count > 1_000, `${count}`);
});

test("a misspelled value of a lifecycle policy is an error, and a new value a warning", () => {
  const policy = (selection: object, action: object) => ({
    rules: [
      {
        rulePriority: 1,
        description: "Images that nobody needs",
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3, ...selection },
        action: { type: "expire", ...action },
      },
    ],
  });
  const lists: Readonly<Record<string, [readonly string[], (word: string) => object]>> = {
    countType: [
      ["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"],
      (countType) => policy({ countType }, {}),
    ],
    storageClass: [["standard", "archive"], (storageClass) => policy({ storageClass }, {})],
    type: [["expire", "transition"], (type) => policy({}, { type })],
    targetStorageClass: [["archive"], (targetStorageClass) => policy({}, { type: "transition", targetStorageClass })],
  };
  for (const [name, [known, make]] of Object.entries(lists)) {
    const told = (word: string) =>
      validateLifecyclePolicy(make(word)).filter(({ message }) => message.startsWith(`"${word}" is not a known value`));
    for (const value of known)
      for (const slip of slips(value)) {
        const [finding] = told(slip);
        assert.equal(finding?.level, "error", `${name}: ${slip}`);
        assert.match(finding?.message ?? "", /; did you mean \w+\?$/);
      }
    assert.deepEqual(
      told("QUANTUM").map(({ level }) => level),
      ["warning"],
    );
  }
});

test("near is what slips of the pen make; of two as near, the one with the same first letter", () => {
  const mutability = ["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"];
  assert.equal(nearest("IMUTABLE", mutability), "IMMUTABLE");
  assert.equal(nearest("regoin", ["region", "endpoint"]), "region");
  assert.equal(nearest("QUANTUM", mutability), undefined);
  assert.equal(nearest("x".repeat(65), ["x".repeat(64)]), undefined);
});

test("a word with other digits, or that differs in its first or last word, may be newer and is no misspelling", () => {
  const types = ["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled"];
  assert.equal(misspelled("sinceLastPulled", types), "sinceImagePulled");
  assert.equal(misspelled("sinceImageSigned", types), undefined);
  assert.equal(misspelled("V3", ["V1", "V2"]), undefined);
  assert.equal(misspelled("AES512", ["AES256", "KMS"]), undefined);
  assert.deepEqual(unknownWord("IMUTABLE", ["MUTABLE", "IMMUTABLE"]), {
    level: "error",
    message: '"IMUTABLE" is not a known value; did you mean IMMUTABLE?',
  });
});
