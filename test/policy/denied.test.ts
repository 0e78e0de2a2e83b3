/** What a policy denies, beside what it allows. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { explainFile } from "../../provider/cli/commands/explain/run.ts";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { deniedBy } from "../../provider/policy/access/questions.ts";
import { accessLines } from "../../provider/policy/access/sentences.ts";

const owner = "123456789012";
const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const deny = (Principal: unknown, Action: unknown, more: object = {}) => ({
  Effect: "Deny",
  Principal,
  Action,
  ...more,
});
const denied = (document: unknown, context = {}) =>
  (deniedBy(document, context).denied ?? []).map(({ principal, actions, onlyIf, because }) => [
    principal,
    actions.length > 3 ? actions.length : actions,
    onlyIf,
    because.index,
  ]);

test("a Deny is told with whom it is about, also of the owner's account, and its conditions", () => {
  const document = policy(
    { Effect: "Allow", Principal: "*", Action: "ecr:PutImage" },
    deny("*", "ecr:BatchDeleteImage"),
    deny({ AWS: owner }, "ecr:PutImage", { Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } }),
  );
  assert.deepEqual(denied(document, { owner }), [
    ["everybody (any AWS account)", ["ecr:BatchDeleteImage"], undefined, 1],
    [`the registry's own account ${owner}`, ["ecr:PutImage"], "aws:SourceVpce is not vpce-1 or absent", 2],
  ]);
});

test("each Deny is told with its own condition, and whom it spares", () => {
  const admin = `arn:aws:iam::${owner}:role/admin`;
  const document = policy(
    deny({ AWS: owner }, "ecr:PutImage", { Condition: { ArnNotEquals: { "aws:PrincipalArn": admin } } }),
    deny({ AWS: owner }, "ecr:PutImage", { Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } }),
  );
  assert.deepEqual(denied(document), [
    [`account ${owner}`, ["ecr:PutImage"], `aws:PrincipalArn is not ${admin}`, 0],
    [`account ${owner}`, ["ecr:PutImage"], "aws:PrincipalTag/a is b", 1],
  ]);
});

test("a policy of Allows denies nothing, nor does a Deny that never applies", () => {
  assert.deepEqual(deniedBy(policy({ Effect: "Allow", Principal: "*", Action: "ecr:*" })), {});
  const plain = { Condition: { Bool: { "aws:SecureTransport": "false" } } };
  assert.deepEqual(deniedBy(policy(deny("*", "ecr:*", plain))), { denied: [] });
  for (const nothing of ["x", undefined, { Statement: [5] }]) assert.deepEqual(deniedBy(nothing), {});
});

test("what a policy variable leaves open may be denied", () => {
  const open = { Condition: { StringEquals: { "aws:PrincipalTag/a": "$" + "{aws:ResourceTag/a}" } } };
  const document = policy(deny({ AWS: owner }, "ecr:PutImage", open));
  const found = { relation: "equal", gains: [], losses: [], undecided: [], ...deniedBy(document) } as const;
  assert.deepEqual(accessLines(found, false), [
    `- may be denied for account ${owner}: ecr:PutImage, because the policy variable $${"{aws:ResourceTag/a}"} is not known`,
  ]);
});

test("a change by one Deny is told with its condition", () => {
  const allow = { Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "ecr:PutImage" };
  const network = { Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } };
  const { losses } = compareAccess(policy(allow), policy(allow, deny("*", "ecr:*", network)));
  assert.deepEqual(
    losses.map(({ onlyIf }) => onlyIf),
    ["aws:SourceVpce is not vpce-1 or absent"],
  );
});

test("explain tells what is denied, and does not say of Denies that they allow nothing and no more", () => {
  const folder = mkdtempSync(join(tmpdir(), "explain-"));
  const explained = (document: object) => {
    const file = join(folder, "policy.json");
    writeFileSync(file, JSON.stringify(document));
    return explainFile(file, { trust: [], account: owner }).text.split("\n").slice(0, -2);
  };
  try {
    assert.deepEqual(explained(policy(deny("*", "ecr:BatchDeleteImage"))), [
      "This policy allows nothing by itself. It denies:",
      "- everybody (any AWS account) cannot delete images from the repository, whatever identity policies say (Deny: statement 1, line 1)",
    ]);
    assert.deepEqual(
      explained(policy({ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "ecr:*" })),
      ["This policy allows nothing and denies nothing."],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
