/** A project file: which program it runs, where its stacks are configured, and what else in it decides what is deployed. */

import { posix } from "node:path";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import type { ParsedYaml } from "../../text/yaml.ts";
import { digest } from "./expressions/dependence.ts";
import { fold } from "./expressions/fold.ts";
import { keys } from "./names.ts";
import { digestUnder, pathFrom, type Tree, type Unread } from "./tree.ts";

export interface Project {
  readonly file: string;
  readonly folder: string;
  readonly name: string | undefined;
  /** Other than YAML. */
  readonly language?: string;
  /** The folder of the program; undefined when it is outside of the tree. */
  readonly programFolder: string | undefined;
  readonly stackFolder: string | undefined;
  readonly config: unknown;
  /** Packages of which the project says where they come from. */
  readonly overridden: ReadonlySet<string>;
  readonly unread: readonly Unread[];
}

const silent = ["name", "description", "author", "website", "license", "template", "requiredPulumiVersion"];
const meant = ["runtime", "main", "stackConfigDir", "backend", "options", "plugins", "packages"];

const templateKeys: ReadonlySet<string> = new Set(keys.template.map(fold));
const mostNamed = 50;

/** The folder in which npm installs the plugin of this package; no revision holds it. */
const installed = /(^|\/)node_modules\/pulumi-ecr\/bin\/?$/;

export function readProject(tree: Tree, file: string, { value }: ParsedYaml): Project {
  const map = isMap(value) ? value : {};
  const folder = posix.dirname(file);
  const unread: Unread[] = [];
  const not = (part: string, reason: string, basis: unknown, onlyIfChanged = false) =>
    unread.push({
      file,
      part,
      reason,
      basis: digest(JSON.stringify(basis ?? null)),
      ...(onlyIfChanged ? { onlyIfChanged } : {}),
    });
  const runtime = map["runtime"];
  const language = isMap(runtime) ? runtime["name"] : runtime;
  const own = { file, folder, name: typeof map["name"] === "string" ? map["name"] : undefined, config: map["config"] };
  if (typeof language === "string" && language !== "yaml")
    return { ...own, language, programFolder: undefined, stackFolder: undefined, overridden: new Set(), unread: [] };
  const isKnown = (name: string) => [...silent, ...meant].includes(name) || templateKeys.has(fold(name));
  const strange = Object.keys(map).filter((name) => !isKnown(name));
  for (const name of strange.slice(0, mostNamed))
    not(printable(name, 80), "this key of a project is not read", map[name]);
  if (strange.length > mostNamed) not("(more keys)", "these keys of a project are not read", value);
  runtimeOf(tree, folder, runtime, not);
  if (map["backend"] !== undefined)
    not("backend", "it changes where the state is, which is not read", map["backend"], true);
  const { refresh: _, ...others } = isMap(map["options"]) ? map["options"] : {};
  if (Object.keys(others).length > 0) not("options", "these options are not read", others);
  return {
    ...own,
    programFolder: programFolder(tree, folder, map["main"], not),
    stackFolder: stackFolder(tree, folder, map, not),
    overridden: sources(tree, folder, map, not),
    unread,
  };
}

type Not = (part: string, reason: string, basis: unknown, onlyIfChanged?: boolean) => void;

function runtimeOf(tree: Tree, folder: string, runtime: unknown, not: Not): void {
  if (runtime === undefined || runtime === "yaml") return;
  if (!isMap(runtime)) not("runtime", "it is not text", runtime);
  for (const [name, value] of isMap(runtime) ? Object.entries(runtime) : []) {
    if (name === "name" && value === "yaml") continue;
    if (name !== "options" || !isMap(value)) not(`runtime.${printable(name, 80)}`, "this key is not read", value);
    else
      for (const [option, setting] of Object.entries(value)) {
        const reason =
          fold(option) === "compiler" ? "a compiler makes the program, which is not run" : "this option is not read";
        not(`runtime.options.${printable(option, 80)}`, reason, [setting, digestUnder(tree, folder)]);
      }
  }
}

/** `main` names a folder, or a file in it. */
function programFolder(tree: Tree, folder: string, main: unknown, not: Not): string | undefined {
  if (main === undefined || main === null || main === "") return folder;
  const path = typeof main === "string" ? pathFrom(tree, folder, main) : undefined;
  if (path === undefined) {
    not("main", "it is outside of the repository or goes through a link, so the program is not read", main);
    return undefined;
  }
  return tree.kindOf(path) === "file" ? posix.dirname(path) : path;
}

function stackFolder(tree: Tree, folder: string, map: Readonly<Record<string, unknown>>, not: Not): string | undefined {
  const named = typeof map["config"] === "string" ? map["config"] : map["stackConfigDir"];
  if (named === undefined || named === null || named === "") return folder;
  const path = typeof named === "string" ? pathFrom(tree, folder, named) : undefined;
  if (path === undefined) not("stackConfigDir", "it is outside of the repository, so stacks are not read", named);
  return path;
}

/** `packages` and `plugins` name where a package comes from, which may be a program of its own. */
function sources(tree: Tree, folder: string, map: Readonly<Record<string, unknown>>, not: Not): ReadonlySet<string> {
  const overridden = new Set<string>();
  const say = (part: string, name: string, source: unknown, path: unknown) => {
    overridden.add(fold(name));
    const local = typeof path === "string" ? pathFrom(tree, folder, path) : undefined;
    // An absolute path may be one of the checkout.
    const isAbsolute = typeof path === "string" && path.startsWith("/");
    const content = local === undefined ? (isAbsolute ? digestUnder(tree, ".") : "") : digestUnder(tree, local);
    not(part, `it says where the package ${printable(name, 80)} comes from, which is not read`, [source, content]);
  };
  const { packages, plugins } = map;
  for (const [name, source] of isMap(packages) ? Object.entries(packages) : [])
    say(`packages.${printable(name, 80)}`, name, source, isMap(source) ? source["source"] : source);
  if (packages !== undefined && packages !== null && !isMap(packages)) not("packages", "it is not a map", packages);
  if (plugins === undefined || plugins === null) return overridden;
  if (!isMap(plugins)) not("plugins", "it is not a map", plugins);
  for (const [kind, list] of isMap(plugins) ? Object.entries(plugins) : []) {
    if (kind !== "providers" || !Array.isArray(list)) {
      not(`plugins.${printable(kind, 80)}`, "these plugins are not read", list);
      continue;
    }
    for (const entry of list) {
      const { name, path } = isMap(entry) ? entry : { name: undefined, path: undefined };
      if (name === "ecr" && typeof path === "string" && installed.test(path) && !hasUnder(tree, folder, path)) continue;
      if (typeof name === "string") say(`plugins.providers.${printable(name, 80)}`, name, entry, path);
      else not("plugins.providers", "an entry has no name", list);
    }
  }
  return overridden;
}

function hasUnder(tree: Tree, folder: string, path: string): boolean {
  const found = pathFrom(tree, folder, path);
  return found !== undefined && tree.paths.some((one) => one.startsWith(`${found}/`));
}
