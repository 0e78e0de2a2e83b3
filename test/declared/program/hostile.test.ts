/** Programs made to take long end within the limit of steps: with a verdict, or with what is undecided by name. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { reviewOf } from "./judged.ts";
import type { Files } from "./tree.ts";

const ref = (name: string) => `$\{${name}}`;
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "ecr:BatchGetImage" }],
});
const program = (variables: object, resources: object) =>
  JSON.stringify({ name: "app", runtime: "yaml", variables, resources });
const resource = (policyText: unknown, repositoryName = "team/api") => ({
  type: "ecr:RepositoryPolicy",
  properties: { repositoryName, policyText },
});
const many = <T>(count: number, make: (index: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, make(index)]));

/** Variables of which each is made of the one before it. */
const chain = (count: number, next: (before: string) => unknown): Files => {
  const variables = Array.from({ length: count }, (_, index) => [
    `v${index}`,
    index ? next(ref(`v${index - 1}`)) : "x",
  ]);
  const doc = { "fn::secret": ref(`v${count - 1}`) };
  return { "Pulumi.yaml": program(Object.fromEntries(variables), { p: resource(doc) }) };
};
const files = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}.json`, policy]));
const tooMany = /\(the program\): it takes more steps to evaluate than are taken/;

const cases: Readonly<Record<string, readonly [Files, RegExp | "passed"]>> = {
  "text that doubles": [chain(30, (before) => before + before), tooMany],
  "lists that double": [chain(30, (before) => [before, before]), tooMany],
  "lists that grow ninefold": [chain(20, (before) => Array(9).fill(before)), tooMany],
  "JSON in JSON": [chain(30, (before) => ({ "fn::toJSON": [before, before] })), tooMany],
  "Base64 of Base64": [chain(80, (before) => ({ "fn::toBase64": before })), tooMany],
  "a chain of 5,000 variables": [chain(5_000, (before) => before), /the policy is not known yet/],
  "a circle": [
    { "Pulumi.yaml": program({ a: ref("b"), b: ref("a") }, { p: resource(ref("a")) }) },
    /the policy is not known yet/,
  ],
  "500 stacks that differ": [
    {
      ...Object.fromEntries(
        Array.from({ length: 500 }, (_, index) => [`Pulumi.s${index}.yaml`, `config: {v: a${index}}`]),
      ),
      "Pulumi.yaml": program(
        {},
        many(200, (index) => resource(policy.replace("2012", `${ref("v")}2012`), `r${index}`)),
      ),
    },
    tooMany,
  ],
  "60,000 keys": [
    { "Pulumi.yaml": Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join("\n") },
    /\(more keys\): these keys of a project are not read/,
  ],
  "a reference of 100,000 brackets": [
    { "Pulumi.yaml": program({ a: "x" }, { p: resource(`$\{a${"[0]".repeat(100_000)}}`) }) },
    /the policy is not known yet/,
  ],
  "300 programs that double": [
    Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `p${index}/Pulumi.yaml`,
        chain(30, (before) => before + before)["Pulumi.yaml"] ?? "",
      ]),
    ),
    tooMany,
  ],
};
for (const [name, [after, says]] of Object.entries(cases)) {
  test(`${name} is undecided by name within 2 s of processor time`, () => {
    const start = process.cpuUsage();
    const { verdict, notRead, access } = reviewOf({ "Pulumi.yaml": "name: app\nruntime: yaml\n" }, after);
    const { user, system } = process.cpuUsage(start);
    assert.notEqual(verdict, "clean");
    const told = [...notRead.map(({ reason }) => reason), ...access.undecided.flatMap(({ reasons }) => reasons)];
    assert.match(told.join("\n"), says === "passed" ? /^$/ : says);
    assert.ok(user + system < 2_000_000, `${(user + system) / 1_000} ms`);
  });
}

test("the same program gives the same answer, whatever was reviewed before it", () => {
  const [doubling] = Object.values(cases)[0] ?? [];
  const answer = () => JSON.stringify(reviewOf({}, doubling ?? {}));
  assert.equal(answer(), answer());
});

test("2,000 files that a program reads are asked for at once", () => {
  const after = {
    ...files,
    "Pulumi.yaml": program(
      {},
      many(2_000, (index) => resource({ "fn::readFile": `f${index}.json` }, `r${index}`)),
    ),
  };
  const { verdict, notRead, changes } = reviewOf({ ...files, "Pulumi.yaml": "name: app\nruntime: yaml\n" }, after);
  assert.equal(changes.length, 2_000);
  assert.notEqual(verdict, "undecided");
  assert.deepEqual(notRead, []);
});
