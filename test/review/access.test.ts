/** What a review reports of access beside gains and losses, and how its policies share one limit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Declared } from "../../provider/declared/declared.ts";
import { readConfig } from "../../provider/review/config.ts";
import { review } from "../../provider/review/review.ts";
import { reviewOf } from "./harness.ts";

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const allow = (Condition: object = {}) => ({ Effect: "Allow", Principal: "*", Action: "ecr:PutImage", Condition });
const declared = (name: string, policyText: object): Declared => ({
  ...{ kind: "RepositoryPolicy", name },
  properties: { repositoryName: name, policyText },
});
const byTag = (operator: string) => ({ [operator]: { "aws:PrincipalTag/team": "$" + "{aws:ResourceTag/team}" } });
const changed = (before: object, after: object) =>
  reviewOf({ before: declared("app", before), after: declared("app", after), owner: "123456789012" });

test("a change that can only narrow access passes, and what cannot be determined of it is reported", () => {
  const { verdict, access } = changed(policy(allow()), policy(allow(byTag("StringEquals"))));
  assert.deepEqual([verdict, access.relation, access.undecided], ["clean", "narrower", []]);
  assert.deepEqual(access.narrowed?.[0]?.reasons, ["the policy variable $" + "{aws:ResourceTag/team} is not known"]);
});

test("a grant to callers without a tag blocks, although a policy variable leaves the rest open", () => {
  const { verdict, findings } = reviewOf({
    before: declared("app", policy(allow({ StringEquals: { "aws:PrincipalOrgID": "o-home" } }))),
    after: declared("app", policy(allow(byTag("StringNotEquals")))),
    owner: "123456789012",
    failOn: ["error", "outside-gain"],
  });
  assert.equal(verdict, "blocked");
  assert.ok(findings.some(({ ruleId }) => ruleId === "ECR-B1"));
});

test("a grant of an action that this version does not know blocks like any other", () => {
  const exported = { ...allow(), Action: "ecr:ExportImages" };
  const { verdict, findings } = reviewOf({
    ...{ before: declared("app", policy(allow())), after: declared("app", policy(allow(), exported)) },
    ...{ owner: "123456789012", failOn: ["error", "outside-gain"] },
  });
  assert.equal(verdict, "blocked");
  const [found] = findings.filter(({ ruleId }) => ruleId === "ECR-C1");
  assert.match(found?.message ?? "", /can now use ecr:ExportImages, which this version does not know, in app/);
});

test("a policy that is not a change is reported with what it denies", () => {
  const deny = { ...allow(), Effect: "Deny", Action: "ecr:BatchDeleteImage" };
  const { config } = readConfig({});
  const after = declared("app", policy(allow(), deny));
  const { access } = review({
    ...{ changes: [{ after }], isChange: false, config, failOn: [], notRead: [], notes: [] },
    surroundings: { access: {}, expects: config.expects, before: [], after: [after], isWhole: false, inUse: [], at: 0 },
  });
  assert.deepEqual(
    access.denied?.map(({ principal, actions, because }) => [principal, actions, because.index]),
    [["everybody (any AWS account)", ["ecr:BatchDeleteImage"], 1]],
  );
});

test("thirty hostile policies and one ordinary one in a review take two seconds of processor time at most", () => {
  const hostile = policy(allow({ StringLike: { "aws:PrincipalTag/t": `*a${"?".repeat(300)}` } }));
  const { config } = readConfig({});
  const names = Array.from({ length: 30 }, (_, index) => `hostile-${index}`);
  const changes = [
    ...names.map((name) => ({ before: declared(name, policy()), after: declared(name, hostile) })),
    { before: declared("last", policy()), after: declared("last", policy(allow())) },
  ];
  const start = process.cpuUsage();
  const { access } = review({
    ...{ changes, isChange: true, config, failOn: [], notRead: [], notes: [] },
    surroundings: { access: {}, expects: config.expects, before: [], after: [], isWhole: false, inUse: [], at: 0 },
  });
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 2_000_000, `${user + system} µs`);
  assert.deepEqual(
    access.gains.map(({ resource, principal }) => [resource, principal]),
    [["last", "everybody (any AWS account)"]],
  );
  const reasons = new Set(access.undecided.flatMap((part) => part.reasons));
  assert.deepEqual([...reasons].sort(), [
    "the limit of work for one run is reached",
    "the tests on aws:PrincipalTag/t have too many combinations",
  ]);
  assert.equal(access.undecided.length, 30);
});
