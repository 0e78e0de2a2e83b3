/** A review report that has one of everything, for tests of formats and for looking at them. */

import { fingerprintOf, type ReviewFinding, type ReviewReport } from "../../provider/review/report.ts";

const api = "urn:pulumi:prod::registry::ecr:index:RepositoryPolicy::api";
const web = "LifecyclePolicy team/web";
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

function found(ruleId: string, rest: Partial<ReviewFinding> & { message: string }): ReviewFinding {
  return {
    ruleId,
    level: "warning",
    resource: api,
    path: "Statement[1].Principal",
    fix: "Name accounts or principals, or add a condition on aws:PrincipalOrgID with StringEquals.",
    fingerprint: fingerprintOf(ruleId, rest.resource ?? api, rest.message),
    existing: false,
    blocking: false,
    file: "policies/team/api.repository-policy.json",
    line: 14,
    column: 7,
    ...rest,
  };
}

const document = (accounts: readonly string[]) =>
  JSON.stringify(
    { Statement: [{ Sid: "pull", Effect: "Allow", Principal: { AWS: accounts }, Action: ["ecr:BatchGetImage"] }] },
    undefined,
    2,
  );

export function sampleReview(): ReviewReport {
  return {
    schemaVersion: 1,
    verdict: "blocked",
    summary: {
      error: 1,
      warning: 2,
      note: 1,
      suppressed: 1,
      blocking: 1,
      undecided: 2,
      resources: 4,
      equalInMeaning: 1,
    },
    revisions: { base: "a".repeat(40), mergeBase: "b".repeat(40), head: "3f2a9c1d".repeat(5) },
    stack: "prod",
    access: {
      relation: "wider",
      gains: [
        {
          subject: api,
          file: "policies/team/api.repository-policy.json",
          principal: "account 999988887777",
          who: { kind: "account", account: "999988887777" },
          outside: true,
          public: false,
          capability: "pull",
          actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          resource: "team/api",
          onlyIf: "aws:PrincipalOrgID is o-a1b2c3d4e5",
          because: { policy: "after", index: 1, sid: "PartnerPull", line: 14, deny: false },
          witness: {
            principal: { kind: "account", account: "999988887777" },
            action: "ecr:BatchGetImage",
            resource: "arn:aws:ecr:eu-central-1:123456789012:repository/team/api",
            context: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5"] },
          },
        },
      ],
      losses: [
        {
          subject: api,
          principal: "role deploy of account 111111111111",
          who: { kind: "named", account: "111111111111", arn: "arn:aws:iam::111111111111:role/deploy" },
          outside: false,
          public: false,
          capability: "push",
          actions: ["ecr:PutImage"],
          resource: "team/api",
          because: { policy: "before", index: 0, sid: "Deploy", deny: false },
          witness: {
            principal: { kind: "named", account: "111111111111", arn: "arn:aws:iam::111111111111:role/deploy" },
            action: "ecr:PutImage",
            context: {},
          },
        },
      ],
      undecided: [
        {
          subject: api,
          principal: "any account",
          actions: ["ecr:BatchGetImage"],
          reasons: ["aws:PrincipalOrgPaths is not known"],
        },
      ],
    },
    changes: [
      {
        resource: api,
        kind: "RepositoryPolicy",
        name: "team/api",
        change: "changed",
        equalInMeaning: false,
        sentences: [],
        before: document(["111111111111"]),
        after: document(["111111111111", "999988887777"]),
        file: "policies/team/api.repository-policy.json",
        line: 1,
      },
      {
        resource: web,
        kind: "LifecyclePolicy",
        name: "team/web",
        change: "changed",
        equalInMeaning: false,
        sentences: [],
        before: '{\n  "days": 90\n}',
        after: '{\n  "days": 14\n}',
      },
      {
        resource: "Repository team/old",
        kind: "Repository",
        name: "team/old",
        change: "replaced",
        equalInMeaning: false,
        sentences: ["its encryption changes, so that it is deleted with its images and made anew"],
        before: null,
        after: null,
      },
      {
        resource: "RepositoryPolicy team/form",
        kind: "RepositoryPolicy",
        name: "team/form",
        change: "changed",
        equalInMeaning: true,
        sentences: [],
        before: "{}",
        after: "{}",
      },
    ],
    images: [
      {
        resource: web,
        repository: "team/web",
        at: "2026-11-25T00:00:00.000Z",
        images: 900,
        newlyExpired: [
          {
            imageDigest: digest("a"),
            imageTags: ["release-2026-10", "stable"],
            pushedAt: "2026-11-22T08:00:00.000Z",
            reason: "rule 2 keeps 14 days",
          },
          {
            imageDigest: digest("b"),
            imageTags: [],
            pushedAt: "2026-08-03T08:00:00.000Z",
            reason: "rule 2 keeps 14 days",
          },
        ],
        newlyArchived: [
          {
            imageDigest: digest("c"),
            imageTags: ["v1"],
            pushedAt: "2026-07-01T08:00:00.000Z",
            reason: "rule 1 archives",
          },
        ],
        spared: [],
        newlyExpiredBytes: 12_000_000,
        uncertain: 1,
      },
    ],
    findings: [
      found("ECR-B4", {
        level: "error",
        blocking: true,
        message: "account 999988887777, which is not trusted, can pull",
        witness: { principal: { kind: "account", account: "999988887777" }, action: "ecr:BatchGetImage", context: {} },
      }),
      found("ECR-D4", {
        resource: web,
        file: "policies/team/web.lifecycle-policy.json",
        line: 3,
        message: 'the rule expires images that are tagged "stable"',
        fix: "Exclude the tag, or keep it by a rule of a higher priority.",
        path: "rules[1]",
      }),
      found("ECR-C4", {
        resource: "Repository team/old",
        message: "the repository is replaced, and its images are deleted",
        fix: "Keep its name and encryption.",
        path: "encryptionConfiguration",
        file: "Pulumi.yaml",
        line: 40,
      }),
      found("ECR-A10", {
        level: "note",
        existing: true,
        message: 'the Sid "pull" is there twice',
        fix: "Give each statement its own Sid.",
      }),
      found("ECR-B6", {
        message: "ecr:* allows 35 actions",
        suppressed: { by: "review.yaml", reason: "the build account does everything here", until: "2026-12-31" },
      }),
    ],
    notRead: [{ file: "infra/index.ts", reason: "a program in TypeScript; give its preview", incomplete: true }],
    notes: ["images as of the file images.json"],
  };
}

/** The sample with so many findings. */
export function largeReview(findings: number): ReviewReport {
  const report = sampleReview();
  const [pattern] = report.findings;
  if (!pattern) return report;
  const many = Array.from({ length: findings }, (_, index) => ({
    ...pattern,
    level: (["note", "warning", "error"] as const)[index % 3] ?? "note",
    resource: `RepositoryPolicy team/app-${index}`,
    line: index + 1,
    fingerprint: fingerprintOf(pattern.ruleId, String(index), ""),
  }));
  return { ...report, findings: many };
}
