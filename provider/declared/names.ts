/** Names of resources in programs, made from what things are called in AWS. */

import { createHash } from "node:crypto";

/** Words that mean something else in a program, in Pulumi's intermediate language or in Pulumi YAML. */
const reserved = new Set(["pulumi", "null", "true", "false", "range", "self", "for", "if", "in", "else"]);

export interface Named {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

/** What else there is, of which the names must differ as well. */
export interface Others {
  /** Names that are in use. */
  readonly taken?: Iterable<string>;
  /** There may be more things, which are not seen: a name that is not the thing's own to the letter has its mark. */
  readonly isPart?: boolean;
}

/**
 * An identifier for each, in the order given. It depends on the thing alone, unless two would get the same: then each of
 * them ends in a mark made from its type and id, so that a third one changes nobody's name but its namesakes'.
 */
export function uniqueNames(things: readonly Named[], { taken: used = [], isPart = false }: Others = {}): string[] {
  const plain = things.map(({ name }) => identifier(name));
  const count = new Map<string, number>();
  const inUse = new Set(used);
  for (const name of plain) count.set(name, (count.get(name) ?? 0) + 1);
  const isAlone = (name: string, index: number) =>
    count.get(name) === 1 && !inUse.has(name) && (!isPart || name === things[index]?.name);
  const taken = new Set([...inUse, ...plain.filter(isAlone)]);
  return things.map((thing, index) => {
    const name = plain[index] ?? "";
    if (isAlone(name, index)) return name;
    const mark = createHash("sha256").update(`${thing.type} ${thing.id}`).digest("hex");
    let length = 6;
    while (taken.has(name + mark.slice(0, length))) length++;
    const marked = name + mark.slice(0, length);
    taken.add(marked);
    return marked;
  });
}

/** `team/my-app` → `teamMyApp`, `SCAN_TYPE` → `scanType`, `7zip` → `r7zip`: letters and digits, valid in every language. */
function identifier(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const camel = words
    .map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word))
    .map((word, index) => (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join("");
  if (camel === "" || /^[0-9]/.test(camel)) return `r${camel}`;
  return reserved.has(camel) ? `${camel}Resource` : camel;
}
