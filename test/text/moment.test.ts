import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver } from "../../provider/text/moment.ts";

test("an exception counts through the whole of its last day in UTC, or until its moment", () => {
  const at = (text: string) => Date.parse(text);
  for (const [until, when, over] of [
    [undefined, "9999-01-01T00:00:00Z", false],
    ["2026-03-01", "2026-03-01T23:59:59.999Z", false],
    ["2026-03-01", "2026-03-02T00:00:00Z", true],
    ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z", false],
    ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.001Z", true],
    ["2026-03-01T12:00:00+02:00", "2026-03-01T10:30:00Z", true],
    ["2026-03-01T12:00:00", "2026-03-01T11:59:00Z", false],
  ] as const)
    assert.equal(isOver(until, at(when)), over, `${until} at ${when}`);
});

test("an exception whose end cannot be read does not count", () => {
  for (const until of ["", "tomorrow", "2026-02-30", "31.12.2099", "9"]) assert.equal(isOver(until, 0), true, until);
});
