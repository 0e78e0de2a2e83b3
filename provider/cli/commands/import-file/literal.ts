/** Values as literals of Pulumi YAML: whatever a registry holds stays text, and is never evaluated. */

import { isMap, type Value } from "../../../text/value.ts";

export interface Literals {
  /** The value in such a form that Pulumi YAML reads back what it is. */
  literal(value: Value): unknown;
  /** The part of the program that the literals so far need. */
  variables(): { readonly variables?: Readonly<Record<string, string>> };
}

/**
 * Literals of one program. `$` is doubled, in keys as in values. A key that begins with `fn::`, in any case, names a function where
 * it is written down, so it is written as a variable: that is evaluated when functions have been recognized already. `taken` are
 * names that the program has for other things.
 */
export function literals(taken: ReadonlySet<string>): Literals {
  const names = new Map<string, string>();
  const named = (key: string): string => {
    const known = names.get(key);
    if (known !== undefined) return known;
    let name = `key${names.size + 1}`;
    while (taken.has(name)) name += "x";
    names.set(key, name);
    return name;
  };
  const text = (written: string) => written.replaceAll("$", () => "$$");
  const keyOf = (key: string) => (key.toLowerCase().startsWith("fn::") ? `\${${named(key)}}` : text(key));
  const literal = (value: Value): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(literal);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [keyOf(key), literal(member)]));
  };
  return {
    literal,
    variables: () =>
      names.size === 0 ? {} : { variables: Object.fromEntries([...names].map(([key, name]) => [name, text(key)])) },
  };
}
