/** What is known beside the documents: owner, trust, organizations, the registry's policy, its scope, limits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { allowedBy, idleStatements, lockOut } from "../../provider/policy/access/questions.ts";
import { unknown } from "../../provider/text/value.ts";

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const allow = (Principal: unknown, more: object = {}) => ({ Effect: "Allow", Principal, Action: pull, ...more });
const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const organization = { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-home" } } };
const owner = "123456789012";

test("the owner's account and trusted accounts and organizations are no outsiders", () => {
  const outsiders = (context: object, ...statements: object[]) =>
    allowedBy(policy(...statements), context)
      .gains.filter(({ outside }) => outside)
      .map(({ principal }) => principal);
  const both = allow({ AWS: [owner, "111111111111"] });
  assert.deepEqual(outsiders({ owner }, both), ["account 111111111111"]);
  assert.deepEqual(outsiders({ owner, trusted: ["111111111111"] }, both), []);
  assert.equal(outsiders({ owner }, allow("*", organization)).length, 1);
  assert.deepEqual(outsiders({ owner, trusted: ["o-home"] }, allow("*", organization)), []);
  const accounts = { "111111111111": { organization: "o-home", alias: "build" } };
  assert.deepEqual(outsiders({ owner, trusted: ["o-home"], accounts }, both), []);
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

test("an account whose organization is known passes its condition, and another one does not", () => {
  const statement = allow({ AWS: ["111111111111", "222222222222"] }, organization);
  const accounts = { "111111111111": { organization: "o-home" }, "222222222222": { organization: "o-else" } };
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
  const { relation, undecided } = compareAccess(undefined, hard, { share: { most: 1_000 } });
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

test("a unique id that is new may be that of a principal of any account, and one that stays says nothing new", () => {
  const document = policy(allow({ AWS: "AROAEXAMPLEEXAMPLEEX" }));
  assert.deepEqual(
    allowedBy(document).gains.map(({ principal, outside }) => [principal, outside]),
    [["whoever has the unique id AROAEXAMPLEEXAMPLEEX", true]],
  );
  assert.equal(compareAccess(document, document).relation, "equal");
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

test("a registry's owner is locked out by what refuses to change the registry's policy", () => {
  const registry = { kind: "registry", owner } as const;
  const deny = (Action: string) => policy({ Effect: "Deny", Principal: "*", Action, Resource: "*" });
  assert.equal(lockOut(deny("ecr:PutRegistryPolicy"), registry).extent, "whole");
  assert.equal(lockOut(deny("ecr:SetRepositoryPolicy"), registry).extent, "none");
  assert.equal(lockOut(deny("ecr:SetRepositoryPolicy"), { owner }).extent, "whole");
  const { rows } = lockOut(policy(allow("*"), { Effect: "Deny", Principal: "*", Action: "ecr:*" }), { owner });
  assert.deepEqual([...new Set(rows.map(({ because }) => because.index))], [1]);
});

test("no lock-out is a Deny of others, of services, of some people where no owner is known, and what is no policy", () => {
  const deny = (Principal: unknown, more: object = {}) =>
    policy({ Effect: "Deny", Principal, Action: "ecr:*", ...more });
  assert.deepEqual(lockOut(deny({ AWS: "111111111111" }), { owner }), { extent: "none", rows: [] });
  assert.deepEqual(lockOut(deny({ Service: "lambda.amazonaws.com" }), { owner }), { extent: "none", rows: [] });
  assert.deepEqual(lockOut(deny({ Service: "lambda.amazonaws.com" })), { extent: "none", rows: [] });
  assert.equal(lockOut(deny({ AWS: "111111111111" })).extent, "none");
  assert.equal(lockOut(policy(allow("*")), { owner }).extent, "none");
  for (const nothing of ["x", undefined, { Statement: [5] }, 7])
    assert.equal(lockOut(nothing, { owner }).extent, "none");
  const byTag = { Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } };
  assert.equal(lockOut(deny({ AWS: owner }, byTag), { owner }).extent, "partial");
});

test("a statement is idle only where another one can say the same", () => {
  const idle = (...statements: object[]) => idleStatements(policy(...statements), { owner }).map(({ index }) => index);
  const deny = (Principal: unknown, Action: string) => ({ Effect: "Deny", Principal, Action });
  assert.deepEqual(idle(allow("*")), [], "one statement");
  assert.deepEqual(idle(allow({ AWS: "AROAEXAMPLEEXAMPLEEX" })), [], "nor one for a unique id");
  assert.deepEqual(idle(allow({ AWS: "111111111111" }), allow({ AWS: "222222222222" })), []);
  assert.deepEqual(idle(allow({ AWS: "111111111111" }), allow({ AWS: "arn:aws:iam::111111111111:role/ci" })), [1]);
  assert.deepEqual(
    idle(allow({ Service: ["a.amazonaws.com", "b.amazonaws.com"] }), allow({ Service: "b.amazonaws.com" })),
    [1],
  );
  assert.deepEqual(
    idle(allow({ AWS: "111111111111" }), allow({ AWS: "111111111111" }, { Action: "ecr:PutImage" })),
    [],
  );
  const others = { Effect: "Allow", NotPrincipal: { AWS: "222222222222" }, Action: pull };
  assert.deepEqual(idle(others, allow({ AWS: "111111111111" })), [1]);
  assert.deepEqual(
    idle(deny("*", "ecr:PutImage"), deny({ AWS: "111111111111" }, "ecr:PutImage")),
    [1],
    "a Deny as well",
  );
  assert.deepEqual(
    idle(deny("*", "ecr:PutImage"), deny({ AWS: owner }, "ecr:*")),
    [],
    "a Deny of what identity policies allow",
  );
  assert.deepEqual(idle(allow("*", { Action: "ecr:PutImage" }), deny("*", "ecr:PutImage")), [0]);
});

test("of very long policies, of what cannot be decided and of what is no policy no statement is idle", () => {
  const many = (count: number) => policy(...Array.from({ length: count }, () => allow({ AWS: "111111111111" })));
  assert.equal(idleStatements(many(100)).length, 100);
  assert.deepEqual(idleStatements(many(101)), []);
  const byTag = { Condition: { StringEquals: { "aws:PrincipalTag/team": `\${aws:ResourceTag/team}` } } };
  assert.deepEqual(idleStatements(policy(allow({ AWS: "111111111111" }), allow({ AWS: "111111111111" }, byTag))), [
    { index: 1, why: "redundant" },
  ]);
  for (const nothing of [
    "x",
    undefined,
    { Statement: [5, 6] },
    policy({ Effect: "Maybe", Principal: "*" }, allow("*")),
  ])
    assert.deepEqual(idleStatements(nothing), []);
  const registry = policy(
    { ...allow({ AWS: "111111111111" }), Action: "ecr:ReplicateImage", Resource: "*" },
    { ...allow({ AWS: "111111111111" }), Action: "ecr:ReplicateImage", Resource: "arn:aws:ecr:*:*:repository/a" },
    { Effect: "Deny", Principal: { AWS: "111111111111" }, Action: "ecr:CreateRepository", Resource: "*" },
  );
  assert.deepEqual(idleStatements(registry, { kind: "registry", owner }), [{ index: 1, why: "redundant" }]);
});

test("a part that a preview does not know makes its statement undecided, and nothing else", () => {
  const reasons = (statement: object) =>
    compareAccess(undefined, policy(statement, allow({ AWS: "222222222222" }))).undecided.flatMap((one) => one.reasons);
  const one = allow({ AWS: "111111111111" });
  const place = "statement 1 of the policy after";
  assert.deepEqual(reasons({ ...one, Action: [unknown] }), [`Action of ${place} is not known`]);
  assert.deepEqual(reasons({ Effect: "Allow", Principal: one.Principal, NotAction: unknown }), [
    `NotAction of ${place} is not known`,
  ]);
  assert.deepEqual(reasons({ ...one, Resource: unknown }), [`Resource of ${place} is not known`]);
  assert.deepEqual(reasons({ ...one, Effect: unknown }), [
    `whether ${place} is a Deny is not known`,
    `whether ${place} is an Allow is not known`,
  ]);
  assert.deepEqual(reasons({ ...one, Condition: unknown }), ["the condition is not known"]);
  assert.deepEqual(reasons({ ...one, Condition: { StringEquals: unknown } }), [
    "the condition StringEquals is not known",
  ]);
  assert.deepEqual(reasons({ ...one, Condition: { StringEquals: { "aws:SourceVpce": [unknown] } } }), [
    "the values of aws:SourceVpce are not known",
  ]);
  const deny = { ...one, Effect: unknown, Principal: "*" };
  const { undecided } = compareAccess(policy(one), policy(one, deny));
  assert.deepEqual([...new Set(undecided.flatMap((part) => part.reasons))].sort(), [
    "whether statement 2 of the policy after is a Deny is not known",
    "whether statement 2 of the policy after is an Allow is not known",
  ]);
});

test("what is no policy is said to be none, or unknown", () => {
  const reason = (document: unknown) => compareAccess(undefined, document).undecided[0]?.reasons;
  assert.deepEqual(reason(unknown), ["the policy is not known yet"]);
  assert.deepEqual(reason('{"Statement": [], "Statement": []}'), ["the document is no policy"]);
  assert.deepEqual(reason(policy(allow("*"), { Effect: "allow", Principal: "*" })), [
    "statement 2 is neither an Allow nor a Deny",
  ]);
  assert.deepEqual(reason(policy({ Effect: "Deny", Action: "*" })), ["statement 1 says of nobody"]);
  assert.equal(compareAccess(null, undefined).relation, "equal");
  assert.deepEqual(compareAccess(undefined, "x").undecided[0]?.actions, ["ecr:*"]);
});

test("the example of an external row is no trusted account, organization or source, if there is another", () => {
  const example = (statement: object, context: object) => {
    const [row] = allowedBy(policy({ ...allow("*"), ...statement }), { owner, ...context }).gains.filter(
      ({ outside, who }) => outside && who.kind !== "anyService",
    );
    assert.ok(row);
    return row.witness;
  };
  const everybody = example({}, { trusted: ["999999999999"] });
  assert.deepEqual(everybody.principal, { kind: "anyAccount", account: "999999999998" });
  const organization = { StringLike: { "aws:PrincipalOrgID": "o-*" } };
  const { context } = example({ Condition: organization }, { trusted: ["o-example1234"] });
  assert.notDeepEqual(context["aws:PrincipalOrgID"], ["o-example1234"]);
  const pattern = { StringLike: { "aws:PrincipalAccount": "22222222222?" } };
  const account = example({ Condition: pattern }, { trusted: ["222222222220"] }).context["aws:PrincipalAccount"];
  assert.notDeepEqual(account, ["222222222220"]);
  const source = { StringLike: { "aws:SourceAccount": "*" } };
  const service = { Principal: { Service: "lambda.amazonaws.com" }, Condition: source };
  assert.notDeepEqual(example(service, {}).context["aws:SourceAccount"], [owner]);
});

test("a pattern of roles whose names have digits, or of part of an account's id, is decided", () => {
  const relation = (pattern: string) =>
    allowedBy(policy({ ...allow("*"), Condition: { StringLike: { "aws:PrincipalArn": pattern } } }), { owner })
      .relation;
  for (const pattern of ["*:role/ci-2024", "*/ci-2024", "*:role/2024/*", "*:role/team-1/*-2024-*", "*2024"])
    assert.equal(relation(pattern), "wider", pattern);
  for (const pattern of ["*2024*", "*:1234*:role/*", "*:12345678901?:*"])
    assert.equal(relation(pattern), "wider", pattern);
});
