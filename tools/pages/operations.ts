/** Which operation of ECR is reached by what a user writes or types, and which test sees it called. For the README. */

import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { operations } from "../../emulator/operations/catalog.ts";
import { catalog } from "../../provider/catalog.ts";
import type { AnyResource } from "../../provider/define/resource.ts";
import type { Gateway } from "../../provider/gateway/gateway.ts";

const root = join(import.meta.dirname, "../..");

export interface Reached {
  readonly operation: string;
  /** Resources, functions and commands. */
  readonly by: readonly string[];
  /** Path of the test, or of the cases, that names the call; undefined when there is none. */
  readonly test: string | undefined;
}

interface User {
  readonly name: string;
  readonly actions: ReadonlySet<string>;
  /** File or folder where its calls stand, if not behind its permissions. */
  readonly source?: string;
  /** Where its calls may be asserted. */
  readonly tests: readonly string[];
}

/** Every operation, in alphabetical order. */
export function reachedOperations(): Reached[] {
  const all = users();
  return Object.keys(operations)
    .sort()
    .map((operation) => {
      const by = all.filter(
        ({ actions, source }) => actions.has(`ecr:${operation}`) || (source && read(source).includes(`"${operation}"`)),
      );
      const test = by.flatMap(({ tests }) => tests).find((file) => named(read(file)).has(operation));
      return { operation, by: by.map(({ name }) => name), test };
    });
}

/** The texts in quotes, as cases and tests write the names of operations. */
function named(text: string): ReadonlySet<string> {
  return new Set(text.split('"'));
}

function users(): User[] {
  return [
    ...catalog.resources.map((definition) => ({
      name: definition.name,
      actions: actionsOf(definition),
      tests: [
        `test/cases/scenarios/${kebab(definition.name)}.json`,
        ...(definition.name === "Image" ? ["test/images/push.test.ts"] : []),
      ],
    })),
    ...catalog.functions.map(({ name, permissions }) => ({
      name: `\`${name}\``,
      actions: new Set(permissions),
      source: `provider/functions/${kebab(name)}.ts`,
      tests: [...casesOfFunctions, "test/functions.test.ts"],
    })),
    ...readdirSync(join(root, "provider/cli/commands"))
      .sort()
      .map((name) => ({
        name: `\`pulumi-ecr ${name}\``,
        actions: new Set<string>(),
        source: `provider/cli/commands/${name}`,
        tests: [`test/cli/${name}.test.ts`].filter((file) => existsSync(join(root, file))),
      })),
  ];
}

const casesOfFunctions = globSync("test/cases/functions/*.json", { cwd: root }).sort();

/** The text of a file, or of all sources of a folder. */
function read(place: string): string {
  const files = place.includes(".") ? [place] : globSync(`${place}/**/*.ts`, { cwd: root }).sort();
  return files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
}

function actionsOf({ aspects, endpoints }: AnyResource<Gateway>): Set<string> {
  const { create = [], remove, list = [], foresee = [] } = endpoints.permissions;
  const aspectActions = aspects.flatMap(({ permissions }) => [...permissions.observe, ...(permissions.put ?? [])]);
  return new Set([...aspectActions, ...create, ...remove, ...list, ...foresee]);
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter, at) => `${at === 0 ? "" : "-"}${letter.toLowerCase()}`);
}
