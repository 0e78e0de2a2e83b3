/** How fast the review is, as the command that people run: figures of `npm run bench`. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const account = (index: number) => String(100_000_000_000 + index);

/** Five statements, of which one changes. */
function policy(index: number, change: number): object {
  const statement = (at: number) => ({
    Sid: `partner${at}`,
    Effect: at === 4 ? "Deny" : "Allow",
    Principal: { AWS: [account(index + at + (at === 2 ? change : 0)), `arn:aws:iam::${account(at)}:role/deploy`] },
    Action: at % 2 ? ["ecr:PutImage", "ecr:InitiateLayerUpload"] : ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Condition: { StringEquals: { "aws:PrincipalOrgID": `o-abcdefgh${index % 9}` } },
  });
  return { Version: "2012-10-17", Statement: Array.from({ length: 5 }, (_, at) => statement(at)) };
}

/** A repository of 200 policies, all of which a branch `head` changes. */
function pullRequest(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=bench", "-c", "user.email=bench@invalid", ...args]);
  const write = (change: number) => {
    for (let index = 0; index < 200; index++) {
      const file = join(folder, `team/app${index}.repository-policy.json`);
      writeFileSync(file, JSON.stringify(policy(index, change), undefined, 2));
    }
  };
  mkdirSync(join(folder, "team"), { recursive: true });
  git("init", "-q", "-b", "main");
  for (const [branch, change] of [
    ["base", 0],
    ["head", 50],
  ] as const) {
    write(change);
    git("checkout", "-q", "-b", branch);
    git("add", ".");
    git("commit", "-q", "-m", branch);
  }
}

/** A preview of 5,000 steps as `pulumi preview --json` prints it: a third each of repositories, policies and others. */
function preview(): string {
  const kinds = ["ecr:index:Repository", "ecr:index:RepositoryPolicy", "aws:iam/role:Role"];
  const steps = Array.from({ length: 5_000 }, (_, index) => {
    const type = kinds[index % 3] ?? "";
    const repositoryName = `team/app${Math.floor(index / 3)}`;
    const state = (change: number) => ({
      ...{ urn: `urn:pulumi:dev::bench::${type}::r${index}`, custom: true, type },
      inputs: {
        repositoryName,
        ...(index % 3 === 1 ? { policyText: JSON.stringify(policy(index, change)) } : { tags: { team: "core" } }),
      },
    });
    const isSame = index % 3 !== 1 || index % 30 !== 1;
    return { op: isSame ? "same" : "update", urn: state(0).urn, oldState: state(0), newState: state(isSame ? 0 : 50) };
  });
  return JSON.stringify({ steps });
}

export interface ReviewFigures {
  /** Milliseconds; MiB at most. */
  readonly pullRequest: number;
  readonly preview: number;
  readonly previewResident: number;
}

/** `command`: the path of `bin/pulumi-ecr`. */
export function measureReview(command: string): ReviewFigures {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-bench-"));
  const script = join(folder, "peak.cjs");
  writeFileSync(script, `process.on("exit", () => process.stderr.write(String(process.resourceUsage().maxRSS)));`);
  const repository = join(folder, "repository");
  pullRequest(mkdirSync(repository) ?? repository);
  const steps = join(folder, "preview.json");
  writeFileSync(steps, preview());
  const run = (...args: string[]) => {
    const runs = Array.from({ length: 6 }, () => {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, ["--require", script, command, "review", ...args], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      if (status === 1 || status === null) throw new Error(stderr);
      return { time: performance.now() - started, resident: Number(stderr.split(/\s/).at(-1)) / 1_024 };
    });
    // The first one fills the compile cache.
    const middle = (values: number[]) => values.toSorted((a, b) => a - b)[2] ?? Number.NaN;
    const warm = runs.slice(1);
    return { time: middle(warm.map(({ time }) => time)), resident: middle(warm.map(({ resident }) => resident)) };
  };
  const ofPullRequest = run("--repo", repository, "--base", "base", "--head", "head", "--format", "markdown");
  const ofPreview = run("--preview", steps, "--format", "markdown");
  rmSync(folder, { recursive: true });
  return { pullRequest: ofPullRequest.time, preview: ofPreview.time, previewResident: ofPreview.resident };
}
