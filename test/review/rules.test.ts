/** Each rule of the review on documents that it finds something in and on others that it must leave alone. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { AccessContext } from "../../provider/policy/access/rules/context.ts";
import { reviewPolicy } from "../../provider/review/review.ts";
import { rules } from "../../provider/review/rules/index.ts";
import { formatPath, type Path } from "../../provider/text/path.ts";
import { type Given, reviewOf } from "./harness.ts";

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly kind?: "repository" | "registry";
  readonly policy: unknown;
  readonly context?: AccessContext;
  readonly findings: readonly string[];
}

interface ChangeCase extends Given {
  readonly rule: string;
  readonly name: string;
  /** `LEVEL PATH: MESSAGE` of every finding of the rule. */
  readonly findings: readonly string[];
}

const read = (file: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../cases/review", file), "utf8"));
const cases = read("rules.json") as readonly Case[];
const changeCases = read("changes.json") as readonly ChangeCase[];

for (const rule of rules) {
  describe(`${rule.id}: ${rule.title}`, () => {
    const ours = cases.filter((one) => one.rule === rule.id);
    const changes = changeCases.filter((one) => one.rule === rule.id);
    test("has cases of both kinds, one for each of its levels, and says what it is about", () => {
      const all = [...ours, ...changes];
      assert.deepEqual([...new Set(all.map(({ findings }) => findings.length > 0))].sort(), [false, true]);
      const levels = new Set(all.flatMap(({ findings }) => findings.map((finding) => finding.split(/[ :]/)[0])));
      assert.deepEqual([...levels].sort(), [...new Set(rule.kinds.map(({ level }) => level))].sort());
      for (const text of [rule.title, rule.about, rule.fix, rule.others, ...rule.kinds.map(({ source }) => source)])
        assert.ok(text.length > 5);
    });
    for (const given of changes) {
      test(named(given), () => {
        const found = reviewOf(given).findings.filter(({ ruleId }) => ruleId === rule.id);
        assert.deepEqual(brief(found), given.findings);
        for (const { fix, fingerprint } of found) assert.ok(fix !== "" && /^[0-9a-f]{32}$/.test(fingerprint));
      });
    }
    for (const given of ours) {
      test(named(given), () => {
        const { kind = "repository", policy, context = {} } = given;
        const text = JSON.stringify(policy, undefined, 2);
        const found = reviewPolicy(kind, text, context).filter(({ ruleId }) => ruleId === rule.id);
        assert.deepEqual(brief(found), given.findings);
        for (const { line, column } of found) assert.ok(line !== undefined && column !== undefined);
        const fromObject = reviewPolicy(kind, policy, context).filter(({ ruleId }) => ruleId === rule.id);
        assert.deepEqual(brief(fromObject), given.findings);
      });
    }
  });
}

function named({ name, findings }: { name: string; findings: readonly string[] }): string {
  return `${name}: ${findings.length > 0 ? "found" : "left alone"}`;
}

function brief(findings: readonly { level: string; path: Path | string; message: string }[]): string[] {
  return findings.map(({ level, path, message }) => {
    const place = typeof path === "string" ? path : formatPath(path);
    return place === "" ? `${level}: ${message}` : `${level} ${place}: ${message}`;
  });
}

test("rules are in the order of their ids, and every file of theirs is one of them", () => {
  const ids = rules.map(({ id }) => id);
  const number = (id: string) => [id[4], Number(id.slice(5))] as const;
  const sorted = ids.toSorted((a, b) => {
    const [[x = "", m], [y = "", n]] = [number(a), number(b)];
    return x < y ? -1 : x > y ? 1 : m - n;
  });
  assert.deepEqual(ids, sorted);
  assert.equal(new Set(ids).size, ids.length);
  const files = readdirSync(join(import.meta.dirname, "../../provider/review/rules"));
  assert.equal(files.length, rules.length + 1);
});

test("a document that AWS would refuse gets no findings about what it means", () => {
  const findings = reviewPolicy("repository", '{"Statement": [{"Effect": "Allow", "Principal": "*"}]}');
  assert.ok(findings.length > 0 && findings.every(({ ruleId }) => ruleId.startsWith("ECR-A")));
});
