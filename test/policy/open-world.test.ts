/** What is not known is a possibility: actions, keys and principals that no table has. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { allowedBy } from "../../provider/policy/access/questions.ts";
import { accessLines } from "../../provider/policy/access/sentences.ts";
import { checkWitnesses } from "./evaluator.ts";

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const to = (Principal: unknown, Action: unknown, more: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action,
  ...more,
});
const account = { AWS: "111111111111" };
const change = (before: object[], after: object[], context = {}) => {
  const [old, now] = [policy(...before), policy(...after)];
  const found = compareAccess(old, now, context);
  checkWitnesses(old, now, found);
  return found;
};
const lines = (before: object[], after: object[]) => accessLines(change(before, after), true);

describe("an action of ECR that this version does not know", () => {
  test("is a gain when it is granted by name, and told as unknown", () => {
    assert.deepEqual(lines([], [to("*", "ecr:ExportImages")]), [
      "+ everybody (any AWS account) can now use ecr:ExportImages, which this version does not know, in the repository (statement 1) [outside]",
    ]);
    const [row] = change([], [to(account, "ECR:exportImages")]).gains;
    assert.deepEqual(
      [row?.actions, row?.unknown, row?.capability],
      [["ecr:exportImages"], ["ecr:exportImages"], undefined],
    );
  });

  test("is a gain when a wildcard that matches it takes the place of the names that are known", () => {
    const names = ["BatchCheckLayerAvailability", "BatchDeleteImage", "BatchGetImage"];
    const known = [...names, "BatchGetRepositoryScanningConfiguration", "BatchImportUpstreamImage"].map(
      (n) => `ecr:${n}`,
    );
    assert.deepEqual(lines([to(account, known)], [to(account, "ecr:Batch*")]), [
      "+ account 111111111111 can now use actions like ecr:Batch*, which this version does not know, in the repository (statement 1) [outside]",
    ]);
    assert.equal(change([to(account, "ecr:Batch*")], [to(account, known)]).relation, "narrower");
  });

  test("is told apart from others by names and by every combination of wildcards", () => {
    const equal = (before: unknown, after: unknown) =>
      assert.equal(
        change([to(account, before)], [to(account, after)]).relation,
        "equal",
        JSON.stringify([before, after]),
      );
    equal(["ecr:Get*", "ecr:*"], "ecr:*");
    equal(["ecr:Get*", "ecr:GetX"], "ecr:get*");
    equal(["*"], ["ecr:*"]);
    equal(["s3:*", "ecr:Export*"], ["ecr:export*"]);
    assert.equal(change([to(account, "ecr:*Image*")], [to(account, ["ecr:*Image*", "ecr:*Layer*"])]).relation, "wider");
    assert.equal(change([to(account, "ecr:G?t*")], [to(account, "ecr:Get*")]).relation, "narrower");
    const except = { Effect: "Deny", Principal: "*", Action: "ecr:ExportImages" };
    assert.equal(change([to(account, "ecr:*")], [to(account, "ecr:*"), except]).relation, "narrower");
    const not = (NotAction: unknown) => ({ Effect: "Allow", Principal: account, NotAction });
    assert.equal(change([not(["ecr:PutImage", "ecr:ExportImages"])], [not("ecr:PutImage")]).relation, "wider");
    assert.equal(change([not("ecr:PutImage")], [not("ecr:put*")]).relation, "narrower");
  });

  test("belongs to everything, and is not told where known actions of the same wildcard are", () => {
    assert.deepEqual(lines([], [to(account, "ecr:*")]), [
      "+ account 111111111111 can now do everything in the repository (statement 1) [outside]",
    ]);
    for (const { unknown, actions } of change([], [to(account, "ecr:Batch*")]).gains) {
      assert.equal(unknown, undefined);
      assert.ok(actions.every((name) => !name.includes("unknown")));
    }
  });

  test("may have any key, such as the tags of a request", () => {
    const tagged = { Condition: { StringEquals: { "aws:RequestTag/team": "a" } } };
    assert.equal(change([], [to(account, "ecr:ExportImages", tagged)]).relation, "wider");
    assert.equal(change([], [to(account, "ecr:BatchGetImage", tagged)]).relation, "equal");
  });

  test("of a registry concerns repositories or the registry, and under V1 there is none", () => {
    const all = to(account, "ecr:ExportImages", { Resource: "*" });
    const rows = (registryScope: "V1" | "V2") => allowedBy(policy(all), { kind: "registry", registryScope }).gains;
    assert.deepEqual(
      rows("V2").map(({ resource }) => resource),
      ["every repository", "the registry"],
    );
    assert.deepEqual(rows("V1"), []);
  });
});

describe("a key that this version does not know", () => {
  const providers = ["accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com"];
  const hosts = ["token.actions.githubusercontent.com", "oidc.eks.eu-west-1.amazonaws.com/id/ABC"];
  const keys = [
    ...["aud", "sub", "amr"].flatMap((name) => [...providers, ...hosts].map((host) => `${host}:${name}`)),
    ...["saml:sub", "saml:aud", "saml:namequalifier", "s3:prefix", "kms:ViaService", "lambda:SourceFunctionArn"],
    ...["aws:NewerThanThis", "ecr:NewerThanThis", "odd"],
  ];
  for (const key of keys)
    test(`${key} may be in a request, and may be absent`, () => {
      const when = (operator: string, value: string, name = key) => ({ Condition: { [operator]: { [name]: value } } });
      assert.equal(change([], [to("*", "ecr:PutImage", when("StringLike", "*"))]).relation, "wider");
      assert.equal(change([], [to("*", "ecr:PutImage", when("StringEquals", "a"))]).relation, "wider");
      assert.equal(change([], [to("*", "ecr:PutImage", when("ForAnyValue:StringLike", "a*"))]).relation, "wider");
      const open = to("*", "ecr:PutImage");
      assert.equal(change([open], [to("*", "ecr:PutImage", when("Null", "true"))]).relation, "narrower");
      const deny = { Effect: "Deny", Principal: "*", Action: "ecr:*", ...when("StringNotEquals", "a") };
      assert.equal(change([open, deny], [open]).relation, "wider");
    });

  test("that is compared as one value and as several is undecided", () => {
    const when = { StringEquals: { "saml:x": "a" }, "ForAllValues:StringLike": { "saml:x": "b*" } };
    assert.deepEqual(change([], [to("*", "ecr:PutImage", { Condition: when })]).undecided[0]?.reasons, [
      "saml:x is compared as one value and as several",
    ]);
  });
});

describe("a principal that is not understood", () => {
  for (const principal of [
    { Robot: "r2" },
    { AWS: "arn:aws:iam::12:role/x" },
    { AWS: ["111111111111", "somebody"] },
    { AWS: [5] },
    { Service: { a: 1 } },
    "everybody",
  ])
    test(`${JSON.stringify(principal)} may be anybody`, () => {
      const { relation, undecided } = allowedBy(policy(to(principal, "ecr:PutImage")));
      assert.equal(relation, "undecided");
      assert.match(
        undecided[0]?.reasons[0] ?? "",
        /^who .* in Principal of statement 1 of the policy after is, is not known$/,
      );
      const deny = { Effect: "Deny", Principal: principal, Action: "ecr:*" };
      assert.equal(
        compareAccess(policy(to("*", "ecr:PutImage"), deny), policy(to("*", "ecr:PutImage"))).relation,
        "undecided",
      );
    });
});
