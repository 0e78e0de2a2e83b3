/** What the columns of a definition say about a resource: what it is called, whose it is, and which documents it holds. */

import { catalog } from "../catalog.ts";
import { type Resource, rows } from "../operations/definition.ts";

type Properties = Readonly<Record<string, unknown>>;

const byName = new Map<string, Resource>(catalog.resources.map((one) => [one.name, one as Resource]));

/** The definition of a kind, such as `RepositoryPolicy`. */
export function definitionOf(kind: string): Resource | undefined {
  return byName.get(kind);
}

/** A property that holds a document, and the language that the document is written in. */
export interface DocumentProperty {
  readonly property: string;
  readonly language: string;
}

/** The documents of a resource, in the order of its rows. */
export function documentProperties(definition: Resource | undefined): readonly DocumentProperty[] {
  if (!definition) return [];
  return rows(definition, "input").flatMap(([property, { document }]) =>
    document === undefined ? [] : [{ property, language: document }],
  );
}

/** What a resource is called among those of its kind: `registry` where there is one for each; undefined while it is not known. */
export function nameOf(definition: Resource, properties: Properties): string | undefined {
  if (definition.singleton) return "registry";
  const [identity] = rows(definition, "input").filter(([, row]) => row.identity);
  return textIn(properties, identity?.[0]);
}

/** Whether each resource of this kind belongs to a repository, by whose name it goes. */
export function isOfRepository(definition: Resource): boolean {
  return repositoryRow(definition) !== undefined;
}

/** The repository that a resource belongs to; undefined for settings of the registry and while it is not known. */
export function repositoryOf(definition: Resource, properties: Properties): string | undefined {
  return textIn(properties, repositoryRow(definition));
}

function repositoryRow(definition: Resource): string | undefined {
  return rows(definition, "input").find(([, row]) => row.names === "repository")?.[0];
}

function textIn(properties: Properties, name: string | undefined): string | undefined {
  const value = name !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
