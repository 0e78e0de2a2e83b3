/** Policy variables: what is certain although nobody knows what they stand for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { accessLines } from "../../provider/policy/access/sentences.ts";
import { checkWitnesses } from "./evaluator.ts";

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const when = (operator: string, key: string, ...values: string[]) => ({ Condition: { [operator]: { [key]: values } } });
const allow = (more: object = {}) => ({ Effect: "Allow", Principal: "*", Action: "ecr:PutImage", ...more });
const variable = (name: string) => `\${${name}}`;
const team = "aws:PrincipalTag/team";
const theirs = variable("aws:ResourceTag/team");
const change = (before: object[], after: object[], context = {}) => {
  const [old, now] = [policy(...before), policy(...after)];
  const found = compareAccess(old, now, context);
  checkWitnesses(old, now, found);
  return found;
};
const gains = (statement: object, context = {}) =>
  change([], [statement], context).gains.map(({ principal, onlyIf }) => [principal, onlyIf]);

test("a grant that callers without the tag have is a gain, whatever the variable is", () => {
  for (const operator of ["StringNotEquals", "StringNotLike", "StringEqualsIfExists"]) {
    const { relation, gains: rows } = change([], [allow(when(operator, team, theirs))]);
    const everybody = rows.find(({ who }) => who.kind === "anyAccount");
    assert.deepEqual(
      [everybody?.public, everybody?.outside, everybody?.onlyIf],
      [true, true, `${team} is absent`],
      operator,
    );
    assert.equal(relation, "undecided", "callers with the tag may have it as well");
  }
  assert.deepEqual(gains(allow(when("StringEquals", team, theirs))), []);
});

test("a value beside the variable is certain for itself", () => {
  assert.deepEqual(gains(allow(when("StringEquals", team, theirs, "red"))), [
    ["everybody (any AWS account)", `${team} is red`],
  ]);
  assert.deepEqual(gains(allow(when("StringNotEquals", team, theirs, "red"))), [
    ["everybody (any AWS account)", `${team} is absent`],
  ]);
});

test("what is written around the variable bounds it", () => {
  const role = `arn:aws:iam::111111111111:role/${variable("aws:ResourceTag/team")}`;
  const found = change([], [allow(when("ArnLike", "aws:PrincipalArn", role))]);
  assert.deepEqual([found.gains, found.undecided.map(({ principal }) => principal)], [[], ["account 111111111111"]]);
  const wider = change(
    [allow(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/*"))],
    [allow(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/*", role))],
  );
  assert.equal(wider.relation, "equal");
});

test("one more test of an Allow narrows it, and where the test certainly fails that is told", () => {
  const found = change([allow()], [allow(when("StringEquals", team, theirs))]);
  assert.deepEqual([found.relation, found.gains, found.undecided], ["narrower", [], []]);
  assert.deepEqual(
    found.losses.map(({ principal, onlyIf }) => [principal, onlyIf]),
    [["everybody (any AWS account)", `${team} is absent`]],
  );
  assert.deepEqual(
    accessLines(found, true).at(-1),
    `- at most a loss for any other AWS account, any other AWS service: ecr:PutImage, because the policy variable ${theirs} is not known`,
  );
  const back = change([allow(when("StringEquals", team, theirs))], [allow()]);
  assert.equal(back.relation, "undecided");
});

test("a Deny with a variable takes away at most, and one that goes gives at most", () => {
  const deny = { ...allow(when("StringNotEquals", team, theirs)), Effect: "Deny" };
  assert.equal(change([allow()], [allow(), deny]).relation, "narrower");
  const lifted = change([allow(), deny], [allow()]);
  assert.deepEqual(
    lifted.gains.map(({ because, witness }) => [because.deny, witness.context]),
    [[true, {}]],
  );
});

test("the account, region and organization of the registry are known where they are given", () => {
  const own = variable("aws:ResourceAccount");
  const statement = allow(when("StringEquals", "aws:PrincipalAccount", own));
  const owner = "123456789012";
  const plain = allow(when("StringEquals", "aws:PrincipalAccount", owner));
  assert.equal(change([plain], [statement], { owner }).relation, "equal");
  assert.equal(change([plain], [statement]).relation, "undecided");
  const arn = allow(when("ArnLike", "aws:PrincipalArn", `arn:aws:iam::${own}:role/*`));
  const written = allow(when("ArnLike", "aws:PrincipalArn", `arn:aws:iam::${owner}:role/*`));
  assert.equal(change([arn], [written], { owner }).relation, "equal");
  const region = allow(when("StringEquals", "aws:RequestedRegion", variable("aws:RequestedRegion")));
  assert.equal(change([allow()], [region], { region: "eu-west-1" }).relation, "equal");
});

test("a variable that Resource holds bounds what the statement is about", () => {
  const context = { kind: "registry", owner: "123456789012", region: "eu-west-1" } as const;
  const on = (...names: string[]) => ({
    ...allow({ Principal: { AWS: "111111111111" }, Action: "ecr:ReplicateImage" }),
    Resource: names.map((name) => `arn:aws:ecr:eu-west-1:123456789012:repository/${name}`),
  });
  const own = `team/${variable("aws:PrincipalTag/team")}/*`;
  const compare = (before: object, after: object) => compareAccess(policy(before), policy(after), context);
  assert.equal(compare(on("team/*"), on("team/*", own)).relation, "equal");
  assert.deepEqual(
    compare(on("a"), on("a", "b", own)).gains.map(({ resource }) => resource),
    ["b"],
  );
  assert.equal(compare(on(own), on(`other/${variable("aws:PrincipalTag/team")}/*`)).relation, "undecided");
  assert.equal(compare(on(own), on(own)).relation, "equal");
});

test("a default value, numbers and set operators with a variable are bounded by presence", () => {
  const withDefault = `\${aws:ResourceTag/team, 'a}b'}`;
  assert.deepEqual(change([], [allow(when("StringNotEquals", team, withDefault))]).undecided[0]?.reasons, [
    `the policy variable ${withDefault} is not known`,
  ]);
  const age = "aws:MultiFactorAuthAge";
  assert.deepEqual(gains(allow(when("NumericLessThanIfExists", age, theirs))), [
    ["everybody (any AWS account)", `the request has no ${age}`],
  ]);
  assert.deepEqual(gains(allow(when("NumericLessThan", age, theirs))), []);
  assert.equal(change([], [allow(when("ForAllValues:StringEquals", "aws:CalledVia", theirs))]).gains.length > 0, true);
});

test("before Version 2012-10-17 a variable is text", () => {
  const old = (statement: object) => ({ Version: "2008-10-17", Statement: [statement] });
  const found = compareAccess(undefined, old(allow(when("StringEquals", team, theirs))));
  assert.deepEqual([found.relation, found.gains[0]?.onlyIf], ["wider", `${team} is ${theirs}`]);
});
