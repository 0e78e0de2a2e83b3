/** How much work a comparison and a run may do: in steps, shared, and with a named answer where they end. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { allowedBy, idleStatements } from "../../provider/policy/access/questions.ts";
import { newBudget } from "../../provider/policy/language/budget.ts";

const policy = (conditions: readonly object[]) => ({
  Version: "2012-10-17",
  Statement: conditions.map((Condition) => ({ Effect: "Allow", Principal: "*", Action: "ecr:*", Condition })),
});
const letters = "abcdefghijklmnopqrstuvwxyz";
const word = (index: number) => `${letters[index % 26]}${letters[(index * 5) % 26]}${(index * 7919) % 97}`;
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const tagged = (key: string, value: string) => ({ StringLike: { [`aws:PrincipalTag/${key}`]: value } });

const hard = {
  "ninety statements that look for a word in one tag": policy(many(90, (index) => tagged("t", `*${word(index)}*`))),
  "ninety statements that look for a word in a tag each": policy(
    many(90, (index) => tagged(`t${index}`, `*${word(index)}*`)),
  ),
  "a star in front of two hundred characters": policy([tagged("t", `*a${"?".repeat(200)}`)]),
  "twelve sets of words": policy(
    many(12, (index) => ({ "ForAllValues:StringLike": { "aws:TagKeys": [`*${word(index)}*`, `${word(index)}*`] } })),
  ),
};

const seconds = (work: () => void) => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000_000;
};

describe("the limits of a comparison", () => {
  for (const [says, document] of Object.entries(hard)) {
    test(`${says}: ends within its steps and two seconds of processor time, with an answer or a name for its lack`, () => {
      const budget = newBudget();
      const full = budget.steps;
      const took = seconds(() => {
        const { relation, undecided } = allowedBy(document, { budget });
        if (relation === "undecided")
          for (const { reasons } of undecided)
            assert.match(reasons.join(), /^the tests on aws:\S+ have too many combinations$/);
        else assert.equal(relation, "wider");
        idleStatements(document, { budget });
      });
      assert.ok(full - budget.steps < 4_000_000, `${full - budget.steps} steps`);
      assert.ok(took < 2, `${took} s`);
    });
  }

  test("many files share one budget, and ordinary policies are compared however little is left of it", () => {
    const budget = newBudget();
    const took = seconds(() => {
      for (const document of many(6, () => hard["a star in front of two hundred characters"]))
        assert.equal(allowedBy(document, { budget }).relation, "undecided");
    });
    assert.ok(took < 2, `${took} s`);
    const ordinary = policy([{ StringEquals: { "aws:PrincipalOrgID": "o-home" } }]);
    assert.equal(allowedBy(ordinary, { budget: newBudget(0) }).relation, "wider");
    const [left] = allowedBy(hard["a star in front of two hundred characters"], { budget: newBudget(0) }).undecided;
    assert.deepEqual(left?.reasons, ["the limit of work for one run is reached"]);
  });

  test("the answer hangs on steps alone: it is the same however slow the clock says the machine is", (t) => {
    const answers = [0, 3_600_000].map((tick) => {
      let now = 0;
      const clock = t.mock.method(performance, "now", () => (now += tick));
      const answer = allowedBy(hard["ninety statements that look for a word in one tag"]);
      clock.mock.restore();
      return answer;
    });
    assert.deepEqual(answers[0], answers[1]);
  });

  test("ten words in a list are one test", () => {
    const roles = many(10, (index) => `arn:aws:iam::111111111111:role/*${word(index)}*`);
    const { relation, gains } = allowedBy(policy([{ ArnLike: { "aws:PrincipalArn": roles } }]));
    assert.equal(relation, "wider");
    assert.deepEqual(
      gains.map(({ principal, onlyIf }) => [principal, onlyIf]),
      [["account 111111111111", `aws:PrincipalArn is like ${roles.toSorted().join(" or ")}`]],
    );
    const fewer = policy([{ ArnLike: { "aws:PrincipalArn": roles.slice(0, 9) } }]);
    assert.equal(compareAccess(fewer, policy([{ ArnLike: { "aws:PrincipalArn": roles } }])).relation, "wider");
    assert.equal(compareAccess(policy([{ ArnLike: { "aws:PrincipalArn": roles } }]), fewer).relation, "narrower");
  });

  test("a part that is too hard leaves the rest decided", () => {
    const hopeless = hard["a star in front of two hundred characters"];
    const open = { Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "ecr:PutImage" };
    const both = { ...hopeless, Statement: [open, ...hopeless.Statement] };
    const { gains, undecided } = allowedBy(both);
    assert.deepEqual(
      gains.map(({ principal, actions }) => [principal, actions]),
      [["account 111111111111", ["ecr:PutImage"]]],
    );
    assert.ok(undecided.length > 0);
  });
});
