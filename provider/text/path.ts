/** Property paths as values; text only at the edge. */

export type Path = readonly (string | number)[];

/** The path as Pulumi writes and parses it: `rules[0].filter`, `tags["my.key"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (isPlain(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `["${segment.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;
  }
  return text;
}

function isPlain(segment: string): boolean {
  return /^[A-Za-z_$][\w$-]*$/.test(segment);
}

/** Reads Pulumi's path syntax back; `ignoreChanges` arrives in it. A wildcard `*` is the segment `"*"`. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === ".") at++;
    else if (text[at] === "[") {
      if (text[at + 1] === '"') {
        let key = "";
        at += 2;
        while (at < text.length && text[at] !== '"') {
          if (text[at] === "\\") at++;
          key += text[at++] ?? "";
        }
        path.push(key);
        at += 2;
      } else {
        const end = text.indexOf("]", at);
        const inner = text.slice(at + 1, end < 0 ? text.length : end);
        path.push(/^\d+$/.test(inner) ? Number(inner) : inner);
        at = end < 0 ? text.length : end + 1;
      }
    } else {
      const start = at;
      while (at < text.length && text[at] !== "." && text[at] !== "[") at++;
      path.push(text.slice(start, at));
    }
  }
  return path;
}

/** Whether `pattern` names `path` or one of its ancestors; `"*"` in the pattern stands for any segment. */
export function covers(pattern: Path, path: Path): boolean {
  return pattern.length <= path.length && pattern.every((segment, index) => segment === "*" || segment === path[index]);
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<string | number, unknown>)[segment];
  }
  return current;
}
