/** Resources that may hold or change what ECR has and are not read: other types of ECR, templates, and calls of ECR's operations. */

import { printable } from "../text/printable.ts";
import { isMap } from "../text/value.ts";
import { definitionOf } from "./columns.ts";
import { partsOf } from "./vocabulary.ts";

/** Operations that change what a repository or the registry allows or keeps, as the command line of AWS calls them. */
const operations = [
  ...["set-repository-policy", "delete-repository-policy", "put-registry-policy", "delete-registry-policy"],
  ...["put-lifecycle-policy", "delete-lifecycle-policy", "put-replication-configuration", "put-image-tag-mutability"],
  ...["put-image-scanning-configuration", "put-registry-scanning-configuration", "put-account-setting"],
  ...["create-repository-creation-template", "update-repository-creation-template"],
  ...["create-pull-through-cache-rule", "update-pull-through-cache-rule"],
];

/** How scripts and programs write these operations: on the command line, in Python, and as a command of the SDK. */
export const calls: readonly string[] = operations.flatMap((operation) => [
  operation,
  operation.replaceAll("-", "_"),
  `${operation.replaceAll(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase())}Command`,
]);

/** Groups of Kubernetes controllers that manage ECR. */
export const controllers = [
  ...["ecr.services.k8s.aws", "ecr.aws.crossplane.io", "ecr.aws.upbound.io", "ecr.aws.m.upbound.io"],
];

/** Whether a type may hold resources of ECR by its name alone: one of ECR that this version does not read, or a template. */
export function isCarrier(type: string): boolean {
  return isOtherEcr(type) || isTemplate(type);
}

/**
 * Why a resource of a program or plan is not read though it may hold or change what ECR has; undefined where there is no such
 * reason. What is not known or not shown among the inputs is no text.
 */
export function unreadIn(type: string, inputs: unknown): string | undefined {
  if (isRead(type) || type.startsWith("pulumi:")) return undefined;
  const told = `its type "${printable(type, 100)}"`;
  if (isOtherEcr(type)) return `${told} may hold resources of ECR and is not read`;
  const text = JSON.stringify(inputs) ?? "";
  if (isTemplate(type))
    return isPlainTemplate(inputs, text) ? undefined : `${told} holds a template, which may have resources of ECR`;
  const found = [...calls, ...controllers, "AWS::ECR::"].find((word) => text.includes(word));
  return found === undefined ? undefined : `its inputs name ${found}, and what that changes is not read`;
}

function isRead(type: string): boolean {
  return partsOf(type).some(({ to }) => definitionOf(to) !== undefined);
}

function isOtherEcr(type: string): boolean {
  return /(^|[^a-z])ecr(public)?([^a-z]|$)/i.test(type) && !isRead(type) && !/^(pulumi|awsx):/.test(type);
}

function isTemplate(type: string): boolean {
  return /cloudformation|cloudcontrol|servicecatalog|:ExtensionResource$/i.test(type);
}

/** The whole template is there, names nothing of ECR, and takes in no other text. */
function isPlainTemplate(inputs: unknown, text: string): boolean {
  if (!isMap(inputs)) return false;
  const isExtension = typeof inputs["type"] === "string" && inputs["properties"] !== undefined;
  const bodies = ["templateBody", "template_body", "desiredState", "desired_state"].map((name) => inputs[name]);
  const isKnown = isExtension || bodies.some((body) => typeof body === "string");
  return isKnown && !/AWS::ECR::|AWS::CloudFormation::|AWS::Include|Transform|::MODULE|\\\\u/i.test(text);
}
