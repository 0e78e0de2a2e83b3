/** Documents from files: what is wrong with one that is judged is a finding, with one that is only used an error. */

import { parseJson } from "../../text/json.ts";
import { refuse } from "./bytes.ts";
import { readText } from "./files.ts";

/** The text of a document that is to be judged. Throws ProviderError for a file that cannot be read. */
export function readDocument(file: string, what = "the document"): string {
  return readText(file, what);
}

/** The value of a file in which nothing may be there twice; throws ProviderError with the first problem and its place. */
export function readValue(file: string, what: string): unknown {
  const text = readText(file, what);
  const { value, problems } = parseJson(text.startsWith("\ufeff") ? text.slice(1) : text);
  const [problem] = problems;
  if (problem)
    refuse(file, what, `it ${problem.message} (line ${problem.line}, column ${problem.column}); correct it there`);
  return value;
}
