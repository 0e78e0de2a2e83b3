/** What each format says of a report, and what it leaves out where there is no room. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { driftOutput } from "../../../provider/cli/commands/drift/output.ts";
import { reviewOutput } from "../../../provider/cli/commands/review/output.ts";
import { commentBody } from "../../../provider/cli/forge/post.ts";
import { insidePath } from "../../../provider/cli/report/findings.ts";
import { lineDiff } from "../../../provider/cli/report/line-diff.ts";
import { findingsFormats, seriesFormats } from "../../../provider/cli/shared/output.ts";
import { compileSchema } from "../../../provider/define/validator.ts";
import type { DriftReport } from "../../../provider/drift/report/report.ts";
import type { ReviewReport } from "../../../provider/review/report.ts";
import driftSchema from "../../../schema/drift-report.schema.json" with { type: "json" };
import reviewSchema from "../../../schema/review-report.schema.json" with { type: "json" };
import { sampleDrift } from "../../harness/drift-report.ts";
import { largeReview, sampleReview } from "../../harness/review-report.ts";

const drift = (format: keyof typeof seriesFormats, report = sampleDrift()) =>
  seriesFormats[format](driftOutput(report));
const review = (format: keyof typeof findingsFormats, report = sampleReview()) =>
  findingsFormats[format](reviewOutput(report));

test("the samples are reports as the schemas describe them, and JSON keeps them whole", () => {
  assert.deepEqual(compileSchema(driftSchema)(sampleDrift()), []);
  assert.deepEqual(compileSchema(reviewSchema)(sampleReview()), []);
  assert.deepEqual(JSON.parse(drift("json")), sampleDrift());
  assert.deepEqual(JSON.parse(review("json")), JSON.parse(JSON.stringify(sampleReview())));
});

test("every format gives the same text for the same report", () => {
  for (const format of Object.keys(seriesFormats) as (keyof typeof seriesFormats)[])
    assert.equal(drift(format), drift(format));
  for (const format of Object.keys(findingsFormats) as (keyof typeof findingsFormats)[])
    assert.equal(review(format), review(format));
});

test("SARIF has the worst first, all rules that are named, and fingerprints that no line is in", () => {
  const { results, tool } = JSON.parse(review("sarif")).runs[0];
  assert.deepEqual(
    results.map(({ level }: { level: string }) => level),
    ["error", "warning", "warning", "warning", "note"],
  );
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex].id, ruleId);
  const moved = { ...sampleReview(), findings: sampleReview().findings.map((one) => ({ ...one, line: 99 })) };
  const prints = (text: string) =>
    JSON.parse(text).runs[0].results.map(
      ({ partialFingerprints }: { partialFingerprints: object }) => partialFingerprints,
    );
  assert.deepEqual(prints(review("sarif", moved)), prints(review("sarif")));
});

test("SARIF says what is silenced, what was there before, and why the answer is not whole", () => {
  const { results, invocations } = JSON.parse(review("sarif")).runs[0];
  const silenced = results.filter(({ suppressions }: { suppressions?: object }) => suppressions);
  assert.deepEqual(silenced[0].suppressions, [
    {
      kind: "external",
      status: "accepted",
      justification: "the build account does everything here (until 2026-12-31)",
    },
  ]);
  assert.deepEqual(
    results.filter(({ baselineState }: { baselineState?: string }) => baselineState === "unchanged").length,
    1,
  );
  assert.equal(invocations[0].toolExecutionNotifications.length, 2);
});

test("SARIF holds no more results than GitHub takes, the worst of them, and says so", () => {
  const log = JSON.parse(review("sarif", largeReview(25_100))).runs[0];
  assert.equal(log.results.length, 25_000);
  assert.match(JSON.stringify(log.invocations), /100 findings were left out/);
  assert.ok(log.results.slice(0, 8_000).every(({ level }: { level: string }) => level === "error"));
});

test("a finding without a file of the repository is at Pulumi.yaml", () => {
  const findings = sampleReview().findings.map((one) => ({ ...one, file: "/etc/passwd" }));
  const [result] = JSON.parse(review("sarif", { ...sampleReview(), findings })).runs[0].results;
  const { artifactLocation, region } = result.locations[0].physicalLocation;
  assert.deepEqual([artifactLocation.uri, region], ["Pulumi.yaml", { startLine: 1 }]);
  for (const file of ["../x", "/x", "a/../../x", "C:\\x", "file:///x", "~/x", "\\\\h\\x", "", "."])
    assert.equal(insidePath(file), undefined, file);
  assert.equal(insidePath("./a//b.json"), "a/b.json");
});

test("annotations are as many as GitHub shows, and the last says how many there are beside them", () => {
  const lines = review("annotations", { ...largeReview(100), notRead: [] })
    .trimEnd()
    .split("\n");
  assert.equal(lines.length, 30);
  assert.equal(lines[9], "::error::24 more, which GitHub would not show here");
  assert.deepEqual(
    ["error", "warning", "notice"].map((level) => lines.filter((line) => line.startsWith(`::${level}`)).length),
    [10, 10, 10],
  );
});

test("silenced findings are no annotation, no Code Quality entry and no message of a bot", () => {
  for (const format of ["annotations", "code-quality", "rdformat"] as const)
    assert.ok(!review(format).includes("ECR-B6"), format);
});

test("JUnit has a test for each resource of a drift report, and one for the run", () => {
  const text = drift("junit");
  assert.match(text, /<testsuites name="pulumi-ecr" tests="10" failures="4" errors="2" skipped="1"/);
  assert.match(text, /<failure message="account 999988887777 can now pull[^"]*" type="failure">error access-gain: /);
  assert.match(text, /How to fix: pulumi up --target &apos;urn:/);
});

test("JSON lines are the run, then its resources, then what is beyond them", () => {
  const kinds = drift("jsonl")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).kind);
  assert.deepEqual(kinds, ["run", ...Array(9).fill("resource"), "finding"]);
});

test("figures for Prometheus have a time only when there is one", () => {
  assert.match(
    drift("prometheus"),
    /^pulumi_ecr_drift_resources\{account="123456789012",region="eu-central-1",class="changed"\} 2$/m,
  );
  assert.doesNotMatch(drift("prometheus"), /timestamp/);
  assert.match(
    seriesFormats.prometheus(driftOutput(sampleDrift(), 1_764_000_000)),
    /^pulumi_ecr_drift_last_run_timestamp_seconds 1764000000$/m,
  );
});

test("a page has one script, which its own policy names, and only where there is something to sort", () => {
  const page = drift("html");
  const [, script = ""] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  const hash = createHash("sha256").update(script).digest("base64");
  assert.ok(page.includes(`script-src &#39;sha256-${hash}&#39;`) || page.includes(`script-src 'sha256-${hash}'`));
  assert.doesNotMatch(script, /innerHTML|eval|insertAdjacent|document\.write/);
  assert.doesNotMatch(review("html"), /<script|script-src/);
  assert.doesNotMatch(page.replace(script, ""), /https?:\/\/|src=|<link/);
});

test("a comment never is longer than a site takes: folds go as wholes, then rows, and it says so", () => {
  const comment = (report: ReviewReport) => commentBody(reviewOutput(report).document("markdown"), "");
  const longForm = `${"x\n".repeat(20_000)}`;
  const folds = comment({
    ...sampleReview(),
    changes: sampleReview().changes.map((one) => ({ ...one, before: longForm })),
  });
  assert.ok(folds.length <= 65_000);
  assert.match(folds, /parts are left out/);
  assert.match(folds, /ECR-B4/);
  assert.equal(folds.match(/<details>/g)?.length, folds.match(/<\/details>/g)?.length);
  const wordy = sampleReview().findings.flatMap((one) => Array(60).fill({ ...one, message: "<b>".repeat(2_000) }));
  const rows = comment({ ...sampleReview(), findings: wordy });
  assert.ok(rows.length <= 65_000);
  assert.match(rows, /Tables and lists are shortened/);
  assert.match(rows, /… and \d+ more/);
  const hopeless = comment({
    ...sampleReview(),
    stack: "s",
    changes: [{ ...sampleReview().changes[0], sentences: ["y".repeat(90_000)] } as never],
  });
  assert.ok(hopeless.length <= 65_000);
});

test("nothing that changes is one line that says so", () => {
  const { access, ...report } = sampleReview();
  const nothing = { relation: "equal", gains: [], losses: [], undecided: [] } as const;
  const same = {
    ...report,
    verdict: "clean",
    access: nothing,
    changes: [],
    images: [],
    findings: [],
    notRead: [],
    notes: [],
  } as const;
  assert.match(review("markdown", same), /nothing changes in access or for images, and nothing was found/);
  assert.ok(access);
});

test("differences of lines are shortest edits, and long ones are told one after the other", () => {
  assert.deepEqual(lineDiff(["a", "b", "c"], ["a", "c", "d"]), [" a", "-b", " c", "+d"]);
  assert.deepEqual(lineDiff([], ["a"]), ["+a"]);
  const long = Array.from({ length: 700 }, (_, index) => String(index));
  assert.equal(lineDiff(long, long).length, 1_400);
});

test("a drift report of nothing is in every format", () => {
  const empty: DriftReport = { ...sampleDrift(), resources: [], findings: [], incomplete: [] };
  for (const format of Object.keys(seriesFormats) as (keyof typeof seriesFormats)[])
    assert.ok(drift(format, empty).length > 0 || format === "annotations" || format === "rdformat", format);
});
