/** What is known beside the documents: owner, trust, organisations, the registry's policy, its scope, limits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { unknown } from "../../provider/define/value.ts";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { allowedBy, idleStatements, lockOut } from "../../provider/policy/access/questions.ts";

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const allow = (Principal: unknown, more: object = {}) => ({ Effect: "Allow", Principal, Action: pull, ...more });
const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const organisation = { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-home" } } };
const owner = "123456789012";

test("the owner's account and trusted accounts and organisations are no outsiders", () => {
  const outsiders = (context: object, ...statements: object[]) =>
    allowedBy(policy(...statements), context)
      .gains.filter(({ outside }) => outside)
      .map(({ principal }) => principal);
  const both = allow({ AWS: [owner, "111111111111"] });
  assert.deepEqual(outsiders({ owner }, both), ["account 111111111111"]);
  assert.deepEqual(outsiders({ owner, trustedAccounts: ["111111111111"] }, both), []);
  assert.equal(outsiders({ owner }, allow("*", organisation)).length, 1);
  assert.deepEqual(outsiders({ owner, trustedOrganisations: ["o-home"] }, allow("*", organisation)), []);
  const accounts = { "111111111111": { organisation: "o-home", alias: "build" } };
  assert.deepEqual(outsiders({ owner, trustedOrganisations: ["o-home"], accounts }, both), []);
});

test("a service with a source of the owner's is no outsider, one without acts for anybody", () => {
  const service = { Service: "lambda.amazonaws.com" };
  const rows = (more: object) => allowedBy(policy(allow(service, more)), { owner }).gains;
  const [open] = rows({});
  assert.ok(open?.outside && open.public);
  for (const condition of [
    { StringEquals: { "aws:SourceAccount": owner } },
    { ArnLike: { "aws:SourceArn": `arn:aws:lambda:*:${owner}:function:*` } },
  ]) {
    const [row] = rows({ Condition: condition });
    assert.ok(row && !row.outside && !row.public, JSON.stringify(row));
  }
});

test("an account whose organisation is known passes its condition, and another one does not", () => {
  const statement = allow({ AWS: ["111111111111", "222222222222"] }, organisation);
  const accounts = { "111111111111": { organisation: "o-home" }, "222222222222": { organisation: "o-else" } };
  const { gains } = allowedBy(policy(statement), { owner, accounts });
  assert.deepEqual(
    gains.map(({ principal, onlyIf }) => [principal, onlyIf]),
    [["account 111111111111", undefined]],
  );
});

test("a registry policy applies to every request under V2, and to three actions under V1", () => {
  const everything = policy({ Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "ecr:*", Resource: "*" });
  const [all] = allowedBy(everything, { kind: "registry" }).gains;
  assert.equal(all?.capability, "everything");
  const actions = (scope: "V1" | "V2") =>
    new Set(allowedBy(everything, { kind: "registry", registryScope: scope }).gains.flatMap((row) => row.actions));
  assert.equal(actions("V1").size, 3);
  assert.equal(actions("V2").size, 60);
});

test("a condition whose operator or values are not understood is undecided when it changes, and equal when it does not", () => {
  const when = (condition: unknown) => policy(allow("*", { Condition: condition }));
  for (const [one, other] of [
    [{ StringFoo: { "aws:userid": "a" } }, { StringFoo: { "aws:userid": "b" } }],
    [{ BinaryEquals: { "aws:userid": "QQ==" } }, { BinaryEquals: { "aws:userid": "Qg==" } }],
    [{ StringEquals: { "aws:userid": { a: 1 } } }, { StringEquals: { "aws:userid": { a: 2 } } }],
    [{ StringEquals: "a" }, { StringEquals: "b" }],
    ["a", "b"],
  ]) {
    assert.equal(compareAccess(when(one), when(other)).relation, "undecided", JSON.stringify(one));
    assert.equal(compareAccess(when(one), when(one)).relation, "equal", JSON.stringify(one));
  }
});

test("repositories of a registry are told apart by their names, as widely as the patterns do", () => {
  const on = (...names: string[]) =>
    policy({
      Effect: "Allow",
      Principal: { AWS: "111111111111" },
      Action: "ecr:ReplicateImage",
      Resource: names.map((name) => `arn:aws:ecr:eu-west-1:${owner}:repository/${name}`),
    });
  const compare = (before: object, after: object) =>
    compareAccess(before, after, { kind: "registry", owner, region: "eu-west-1" });
  assert.equal(compare(on("team/*"), on("team/*", "team/app")).relation, "equal");
  assert.equal(compare(on("t*", "?eam/*"), on("t*", "team/*")).relation, "narrower");
  const { relation, gains } = compare(on("team/a*"), on("team/*"));
  assert.equal(relation, "wider");
  assert.equal(gains[0]?.resource, "team/*");
  assert.ok(gains[0]?.witness.resource?.includes(":repository/team/"), JSON.stringify(gains[0]?.witness));
  assert.ok(!gains[0]?.witness.resource?.includes(":repository/team/a"));
  assert.equal(compare(on("a*b"), on("a*b", "a*c*b")).relation, "equal");
});

test("the registry's policy decides together with that of the repository", () => {
  const closed = policy({ Effect: "Deny", Principal: "*", Action: "ecr:*", Resource: "*" });
  const mine = policy(allow({ AWS: "111111111111" }));
  const place = { owner, region: "eu-west-1", repository: "app" };
  assert.equal(allowedBy(mine, place).relation, "wider");
  assert.equal(allowedBy(mine, { ...place, registryPolicy: closed }).relation, "equal");
  const already = policy({ ...allow({ AWS: "111111111111" }), Resource: "*" });
  assert.equal(allowedBy(mine, { ...place, registryPolicy: already }).relation, "equal");
});

test("limits end in undecided, never in equal", () => {
  const patterns = Array.from({ length: 12 }, (_, index) => `*${String.fromCharCode(97 + index)}*`);
  const hard = policy(allow("*", { Condition: { StringLike: { "aws:userid": patterns } } }));
  const { relation, undecided } = compareAccess(undefined, hard, { limits: { states: 1_000 } });
  assert.equal(relation, "undecided");
  assert.deepEqual(undecided[0]?.reasons, ["too many combinations"]);
});

test("what a preview does not know, and what is no policy, is undecided with its place", () => {
  const { relation, undecided } = compareAccess(undefined, policy(allow({ AWS: unknown })));
  assert.equal(relation, "undecided");
  assert.deepEqual(undecided[0]?.reasons, ["Principal of statement 1 of the policy after is not known"]);
  for (const document of [unknown, "{", [], 7, { Statement: 1 }])
    assert.equal(compareAccess(undefined, document).relation, "undecided");
  assert.equal(compareAccess(undefined, undefined).relation, "equal");
});

test("a condition on a policy variable is undecided only where it decides", () => {
  const byTag = { Condition: { StringEquals: { "aws:PrincipalTag/team": `\${aws:ResourceTag/team}` } } };
  const one = policy(allow({ AWS: "111111111111" }, byTag));
  assert.equal(compareAccess(one, one).relation, "equal");
  assert.equal(
    compareAccess(policy(allow("*")), policy(allow("*"), allow({ AWS: "111111111111" }, byTag))).relation,
    "equal",
  );
  assert.equal(compareAccess(undefined, one).relation, "undecided");
  const old = { ...one, Version: "2008-10-17" };
  assert.equal(allowedBy(old).gains[0]?.onlyIf, `aws:PrincipalTag/team is \${aws:ResourceTag/team}`);
});

test("a deleted principal is nobody", () => {
  assert.equal(allowedBy(policy(allow({ AWS: "AROAEXAMPLEEXAMPLEEX" }))).relation, "equal");
});

test("a Deny narrows what the owner's identity policies may allow", () => {
  const before = policy(allow({ AWS: "111111111111" }));
  const after = policy(...before.Statement, { Effect: "Deny", Principal: "*", Action: "ecr:PutImage" });
  const { relation, losses } = compareAccess(before, after, { owner });
  assert.equal(relation, "narrower");
  assert.deepEqual(
    losses.map(({ principal, actions, refusal }) => [principal, actions, refusal]),
    [[`the registry's own account ${owner}`, ["ecr:PutImage"], true]],
  );
});

test("the owner is locked out by a Deny that nobody of its account escapes", () => {
  const deny = (more: object) =>
    policy(allow({ AWS: owner }, { Action: "ecr:*" }), { Effect: "Deny", Principal: "*", Action: "ecr:*", ...more });
  assert.equal(lockOut(deny({}), { owner }).extent, "whole");
  assert.equal(lockOut(deny({})).extent, "whole");
  const admins = { Condition: { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${owner}:role/admin` } } };
  assert.equal(lockOut(deny(admins), { owner }).extent, "partial");
  const others = { Condition: { StringNotEquals: { "aws:PrincipalAccount": owner } } };
  assert.equal(lockOut(deny(others), { owner }).extent, "none");
  assert.equal(lockOut(deny({ Action: pull }), { owner }).extent, "none");
});

test("statements that say nothing new, or that a Deny takes back, are idle", () => {
  const whole = policy(
    allow("*"),
    allow({ AWS: "111111111111" }),
    { Effect: "Deny", Principal: { AWS: "222222222222" }, Action: "ecr:*" },
    allow({ AWS: "222222222222" }, { Action: "ecr:PutImage" }),
  );
  assert.deepEqual(idleStatements(whole), [
    { index: 1, why: "redundant" },
    { index: 3, why: "contradicted" },
  ]);
});
