/**
 * Pulumi programs in YAML, read and not run, as the engine's loader and pulumi-yaml 1.38 find and read them. Whatever is not
 * positively understood is named in `unread`, and whatever only a run can tell is unknown.
 *
 * Lives here: how programs in YAML are found, read and evaluated, up to what they declare.
 * May not live here: git, processes, the network, previews and states, and any judgement of what is declared.
 */

import { posix } from "node:path";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import type { ParsedYaml } from "../../text/yaml.ts";
import type { Declared } from "../declared.ts";
import { digest } from "./expressions/dependence.ts";
import { type Budget, mostSteps } from "./expressions/evaluate.ts";
import { fold } from "./expressions/fold.ts";
import { membersOf } from "./names.ts";
import { type Project, readProject } from "./project.ts";
import { readSource } from "./source.ts";
import { readTemplate } from "./template.ts";
import { digestUnder, type Tree, type Unread } from "./tree.ts";

export interface Programs {
  readonly declared: readonly Declared[];
  readonly unread: readonly Unread[];
  /** Of projects that are not in YAML, by folder. */
  readonly languages: ReadonlyMap<string, string>;
  /** Files that were read, and as what. */
  readonly read: ReadonlyMap<string, string>;
  /** Files of programs of which nothing could be read. */
  readonly unreadable: ReadonlySet<string>;
}

/** In the order in which the engine looks for them. */
const projectNames = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml"];
const templateNames = ["Main.json", "Main.yaml", "Pulumi.yaml"];
const componentNames = ["PulumiPlugin.json", "PulumiPlugin.yaml", "PulumiPlugin.yml"];
const mostRounds = 5;

/** Never throws. Files that a program reads are asked for together, in as many rounds as their names depend on each other. */
export function readPrograms(tree: Tree, isProgram: (path: string) => boolean, steps: number = mostSteps): Programs {
  const files = new Map<string, Uint8Array | undefined>();
  const sources = new Map<string, ParsedYaml>();
  const parse: Parse = (path, bytes) => {
    const known = sources.get(path) ?? readSource(path, bytes);
    sources.set(path, known);
    return known;
  };
  for (let round = 0; ; round++) {
    const missing = new Set<string>();
    const readFile = (path: string) => {
      if (!files.has(path) && tree.kindOf(path) === "file") missing.add(path);
      return files.get(path);
    };
    const found = readAll(tree, isProgram, { left: steps }, readFile, parse);
    if (missing.size === 0 || round === mostRounds) return found;
    const contents = tree.contents([...missing]);
    for (const path of missing) files.set(path, contents.get(path));
  }
}

type ReadFile = (path: string) => Uint8Array | undefined;
/** Once for each file, however many rounds it takes. */
type Parse = (path: string, bytes: Uint8Array) => ParsedYaml;

function readAll(
  tree: Tree,
  isProgram: (path: string) => boolean,
  budget: Budget,
  readFile: ReadFile,
  parse: Parse,
): Programs {
  const declared: Declared[] = [];
  const unread: Unread[] = [];
  const unreadable = new Set<string>();
  const claimed = new Set<string>();
  const languages = new Map<string, string>();
  const known = new Map<string, string>();
  const not = (file: string, reason: string, basis = tree.idOf(file)) => {
    unread.push({ file, part: "", reason, basis });
    unreadable.add(file);
  };
  const parsedOf = (file: string) => {
    if (tree.kindOf(file) !== "file") return void not(file, `it is a ${tree.kindOf(file)}, which is not followed`);
    const bytes = readFile(file);
    const parsed = bytes && parse(file, bytes);
    const [problem] = parsed?.problems ?? [];
    if (parsed && !problem) return parsed;
    if (parsed) not(file, `it ${problem?.message} (line ${problem?.line})`);
    else not(file, "it is too large, or its content is not in this clone");
    return undefined;
  };
  const read = (file: string, folder: string, project: Project | undefined) => {
    claimed.add(file);
    const parsed = parsedOf(file);
    // A file of that name without a project and without resources is something else.
    if (!parsed || (!project && !membersOf(parsed.value, ["resources"]).values.has("resources"))) return;
    const locks = lockedPackages(tree, folder, readFile);
    known.set(file, "a program in YAML");
    const onRead = (path: string) => {
      known.set(path, `read by the program ${file}`);
      return readFile(path);
    };
    const overridden = new Set([...(project?.overridden ?? []), ...locks.packages]);
    const found = readTemplate({ tree, file, folder, parsed, project, overridden, budget, readFile: onRead });
    declared.push(...found.declared);
    for (const path of found.stackFiles) known.set(path, "the configuration of a stack");
    unread.push(...(project?.unread ?? []), ...locks.unread, ...found.unread);
  };
  for (const file of projectFiles(tree, isProgram)) {
    claimed.add(file);
    const parsed = parsedOf(file);
    if (!parsed) continue;
    const project = readProject(tree, file, parsed);
    if (project.language === undefined) known.set(file, "a project in YAML");
    if (project.language !== undefined) languages.set(project.folder, printable(project.language, 40));
    if (project.language !== undefined || project.programFolder === undefined) {
      unread.push(...project.unread);
      continue;
    }
    const folder = project.programFolder;
    const template = templateNames.map((name) => posix.join(folder, name)).find((path) => tree.kindOf(path));
    if (template) read(template, folder, project);
    else
      unread.push({
        file,
        part: "main",
        reason: "its folder has no Main.json, Main.yaml or Pulumi.yaml",
        basis: folder,
      });
  }
  for (const path of tree.paths) {
    const kind = kindOf(path, isProgram);
    if (kind === "component")
      unread.push({
        file: path,
        part: "",
        reason: "a component package is not read",
        basis: digestUnder(tree, posix.dirname(path)),
      });
    const isSecond = posix.basename(path) === "Main.yaml" && claimed.has(posix.join(posix.dirname(path), "Main.json"));
    if (isSecond) not(path, "Main.json is read in its place");
    if (isSecond || claimed.has(path) || kind === undefined || kind === "component") continue;
    if (kind === "program") read(path, posix.dirname(path), undefined);
    else not(path, kind);
  }
  return { declared, unread: unique(unread), languages, unreadable, read: known };
}

function unique(unread: readonly Unread[]): Unread[] {
  return [...new Map(unread.map((one) => [JSON.stringify([one.file, one.part, one.reason]), one])).values()];
}

/** The first of each folder, where it or its program is chosen. */
function projectFiles(tree: Tree, isProgram: (path: string) => boolean): string[] {
  const folders = new Map<string, string>();
  for (const path of tree.paths) {
    const [folder, name] = [posix.dirname(path), posix.basename(path)];
    const rank = projectNames.indexOf(name);
    const other = folders.get(folder);
    if (rank >= 0 && (other === undefined || rank < projectNames.indexOf(posix.basename(other))))
      folders.set(folder, path);
  }
  const isChosen = (folder: string) =>
    [...projectNames, ...templateNames].some((name) => {
      const path = posix.join(folder, name);
      return tree.kindOf(path) !== undefined && isProgram(path);
    });
  return [...folders].filter(([folder]) => isChosen(folder)).map(([, path]) => path);
}

/** What a file that belongs to no project is: a program, a component, or why it is not read. */
function kindOf(path: string, isProgram: (path: string) => boolean): string | undefined {
  const name = posix.basename(path);
  if (componentNames.includes(name)) return "component";
  const known = [...projectNames, ...templateNames, ...componentNames];
  const near = known.find((one) => fold(one) === fold(name));
  if (near !== undefined && near !== name) return `its name is ${near} on file systems that ignore case`;
  if (!isProgram(path)) return undefined;
  if (projectNames.includes(name)) return "another file of its folder is the project or the program";
  return "program";
}

/** Declarations of packages that `pulumi package add` leaves beside a program: each says which plugin a name is. */
function lockedPackages(tree: Tree, folder: string, readFile: ReadFile): { packages: string[]; unread: Unread[] } {
  const within = folder === "." ? "" : `${folder}/`;
  const files = tree.paths.filter(
    (path) => path.startsWith(within) && path.endsWith(".yaml") && tree.kindOf(path) === "file",
  );
  const packages: string[] = [];
  const unread: Unread[] = [];
  if (files.length > mostDeclarations) {
    const basis = digest(...files.map((file) => tree.idOf(file)));
    unread.push({ file: folder, part: "", reason: "it has too many files that may declare packages", basis });
  }
  for (const file of files.slice(0, mostDeclarations)) {
    const bytes = readFile(file);
    const text = bytes && Buffer.from(bytes).toString("latin1");
    // A key can be written with escapes, and the text in another encoding.
    if (text !== undefined && !/packageDeclarationVersion|\\[xuU\n\r]|\0/.test(text)) continue;
    const parsed = bytes && readSource(file, bytes);
    const map = isMap(parsed?.value) ? parsed.value : undefined;
    if (map && map["packageDeclarationVersion"] === undefined) continue;
    const names = [map, map?.["parameterization"], map?.["extension"]].flatMap((one) =>
      isMap(one) && typeof one["name"] === "string" ? [one["name"]] : [],
    );
    packages.push(...names.map(fold));
    const reason = map
      ? "it says where a package comes from, which is not read"
      : "it may say where a package comes from, and is not read";
    unread.push({ file, part: "packageDeclarationVersion", reason, basis: tree.idOf(file) });
  }
  return { packages, unread };
}

const mostDeclarations = 5_000;
