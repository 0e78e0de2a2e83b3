/** Some of the spellings of a program, on the real engine: each deploys, or not, as test/cases/review/forms.json says. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { singles } from "../declared/program/forms.ts";
import { answerTo } from "../declared/program/judged.ts";
import { type Outcome, outcomeOf } from "./forms.ts";

const known = JSON.parse(readFileSync(join(import.meta.dirname, "../cases/review/forms.json"), "utf8")) as Readonly<
  Record<string, Outcome>
>;
const forms = singles();

test("every spelling is in the list, and the list has no other", () => {
  assert.deepEqual(Object.keys(known).sort(), forms.map(({ name }) => name).sort());
});

test("what deploys is found by the review, or named", () => {
  const missed = forms.filter((form) => known[form.name] === "open" && answerTo(form) === undefined);
  assert.deepEqual(missed, []);
});

test("the engine takes and refuses what the list says", async () => {
  const chosen = [
    "value: FN::TOJSON",
    "value: the configuration of a stack over a variable",
    "value: properties as a reference",
    "type: ecr:repo\u017fitoryPolicy",
    "case: upper case",
    "text: UTF-16, little end first",
    "place: Pulumi.json with Pulumi.yaml",
    "place: a compiler",
  ];
  const waiting = forms.filter(({ name }) => chosen.includes(name));
  assert.equal(waiting.length, chosen.length);
  const found: Record<string, Outcome> = {};
  const worker = async () => {
    for (let form = waiting.shift(); form; form = waiting.shift()) found[form.name] = await outcomeOf(form);
  };
  await Promise.all([worker(), worker()]);
  assert.deepEqual(found, Object.fromEntries(chosen.map((name) => [name, known[name]])));
});
