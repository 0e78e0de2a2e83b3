/** The actions that the rules are about: those of the table, and for every way to name others, one that this version does not know. */

import { matchesGlob, wildcardGlob } from "../../../text/glob.ts";
import { containsUnknown } from "../../../text/value.ts";
import { type Action, actionTable } from "../../language/action-table.ts";
import { representatives } from "../../language/automata.ts";
import type { Budget } from "../../language/budget.ts";
import type { PolicyKind } from "../../language/document.ts";
import { type Statement, stringsOf } from "../../language/document.ts";
import { globPattern, type Pattern } from "../../language/patterns.ts";

/** The actions of a statement as it names them, in lower case. */
export interface ActionList {
  readonly patterns: readonly string[];
  /** `NotAction`: all but these. */
  readonly others: boolean;
}

/** An action that a request can be for. */
export interface AskedAction extends Action {
  /** No action of this name is known. `pattern`: no document names it, it stands for all that the same wildcards match. */
  readonly unknown?: "named" | "pattern";
}

/** Of a list that a preview does not know, all actions: an unknown test decides whether the statement applies at all. */
export function actionListOf(statement: Statement): ActionList {
  const { Action: some, NotAction: others } = statement;
  if (containsUnknown(some) || containsUnknown(others)) return { patterns: ["*"], others: false };
  const lower = (value: unknown) => stringsOf(value).map((text) => text.toLowerCase());
  return some === undefined && others !== undefined
    ? { patterns: lower(others), others: true }
    : { patterns: lower(some), others: false };
}

const tableNames = actionTable.map(({ name }) => qualified(name));
const tablePlaces = new Map(tableNames.map((action, place) => [action, place]));

function qualified(name: string): string {
  return `ecr:${name.toLowerCase()}`;
}

function isPattern(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/** Which of the actions a list is about, by place. */
export function placesOf({ patterns, others }: ActionList, actions: readonly AskedAction[]): boolean[] {
  const names = actions === actionTable ? tableNames : actions.map(({ name }) => qualified(name));
  const found = names.map(() => false);
  for (const pattern of patterns) {
    const glob = isPattern(pattern) ? wildcardGlob(pattern) : undefined;
    const place = glob ? undefined : tablePlaces.get(pattern);
    if (place !== undefined) found[place] = true;
    else for (const [at, name] of names.entries()) found[at] ||= glob ? matchesGlob(glob, name) : name === pattern;
  }
  return found.map((isListed) => isListed !== others);
}

/** What a rule about actions has at least. */
interface Listing {
  readonly kind: PolicyKind;
  readonly listed: ActionList;
  readonly written: readonly string[];
}

/**
 * All actions that the rules can tell apart: those of the table; each that a rule names and no table has; and, for each
 * combination of wildcards that match more than the table has, one that stands for all of those.
 */
export function actionsOf(rules: readonly Listing[], budget: Budget): readonly AskedAction[] {
  const named = new Map<string, string>();
  const wildcards = new Set<string>();
  for (const { listed, written } of rules)
    for (const [index, pattern] of listed.patterns.entries()) {
      if (isPattern(pattern)) wildcards.add(pattern);
      else if (pattern.startsWith("ecr:") && pattern !== "ecr:" && !tablePlaces.has(pattern) && !named.has(pattern))
        named.set(pattern, (written[index] ?? pattern).slice("ecr:".length));
    }
  const taken = new Set([...tableNames, ...named.keys()]);
  const classes = unknownNames([...wildcards], taken, budget);
  const of = (name: string, unknown: "named" | "pattern") =>
    (["repository", "registry"] as const).map((scope): AskedAction => ({ name, level: "write", scope, unknown }));
  return [
    ...actionTable,
    ...[...named.values()].flatMap((name) => of(name, "named")),
    ...classes.flatMap((name) => of(name, "pattern")),
  ];
}

const letters = "abcdefghijklmnopqrstuvwxyz";
const tail = "unknownaction";

const domain: Pattern = [
  ...globPattern("ecr:"),
  { star: false, among: letters },
  { star: true, among: `${letters}0123456789` },
];

/** A name for each combination of wildcards that some name matches that is not taken; one that none matches as well. */
function unknownNames(wildcards: readonly string[], taken: ReadonlySet<string>, budget: Budget): string[] {
  const texts = namesOfPrefixes(wildcards, taken) ?? namesByWalk(wildcards, taken, budget);
  return texts.map((text) => text.slice("ecr:".length));
}

/** Most wildcards are a star at the end: then there is a name for each beginning that goes on as no other does. */
function namesOfPrefixes(wildcards: readonly string[], taken: ReadonlySet<string>): string[] | undefined {
  const prefixes = ["ecr:"];
  for (const text of wildcards) {
    const prefix = text.slice(0, -1);
    if (!text.endsWith("*") || isPattern(prefix)) return undefined;
    if (prefix.startsWith("ecr:") && !prefixes.includes(prefix)) prefixes.push(prefix);
  }
  const names: string[] = [];
  for (const prefix of prefixes) {
    const ways = prefixes.filter((other) => other.length > prefix.length && other.startsWith(prefix));
    const name = ["", ...letters]
      .map((letter) => prefix + letter + tail)
      .find((text) => !taken.has(text) && !ways.some((way) => text.startsWith(way)));
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

function namesByWalk(wildcards: readonly string[], taken: ReadonlySet<string>, budget: Budget): string[] {
  const globs = wildcards.map(wildcardGlob);
  const truth = (text: string) => globs.map((glob) => (matchesGlob(glob, text) ? 1 : 0)).join("");
  const unions = wildcards.map((text) => [globPattern(text)]);
  return representatives(unions, [domain], taken, budget).map((text) => {
    const pleasant = text + tail;
    return truth(pleasant) === truth(text) && !taken.has(pleasant) ? pleasant : text;
  });
}
