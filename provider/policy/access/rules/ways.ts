/** What policy variables leave open of a statement, as several ways in which it may apply: what is certain, and what is possible. */

import { containsUnknown } from "../../../text/value.ts";
import { type Statement, stringsOf } from "../../language/document.ts";
import { unknownTest } from "../../language/read-tests.ts";
import type { Test } from "../../language/tests.ts";
import { piecesOf, type Resolve } from "../../language/variables.ts";

/** `others`: all but what the patterns match. */
export interface Resources {
  readonly patterns: readonly string[];
  readonly others: boolean;
}

/** One of several ways in which a part of a statement may hold. */
interface Way {
  readonly tests: readonly Test[];
  readonly resources?: Resources;
}

export function waysOf(test: Test): Way[] {
  const { bounds } = test;
  if (!bounds) return [{ tests: [test] }];
  return [...(bounds.certain ? [{ tests: bounds.certain }] : []), { tests: [...bounds.possible, test] }];
}

const mostWays = 16;

/** Every choice of one way for each part. Of too many, only what is possible is kept, so that less is certain. */
export function combined(parts: readonly (readonly Way[])[]): Way[] {
  const count = parts.reduce((product, ways) => product * ways.length, 1);
  const chosen = count > mostWays ? parts.map((ways) => ways.slice(-1)) : parts;
  return chosen.reduce<Way[]>(
    (all, ways) =>
      all.flatMap((before) => ways.map((way) => ({ ...before, ...way, tests: [...before.tests, ...way.tests] }))),
    [{ tests: [] }],
  );
}

/** What the statement is about: nothing to say where it names no resources, or such as are not known. */
export function resourceWays(statement: Statement, resolve: Resolve | undefined): Way[][] {
  const element = (["Resource", "NotResource"] as const).find((name) => statement[name] !== undefined);
  if (!element || containsUnknown(statement["Resource"]) || containsUnknown(statement["NotResource"])) return [];
  const others = element === "NotResource";
  const written = stringsOf(statement[element]).map((text) => piecesOf(text, resolve));
  const isOpen = (pieces: (typeof written)[number]) => pieces.some(({ kind }) => kind === "variable");
  const of = (some: typeof written) => ({
    others,
    patterns: some.map((pieces) => pieces.map(({ kind, text }) => (kind === "variable" ? "*" : text)).join("")),
  });
  const variable = written.flat().find(({ kind }) => kind === "variable");
  if (!variable) return [[{ tests: [], resources: of(written) }]];
  const plain = of(written.filter((pieces) => !isOpen(pieces)));
  const [least, most] = others ? [of(written), plain] : [plain, of(written)];
  const reason = `the policy variable ${variable.text} of ${element} is not known`;
  const possible = { tests: [unknownTest(reason, "", statement[element])], resources: most };
  return [[...(others || least.patterns.length > 0 ? [{ tests: [], resources: least }] : []), possible]];
}
