/** Keys of one request that hang together, and sessions with their roles. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { idleStatements } from "../../provider/policy/access/questions.ts";
import { checkWitnesses } from "./evaluator.ts";

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const allow = (Condition: object = {}, Principal: unknown = "*") => ({
  ...{ Effect: "Allow", Principal, Action: "ecr:PutImage", Condition },
});
const deny = (Condition: object) => ({ ...allow(Condition), Effect: "Deny" });
const change = (before: object[], after: object[], context = {}) => {
  const [old, now] = [policy(...before), policy(...after)];
  const found = compareAccess(old, now, context);
  checkWitnesses(old, now, found);
  return found;
};
const relation = (before: object[], after: object[], context = {}) => change(before, after, context).relation;
const organization = (id: string) => ({ StringEquals: { "aws:PrincipalOrgID": id } });
const paths = (path: string) => ({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": path } });

describe("an organization and its paths", () => {
  test("are in a request together, and a path begins with the id", () => {
    assert.equal(relation([], [allow({ ...organization("o-a"), ...paths("o-a/r-1/*") })]), "wider");
    assert.equal(relation([], [allow({ ...organization("o-a"), ...paths("o-b/r-1/*") })]), "equal");
    assert.equal(
      relation([allow(paths("o-a/r-1/*"))], [allow({ ...organization("o-a"), ...paths("o-a/r-1/*") })]),
      "equal",
    );
    assert.equal(
      relation([allow(organization("o-a"))], [allow({ ...organization("o-a"), ...paths("o-a/*") })]),
      "equal",
    );
    const absent = { Null: { "aws:PrincipalOrgID": "true" }, ...paths("*") };
    assert.equal(relation([], [allow(absent)]), "equal");
    const like = { StringLike: { "aws:PrincipalOrgID": "o-a?" }, ...paths("o-*/r-1/*") };
    assert.equal(relation([], [allow(like), deny({ StringEquals: { "aws:PrincipalOrgID": ["o-ab"] } })]), "wider");
  });

  test("of a trusted organization are no outsiders", () => {
    const statement = allow({ ...organization("o-a"), ...paths("o-a/r-1/*") });
    const outside = (trusted: string[]) => change([], [statement], { trusted }).gains.map((row) => row.outside);
    assert.deepEqual([outside([]), outside(["o-a"]), outside(["o-a/r-1/ou-1"])], [[true], [false], [true]]);
  });
});

describe("an account and the ARN of a principal", () => {
  test("name the same account, however either is looked at", () => {
    const both = (account: string, arn: string) =>
      allow({ StringLike: { "aws:PrincipalAccount": account }, ArnLike: { "aws:PrincipalArn": arn } });
    assert.equal(relation([], [both("4*", "arn:aws:iam::*:role/x")]), "wider");
    assert.equal(relation([], [both("4*", "arn:aws:iam::5*:role/x")]), "equal");
    assert.equal(
      relation(
        [allow({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::4*:role/x" } })],
        [both("4*", "arn:aws:iam::*:role/x")],
      ),
      "equal",
    );
    const [row] = change([], [both("4*", "arn:aws:iam::*:role/x")]).gains;
    assert.equal(
      row?.witness.context["aws:PrincipalArn"]?.[0]?.split(":")[4],
      row?.witness.context["aws:PrincipalAccount"]?.[0],
    );
  });
});

describe("the services through which a request came", () => {
  test("have a first and a last one, which are among them, or are absent together", () => {
    const via = (more: object) => allow({ StringEquals: { "aws:CalledViaFirst": "a" }, ...more });
    const all = (...services: string[]) => ({ "ForAllValues:StringEquals": { "aws:CalledVia": services } });
    assert.equal(relation([], [via(all("b"))]), "equal");
    assert.equal(relation([], [via(all("a", "b"))]), "wider");
    assert.equal(relation([], [via({ Null: { "aws:CalledViaLast": "true" } })]), "equal");
    assert.equal(relation([via({})], [via({ "ForAnyValue:StringEquals": { "aws:CalledVia": "a" } })]), "equal");
    const ends = { StringEquals: { "aws:CalledViaFirst": "a", "aws:CalledViaLast": "b" } };
    assert.equal(relation([], [allow({ ...ends, ...all("a", "b") })]), "wider");
    assert.equal(relation([], [allow(ends), deny({ "ForAnyValue:StringEquals": { "aws:CalledVia": "b" } })]), "equal");
  });
});

test("a request to ECR comes over TLS, and a Deny of others is not called idle", () => {
  const plain = { Bool: { "aws:SecureTransport": "false" } };
  assert.equal(relation([], [allow(plain)]), "equal");
  assert.equal(relation([allow()], [allow(), deny(plain)], { owner: "123456789012" }), "equal");
  assert.deepEqual(idleStatements(policy(allow(), deny(plain))), []);
});

describe("a session", () => {
  const session = { AWS: "arn:aws:sts::111111111111:assumed-role/worker/s1" };
  const role = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
  const arn = (operator: string, name: string) => ({ [operator]: { "aws:PrincipalArn": role(name) } });

  test("may be of a role with a path, which only aws:PrincipalArn shows", () => {
    const found = change([allow({}, session)], [allow({}, session), deny(arn("ArnLike", "teams/*"))]);
    assert.equal(found.relation, "narrower");
    assert.deepEqual(
      found.losses.map(({ principal }) => principal),
      ["session worker/s1 of account 111111111111"],
    );
    const [row] = change([], [allow({}, session), deny(arn("ArnLike", "teams/*"))]).gains;
    assert.equal(row?.onlyIf, `aws:PrincipalArn is not like ${role("teams/*")}`);
    assert.equal(relation([], [allow({ ...arn("ArnLike", "other/*/*") }, session)]), "wider");
    assert.equal(relation([], [allow({ ...arn("StringEquals", "teams/other") }, session)]), "equal");
    assert.equal(relation([], [allow({ ...arn("StringLike", "*/work") }, session)]), "equal");
  });

  test("is of a role that a statement names, which is there, and may be of another than a condition names", () => {
    const named = { AWS: [role("teams/worker")] };
    assert.equal(relation([allow({}, named)], [allow({}, named), allow({}, session)]), "equal");
    assert.equal(
      relation([allow({}, named)], [allow({}, named), allow({ ...arn("ArnEquals", "worker") }, session)]),
      "equal",
    );
    const both = [allow({}, session), deny(arn("ArnEquals", "teams/worker"))];
    assert.equal(relation([], both), "wider");
    assert.equal(relation([], [...both, deny(arn("ArnLike", "*worker"))]), "equal");
  });
});
