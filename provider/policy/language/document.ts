/**
 * Access policies of ECR as documents.
 *
 * Lives here: the language of access policies: elements, actions, principals, operators and keys of conditions.
 * May not live here: evaluation of a policy (`../access/`), calls to AWS, anything of Pulumi, lifecycle policies, which are
 *   another language.
 */

import { documentValue } from "../../define/document.ts";
import { isMap } from "../../text/value.ts";

export type PolicyKind = "repository" | "registry";

/** The elements of a statement by name, as they are written. */
export interface Statement {
  readonly [element: string]: unknown;
}

/** The statements of a document, however they are written; undefined when it is no policy. */
export function statementsOf(value: unknown): readonly Statement[] | undefined {
  if (!isMap(value) || !Object.hasOwn(value, "Statement")) return undefined;
  const statements = Array.isArray(value["Statement"]) ? value["Statement"] : [value["Statement"]];
  return statements.every(isMap) ? (statements as readonly Statement[]) : undefined;
}

/** A string or a list of strings as a list; anything else has none. */
export function stringsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");
}

/** The text to send: compact JSON. Text that is no JSON goes as it is, for AWS to refuse. */
export function policyDocumentText(source: unknown): string {
  const value = documentValue(source);
  return typeof value === "string" ? value : JSON.stringify(value);
}
