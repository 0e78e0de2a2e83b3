/** Inputs that are made to cost: what a review of each takes of the processor, and with which exit code it ends. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Cost {
  readonly name: string;
  /** Seconds of processor time, user and system, of the whole process. */
  readonly seconds: number;
  readonly exitCode: number;
}

const policy = (conditions: readonly object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: conditions.map((Condition) => ({ Effect: "Allow", Principal: "*", Action: "ecr:*", Condition })),
  });
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const tagged = (key: string, value: string) => ({ StringLike: { [`aws:PrincipalTag/${key}`]: value } });
const word = (index: number) => `${(index * 7919) % 997}`;
const stars = policy([tagged("t", `*a${"?".repeat(200)}`)]);

/** Documents that are judged alone, by the names of their files. */
const documents: Readonly<Record<string, readonly string[]>> = {
  "90 statements that look for a word in one tag": [policy(many(90, (index) => tagged("t", `*${word(index)}*`)))],
  "92 statements that look for a word in a tag each": [
    policy(many(92, (index) => tagged(`${index}`, `*${word(index)}*`))),
  ],
  "a star in front of 200 characters": [stars],
  "six files with a star in front of 200 characters": many(6, () => stars),
};

/** Files of a head over an empty base. */
const heads: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  "1 KB of YAML variables that multiply": () => ({
    "Pulumi.yaml": `name: p\nruntime: yaml\nvariables:\n  v0: [x, x, x, x, x, x, x, x]\n${many(20, (index) => `  v${index + 1}: [${many(8, () => `"\${v${index}}"`).join(", ")}]\n`).join("")}resources:\n  r:\n    type: ecr:RepositoryPolicy\n    properties:\n      repositoryName: "\${v20}"\n      policyText: "\${v20}"\n`,
  }),
  "2,000 calls of fn::readFile": () => ({
    "Pulumi.yaml": `name: p\nruntime: yaml\nresources:\n${many(2_000, (index) => `  r${index}:\n    type: ecr:RepositoryPolicy\n    properties: { repositoryName: r${index}, policyText: { fn::readFile: policy.json } }\n`).join("")}`,
    "policy.json": policy([tagged("t", "a")]),
  }),
  "60 documents of 223 KB": () =>
    Object.fromEntries(
      many(60, (index) => {
        const values = many(9_000, (value) => `v${index}-${value}-${"x".repeat(12)}`);
        const Condition = { StringEquals: { "aws:PrincipalTag/t": values } };
        return [`p/r${index}.repository-policy.json`, policy([Condition])] as const;
      }),
    ),
};

/** `command`: the path of `bin/pulumi-ecr`. */
export function measureBudgets(command: string): Cost[] {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-budgets-"));
  const script = join(folder, "usage.cjs");
  writeFileSync(
    script,
    'process.on("exit", () => { const { user, system } = process.cpuUsage(); process.stderr.write("\\nusage " + (user + system)); });',
  );
  const run = (name: string, args: readonly string[]): Cost => {
    const options = { encoding: "utf8", maxBuffer: 1 << 28, timeout: 120_000 } as const;
    const { status, stderr } = spawnSync(process.execPath, ["--require", script, command, "review", ...args], options);
    return { name, seconds: Number(stderr.split("usage ").at(-1)) / 1e6, exitCode: status ?? -1 };
  };
  try {
    return [
      ...Object.entries(documents).map(([name, texts]) => {
        const files = texts.map((text, index) => {
          const file = join(folder, `d${index}.json`);
          writeFileSync(file, text);
          return file;
        });
        // Short enough for AWS, and public, so that what is decided blocks.
        return run(name, [...files, "--fail-on", "error,ECR-B1"]);
      }),
      ...Object.entries(heads).map(([name, files]) =>
        run(name, ["--repo", repositoryOf(folder, files()), "--base", "main", "--head", "feature"]),
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function repositoryOf(folder: string, files: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(join(folder, "repository-"));
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgSign=false"];
  const git = (...args: string[]) => execFileSync("git", ["-C", place, ...author, ...args], { stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("commit", "-q", "--allow-empty", "-m", "base");
  git("checkout", "-q", "-b", "feature");
  mkdirSync(join(place, "p"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  git("add", "-A");
  git("commit", "-q", "-m", "head");
  return place;
}
