/**
 * What is wrong with an access policy. Level error only for what AWS refuses; what is unsettled or merely doubtful is a
 * warning. Rule ids are those of group A of the review catalogue.
 */

import iamSchema from "../../schema/iam-policy.schema.json" with { type: "json" };
import registrySchema from "../../schema/registry-policy.schema.json" with { type: "json" };
import repositorySchema from "../../schema/repository-policy.schema.json" with { type: "json" };
import { openDocument, type Report, reportProblems } from "../define/document.ts";
import type { Finding } from "../define/finding.ts";
import { nearest } from "../define/nearest.ts";
import type { Path } from "../define/path.ts";
import { printable } from "../define/printable.ts";
import { compileSchema } from "../define/validator.ts";
import { containsUnknown, isMap, isUnknown } from "../define/value.ts";
import { actions, matchesAction } from "./actions.ts";
import { type PolicyKind, policyDocumentText, type Statement, statementsOf } from "./document.ts";
import { isAccountId } from "./normalize.ts";

const schemas = {
  repository: compileSchema(repositorySchema, [iamSchema]),
  registry: compileSchema(registrySchema, [iamSchema]),
};

const mostCharacters = 10_240;

/** Everything at once, with line and column where the source is text. Never throws; unknown parts are passed over. */
export function validatePolicy(kind: PolicyKind, source: unknown): Finding[] {
  if (isUnknown(source)) return [];
  const { value, report } = openDocument(source, "ECR-A1");
  if (value === undefined) return report.findings;
  if (isTooLarge(value, source, report)) return report.findings;
  reportProblems(report, "ECR-A2", schemas[kind](value));
  if (report.findings.some(({ level }) => level === "error")) return report.findings;
  if (isMap(value) && (value["Version"] === undefined || value["Version"] === "2008-10-17")) {
    if (!containsUnknown(value) && JSON.stringify(value).includes("${")) {
      report.add(
        "ECR-A11",
        "warning",
        ["Version"],
        "policy variables are plain text before Version 2012-10-17; set it",
      );
    }
  }
  const single = isMap(value) && !Array.isArray(value["Statement"]);
  const sids = new Set<unknown>();
  for (const [index, statement] of (statementsOf(value) ?? []).entries()) {
    const path: Path = single ? ["Statement"] : ["Statement", index];
    checkElements(kind, statement, path, report);
    checkActions(kind, statement, path, report);
    for (const element of ["Principal", "NotPrincipal"])
      checkPrincipals(statement[element], [...path, element], report);
    checkResources(kind, statement, path, report);
    const sid = statement["Sid"];
    if (typeof sid === "string" && sids.has(sid))
      report.add(
        "ECR-A10",
        "warning",
        [...path, "Sid"],
        `the Sid "${printable(sid, 60)}" is used twice; give each statement its own`,
      );
    sids.add(sid);
  }
  return report.findings;
}

function isTooLarge(value: unknown, source: unknown, report: Report): boolean {
  const size = containsUnknown(value) ? 0 : policyDocumentText(source).length;
  if (size > mostCharacters)
    report.add("ECR-A14", "error", [], `has ${size} characters without spacing, may have at most ${mostCharacters}`);
  return size > mostCharacters * 4;
}

function checkElements(kind: PolicyKind, statement: Statement, path: Path, report: Report): void {
  for (const element of ["Action", "Principal", ...(kind === "registry" ? ["Resource"] : [])]) {
    const [has, hasNot] = [element, `Not${element}`].map((name) => statement[name] !== undefined);
    if (has && hasNot) report.add("ECR-A2", "error", path, `has both ${element} and Not${element}; keep one of them`);
    if (!has && !hasNot) {
      report.add(
        element === "Resource" ? "ECR-A4" : "ECR-A2",
        "error",
        path,
        `needs ${element === "Action" ? "an" : "a"} ${element}`,
      );
    }
  }
}

function checkActions(kind: PolicyKind, statement: Statement, path: Path, report: Report): void {
  for (const element of ["Action", "NotAction"]) {
    for (const { text, path: at } of entries(statement[element], [...path, element])) {
      if (text === "*") continue;
      const [service = "", name, ...rest] = text.split(":");
      const shown = `"${printable(text, 80)}"`;
      if (name === undefined || rest.length > 0) {
        const near = nearest(service, actions);
        report.add(
          "ECR-A5",
          "error",
          at,
          `${shown} is not an action, which looks like ecr:BatchGetImage${near ? `; did you mean ecr:${near}?` : ""}`,
        );
      } else if (service.toLowerCase() !== "ecr") {
        report.add("ECR-A5", "error", at, `${shown} is not an action of Amazon ECR, whose actions start with ecr:`);
      } else if (kind === "repository" && name.toLowerCase() === "getauthorizationtoken") {
        report.add(
          "ECR-A6",
          "error",
          at,
          "ecr:GetAuthorizationToken concerns no repository and is refused here; allow it in an IAM policy",
        );
      } else if (!matchesAction(name)) {
        const near = nearest(name, actions);
        report.add(
          "ECR-A5",
          "warning",
          at,
          `${shown} matches no action of Amazon ECR known to this version${near ? `; did you mean ecr:${near}?` : ""}`,
        );
      }
    }
  }
}

function checkPrincipals(principal: unknown, path: Path, report: Report): void {
  if (!isMap(principal)) return;
  if (Object.keys(principal).length === 0)
    report.add("ECR-A7", "error", path, "names nobody; give AWS, Service or Federated, or leave the statement out");
  for (const { text, path: at } of entries(principal["AWS"], [...path, "AWS"])) {
    const problem = awsPrincipalProblem(text);
    if (problem) report.add("ECR-A7", "error", at, `"${printable(text, 120)}" ${problem}`);
    else if (isUniqueId(text)) {
      report.add(
        "ECR-A8",
        "warning",
        at,
        `"${printable(text, 40)}" is the unique id of a principal that was deleted; nobody can use it, so remove it or name the new principal`,
      );
    }
  }
  for (const { text, path: at } of entries(principal["Service"], [...path, "Service"])) {
    if (!text.includes(".") || text.includes("*") || text.includes(":")) {
      report.add(
        "ECR-A7",
        "error",
        at,
        `"${printable(text, 120)}" is not a service, which looks like lambda.amazonaws.com`,
      );
    }
  }
}

function isUniqueId(text: string): boolean {
  return (text.startsWith("AIDA") || text.startsWith("AROA")) && text.length >= 16 && /^[A-Z0-9]+$/.test(text);
}

const partitions = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];
const principalKinds = ["user", "role", "assumed-role", "federated-user", "root"];

/** What keeps AWS from knowing this principal; undefined when nothing does. */
function awsPrincipalProblem(text: string): string | undefined {
  if (text === "*" || isAccountId(text) || isUniqueId(text)) return undefined;
  if (!text.startsWith("arn:")) return "is neither an account id of 12 digits nor an ARN";
  const [, partition = "", service = "", region = "", account = "", ...resource] = text.split(":");
  const [kind = "", ...name] = resource.join(":").split("/");
  if (!partitions.includes(partition)) {
    const near = nearest(partition, partitions);
    return `has the partition "${printable(partition, 20)}", which is not known${near ? `; did you mean "${near}"?` : ""}`;
  }
  if (service !== "iam" && service !== "sts") return "must be an ARN of iam or sts";
  if (region !== "") return "must not name a region, because IAM has none";
  if (!isAccountId(account)) return "must name an account of 12 digits";
  if (!principalKinds.includes(kind)) return "must end in root, user/…, role/…, assumed-role/… or federated-user/…";
  if (kind === "root" ? name.length > 0 : name.join("/") === "")
    return kind === "root" ? "must end after root" : "must name one";
  return name.join("/").includes("*")
    ? "must not hold a wildcard; use * with a condition on aws:PrincipalArn"
    : undefined;
}

function checkResources(kind: PolicyKind, statement: Statement, path: Path, report: Report): void {
  for (const element of ["Resource", "NotResource"]) {
    if (statement[element] === undefined) continue;
    if (kind === "repository") {
      report.add(
        "ECR-A3",
        "warning",
        [...path, element],
        `${element} in a repository policy is unsettled: AWS's guide shows it, and users report that it is refused; leave it out, the policy is about its repository anyway`,
      );
      continue;
    }
    for (const { text, path: at } of entries(statement[element], [...path, element])) {
      if (text === "*") continue;
      const [arn, , service] = text.split(":");
      if (arn !== "arn" || (service !== "ecr" && service !== "*")) {
        report.add(
          "ECR-A4",
          "error",
          at,
          `"${printable(text, 120)}" is not a repository of ECR, which looks like arn:aws:ecr:REGION:ACCOUNT:repository/NAME`,
        );
      }
    }
  }
}

/** The strings of a string or list, each with its path. */
function entries(value: unknown, path: Path): { text: string; path: Path }[] {
  if (typeof value === "string") return [{ text: value, path }];
  return Array.isArray(value)
    ? value.flatMap((item: unknown, index) =>
        typeof item === "string" ? [{ text: item, path: [...path, index] }] : [],
      )
    : [];
}
