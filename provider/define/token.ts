/** The tokens of this package: `ecr:index:NAME`. */

const prefix = "ecr:index:";

/** The token of a resource or function by its name. */
export function tokenOf(name: string): string {
  return `${prefix}${name}`;
}

/** The name in a token of this package; undefined for types of other packages. */
export function nameIn(token: string): string | undefined {
  return token.startsWith(prefix) ? token.slice(prefix.length) : undefined;
}
