/** What the record of a resource hides: what is known about it all the same, and what to say about the rest. */

import type { Hidden, WhyHidden } from "../../declared/hidden.ts";
import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import { type Operation, rows } from "../../operations/definition.ts";
import { printable } from "../../text/printable.ts";
import { unknown, type Value, type ValueMap, valueMap } from "../../text/value.ts";

/** The id says what the identity is, where the record hides it. */
export async function identified(declared: DeclaredInState, operation: Operation): Promise<DeclaredInState> {
  const { definition, properties: inputs, hidden, id } = declared;
  const names = rows(definition, "input").flatMap(([name, row]) => (row.identity && hidden.has(name) ? [name] : []));
  if (names.length === 0) return declared;
  const parsed = await definition.endpoints.identify.parse(operation, id);
  const found = names.filter((name) => parsed[name] !== undefined);
  return {
    ...declared,
    properties: valueMap([...Object.entries(inputs), ...found.map((name) => [name, parsed[name] as Value] as const)]),
    hidden: new Map([...hidden].filter(([name]) => !found.includes(name))),
  };
}

/** Hidden properties stand as unknowns, so that the record is still known to be one. */
export function withUnknowns(inputs: ValueMap, hidden: Hidden): ValueMap {
  if (hidden.size === 0) return inputs;
  return valueMap([
    ...Object.entries(inputs),
    ...[...hidden.keys()].map((name) => [name, unknown] as [string, typeof unknown]),
  ]);
}

const hiddenWords: Readonly<Record<WhyHidden, string>> = {
  encrypted: "is secret in the state",
  unknown: "was not known yet when the state was written",
  "not understood": "has a form in the state that is not supported",
};

function advice(why: WhyHidden): string {
  return why === "encrypted" ? "; export with --show-secrets to have it compared" : "";
}

/** Why parts of it could not be compared, a sentence for each. */
export function hiddenCauses({ definition, hidden }: DeclaredInState): string[] {
  return [...hidden].map(
    ([name, why]) =>
      `${definition.name}.${printable(name, 100)} ${hiddenWords[why]} and could not be compared${advice(why)}`,
  );
}
