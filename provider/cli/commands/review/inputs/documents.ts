/** Documents as files: judged alone, or one before and one after a change. */

import { definitionOf, documentProperties } from "../../../../declared/columns.ts";
import type { Declared } from "../../../../declared/declared.ts";
import { type Resource, rows } from "../../../../operations/definition.ts";
import type { DocumentKind } from "../../../../review/config.ts";
import { ProviderError } from "../../../../text/errors.ts";
import { type Position, parseJson } from "../../../../text/json.ts";
import type { Path } from "../../../../text/path.ts";
import { readDocument } from "../../../shared/documents.ts";
import { type Gathered, pairUp } from "./gathered.ts";

export interface DocumentOptions {
  readonly kind: DocumentKind;
  readonly before?: string;
  readonly after?: string;
  readonly repository?: string;
}

const kinds: Readonly<Record<DocumentKind, string>> = {
  "repository-policy": "RepositoryPolicy",
  "registry-policy": "RegistryPolicy",
  "lifecycle-policy": "LifecyclePolicy",
};

/** A document that is the whole text of a file. `name` is the repository's; a document without one goes by its file. */
export function documentAt(file: string, text: string, as: DocumentKind, name: string | undefined): Declared {
  const kind = kinds[as];
  const definition = definitionOf(kind) as Resource;
  const [document] = documentProperties(definition);
  const identity = rows(definition, "input").filter(([, row]) => row.identity);
  const known = definition.singleton ? "registry" : name;
  return {
    kind,
    name: known,
    label: file,
    file,
    properties: {
      ...(known === undefined ? {} : Object.fromEntries(identity.map(([property]) => [property, known]))),
      ...(document ? { [document.property]: text } : {}),
    },
    locate: inText(text),
  };
}

/** Throws ProviderError for files that cannot be read, and for a combination that cannot be meant. */
export function gatherDocuments(
  files: readonly string[],
  { kind, before, after, repository }: DocumentOptions,
): Gathered {
  const isChange = before !== undefined || after !== undefined;
  if (isChange === files.length > 0)
    throw new ProviderError("InvalidInput", "reviewing: give documents, or --before and --after");
  const read = (file: string | undefined) =>
    file === undefined ? [] : [documentAt(file, readDocument(file), kind, repository)];
  // A change of one document, whatever its two files are called.
  const [old] = read(before);
  const [now] = read(after);
  const changes = isChange
    ? [{ ...(old ? { before: { ...old, label: after ?? old.label ?? "" } } : {}), ...(now ? { after: now } : {}) }]
    : files.flatMap((file) => pairUp([], read(file)));
  return {
    changes,
    before: old ? [old] : [],
    after: isChange ? (now ? [now] : []) : changes.flatMap(({ after: one }) => (one ? [one] : [])),
    isChange,
    isWhole: false,
    notRead: [],
    notes: [],
  };
}

/** Where a part of a document stands that is the text of a whole file, for paths that start with its property. */
function inText(text: string): (path: Path, at?: Position) => Position | undefined {
  let parsed: ReturnType<typeof parseJson> | undefined;
  return ([_, ...path], at) => {
    parsed ??= parseJson(text);
    return at ?? parsed.locate(path) ?? parsed.problems[0];
  };
}
