/**
 * What is wrong with an access policy. Level error only for what AWS refuses; what is unsettled or merely doubtful is a
 * warning. Rule ids are those of group A of the review catalog.
 *
 * Lives here: access policies of ECR: what is wrong with one, and the making of one from grants.
 * May not live here: calls to AWS, anything of Pulumi, lifecycle policies, which are another language (`lifecycle/`).
 */

import iamSchema from "../../schema/iam-policy.schema.json" with { type: "json" };
import registrySchema from "../../schema/registry-policy.schema.json" with { type: "json" };
import repositorySchema from "../../schema/repository-policy.schema.json" with { type: "json" };
import { openDocument, type Report, reportProblems, reportSize } from "../define/document.ts";
import { compileSchema, type Problem } from "../define/validator.ts";
import type { Fault, Finding } from "../text/finding.ts";
import { nearest } from "../text/nearest.ts";
import type { Path } from "../text/path.ts";
import { printable } from "../text/printable.ts";
import { containsUnknown, isMap, isUnknown } from "../text/value.ts";
import { checkCondition } from "./condition-check.ts";
import { policyFaults } from "./faults.ts";
import { actions, concernsRegistry, hasNoEffect, isOperationWithoutAction, matchesAction } from "./language/actions.ts";
import { type PolicyKind, policyDocumentText, type Statement } from "./language/document.ts";
import { awsPrincipalProblem, isUniqueId, nearestService, servicePrincipalProblem } from "./language/principals.ts";

const schemas = {
  repository: compileSchema(repositorySchema, [iamSchema]),
  registry: compileSchema(registrySchema, [iamSchema]),
};

const mostCharacters = 10_240;

/** Everything at once, with line and column where the source is text. Never throws; unknown parts are passed over. */
export function validatePolicy(kind: PolicyKind, source: unknown): Finding[] {
  if (isUnknown(source)) return [];
  const { value, report } = openDocument(source, policyFaults.syntax);
  if (value === undefined) return report.findings();
  checkSize(value, report);
  reportProblems(report, shapeFault, schemas[kind](value));
  if (!isMap(value)) return report.findings();
  checkVersion(value, report);
  const sids = new Set<string>();
  for (const { statement, path } of statements(value["Statement"])) {
    checkLists(statement, path, report);
    checkActions(kind, statement, path, report);
    for (const element of ["Principal", "NotPrincipal"])
      checkPrincipals(statement[element], [...path, element], report);
    checkResources(kind, statement, path, report);
    checkCondition(statement["Condition"], [...path, "Condition"], report);
    const sid = statement["Sid"];
    if (typeof sid !== "string") continue;
    if (sids.has(sid)) {
      const message = `the Sid "${printable(sid, 60)}" is used twice; give each statement its own`;
      report.add(policyFaults.repeatedSid, [...path, "Sid"], message);
    }
    sids.add(sid);
  }
  return report.findings();
}

/** A registry policy without Resource has a rule of its own. */
function shapeFault({ missing }: Problem): Fault {
  return missing?.includes("Resource") ? policyFaults.missingResource : policyFaults.shape;
}

/** The statements that are any, each with its path. */
function statements(value: unknown): { statement: Statement; path: Path }[] {
  if (isMap(value)) return [{ statement: value, path: ["Statement"] }];
  return Array.isArray(value)
    ? value.flatMap((statement: unknown, index) =>
        isMap(statement) ? [{ statement, path: ["Statement", index] }] : [],
      )
    : [];
}

function checkSize(value: unknown, report: Report): void {
  if (containsUnknown(value)) return;
  reportSize(policyDocumentText(value).length, mostCharacters, report, policyFaults);
}

function checkVersion(policy: Readonly<Record<string, unknown>>, report: Report): void {
  const version = policy["Version"];
  if (version !== undefined && version !== "2008-10-17") return;
  if (!JSON.stringify(policy).includes("${")) return;
  const message = "policy variables are plain text before Version 2012-10-17; set it";
  report.add(policyFaults.plainVariable, ["Version"], message);
}

/** Lists without entries, which AWS takes and which do nothing, wherever names stand. */
function checkLists(statement: Statement, path: Path, report: Report): void {
  const isEmpty = (value: unknown) =>
    Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
  const check = (value: unknown, at: Path) => {
    if (isEmpty(value)) report.add(policyFaults.emptyList, at, "is empty, so that the statement is about nothing");
  };
  for (const element of ["Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"]) {
    const value = statement[element];
    check(value, [...path, element]);
    if (isMap(value)) for (const [type, names] of Object.entries(value)) check(names, [...path, element, type]);
  }
}

function checkActions(kind: PolicyKind, statement: Statement, path: Path, report: Report): void {
  for (const element of ["Action", "NotAction"]) {
    for (const { text, path: at } of entries(statement[element], [...path, element])) {
      if (text === "*") continue;
      const [service = "", name = "", ...rest] = text.split(":");
      const shown = `"${printable(text, 80)}"`;
      const did = (word: string) => {
        const near = nearest(word, actions);
        return near ? `; did you mean ecr:${near}?` : "";
      };
      if (name === "" || rest.length > 0) {
        report.add(
          policyFaults.actionForm,
          at,
          () => `${shown} is not an action, which looks like ecr:BatchGetImage${did(service)}`,
        );
      } else if (service.toLowerCase() !== "ecr") {
        report.add(
          policyFaults.foreignAction,
          at,
          `${shown} is not an action of Amazon ECR, whose actions start with ecr:`,
        );
      } else if (hasNoEffect(kind, name)) {
        const why = concernsRegistry(name) ? "it applies to the registry" : "the repository does not exist yet";
        const message = `${shown} has no effect in a repository policy, because ${why}; allow it in an IAM policy`;
        report.add(policyFaults.registryAction, at, message);
      } else if (isOperationWithoutAction(name)) {
        const message = `${shown} is an operation for which AWS publishes no action; whether a policy may name it is not documented`;
        report.add(policyFaults.operationWithoutAction, at, message);
      } else if (!matchesAction(name)) {
        report.add(
          policyFaults.unknownAction,
          at,
          () => `${shown} matches no action of Amazon ECR known to this version${did(name)}`,
        );
      }
    }
  }
}

function checkPrincipals(principal: unknown, path: Path, report: Report): void {
  if (!isMap(principal)) return;
  for (const { text, path: at } of entries(principal["AWS"], [...path, "AWS"])) {
    const problem = awsPrincipalProblem(text);
    if (problem) report.add(policyFaults.awsPrincipal, at, `"${printable(text, 120)}" ${problem}`);
    else if (isUniqueId(text)) {
      const message = `"${printable(text, 40)}" is a unique id: of a principal that was deleted, or of one in any account, which AWS stores by its ARN; remove it, or name the principal`;
      report.add(policyFaults.deletedPrincipal, at, message);
    }
  }
  for (const { text, path: at } of entries(principal["Service"], [...path, "Service"])) {
    const problem = servicePrincipalProblem(text);
    const near = problem ? undefined : nearestService(text);
    if (problem) report.add(policyFaults.servicePrincipal, at, `"${printable(text, 120)}" ${problem}`);
    else if (near) {
      const message = `"${printable(text, 120)}" is not a service; did you mean ${printable(near, 120)}?`;
      report.add(policyFaults.servicePrincipal, at, message);
    }
  }
}

function checkResources(kind: PolicyKind, statement: Statement, path: Path, report: Report): void {
  for (const element of ["Resource", "NotResource"]) {
    if (statement[element] === undefined) continue;
    if (kind === "repository") {
      const message = `should be omitted from a repository policy: ECR has been reported to reject it, and the policy always applies to its own repository`;
      report.add(policyFaults.repositoryResource, [...path, element], message);
      continue;
    }
    for (const { text, path: at } of entries(statement[element], [...path, element])) {
      if (text === "*") continue;
      const [arn, , service] = text.split(":");
      if (arn === "arn" && (service === "ecr" || service === "*")) continue;
      const form = `is not a repository of ECR, which looks like arn:aws:ecr:REGION:ACCOUNT:repository/NAME`;
      const fault = arn === "arn" ? policyFaults.otherResource : policyFaults.resourceForm;
      const effect = arn === "arn" ? "; the statement has no effect on it" : "";
      report.add(fault, at, `"${printable(text, 120)}" ${form}${effect}`);
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
