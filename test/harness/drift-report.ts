/** A drift report that has one of everything, for tests of formats and for looking at them. */

import { finding, type RuleId } from "../../provider/declared/remark.ts";
import { byPlace, countClasses, type DriftReport, type DriftResource } from "../../provider/drift/report/report.ts";

const account = "123456789012";
const region = "eu-central-1";

function resource(
  id: string,
  type: string,
  rest: Partial<DriftResource>,
  found: [RuleId, string][] = [],
): DriftResource {
  return {
    urn: `urn:pulumi:prod::registry::ecr:index:${type}::${id.replaceAll("/", "-")}`,
    type: `ecr:index:${type}`,
    id,
    account,
    region,
    class: "in-sync",
    fields: [],
    findings: found.map(([rule, message]) => finding(rule, message, { account, region, type, id })),
    fix: null,
    source: { stack: "prod", file: "index.ts", line: 12, column: 3 },
    ...rest,
  };
}

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const policy = (...accounts: string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "pull", Effect: "Allow", Principal: { AWS: accounts }, Action: pull }],
});

export function sampleDrift(): DriftReport {
  const resources = [
    resource("team/api", "Repository", {}),
    resource("team/web", "Repository", {}),
    resource("team/worker", "Repository", {}),
    resource(
      "team/api",
      "RepositoryPolicy",
      {
        class: "changed",
        fields: [
          {
            path: "policyText",
            declared: policy("111111111111"),
            recorded: policy("111111111111"),
            live: policy("111111111111", "999988887777"),
            moved: "live",
            meaning: "access-gain",
          },
        ],
        fix: "pulumi up --target 'urn:pulumi:prod::registry::ecr:index:RepositoryPolicy::team-api'",
        since: "2026-11-24T21:04:11Z",
        by: "arn:aws:iam::123456789012:user/night-shift",
      },
      [["access-gain", "account 999988887777 can now pull from team/api, which nobody declared"]],
    ),
    resource(
      "team/web",
      "LifecyclePolicy",
      {
        class: "changed",
        fields: [
          {
            path: "lifecyclePolicyText",
            declared: '{"rules":[]}',
            recorded: null,
            live: '{"rules":[1]}',
            moved: "both",
            meaning: "retention",
          },
        ],
        fix: "pulumi up --target 'urn:pulumi:prod::registry::ecr:index:LifecyclePolicy::team-web'",
      },
      [
        ["retention", "images are kept 14 days instead of 90"],
        ["expires-tonight", "412 images expire tonight, among them release-2026-10"],
      ],
    ),
    resource(
      "team/worker",
      "RepositoryPolicy",
      {
        class: "missing",
        fix: "pulumi up --target 'urn:pulumi:prod::registry::ecr:index:RepositoryPolicy::team-worker'",
      },
      [["missing", "the access policy was deleted"]],
    ),
    resource(
      "scratch/jenkins-test",
      "Repository",
      {
        urn: null,
        class: "unmanaged",
        source: null,
        fix: "pulumi import ecr:index:Repository scratchJenkinsTest scratch/jenkins-test",
      },
      [["unmanaged", "the repository exists but is not in any stack"]],
    ),
    resource("team/secrets", "RepositoryPolicy", { class: "unreadable" }, [
      ["unreadable", "ecr:GetRepositoryPolicy is denied"],
    ]),
    resource("mirror/library/alpine", "Repository", { urn: null, class: "ignored", source: null }, [
      ["expected", "made by the pull through cache rule mirror"],
    ]),
  ].toSorted(byPlace);
  return {
    schemaVersion: 1,
    summary: {
      ...countClasses(resources),
      coverage: { live: 9, declared: 7, expected: 1, unmanaged: 1, percent: 88 },
      calls: 14,
    },
    resources,
    findings: [
      finding("not-covered", "2 resources of aws:ecrpublic/repository:Repository are not read", {
        account,
        region,
        type: "aws:ecrpublic/repository:Repository",
        id: "",
      }),
    ],
    incomplete: ["reading the policy of team/secrets: ecr:GetRepositoryPolicy is denied; allow it"],
  };
}
