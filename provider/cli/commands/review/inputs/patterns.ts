/** Patterns of paths: `*` within a name, `**` over folders, `{repository}` for the name of a repository. No RegExp is made. */

type Token = { readonly kind: "text"; readonly text: string } | { readonly kind: "name" | "folders" | "repository" };

const words: readonly (readonly [string, "folders" | "name" | "repository"])[] = [
  ["**/", "folders"],
  ["{repository}", "repository"],
  ["*", "name"],
];

/** What a pattern says of a path: undefined when it does not match, else the repository, if the pattern names one. */
export type PathPattern = (path: string) => { readonly repository?: string } | undefined;

/** At most so many steps for one path; a pattern of the configuration can be hostile only to its own repository. */
const mostSteps = 20_000;

export function compilePattern(pattern: string): PathPattern {
  const tokens = tokensOf(pattern);
  return (path) => {
    let steps = 0;
    const match = (token: number, at: number): { repository?: string } | undefined => {
      if (++steps > mostSteps) return undefined;
      const here = tokens[token];
      if (!here) return at === path.length ? {} : undefined;
      if (here.kind === "text")
        return path.startsWith(here.text, at) ? match(token + 1, at + here.text.length) : undefined;
      // The longest first for a repository, so that it takes its folders along; the shortest for the others.
      const ends = endsOf(here.kind, path, at);
      for (const end of here.kind === "repository" ? ends.reverse() : ends) {
        const rest = match(token + 1, end);
        if (rest) return here.kind === "repository" ? { repository: path.slice(at, end), ...rest } : rest;
      }
      return undefined;
    };
    return match(0, 0);
  };
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const found = words.find(([word]) => pattern.startsWith(word, at));
    if (found) tokens.push({ kind: found[1] });
    else {
      const last = tokens.at(-1);
      if (last?.kind === "text") tokens[tokens.length - 1] = { kind: "text", text: last.text + pattern[at] };
      else tokens.push({ kind: "text", text: pattern[at] ?? "" });
    }
    at += found ? found[0].length : 1;
  }
  return tokens;
}

/** Where what a wildcard stands for may end. */
function endsOf(kind: "name" | "folders" | "repository", path: string, start: number): number[] {
  const ends: number[] = kind === "repository" ? [] : [start];
  for (let at = start; at < path.length; at++) {
    if (kind === "name" && path[at] === "/") break;
    if (kind !== "folders" || path[at] === "/") ends.push(at + 1);
  }
  return ends;
}
