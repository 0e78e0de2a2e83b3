/** What a comparison is about, gathered from its rules. */

import { factsOfKey, spelledKey } from "../../language/keys.ts";
import type { Test } from "../../language/tests.ts";
import type { AccessContext } from "../rules/context.ts";
import type { Principal } from "../rules/principals.ts";
import type { Rule } from "../rules/statements.ts";
import { familiesOf, isOfSeveral } from "./classes.ts";
import type { World } from "./knowledge.ts";

export function worldOf(
  rules: readonly Rule[],
  principals: readonly Principal[],
  context: AccessContext,
): Omit<World, "actions"> {
  const tests = new Map<string, Map<string, Test>>();
  for (const test of rules.flatMap((rule) => rule.tests)) {
    if (test.undecidable !== undefined) continue;
    const known = tests.get(test.key) ?? new Map<string, Test>();
    tests.set(test.key, known.set(test.id, test));
  }
  const named = principals.flatMap((principal) => {
    if (principal.kind === "account") return [principal.account];
    return principal.kind === "named" ? [principal.arn] : [];
  });
  const byKey = new Map([...tests].map(([key, found]) => [key, [...found.values()]]));
  return {
    context,
    named: new Set(named),
    services: new Set(principals.flatMap((principal) => (principal.kind === "service" ? [principal.service] : []))),
    tests: byKey,
    mixed: new Map(
      [...byKey].flatMap(([key, found]) => {
        const reason = mixture(key, found);
        return reason === undefined ? [] : [[key, reason] as const];
      }),
    ),
  };
}

/** Why the tests on a key do not go together; undefined where they do. */
function mixture(key: string, tests: readonly Test[]): string | undefined {
  if (familiesOf(tests).length > 1) return `${spelledKey(key)} is compared as values of different types`;
  const isSingle = ({ quantifier, family }: Test) => quantifier === undefined && family !== "null";
  return !factsOfKey(key) && isOfSeveral(key, tests) && tests.some(isSingle)
    ? `${spelledKey(key)} is compared as one value and as several`
    : undefined;
}
