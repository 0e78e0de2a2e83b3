import assert from "node:assert/strict";
import { test } from "node:test";
import {
  gather,
  listed,
  momentOption,
  pairOf,
  sinceOption,
  untilOption,
  wholeNumber,
} from "../../provider/cli/shared/option-parsers.ts";

const day = 86_400_000;
const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 10_000, `${what} is ${new Date(actual).toISOString()}`);

/** Whatever the zone of the machine is. */
process.env["TZ"] = "America/New_York";

test("a time is ISO 8601 in UTC, or a distance with a sign: from now, or ago", () => {
  const noon = Date.parse("2026-01-31T12:00:00Z");
  for (const text of [
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00",
    "2026-01-31 12:00:00",
    "2026-01-31T13:00:00+01:00",
    "1769860800",
  ])
    assert.equal(momentOption(text), noon, text);
  assert.equal(momentOption("2026-01-31"), Date.parse("2026-01-31T00:00:00Z"));
  assert.equal(sinceOption("2026-01-31").getTime(), Date.parse("2026-01-31T00:00:00Z"));
  for (const [text, days] of [
    ["+30d", 30],
    ["-30d", -30],
    ["+12h", 0.5],
    ["-2w", -14],
  ] as const)
    near(momentOption(text), Date.now() + days * day, text);
});

test("without a sign a distance is ago for --since, from now for --until, and nothing for --at", () => {
  for (const [text, days] of [
    ["7d", 7],
    ["-7d", 7],
    ["24h", 1],
    ["2w", 14],
  ] as const)
    near(sinceOption(text).getTime(), Date.now() - days * day, text);
  for (const [text, days] of [
    ["90d", 90],
    ["+90d", 90],
    ["12h", 0.5],
  ] as const)
    near(Date.parse(untilOption(text)), Date.now() + days * day, text);
  assert.throws(() => momentOption("7d"), /Give a time such as 2026-01-31T12:00:00Z, or \+30d from now, or -12h ago\./);
});

test("what names no moment is refused with the forms that do", () => {
  for (const text of [
    "",
    "1",
    "7",
    "2026",
    "soon",
    "+7",
    "+7y",
    "2026-02-30",
    "01/02/2026",
    "Jan 31 2026",
    "1e9",
    "+999999d",
  ]) {
    assert.throws(() => momentOption(text), /^.*Give a time such as/, text);
    assert.throws(() => sinceOption(text), /Give a past time such as/, text);
    assert.throws(() => untilOption(text), /Give a date to come such as/, text);
  }
});

test("--since is over, --until is still to come, and today is the whole day", () => {
  for (const text of ["+1h", "2999-01-01"]) assert.throws(() => sinceOption(text), /Give a past time/, text);
  for (const text of ["-1h", "2026-01-01", "2026-01-01T00:00:00Z"])
    assert.throws(() => untilOption(text), /Give a date to come/, text);
  const today = new Date().toISOString().slice(0, 10);
  assert.equal(untilOption(today), today);
  assert.equal(untilOption("2999-12-31T12:00:00+01:00"), "2999-12-31T11:00:00Z");
});

test("repeatable options keep what was given, and lists may be given in one word or several", () => {
  assert.deepEqual(gather("b", ["a"]), ["a", "b"]);
  assert.deepEqual(gather("a,b"), ["a,b"]);
  assert.deepEqual(listed("a, b,,", ["c"]), ["c", "a", "b"]);
  assert.deepEqual(listed(""), []);
});

test("a whole number is written in digits and lies between its bounds", () => {
  const parse = wholeNumber(1, 500);
  assert.deepEqual([parse("1"), parse("500")], [1, 500]);
  for (const text of ["", "0", "501", "-1", "1.5", "1e2", "0x1", " 1", "99999999999"])
    assert.throws(() => parse(text), /Give a whole number from 1 to 500\./, text);
  assert.equal(wholeNumber(0, 65_535)("0"), 0);
});

test("a pair has both its words, and the second may have the sign", () => {
  assert.deepEqual(pairOf("json=a=b.json", "="), ["json", "a=b.json"]);
  for (const text of ["", "=", "a=", "=b", "ab"]) assert.equal(pairOf(text, "="), undefined, text);
});
