/** How fast policies are compared and judged: figures of `npm run bench`. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareAccess } from "../../provider/policy/access/compare.ts";
import { validatePolicy } from "../../provider/policy/validate.ts";

const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const account = (index: number) => String(100_000_000_000 + index);
const policy = (statements: object[]) => ({ Version: "2012-10-17", Statement: statements });

/** Text of about 10 KiB, of as many statements as fit. */
function large(more: number): string {
  const partner = (index: number) => ({
    Sid: `partner${index}`,
    Effect: "Allow",
    Principal: { AWS: [`arn:aws:iam::${account(index)}:root`, `arn:aws:iam::${account(index)}:role/deploy`] },
    Action: pull,
    Condition: { StringEquals: { "aws:PrincipalOrgID": `o-abcdefgh${index % 5}` } },
  });
  return JSON.stringify(policy(Array.from({ length: 40 + more }, (_, index) => partner(index))));
}

/** 100 principals × 20 statements with conditions. */
function crossed(change: number): object {
  const principals = { AWS: Array.from({ length: 100 }, (_, index) => account(index)) };
  const statement = (index: number) => ({
    Effect: index % 7 === 6 ? "Deny" : "Allow",
    Principal: principals,
    Action: index % 2 ? pull : ["ecr:PutImage", "ecr:Batch*"],
    Condition: {
      StringLike: { [`aws:PrincipalTag/t${index % 4}`]: [`a${index}*`, `b${change}`] },
      IpAddress: { "aws:SourceIp": [`10.${index}.0.0/16`] },
    },
  });
  return policy(Array.from({ length: 20 }, (_, index) => statement(index)));
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function timed(work: () => void, runs = 41): number {
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return median(times.slice(5));
}

export interface AccessFigures {
  /** Milliseconds. */
  readonly compared: number;
  readonly crossed: number;
  readonly validated: number;
  readonly cold: number;
  /** MiB at most. */
  readonly resident: number;
}

/** `command`: the path of `bin/pulumi-ecr`. */
export function measureAccess(command: string): AccessFigures {
  const [before, after] = [large(0), large(3)];
  const [left, right] = [crossed(1), crossed(2)];
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ecr-bench-"));
  const file = join(folder, "policy.json");
  writeFileSync(file, after);
  const peak = `process.on("exit", () => process.stderr.write(String(process.resourceUsage().maxRSS)));`;
  const script = join(folder, "peak.cjs");
  writeFileSync(script, peak);
  const residents: number[] = [];
  const cold = timed(() => {
    const { stderr } = spawnSync(process.execPath, ["--require", script, command, "review", file], {
      encoding: "utf8",
    });
    residents.push(Number(stderr.split(/\s/).at(-1)) / 1_024);
  }, 15);
  rmSync(folder, { recursive: true });
  return {
    compared: timed(() => compareAccess(before, after)),
    crossed: timed(() => compareAccess(left, right)),
    validated: timed(() => validatePolicy("repository", before)),
    cold,
    resident: median(residents),
  };
}
