/**
 * Policies as they are shown to people: lists as sets, so that order is not a difference, names that AWS knows in AWS's
 * spelling, and everything else as it is written. When two policies mean the same is decided in `normalize.ts`.
 */

import { documentValue } from "../../define/document.ts";
import { isMap } from "../../text/value.ts";
import { type Statement, statementsOf, stringsOf } from "../language/document.ts";
import { type CanonicalPolicy, normalizeStatement, partitionOf, type Spelling, sorted, spelling } from "./normalize.ts";

/**
 * Both sides for a description of what differs; an absent one where a side is not a policy. A name that both have in
 * different letter case is spelled as on the right.
 */
export function toldPair(
  left: unknown,
  right: unknown,
): readonly [CanonicalPolicy | undefined, CanonicalPolicy | undefined] {
  const values = [documentValue(left), documentValue(right)] as const;
  const written = spellingIn(values.flatMap((value) => statementsOf(value) ?? []));
  const partition = partitionOf(values);
  const told = (value: unknown): CanonicalPolicy | undefined => {
    const statements = statementsOf(value);
    if (!statements || !isMap(value)) return undefined;
    const forms = statements.map((statement) => normalizeStatement(statement, partition, written));
    const { Version: version, Statement: _, ...rest } = value;
    return { ...rest, ...(version === undefined ? {} : { Version: version }), Statement: sorted(forms, true) };
  };
  return [told(values[0]), told(values[1])];
}

/** A name that AWS does not know is spelled as in the last of the statements that has it. */
function spellingIn(statements: readonly Statement[]): Spelling {
  const written = { effect: new Map(), action: new Map(), operator: new Map(), key: new Map() };
  const note = (kind: keyof Spelling, names: readonly string[]) => {
    for (const name of names) written[kind].set(spelling[kind](name), name);
  };
  for (const { Effect: effect, Action: action, NotAction: notAction, Condition: condition } of statements) {
    note("effect", stringsOf(effect));
    note("action", [...stringsOf(action), ...stringsOf(notAction)]);
    const operators = isMap(condition) ? condition : {};
    note("operator", Object.keys(operators));
    note(
      "key",
      Object.values(operators).flatMap((keys) => (isMap(keys) ? Object.keys(keys) : [])),
    );
  }
  const as = (kind: keyof Spelling) => (name: string) => {
    const known = spelling[kind](name);
    const shown = written[kind].get(known) ?? name;
    // Of `aws:PrincipalTag/Team`, AWS spells what is before the slash.
    const slash = kind === "key" ? known.indexOf("/") + 1 : 0;
    return known === known.toLowerCase() ? shown : slash > 0 ? known.slice(0, slash) + shown.slice(slash) : known;
  };
  return { effect: as("effect"), action: as("action"), operator: as("operator"), key: as("key") };
}
