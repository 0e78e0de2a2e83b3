/** Patterns of paths: `*` within a name, `**` over folders before a slash and else for any characters, `{repository}` for the name of a repository, folders and all. */

type Token =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "name" | "folders" | "rest" | "repository" };

const words: readonly (readonly [string, "folders" | "rest" | "name" | "repository"])[] = [
  ["**/", "folders"],
  ["**", "rest"],
  ["{repository}", "repository"],
  ["*", "name"],
];

/** What a pattern says of a path: undefined when it does not match, else the repository, if the pattern names one. */
export type PathPattern = (path: string) => { readonly repository?: string } | undefined;

/** The pattern, ready for many paths. One costs at most the lengths of pattern and path multiplied, whatever they are. */
export function compilePattern(pattern: string): PathPattern {
  const tokens = tokensOf(pattern);
  return (path) => {
    const rests = restsOf(tokens, path);
    if (rests[0]?.[0] !== 1) return undefined;
    let at = 0;
    let repository: string | undefined;
    for (const [index, token] of tokens.entries()) {
      const next = rests[index + 1] ?? new Uint8Array();
      const start = at;
      if (token.kind === "text") at += token.text.length;
      // The longest for a repository, so that it takes its folders along; the shortest for the others.
      else if (token.kind === "repository") at = next.lastIndexOf(1);
      else if (token.kind === "name" || token.kind === "rest") at = next.indexOf(1, at);
      else while (next[at] !== 1) at = path.indexOf("/", at) + 1;
      if (token.kind === "repository") repository ??= path.slice(start, at);
    }
    return repository === undefined ? {} : { repository };
  };
}

/** For each token and each place of the path: whether the tokens from this one on match the path from there on. */
function restsOf(tokens: readonly Token[], path: string): Uint8Array[] {
  const end = new Uint8Array(path.length + 1);
  end[path.length] = 1;
  const rests = [end];
  for (const token of tokens.toReversed()) {
    const next = rests[0] ?? end;
    const here = new Uint8Array(path.length + 1);
    for (let at = path.length, folder = 0; at >= 0; at--) {
      if (token.kind === "text") here[at] = path.startsWith(token.text, at) ? (next[at + token.text.length] ?? 0) : 0;
      else if (token.kind === "name") here[at] = next[at] || (path[at] !== "/" && here[at + 1]) || 0;
      else if (token.kind === "rest") here[at] = next[at] || here[at + 1] || 0;
      else if (token.kind === "repository") here[at] = next[at + 1] || here[at + 1] || 0;
      else {
        // `folder` is the answer for the place after the next slash.
        if (path[at] === "/") folder = here[at + 1] ?? 0;
        here[at] = next[at] || folder;
      }
    }
    rests.unshift(here);
  }
  return rests;
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
