/** Text with references: `${a.b[0]["c"]}` and `$$` for a dollar sign, by the grammar of pulumi-yaml, which is a loose one. */

export interface Step {
  readonly key: string | number;
  /** Written in brackets. */
  readonly bracket: boolean;
}

export interface Reference {
  /** The name of a resource, variable or configuration value. */
  readonly root: string;
  readonly steps: readonly Step[];
}

export interface Part {
  readonly text: string;
  /** Behind the text. */
  readonly reference?: Reference;
}

/** Undefined for text that Pulumi refuses. Text without references is one part; an empty text is none. */
export function partsOf(text: string): readonly Part[] | undefined {
  if (!text.includes("$")) return text === "" ? [] : [{ text }];
  const parts: Part[] = [];
  let literal = "";
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("$", at);
    if (next < 0) {
      literal += text.slice(at);
      break;
    }
    literal += text.slice(at, next);
    at = next;
    if (text[at + 1] === "$") {
      literal += "$";
      at += 2;
    } else if (text[at + 1] === "{") {
      const found = accessAt(text, at + 2);
      const [first, ...steps] = found?.steps ?? [];
      if (!found || typeof first?.key !== "string") return undefined;
      parts.push({ text: literal, reference: { root: first.key, steps } });
      literal = "";
      at = found.end;
    } else {
      literal += "$";
      at++;
    }
  }
  return literal === "" ? parts : [...parts, { text: literal }];
}

/** The only reference of a text that has nothing beside it. */
export function wholeReference(text: string): Reference | undefined {
  const parts = partsOf(text);
  return parts?.length === 1 && parts[0]?.text === "" ? parts[0].reference : undefined;
}

function accessAt(text: string, start: number): { steps: Step[]; end: number } | undefined {
  const steps: Step[] = [];
  for (let at = start; at < text.length; ) {
    const character = text[at];
    if (character === "}") return { steps, end: at + 1 };
    if (character === ".") at++;
    else if (character === "[") {
      const found = text[at + 1] === '"' ? quotedAt(text, at + 2) : indexAt(text, at + 1);
      if (!found) return undefined;
      steps.push({ key: found.key, bracket: true });
      at = found.end;
    } else {
      const rest = /[.[}]/.exec(text.slice(at, at + 10_000));
      if (!rest) return undefined;
      steps.push({ key: text.slice(at, at + rest.index), bracket: false });
      at += rest.index;
    }
  }
  return undefined;
}

function quotedAt(text: string, start: number): { key: string; end: number } | undefined {
  let key = "";
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') return text[at + 1] === "]" ? { key, end: at + 2 } : undefined;
    if (text[at] === "\\" && text[at + 1] === '"') at++;
    key += text[at];
  }
  return undefined;
}

function indexAt(text: string, start: number): { key: number; end: number } | undefined {
  const end = text.indexOf("]", start);
  const written = text.slice(start, end < 0 ? start : end);
  return /^[-+]?\d{1,15}$/.test(written) ? { key: Number(written), end: end + 1 } : undefined;
}
