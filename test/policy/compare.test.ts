/** compareAccess against brute force over small universes, by a second evaluator, and against laws that must hold. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type AccessChange, compareAccess } from "../../provider/policy/access/compare.ts";
import type { AccessRow } from "../../provider/policy/access/rows.ts";
import { policyEquivalent } from "../../provider/policy/change/normalize.ts";
import { runs } from "../harness/runs.ts";
import { allows, checkWitnesses, type Request } from "./evaluator.ts";

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Record<string, Record<string, readonly string[]>>;
}

const role = "arn:aws:iam::111111111111:role/deploy";
const session = "arn:aws:sts::111111111111:assumed-role/worker/s1";
const names = fc.subarray(["111111111111", "222222222222", role, "arn:aws:iam::222222222222:user/eve", session], {
  minLength: 1,
});
const somebody = fc.oneof(
  fc.constant("*"),
  names.map((AWS) => ({ AWS })),
  fc.constant({ Service: ["lambda.amazonaws.com"] }),
);
const somePatterns = fc.subarray(
  [
    "ecr:BatchGetImage",
    "ecr:PutImage",
    "ecr:Batch*",
    "ecr:*",
    "ecr:get?ownloadUrlForLayer",
    "ecr:BatchExport",
    "ecr:*ort",
  ],
  { minLength: 1 },
);
const actions = [
  ...["ecr:BatchGetImage", "ecr:PutImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchDeleteImage"],
  ...["ecr:BatchExport", "ecr:BatchNewer", "ecr:Support", "ecr:Newer"],
];

const test1 = (operators: readonly string[], key: string, values: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...operators), fc.subarray([...values], { minLength: 1 }))
    .map(([operator, chosen]) => ({ operator, key, chosen }));
const conditionTests = fc.oneof(
  test1(
    [
      "StringEquals",
      "StringNotEquals",
      "StringLike",
      "StringNotLike",
      "StringEqualsIfExists",
      "StringEqualsIgnoreCase",
    ],
    "aws:PrincipalOrgID",
    ["o-abc", "o-*", "o-x?z", "*"],
  ),
  test1(["IpAddress", "NotIpAddress", "IpAddressIfExists"], "aws:SourceIp", [
    "10.0.0.0/8",
    "10.1.0.0/16",
    "0.0.0.0/1",
    "128.0.0.0/1",
  ]),
  test1(
    [
      "ForAllValues:StringEquals",
      "ForAnyValue:StringLike",
      "ForAllValues:StringNotEquals",
      "ForAnyValue:StringNotLike",
    ],
    "aws:CalledVia",
    ["a", "b", "a*"],
  ),
  test1(["Bool", "BoolIfExists"], "aws:SecureTransport", ["true", "false"]),
  test1(["StringEquals", "StringNotLike", "StringEqualsIfExists"], "aws:CalledViaFirst", ["a", "b*"]),
  test1(["StringEquals", "StringNotEquals"], "aws:CalledViaLast", ["a", "ab"]),
  test1(["ForAnyValue:StringLike", "ForAllValues:StringLike", "ForAnyValue:StringNotLike"], "aws:PrincipalOrgPaths", [
    ...["o-abc/r-1/*", "o-x*/r-1/*", "*/r-2/*", "o-q/*"],
  ]),
  test1(["Null"], "aws:PrincipalOrgID", ["true", "false"]),
  test1(["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"], "aws:MultiFactorAuthAge", ["5", "60"]),
  test1(["DateLessThan", "DateGreaterThan"], "aws:CurrentTime", ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
  test1(["StringEquals", "StringNotEquals", "StringLike"], "aws:PrincipalAccount", ["111111111111", "333333333333"]),
  test1(["ArnLike", "ArnNotLike", "StringLike"], "aws:PrincipalArn", [
    role,
    "arn:aws:iam::111111111111:role/*",
    "arn:aws:iam::*:user/eve",
    "arn:aws:iam::111111111111:role/teams/*",
    "arn:aws:iam::111111111111:role/worker",
    "arn:aws:iam::3*:user/*",
  ]),
  test1(["StringLike", "StringNotLike"], "aws:PrincipalAccount", ["3*", "?1*"]),
  test1(["StringEquals", "StringNotLike"], "aws:SourceAccount", ["111111111111"]),
  test1(["StringEquals", "StringLike", "StringNotLike", "StringEqualsIfExists"], "saml:sub", ["a", "b*", "*"]),
  test1(["ForAllValues:StringLike", "ForAnyValue:StringNotEquals"], "login.example.com:amr", ["a", "b*"]),
  test1(
    [
      "StringEquals",
      "StringLike",
      "StringNotEquals",
      "StringNotLike",
      "StringEqualsIfExists",
      "StringEqualsIgnoreCase",
    ],
    "aws:PrincipalTag/team",
    [
      "$" + "{aws:ResourceTag/team}",
      "$" + "{aws:ResourceTag/team, 'blue'}",
      "red",
      "$" + "{aws:ResourceTag/team}*",
      "*",
    ],
  ),
  test1(["ArnLike", "ArnNotLike"], "aws:PrincipalArn", ["arn:aws:iam::111111111111:role/$" + "{aws:ResourceTag/team}"]),
);
const conditions = fc.array(conditionTests, { maxLength: 2 }).map((tests) => {
  const condition: Record<string, Record<string, readonly string[]>> = {};
  for (const { operator, key, chosen } of tests) condition[operator] = { ...condition[operator], [key]: chosen };
  return condition;
});

const statements: fc.Arbitrary<Statement> = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Deny"),
    fc.constantFrom("Principal", "Principal", "Principal", "NotPrincipal"),
    somebody,
    fc.constantFrom("Action", "Action", "NotAction"),
    somePatterns,
    conditions,
  )
  .map(([Effect, who, principal, what, patterns, Condition]) => ({
    Effect,
    [who]: who === "NotPrincipal" && principal === "*" ? { AWS: ["222222222222"] } : principal,
    [what]: patterns,
    ...(Object.keys(Condition).length > 0 ? { Condition } : {}),
  }));
const policyOf = (list: readonly Statement[]) => ({ Version: "2012-10-17", Statement: list });
const policies = fc.array(statements, { maxLength: 3 }).map(policyOf);

/** A few hundred requests, near to what the policies speak of. */
const context = fc.record(
  {
    "aws:principalorgid": fc.constantFrom(["o-abc"], ["o-xyz"], ["o-q"]),
    "aws:sourceip": fc.constantFrom(["10.0.0.1"], ["10.1.2.3"], ["11.0.0.1"], ["200.0.0.1"], ["2001:db8:0:0:0:0:0:1"]),
    "aws:calledvia": fc.subarray(["a", "b", "ab", "c"], { minLength: 1 }),
    "aws:multifactorauthage": fc.constantFrom(["1"], ["5"], ["30"], ["60"], ["90"]),
    "aws:principaltag/team": fc.constantFrom(["red"], ["blue"], ["redder"], ["x"]),
    "aws:resourcetag/team": fc.constantFrom(["red"], ["blue"], ["other"], ["deploy"]),
    "saml:sub": fc.constantFrom(["a"], ["b"], ["bc"], ["q"]),
    "login.example.com:amr": fc.subarray(["a", "b", "q"], { minLength: 1 }),
    "aws:securetransport": fc.constant(["true"]),
    "aws:currenttime": fc.constantFrom(["2025-06-01T00:00:00Z"], ["2026-06-01T00:00:00Z"], ["2028-06-01T00:00:00Z"]),
  },
  { requiredKeys: ["aws:securetransport", "aws:currenttime"] },
);
const askers: fc.Arbitrary<Request["principal"]> = fc.constantFrom(
  { type: "aws", account: "111111111111", arn: role },
  { type: "aws", account: "111111111111", arn: "arn:aws:iam::111111111111:role/other" },
  { type: "aws", account: "222222222222", arn: "arn:aws:iam::222222222222:user/eve" },
  { type: "aws", account: "222222222222", arn: "arn:aws:iam::222222222222:role/x" },
  { type: "aws", account: "333333333333", arn: "arn:aws:iam::333333333333:user/eve" },
  { type: "aws", account: "444444444444", arn: "arn:aws:iam::444444444444:user/eve" },
  { type: "aws", account: "111111111111", arn: session, role: "arn:aws:iam::111111111111:role/worker" },
  { type: "aws", account: "111111111111", arn: session, role: "arn:aws:iam::111111111111:role/teams/worker" },
  { type: "aws", account: "111111111111", arn: session, role: "arn:aws:iam::111111111111:role/a/b/worker" },
  { type: "service", name: "lambda.amazonaws.com" },
  { type: "service", name: "codebuild.amazonaws.com" },
);
const requests: fc.Arbitrary<Request> = fc
  .tuple(
    ...([askers, fc.constantFrom(...actions), context] as const),
    fc.option(fc.constantFrom("111111111111", "555555555555")),
    fc.constantFrom("/r-1/ou-1/", "/r-2/", "/"),
  )
  .map(([principal, action, values, source, path]) => {
    const { "aws:principalorgid": [home] = [], "aws:calledvia": via, ...rest } = values;
    const ofService = source ? { "aws:sourceaccount": [source] } : {};
    const ofPerson = home ? { "aws:principalorgid": [home], "aws:principalorgpaths": [home + path] } : {};
    const called = via
      ? { "aws:calledvia": via, "aws:calledviafirst": via.slice(0, 1), "aws:calledvialast": via.slice(-1) }
      : {};
    const asked = principal.type === "service" ? ofService : ofPerson;
    return { principal, action, context: { ...rest, ...called, ...asked } as Request["context"] };
  });

/** Whether a row tells of the action: by name, or of all that a wildcard matches, or of everything. */
function isAbout({ actions: named, unknown = [], capability }: AccessRow, action: string): boolean {
  const isKnown = actions.indexOf(action) < 4;
  return (
    named.includes(action) || (!isKnown && (capability === "everything" || unknown.length > 0 || named.length > 0))
  );
}

describe("the difference in access", () => {
  test("is what brute force finds, and every witness shows it", () => {
    fc.assert(
      fc.property(policies, policies, fc.array(requests, { minLength: 1, maxLength: 40 }), (before, after, asked) => {
        const change = compareAccess(before, after);
        checkWitnesses(before, after, change);
        for (const request of asked) {
          const [was, is] = [allows(before, request), allows(after, request)];
          if (was === is) continue;
          const told = (is ? change.gains : change.losses).some((row) => isAbout(row, request.action));
          const possible = is ? change.undecided : [...change.undecided, ...(change.narrowed ?? [])];
          const isUnknown = actions.indexOf(request.action) >= 4;
          const open = possible.some(({ actions: named }) => named.includes(request.action) || isUnknown);
          assert.ok(told || open, `${is ? "gained" : "lost"}: ${JSON.stringify(request)}`);
          assert.notEqual(change.relation, "equal");
          assert.notEqual(change.relation, is ? "narrower" : "wider");
        }
      }),
      runs,
    );
  });

  test("is none when statements are reordered, repeated or split, or wildcards are written out", () => {
    fc.assert(
      fc.property(policies, fc.nat(5), (policy, turn) => {
        const list = policy.Statement;
        const rest = [...list.slice(turn), ...list.slice(0, turn)];
        const split = list.flatMap((statement) =>
          statement.Action ? statement.Action.map((action) => ({ ...statement, Action: [action] })) : [statement],
        );
        for (const same of [rest, [...list, ...list.slice(0, 1)], split]) {
          assert.equal(compareAccess(policy, policyOf(same)).relation, "equal", JSON.stringify(same));
        }
      }),
      runs,
    );
    const expanded = [
      "Batch*",
      "BatchCheckLayerAvailability",
      "BatchDeleteImage",
      "BatchGetImage",
      "BatchGetRepositoryScanningConfiguration",
      "BatchImportUpstreamImage",
    ];
    const grant = (Action: unknown) => policyOf([{ Effect: "Allow", Principal: "*", Action: Action as string[] }]);
    assert.equal(compareAccess(grant("ecr:Batch*"), grant(expanded.map((name) => `ecr:${name}`))).relation, "equal");
  });

  test("is no loss when an Allow comes, and no gain when a Deny comes", () => {
    fc.assert(
      fc.property(policies, statements, (policy, added) => {
        const more = (Effect: string) => compareAccess(policy, policyOf([...policy.Statement, { ...added, Effect }]));
        const [allowed, denied] = [more("Allow"), more("Deny")];
        assert.deepEqual([allowed.losses, allowed.narrowed], [[], undefined]);
        assert.deepEqual([denied.gains, denied.undecided], [[], []]);
      }),
      runs,
    );
  });

  test("is no gain, and not undecided, when an Allow gets one more test, or a Deny loses a statement's test", () => {
    fc.assert(
      fc.property(policies, statements, conditionTests, (policy, statement, { operator, key, chosen }) => {
        const plain = { ...statement, Condition: { StringLike: { "aws:PrincipalTag/a": ["b"] } } };
        const tested = { ...plain, Condition: { ...plain.Condition, [`${operator}`]: { [key]: chosen } } };
        if (operator === "StringLike") return;
        const [fewer, more] = [plain, tested].map((one) => policyOf([...policy.Statement, one]));
        const change = statement.Effect === "Allow" ? compareAccess(fewer, more) : compareAccess(more, fewer);
        assert.deepEqual([change.gains, change.undecided], [[], []]);
      }),
      runs,
    );
  });

  test("is the mirror image when the sides are exchanged", () => {
    fc.assert(
      fc.property(policies, policies, (before, after) => {
        const [there, back] = [compareAccess(before, after), compareAccess(after, before)];
        assert.equal(back.gains.length > 0, there.losses.length > 0);
        assert.equal(back.losses.length > 0, there.gains.length > 0);
        const isOpen = ({ undecided, narrowed = [] }: AccessChange) => undecided.length + narrowed.length > 0;
        assert.equal(isOpen(back), isOpen(there));
        if (there.undecided.length > 0) assert.notEqual(back.relation, "equal");
      }),
      runs,
    );
  });

  test("is none between policies that have the same canonical form", () => {
    fc.assert(
      fc.property(policies, fc.nat(5), fc.boolean(), (policy, turn, text) => {
        const list = [...policy.Statement.slice(turn), ...policy.Statement.slice(0, turn)].map(respelled);
        const other = text ? JSON.stringify(policyOf(list), undefined, turn) : policyOf(list);
        assert.ok(policyEquivalent(policy, other));
        assert.equal(compareAccess(policy, other).relation, "equal");
      }),
      runs,
    );
    fc.assert(
      fc.property(policies, statements, statements, (policy, left, right) => {
        const [a, b] = [left, right].map((added) => policyOf([...policy.Statement, added]));
        if (compareAccess(a, b).relation !== "equal") assert.ok(!policyEquivalent(a, b));
      }),
      runs,
    );
  });
});

/** The same statement as AWS gives it back: another order, root ARNs, lists of one as a string. */
function respelled(statement: Statement): Statement {
  const { AWS: names } = (statement.Principal ?? {}) as { AWS?: string[] };
  const action = (names: readonly string[]) =>
    names.toReversed().map((name) => name.toUpperCase().replace("ECR:", "ecr:"));
  return {
    ...(Object.fromEntries(Object.entries(statement).toReversed()) as unknown as Statement),
    ...(names
      ? {
          Principal: {
            AWS: names.toReversed().map((name) => (name.includes(":") ? name : `arn:aws:iam::${name}:root`)),
          },
        }
      : {}),
    ...(statement.Action ? { Action: action(statement.Action) } : {}),
  };
}
