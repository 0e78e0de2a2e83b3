/** Policy variables: `${aws:PrincipalTag/team}` in a text stands for what a request has for a key. */

/** What a variable stands for in every request, by its key in lower case: letters, digits and hyphens; undefined where that is not known. */
export type Resolve = (key: string) => string | undefined;

/** A part of a text: as it is written, with wildcards; characters that are meant literally; or a variable. */
export interface Piece {
  readonly kind: "written" | "literal" | "variable";
  readonly text: string;
}

/** The parts of a text. `${*}`, `${?}` and `${$}` are the characters themselves. Without `resolve` there are no variables. */
export function piecesOf(text: string, resolve: Resolve | undefined): Piece[] {
  if (!resolve) return [{ kind: "written", text }];
  const pieces: Piece[] = [];
  let from = 0;
  let written = "";
  const add = (piece?: Piece) => {
    if (written !== "") pieces.push({ kind: "written", text: written });
    written = "";
    if (piece) pieces.push(piece);
  };
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", from)) {
    const end = endOf(text, at + 2);
    if (end < 0) break;
    written += text.slice(from, at);
    const name = text.slice(at + 2, end);
    const known = resolve(keyOf(name));
    if (["*", "?", "$"].includes(name)) add({ kind: "literal", text: name });
    else if (known === undefined) add({ kind: "variable", text: text.slice(at, end + 1) });
    else written += known;
    from = end + 1;
  }
  written += text.slice(from);
  add();
  return pieces.length > 0 ? pieces : [{ kind: "written", text }];
}

/** The brace that closes a variable; braces within a default value, which has quotes, do not. */
function endOf(text: string, start: number): number {
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "'") isQuoted = !isQuoted;
    else if (text[at] === "}" && !isQuoted) return at;
  }
  return text.indexOf("}", start);
}

/** `aws:principaltag/team` of `aws:PrincipalTag/team, 'none'`. */
function keyOf(name: string): string {
  return (name.split(",")[0] ?? "").trim().toLowerCase();
}
