/** What access two documents differ in, decided by IAM's documented rules before the code was asked. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import type { AccessRow } from "../../provider/policy/access/rows.ts";
import type { AccessContext } from "../../provider/policy/access/rules/context.ts";
import { accessLines, requesterWords } from "../../provider/policy/access/sentences.ts";
import { checkWitnesses } from "./evaluator.ts";

/** What a policy allows, or what a change of it does, as a person reads it. */
interface ToldCase extends Pick<Case, "says" | "context"> {
  readonly before?: unknown;
  readonly after?: unknown;
  /** The policies are text, so that lines are told. */
  readonly text?: true;
  readonly lines: readonly string[];
}

interface Case {
  readonly says: string;
  /** Statements; absent where there is no policy. */
  readonly before?: readonly unknown[];
  readonly after?: readonly unknown[];
  readonly context?: AccessContext;
  readonly relation: string;
  /** Whether an outsider gains. */
  readonly outside?: boolean;
}

const opposite: Readonly<Record<string, string>> = { wider: "narrower", narrower: "wider" };

const read = (file: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../cases/policy", file), "utf8"));
const policies = (...sides: unknown[]) =>
  sides.map((statements) => (statements ? { Version: "2012-10-17", Statement: statements } : undefined));

describe("access in sentences", () => {
  for (const { says, before, after, context, text, lines } of read("told.json") as ToldCase[]) {
    test(says, () => {
      const [old, now] = policies(before, after).map((one) => (text ? JSON.stringify(one, undefined, 2) : one));
      assert.deepEqual(accessLines(compareAccess(old, now, context), before !== undefined), lines);
    });
  }

  test("no more than two hundred, and how many more there are", () => {
    const lines = (accounts: number) => {
      const AWS = Array.from({ length: accounts }, (_, index) => String(100_000_000_000 + index));
      const [policy] = policies([{ Effect: "Allow", Principal: { AWS }, Action: "ecr:PutImage" }]);
      return accessLines(compareAccess(undefined, policy), false);
    };
    assert.equal(lines(200).length, 200);
    assert.deepEqual([lines(203).length, lines(203).at(-1)], [201, "and 3 more"]);
  });
});

/** What identity policies allow, the second evaluator does not know. */
const isAllowed = ({ refusal }: AccessRow) => !refusal;

test("who makes the request of a witness is told as AWS would name it", () => {
  const told = (statement: object) => {
    const [policy] = policies([{ Effect: "Allow", Action: "ecr:PutImage", ...statement }]);
    return compareAccess(undefined, policy).gains.map(({ who }) => requesterWords(who));
  };
  const role = "arn:aws:iam::111111111111:role/ci";
  assert.deepEqual(told({ Principal: { AWS: "111111111111" } }), [
    { words: "any principal of account ", name: "111111111111" },
  ]);
  assert.deepEqual(told({ Principal: { AWS: role } }), [{ words: "", name: role }]);
  assert.deepEqual(told({ Principal: { Service: "x.amazonaws.com", Federated: "idp" } }), [
    { words: "the service ", name: "x.amazonaws.com" },
    { words: "a user of the identity provider ", name: "idp" },
  ]);
  assert.deepEqual(told({ NotPrincipal: { AWS: "111111111111" } }), [
    { words: "any principal of an account that the policy does not name, such as ", name: "999999999999" },
    { words: "any AWS service that the policy does not name" },
  ]);
});

describe("access by IAM's rules", () => {
  for (const { says, before, after, context = {}, relation, outside } of read("access.json") as Case[]) {
    test(says, () => {
      const [old, now] = policies(before, after);
      const change = compareAccess(old, now, context);
      assert.equal(change.relation, relation);
      if (!context.registryPolicy && !context.registryScope)
        checkWitnesses(old, now, { gains: change.gains.filter(isAllowed), losses: change.losses.filter(isAllowed) });
      if (outside !== undefined)
        assert.equal(
          change.gains.some((gain) => gain.outside),
          outside,
          "an outsider gains",
        );
      const back = compareAccess(now, old, context);
      // What may be a gain is at most a loss the other way round.
      const isBound = [change, back].map(({ narrowed }) => narrowed !== undefined);
      const expected = isBound[0] ? "undecided" : isBound[1] ? "narrower" : (opposite[relation] ?? relation);
      assert.equal(back.relation, expected, "the other way round");
    });
  }
});

test("an escaped star is a star, and plain text before Version 2012-10-17", () => {
  const policy = (Version: string) => ({
    Version,
    Statement: {
      ...{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" },
      Condition: { StringLike: { "aws:ResourceTag/a": "$" + "{*}" } },
    },
  });
  assert.equal(compareAccess(policy("2008-10-17"), policy("2012-10-17")).relation, "incomparable");
});
