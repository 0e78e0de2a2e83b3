/** A live policy told in the words of the recorded one, so that a diff shows what differs and nothing else. */

import { isMap } from "../../text/value.ts";
import { type Statement, statementsOf, stringsOf } from "../language/document.ts";
import { matchStatements } from "./match.ts";
import { canonicalStatements, policyEquivalent } from "./normalize.ts";

/**
 * The live document with the recorded one's order and spelling wherever both mean the same. It still means exactly what
 * is live. What is no policy on either side is the live value itself.
 */
export function alignPolicy(live: unknown, recorded: unknown): unknown {
  const [present, before] = [statementsOf(live), statementsOf(recorded)];
  if (!present || !before || !isMap(live) || !isMap(recorded)) return live;
  const [forms, formsBefore] = canonicalStatements(live, recorded);
  const statements = matchStatements(formsBefore, forms).flatMap(([old, now]) => {
    const [statement, found] = [old && before[formsBefore.indexOf(old)], now && present[forms.indexOf(now)]];
    if (!found) return [];
    return [statement ? alignStatement(found, statement) : found];
  });
  const single = statements.length === 1 && !Array.isArray(recorded["Statement"]);
  const told = { ...inOrderOf(live, recorded), Statement: single ? statements[0] : statements };
  return policyEquivalent(told, live) ? told : live;
}

function means(left: Statement, right: Statement): boolean {
  return policyEquivalent({ Statement: [left] }, { Statement: [right] });
}

function alignStatement(live: Statement, recorded: Statement): Statement {
  if (means(live, recorded)) return recorded;
  const told: Record<string, unknown> = inOrderOf(live, recorded);
  for (const element of Object.keys(told)) {
    if (!Object.hasOwn(recorded, element)) continue;
    const [now, before] = [live[element], recorded[element]];
    if (element.endsWith("Principal") && isMap(now) && isMap(before)) {
      const types = Object.entries(inOrderOf(now, before));
      told[element] = Object.fromEntries(types.map(([type, names]) => [type, alignList(names, before[type])]));
    } else if (isMap(now) || isMap(before)) {
      // Replaced by the recorded spelling when nothing but that differs.
      if (means({ ...live, [element]: before }, live)) told[element] = before;
    } else told[element] = alignList(now, before);
  }
  return told;
}

/** Recorded entries that are still there, in their order and spelling, then the new ones. */
function alignList(live: unknown, recorded: unknown): unknown {
  const [now, before] = [stringsOf(live), stringsOf(recorded)];
  const kept = before.filter((entry) => now.some((other) => spelled(other) === spelled(entry)));
  const added = now.filter((entry) => !before.some((other) => spelled(other) === spelled(entry)));
  const entries = [...kept, ...added];
  return entries.length === 1 && !Array.isArray(recorded) ? entries[0] : entries;
}

/** Names that mean the same have one spelling; `alignPolicy` checks the result, so a wrong guess only loses the order. */
function spelled(name: string): string {
  const parts = name.split(":");
  return parts.length === 6 && parts[5] === "root" ? (parts[4] ?? name) : name.toLowerCase();
}

function inOrderOf(
  live: Readonly<Record<string, unknown>>,
  recorded: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = [...Object.keys(recorded).filter((name) => Object.hasOwn(live, name)), ...Object.keys(live)];
  return Object.fromEntries([...new Set(names)].map((name) => [name, live[name]]));
}
