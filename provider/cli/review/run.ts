/** The review of documents or of a change, as one result: findings, access, what blocks. */

import type { Finding } from "../../define/finding.ts";
import { formatPath } from "../../define/path.ts";
import { analyzeLifecyclePolicy } from "../../lifecycle/analyze.ts";
import { validateLifecyclePolicy } from "../../lifecycle/validate.ts";
import { type AccessChange, compareAccess, type Relation } from "../../policy/access/compare.ts";
import type { AccessContext } from "../../policy/access/context.ts";
import { reviewPolicy } from "../../review/review.ts";
import { readDocument } from "./files.ts";
import { type ContextOptions, contextOf } from "./options.ts";
import { reviewText } from "./text.ts";

export interface ReviewOptions extends ContextOptions {
  readonly kind: "repository-policy" | "registry-policy" | "lifecycle-policy";
  readonly before?: string;
  readonly after?: string;
  readonly format: "text" | "json";
  readonly failOn?: readonly string[];
}

/** A finding as reports have it. */
export interface ReportedFinding extends Omit<Finding, "path"> {
  readonly file: string;
  /** Such as `Statement[0].Action`. */
  readonly path: string;
}

export interface Review {
  readonly schemaVersion: 1;
  /** `blocked`: something is at or above what `--fail-on` names; `undecided`: nothing is, but a part could not be decided. */
  readonly verdict: "clean" | "blocked" | "undecided";
  readonly access: AccessChange;
  readonly findings: readonly ReportedFinding[];
}

const words = ["error", "warning", "note", "gain", "loss", "outside-gain", "undecided"];

/** Throws for options and files that cannot be used; what is wrong with a document is a finding. */
export function runReview(files: readonly string[], options: ReviewOptions): { text: string; exitCode: number } {
  const { kind, before, after, format } = options;
  const isChange = before !== undefined || after !== undefined;
  if (isChange === files.length > 0) throw new Error("reviewing: give documents, or --before and --after");
  const failOn = options.failOn ?? ["error", ...(isChange ? ["outside-gain"] : [])];
  const unknown = failOn.find((name) => !words.includes(name) && !name.startsWith("ECR-"));
  if (unknown !== undefined)
    throw new Error(`reading --fail-on: "${unknown}" is none of ${words.join(", ")} or the id of a rule`);
  const context: AccessContext = {
    ...contextOf(options),
    kind: kind === "registry-policy" ? "registry" : "repository",
  };
  const judged = isChange
    ? [judge(after ?? before ?? "", textOf(before), textOf(after), kind, context)]
    : files.map((file) => judge(file, undefined, readDocument(file), kind, { ...context, refusals: false }));
  const access = combined(judged.map((one) => one.access));
  const findings = judged.flatMap((one) => one.findings);
  const verdict = verdictOf(access, findings, failOn);
  const review: Review = { schemaVersion: 1, verdict, access, findings };
  return {
    text: format === "json" ? `${JSON.stringify(review, undefined, 2)}\n` : reviewText(review, isChange),
    exitCode: verdict === "blocked" ? 2 : verdict === "undecided" ? 3 : 0,
  };
}

function textOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readDocument(file);
}

interface Judged {
  readonly access: AccessChange;
  readonly findings: readonly ReportedFinding[];
}

const nothing: AccessChange = { relation: "equal", gains: [], losses: [], undecided: [] };

function judge(
  file: string,
  before: string | undefined,
  after: string | undefined,
  kind: ReviewOptions["kind"],
  context: AccessContext,
): Judged {
  const found = after === undefined ? [] : findingsOf(kind, after, context);
  const access = kind === "lifecycle-policy" ? nothing : compareAccess(before, after, context);
  return { access, findings: found.map((finding) => ({ ...finding, file, path: formatPath(finding.path) })) };
}

function findingsOf(kind: ReviewOptions["kind"], source: string, context: AccessContext): Finding[] {
  if (kind === "lifecycle-policy") return [...validateLifecyclePolicy(source), ...analyzeLifecyclePolicy(source)];
  return reviewPolicy(kind === "registry-policy" ? "registry" : "repository", source, context);
}

/** Of several documents: all rows, and the relation that holds for all of them. */
function combined(parts: readonly AccessChange[]): AccessChange {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const relations = new Set(parts.map(({ relation }) => relation).filter((relation) => relation !== "equal"));
  const [first = "equal"] = relations;
  const relation: Relation = relations.has("undecided") ? "undecided" : relations.size > 1 ? "incomparable" : first;
  return {
    relation,
    gains: parts.flatMap(({ gains }) => gains),
    losses: parts.flatMap(({ losses }) => losses),
    undecided: parts.flatMap(({ undecided }) => undecided),
  };
}

/** An invalid document blocks, whatever the list says. */
function verdictOf(
  { gains, losses, undecided }: AccessChange,
  findings: readonly ReportedFinding[],
  failOn: readonly string[],
): Review["verdict"] {
  const isListed = (name: string) => failOn.includes(name);
  const blocks =
    findings.some(({ level, ruleId }) => isListed(level) || isListed(ruleId) || isInvalid(level, ruleId)) ||
    (isListed("gain") && gains.length > 0) ||
    (isListed("loss") && losses.length > 0) ||
    (isListed("outside-gain") && gains.some(({ outside }) => outside)) ||
    (isListed("undecided") && undecided.length > 0);
  if (blocks) return "blocked";
  return undecided.length > 0 ? "undecided" : "clean";
}

function isInvalid(level: string, ruleId: string): boolean {
  return level === "error" && (ruleId.startsWith("ECR-A") || ruleId === "ECR-D1");
}
