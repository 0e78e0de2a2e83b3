import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { matchesGlob, matchesWildcard, prefixGlob, starGlob } from "../../provider/text/glob.ts";
import { compilePattern } from "../../provider/text/path-glob.ts";

/** The definition itself, tried out in every way. */
function naive(pattern: string, text: string, hasOne: boolean): boolean {
  const [sign, rest] = [pattern[0], pattern.slice(1)];
  if (sign === undefined) return text === "";
  if (sign === "*") return naive(rest, text, hasOne) || (text !== "" && naive(pattern, text.slice(1), hasOne));
  return text !== "" && (sign === text[0] || (hasOne && sign === "?")) && naive(rest, text.slice(1), hasOne);
}

const few = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 9 });

test("a pattern matches what its definition says, and a prefix what starts with it", () => {
  for (const [pattern, text, does] of [
    ["a*b*b", "ab", false],
    ["a*b*b", "abb", true],
    ["ab*ba", "aba", false],
    ["a*a", "a", false],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["*?*", "", false],
    ["**a**", "a", true],
  ] as const)
    assert.equal(matchesWildcard(pattern, text), does, pattern);
  fc.assert(
    fc.property(few, few, (pattern, text) => {
      assert.equal(matchesGlob(starGlob(pattern), text), naive(pattern, text, false));
      assert.equal(matchesWildcard(pattern, text), naive(pattern, text, true));
      assert.equal(matchesGlob(prefixGlob(pattern), text), text.startsWith(pattern));
    }),
    { numRuns: 5_000 },
  );
});

test("parts longer than a word of the machine are found where they first stand", () => {
  const part = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 17, maxLength: 70 });
  const padding = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 70 });
  fc.assert(
    fc.property(part, padding, padding, fc.nat(), (wanted, before, after, place) => {
      const text = `${before}${wanted}${after}`;
      assert.equal(matchesWildcard(`*${wanted}*`, text), true);
      const at = place % wanted.length;
      const masked = `${wanted.slice(0, at)}?${wanted.slice(at + 1)}`;
      assert.equal(matchesWildcard(`*${masked}*`, text), true);
      const other = `${before}${after}`;
      assert.equal(matchesWildcard(`*${wanted}*`, other), other.includes(wanted));
      const found = [...other].some((_, start) =>
        [...masked].every((sign, index) => sign === "?" || sign === other[start + index]),
      );
      assert.equal(matchesWildcard(`*${masked}*`, other), found);
    }),
    { numRuns: 1_000 },
  );
});

// Tried at each place, the first of these alone takes 50,000,000,000 steps.
test("hostile patterns cost no more than their length and that of the text", { timeout: 20_000 }, () => {
  const text = "a".repeat(1_000_000);
  const started = performance.now();
  for (const pattern of [
    `*${"a".repeat(50_000)}b*`,
    `*b${"a".repeat(50_000)}*`,
    `${"*a".repeat(50_000)}b`,
    `${"*a".repeat(50_000)}*b*`,
    `*${"a?".repeat(50)}b*`,
    `${"*?".repeat(50_000)}b`,
  ])
    assert.equal(matchesWildcard(pattern, text), false);
  assert.ok(performance.now() - started < 10_000);
});

/** A path and a pattern of paths by the definition: `*` within a name, `**` over folders before a slash, else anything, `{repository}` anything. */
function naivePath(pattern: string, path: string): boolean {
  if (pattern === "") return path === "";
  const ends = [...path, ""].map((_, index) => index);
  if (pattern.startsWith("**/"))
    return ends.some((end) => (end === 0 || path[end - 1] === "/") && naivePath(pattern.slice(3), path.slice(end)));
  if (pattern.startsWith("**")) return ends.some((end) => naivePath(pattern.slice(2), path.slice(end)));
  if (pattern.startsWith("{repository}"))
    return ends.some((end) => end > 0 && naivePath(pattern.slice(12), path.slice(end)));
  if (pattern.startsWith("*"))
    return ends.some((end) => !path.slice(0, end).includes("/") && naivePath(pattern.slice(1), path.slice(end)));
  return path[0] === pattern[0] && naivePath(pattern.slice(1), path.slice(1));
}

test("a pattern of paths matches what its definition says", () => {
  const pattern = fc.array(fc.constantFrom("a", "b", "/", "*", "**/", "**", "{repository}"), { maxLength: 7 });
  const path = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 9 });
  fc.assert(
    fc.property(
      pattern.map((parts) => parts.join("")),
      path,
      (of, text) => assert.equal(compilePattern(of)(text) !== undefined, naivePath(of, text)),
    ),
    { numRuns: 5_000 },
  );
});

test("the repository of a path is the longest text that fits, folders and all", () => {
  const of = (pattern: string, path: string) => compilePattern(pattern)(path);
  assert.deepEqual(of("ecr/{repository}.json", "ecr/team/app.json"), { repository: "team/app" });
  assert.deepEqual(of("**/{repository}/policy.json", "infra/team/app/policy.json"), { repository: "infra/team/app" });
  assert.deepEqual(of("*/{repository}/policy.json", "infra/team/app/policy.json"), { repository: "team/app" });
  assert.deepEqual(of("**/*.json", "a/b.json"), {});
  assert.deepEqual(of("src/**", "src/a/b.ts"), {});
  assert.equal(of("{repository}.json", ".json"), undefined);
  assert.equal(of("*.json", "a/b.json"), undefined);
});

test("a hostile pattern of paths is decided, in no more than both lengths multiplied", { timeout: 20_000 }, () => {
  const path = `${"a/".repeat(2_000)}b`;
  const started = performance.now();
  for (const pattern of [`${"**/".repeat(500)}c`, `${"*a*".repeat(500)}c`, `${"{repository}".repeat(500)}c`])
    assert.equal(compilePattern(pattern)(path), undefined);
  assert.deepEqual(compilePattern(`${"**/a/".repeat(500)}b`)(path), {});
  assert.ok(performance.now() - started < 10_000);
});
