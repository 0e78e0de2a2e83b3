/**
 * Ten pull requests to one small repository. As files they are branches of a git repository (`makeRepository`); their
 * resources alone are a program for the real engine (`programOf`). What a review says of them is in
 * test/cases/review/pull-requests.json.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the registry has on one side. */
export interface Side {
  readonly repository: object;
  readonly repositoryPolicy: unknown;
  readonly lifecyclePolicy: unknown;
}

export interface PullRequest {
  readonly name: string;
  readonly after: Partial<Side>;
  /** Files of the branch beside those of the sides: text, what a link points to, or null for one that goes. */
  readonly files?: Readonly<Record<string, string | { readonly link: string } | null>>;
}

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const push = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];
const partner = { Sid: "Partner", Effect: "Allow", Principal: { AWS: "222222222222" }, Action: pull };
const organization = {
  Sid: "Organization",
  Effect: "Allow",
  Principal: "*",
  Action: pull,
  Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
};
const policy = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });

const rule = (rulePriority: number, tagPatternList: readonly string[], countNumber: number) => ({
  rulePriority,
  description: `keeps ${countNumber}`,
  selection: { tagStatus: "tagged", tagPatternList, countType: "imageCountMoreThan", countNumber },
  action: { type: "expire" },
});
const untagged = {
  rulePriority: 90,
  description: "untagged images after two weeks",
  selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
  action: { type: "expire" },
};

export const base: Side = {
  repository: { repositoryName: "team/api", imageTagMutability: "IMMUTABLE", forceDelete: false },
  repositoryPolicy: policy(organization, partner),
  lifecyclePolicy: { rules: [rule(10, ["v*"], 50), untagged] },
};

const sid = "**bold** <img src=x onerror=alert(1)> @everyone #1 | `x` </details>\n::error::x \u202egpj.exe";

export const pullRequests: readonly PullRequest[] = [
  {
    name: "another account may pull",
    after: {
      repositoryPolicy: policy(organization, { ...partner, Principal: { AWS: ["222222222222", "333333333333"] } }),
    },
  },
  {
    name: "a condition goes and everybody may push",
    after: {
      repositoryPolicy: policy({ ...organization, Action: [...pull, ...push], Condition: {} }, partner),
    },
  },
  {
    name: "the same in other words",
    after: {
      repositoryPolicy: policy(
        { ...partner, Action: pull.toReversed(), Principal: { AWS: ["arn:aws:iam::222222222222:root"] } },
        organization,
      ),
    },
  },
  { name: "the partner leaves", after: { repositoryPolicy: policy(organization) } },
  { name: "ten images are kept of fifty", after: { lifecyclePolicy: { rules: [rule(10, ["v*"], 10), untagged] } } },
  {
    name: "a policy that AWS would refuse",
    after: { repositoryPolicy: policy(organization, { ...partner, Action: ["ecr:BatchGetImages"], Effect: "allow" }) },
  },
  {
    name: "tags become mutable and the lifecycle policy needs two tags",
    after: {
      repository: { ...base.repository, imageTagMutability: "MUTABLE", forceDelete: true },
      lifecyclePolicy: { rules: [rule(10, ["v*", "dev-*"], 10), untagged] },
    },
  },
  {
    name: "markup wherever text is",
    after: { repositoryPolicy: policy(organization, { ...partner, Sid: sid, Principal: { AWS: "444444444444" } }) },
    files: { "policies/new\nline <b>@all</b>.json": JSON.stringify(policy({ ...partner, Sid: sid })) },
  },
  {
    name: "a rules file that silences the review of its own change",
    after: { repositoryPolicy: policy({ ...organization, Condition: {} }) },
    files: {
      "review.yaml": `documents:
  - {path: "policies/{repository}.json", kind: repository-policy}
trusted: {accounts: ["222222222222", "333333333333"]}
levels: {ECR-B1: "off", ECR-C1: "off", ECR-C5: "off"}
suppressions:
  - {resource: "*", reason: nothing to see here, until: 2099-01-01}
`,
    },
  },
  {
    name: "links, a program in another language and a file that is too large",
    after: {},
    files: {
      "policies/link.json": { link: "/etc/passwd" },
      "service/Pulumi.yaml": "name: service\nruntime: nodejs\n",
      "service/index.ts": "process.exit(1);\n",
      "policies/large.json": " ".repeat(2 * 1024 * 1024),
    },
  },
];

const config = `account: "123456789012"
documents:
  - {path: "policies/{repository}.json", kind: repository-policy}
  - {path: "lifecycle/{repository}.json", kind: lifecycle-policy}
trusted:
  accounts: ["222222222222"]
  organizations: [o-a1b2c3d4e5]
accounts:
  "222222222222": {alias: partner}
protectedTags: ["v1"]
`;

/** The side as files. */
function filesOf({ repository, repositoryPolicy, lifecyclePolicy }: Side): Readonly<Record<string, string>> {
  const program = {
    name: "registry",
    runtime: "yaml",
    resources: { api: { type: "ecr:Repository", properties: repository } },
  };
  const text = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  return {
    "review.yaml": config,
    "Pulumi.yaml": text(program),
    "policies/team/api.json": text(repositoryPolicy),
    "lifecycle/team/api.json": text(lifecyclePolicy),
  };
}

/** Makes the repository in an empty folder: branch `main`, and a branch `pr-N` for each pull request. */
export function makeRepository(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "core.quotePath=false", ...args], { stdio: "pipe" });
  git("init", "-q", "-b", "main", ".");
  for (const [name, value] of [
    ["user.name", "A"],
    ["user.email", "a@example.com"],
    ["commit.gpgsign", "false"],
  ] as const)
    git("config", name, value);
  commit(folder, git, filesOf(base), "base");
  for (const [index, { name, after, files = {} }] of pullRequests.entries()) {
    git("checkout", "-q", "-b", `pr-${index + 1}`, "main");
    commit(folder, git, { ...filesOf({ ...base, ...after }), ...files }, name);
  }
  git("checkout", "-q", "main");
}

function commit(
  folder: string,
  git: (...args: string[]) => unknown,
  files: NonNullable<PullRequest["files"]>,
  message: string,
): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    if (typeof content === "string") writeFileSync(file, content);
    else if (content) symlinkSync(content.link, file);
  }
  git("add", "-A");
  git("commit", "-q", "--no-verify", "-m", message);
}

/** The resources of a side as a program in YAML. */
export function programOf({ repository, repositoryPolicy, lifecyclePolicy }: Side): object {
  const options = { dependsOn: [`$${"{api}"}`] };
  const repositoryName = "team/api";
  return {
    resources: {
      api: { type: "ecr:Repository", properties: repository },
      policy: {
        type: "ecr:RepositoryPolicy",
        properties: { repositoryName, policyText: JSON.stringify(repositoryPolicy) },
        options,
      },
      lifecycle: {
        type: "ecr:LifecyclePolicy",
        properties: { repositoryName, lifecyclePolicyText: JSON.stringify(lifecyclePolicy) },
        options,
      },
    },
  };
}

/** Thirty images of the repository, of which v1 is the oldest. */
export const images = {
  imageDetails: Array.from({ length: 30 }, (_, index) => ({
    repositoryName: "team/api",
    imageDigest: `sha256:${String(index).padStart(64, "0")}`,
    imageTags: [`v${index + 1}`],
    imagePushedAt: new Date(Date.UTC(2026, 0, index + 1)).toISOString(),
    imageSizeInBytes: 1_000_000,
  })),
};

export const inUse = "team/api:v3\n";
export const at = "2026-06-01T00:00:00Z";
