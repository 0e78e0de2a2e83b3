/** What could not be determined keeps the exit code at 3, until the configuration of the base accepts it. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { exitCodes } from "../../provider/review/report.ts";
import { type Given, reviewOf } from "./harness.ts";

const side = (condition: unknown, effect = "Allow") => ({
  kind: "RepositoryPolicy",
  name: "team/api",
  properties: {
    repositoryName: "team/api",
    policyText: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pull",
          Effect: effect,
          Principal: { AWS: "111111111111" },
          Action: "ecr:BatchGetImage",
          Condition: { StringEquals: { "aws:PrincipalTag/Team": condition } },
        },
      ],
    },
  },
});
const given = (config: unknown, effect?: string): Given => ({
  before: side("a"),
  after: side({ $unknown: true }, effect),
  owner: "123456789012",
  config,
});
const suppression = (more: object) => ({
  suppressions: [{ rule: "ECR-C3", resource: "team/api", reason: "checked by hand", until: "2026-12-31", ...more }],
});

describe("an undecided part", () => {
  const cases: readonly (readonly [name: string, config: unknown, verdict: "clean" | "undecided"])[] = [
    ["makes the review incomplete", {}, "undecided"],
    ["that is suppressed with reason and end does not", suppression({}), "clean"],
    ["of which the suppression is over does", suppression({ until: "2026-01-01" }), "undecided"],
    ["of another resource than the suppressed one does", suppression({ resource: "team/other" }), "undecided"],
    ["of which another rule is suppressed does", suppression({ rule: "ECR-C1" }), "undecided"],
    ["of which the rule is off does not", { levels: { "ECR-C3": "off" } }, "clean"],
  ];
  for (const [name, config, verdict] of cases)
    test(name, () => {
      const report = reviewOf(given(config));
      assert.equal(report.verdict, verdict);
      assert.equal(exitCodes[report.verdict], verdict === "clean" ? 0 : 3);
      assert.ok(report.access.undecided.length > 0);
      assert.ok(report.access.undecided.every(({ accepted = false }) => accepted === (verdict === "clean")));
      assert.equal(report.summary.undecided, verdict === "clean" ? 0 : report.access.undecided.length);
    });
  test("counts for --undecided fail until it is accepted", () => {
    const failOn = ["error", "undecided"];
    assert.equal(reviewOf({ ...given({}), failOn }).verdict, "blocked");
    assert.equal(reviewOf({ ...given(suppression({})), failOn }).verdict, "clean");
  });
  test("of a policy that AWS would refuse is never accepted", () => {
    const refused = given({ levels: { "ECR-C3": "off" } }, "Maybe");
    const report = reviewOf(refused);
    assert.equal(report.verdict, "blocked");
    assert.ok(report.access.undecided.every(({ accepted }) => accepted === undefined));
  });
});
