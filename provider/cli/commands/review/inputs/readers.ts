/**
 * What else reads the files of a repository: programs in other languages, Terraform, CloudFormation, the CDK, manifests of
 * Kubernetes and scripts, found on both sides of a change by the names of files and by what is in them.
 */

import { posix } from "node:path";
import { calls, controllers } from "../../../../declared/carriers.ts";
import { type ChangedPath, isDocumentation, isIn } from "../../../../review/ledger.ts";
import type { Entry, GitRepository } from "./git.ts";

export interface FoundReader {
  readonly folder: string;
  readonly name: string;
  readonly option: "--preview" | "--plan" | undefined;
}

/** What stands in sources, templates, manifests and scripts that may change ECR, whatever language they are in. */
const words = [
  ...["aws_ecr", "aws-ecr", "awsecr", "aws:ecr", "aws-native:ecr", "ecr:index:", "ecr.Repository", "ecs_ecr"],
  ...["AWS::", "AWSTemplateFormatVersion", "AWS.ECR", "Amazon.ECR", "services.ecr", "service/ecr", "client-ecr"],
  ...['client("ecr"', "client('ecr'", "pulumi/automation", "pulumi.automation", "Pulumi.Automation", "/go/auto"],
  ...controllers,
  ...calls,
];

/** Files that belong to a project of a kind, by name; a name that begins with `.` and holds no other is an ending. */
const marks: readonly {
  readonly names: readonly string[];
  readonly name: string;
  readonly option: FoundReader["option"];
}[] = [
  {
    names: [
      ...[".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json", ".tfstack.hcl", ".tfcomponent.hcl"],
      ...[".tfdeploy.hcl", ".tm.hcl", "terragrunt.hcl", "terragrunt.hcl.json", "cdktf.json"],
    ],
    name: "Terraform",
    option: "--plan",
  },
  { names: ["cdk.json", "cdk.context.json"], name: "the CDK", option: undefined },
  {
    names: [
      ...["samconfig.toml", "samconfig.yaml", "samconfig.yml"],
      ...["yml", "yaml", "json", "js", "ts", "toml"].map((ending) => `serverless.${ending}`),
    ],
    name: "CloudFormation",
    option: undefined,
  },
  { names: ["sst.config.ts", "sst.config.js"], name: "SST", option: undefined },
  { names: ["pulumiplugin.yaml", "pulumiplugin.yml"], name: "the component package", option: "--preview" },
];

/** Of one side. `isRead` are the files that the review itself reads, which make no reader; `programs` are folders that have one. */
export function readersIn(
  repository: GitRepository,
  tree: string,
  entries: readonly Entry[],
  isRead: (path: string) => boolean,
  programs: readonly string[],
): FoundReader[] {
  const found = new Map<string, FoundReader>();
  const add = (reader: FoundReader) => found.set(`${reader.name} ${reader.folder}`, reader);
  for (const { name, names, option } of marks) {
    const folders = entries
      .filter(({ path }) => names.some((mark) => hasMark(path, mark)))
      .map(({ path }) => posix.dirname(path));
    for (const folder of outermost(folders)) add({ folder, name, option });
  }
  for (const { path } of entries)
    if (isProject(path) && !isRead(path))
      add({ folder: posix.dirname(path), name: `the program of ${posix.basename(path)}`, option: "--preview" });
  const known = [...[...found.values()].map(({ folder }) => folder), ...programs];
  const holders = repository.filesWith(tree, words);
  if (holders === undefined) add({ folder: ".", name: "a file that is not in this clone", option: undefined });
  const kinds = new Map(entries.map(({ path, kind }) => [path, kind]));
  const [other] = (holders ?? []).filter((path) => {
    if (isRead(path) || isDocumentation({ path, kinds: [kinds.get(path) ?? "file"] })) return false;
    return !known.some((folder) => folder === "." || path.startsWith(`${folder}/`));
  });
  if (other !== undefined) add({ folder: ".", name: `what uses ${other}`, option: undefined });
  return [...found.values()];
}

/** Whether a program of some kind begins with a file of this name. */
export function isMark(path: string): boolean {
  return isProject(path) || marks.some(({ names }) => names.some((mark) => hasMark(path, mark)));
}

/** `Pulumi.yaml` in each spelling that Pulumi takes, and in those that it may take tomorrow. */
function isProject(path: string): boolean {
  return ["pulumi.yaml", "pulumi.yml", "pulumi.json"].includes(posix.basename(path).toLowerCase());
}

function hasMark(path: string, mark: string): boolean {
  const name = posix.basename(path).toLowerCase();
  return mark.startsWith(".") ? name.endsWith(mark) : name === mark;
}

/** Folders that lie in no other of them. */
function outermost(folders: readonly string[]): string[] {
  const sorted = [...new Set(folders)].sort((a, b) => a.length - b.length);
  return sorted.filter((folder, index) => {
    return !sorted.slice(0, index).some((outer) => outer === "." || folder.startsWith(`${outer}/`));
  });
}

/** Files that name documentation without reading it, and documentation that programs show and do not deploy. */
const lists = /(^|\/)(package(-lock)?\.json|pyproject\.toml|setup\.(py|cfg)|mkdocs\.ya?ml)$|(^|\/)\.github\//;
const texts = /^(readme|changelog|contributing|license|security|code_of_conduct)\b/i;
const mostNames = 100;

/** Of changed documentation, what a file in the folder of a program names, on either side: the program may read it. */
export function namedByPrograms(
  repository: GitRepository,
  trees: readonly string[],
  changed: readonly ChangedPath[],
  folders: readonly string[],
): Set<string> {
  const asked = changed.filter((one) => isDocumentation(one) && !texts.test(posix.basename(one.path)));
  const isOfProgram = (path: string) =>
    folders.some((folder) => isIn(path, folder)) && !lists.test(path) && !isDocumentation({ path, kinds: ["file"] });
  const named = asked.slice(0, folders.length === 0 ? 0 : mostNames).filter(({ path }) => {
    return trees.some((tree) => repository.filesWith(tree, [posix.basename(path)])?.some(isOfProgram));
  });
  return new Set(named.map(({ path }) => path));
}
