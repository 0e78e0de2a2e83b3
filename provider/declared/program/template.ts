/** One program in YAML: its variables, configuration and resources together. */

import type { Path } from "../../text/path.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import type { ParsedYaml } from "../../text/yaml.ts";
import type { Declared } from "../declared.ts";
import { strangeCalls } from "./calls.ts";
import { type Dependence, dependence, digest } from "./expressions/dependence.ts";
import { type Budget, type Evaluator, evaluator, type World } from "./expressions/evaluate.ts";
import { keys, membersOf } from "./names.ts";
import type { Project } from "./project.ts";
import { outputOf, packageOf, readResource, type Surroundings, writtenResource } from "./resources.ts";
import { readStacks, type Stack } from "./stacks.ts";
import { digestUnder, pathFrom, type Tree, type Unread } from "./tree.ts";

export interface Template {
  readonly tree: Tree;
  readonly file: string;
  readonly folder: string;
  readonly parsed: ParsedYaml;
  readonly project: Project | undefined;
  /** Packages that come from elsewhere than Pulumi has them. */
  readonly overridden: ReadonlySet<string>;
  readonly budget: Budget;
  /** Of a path of the tree. */
  readFile(path: string): Uint8Array | undefined;
}

export interface ReadTemplate {
  readonly declared: readonly Declared[];
  readonly unread: readonly Unread[];
  readonly stackFiles: readonly string[];
}

export function readTemplate(template: Template): ReadTemplate {
  const { file, parsed, project, tree, budget } = template;
  const { value } = parsed;
  const members = membersOf(value, keys.template);
  const unread: Unread[] = strangers(template, members.strangers, value);
  const not = (part: string, reason: string, basis: unknown) =>
    unread.push({ file, part, reason, basis: digest(JSON.stringify(basis ?? null)) });
  for (const name of ["components", "sdks", "namespace"])
    if (members.values.has(name)) not(name, "this key is of a component, which is not read", members.values.get(name));
  for (const name of ["resources", "variables", "config", "configuration"]) {
    const found = members.values.get(name);
    const isPath = name === "config" && typeof found === "string" && project?.file === file;
    if (found !== undefined && found !== null && !isMap(found) && !isPath) not(name, "it is not a map", found);
  }
  const map = (name: string) => {
    const found = members.values.get(name);
    return isMap(found) ? found : {};
  };
  const stacks = readStacks(tree, project, {
    ...map("configuration"),
    ...map("config"),
    ...projectConfig(project, file),
  });
  const at = (name: string): Path => [members.spelled.get(name) ?? name];
  const resources = new Map(
    Object.entries(map("resources")).map(([label, whole]) => [label, writtenResource(label, whole)]),
  );
  const variables = new Map(Object.entries(map("variables")));
  const world = (stack: Stack | undefined): World => ({
    variables,
    resources: new Map(
      [...resources].map(([label, written]) => [label, { output: (property) => outputOf(written, property) }]),
    ),
    config: (name) => stacks.value(name, stack),
    project: project?.name,
    readFile: (path) => {
      const found = pathFrom(tree, template.folder, path);
      return found === undefined ? undefined : template.readFile(found);
    },
    budget,
  });
  const agreed = evaluator(world(undefined));
  const depends = dependenceOf(template, agreed, (name) => {
    const plain = project?.name === undefined ? name : name.replace(`${project.name}:`, "");
    return {
      varies: stacks.varies(name) || stacks.varies(plain),
      written: [
        resources.get(name)?.whole ?? null,
        variables.get(name) ?? null,
        ...stacks.written(name),
        ...stacks.written(plain),
      ],
    };
  });
  const providers = [...resources.values()].filter(({ members: own }) => own.values.get("defaultProvider") === true);
  const around: Surroundings = {
    project: project?.name,
    ...{ file, parsed, evaluator: agreed, dependence: depends, overridden: template.overridden, budget },
    at: at("resources"),
    variables: new Map([...variables].map(([name, written]) => [name, { written, at: [...at("variables"), name] }])),
    evaluators: stacks.all.map((stack) => ({ stack: stack.name, evaluator: evaluator(world(stack)) })),
  };
  const ofEcr = [...resources.values()].flatMap(({ sort }) => (sort.sort === "ecr" ? packageOf(sort.type) : []));
  for (const name of new Set(ofEcr)) {
    const defaults = providers.filter(({ sort }) => sort.sort === "provider" && sort.package === name);
    unread.push({
      ...{ file, part: `the provider of ${name}`, onlyIfChanged: true },
      reason: "its configuration changes, and with it where resources are deployed, which is not read",
      basis: depends.digestOf([stacks.ofPackage(name), defaults.map(({ whole }) => whole)]),
    });
  }
  for (const { name, written } of strangeCalls(value, template.overridden))
    unread.push({
      ...{ file, part: `fn::invoke ${name}`, basis: depends.digestOf(written) },
      reason: "this function is not known to do nothing but read",
    });
  const found = [...resources.values()].map((written) => readResource(written, around));
  if (budget.left < 0)
    not("(the program)", "it takes more steps to evaluate than are taken, so values are undecided", value);
  return {
    declared: found.flatMap(({ declared }) => declared),
    stackFiles: stacks.files,
    unread: [...unread, ...stacks.unread, ...found.flatMap((one) => one.unread)],
  };
}

/** The project's own configuration is that of its program, wherever the program is. */
function projectConfig(project: Project | undefined, file: string): Readonly<Record<string, unknown>> {
  return project && project.file !== file && isMap(project.config) ? project.config : {};
}

const mostNamed = 50;

function strangers({ file, project }: Template, names: readonly string[], value: unknown): Unread[] {
  const isOwn = project?.file === file || project === undefined;
  const own = ["runtime", "main", "author", "website", "license", "template", "backend", "options", "plugins"].concat([
    "packages",
    "stackConfigDir",
    "requiredPulumiVersion",
  ]);
  const map = isMap(value) ? value : {};
  const strange = names.filter((name) => !(isOwn && own.includes(name)));
  const named = strange.slice(0, mostNamed).map((name) => ({
    ...{ file, part: printable(name, 80), reason: "this key of a program is not read, or is there twice" },
    basis: digest(JSON.stringify(map[name] ?? null)),
  }));
  const reason = "these keys of a program are not read, or are there twice";
  const more = { file, part: "(more keys)", reason, basis: digest(JSON.stringify(value ?? null)) };
  return strange.length > mostNamed ? [...named, more] : named;
}

interface Meaning {
  readonly varies: boolean;
  readonly written: readonly unknown[];
}

function dependenceOf(template: Template, { path }: Evaluator, meaning: (name: string) => Meaning): Dependence {
  const { tree, folder } = template;
  let whole: string | undefined;
  return dependence({
    of: (name) => meaning(name).written,
    varies: (name) => meaning(name).varies,
    everything: digest(JSON.stringify(template.parsed.value ?? null)),
    fileDigest(argument) {
      const written = path(argument);
      const found = written === undefined ? undefined : pathFrom(tree, folder, written);
      // A path that cannot be told, and one outside, may still be one of the checkout.
      if (found === undefined) {
        whole ??= digestUnder(tree, ".");
        return whole;
      }
      return tree.kindOf(found) === undefined ? digestUnder(tree, found) : digest(found, tree.idOf(found));
    },
  });
}
