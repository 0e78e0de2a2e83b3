/** Two revisions of a git repository: its documents and its programs in YAML, on both sides of a pull request. */

import { calls } from "../../../../declared/carriers.ts";
import type { Declared } from "../../../../declared/declared.ts";
import type { Programs } from "../../../../declared/program/read.ts";
import { type DocumentKind, defaultConfig, type ReviewConfig } from "../../../../review/config.ts";
import { ledgerOf } from "../../../../review/ledger.ts";
import type { NotRead } from "../../../../review/report.ts";
import type { Change } from "../../../../review/rule/subject.ts";
import { reviewConfigChange } from "../../../../review/rules/review-config-change.ts";
import { ProviderError } from "../../../../text/errors.ts";
import { compilePattern } from "../../../../text/path-glob.ts";
import { printable } from "../../../../text/printable.ts";
import { isMap, type ValueMap, valueMap } from "../../../../text/value.ts";
import { parseYaml } from "../../../../text/yaml.ts";
import {
  type Coverage,
  judgedPaths,
  linkedPaths,
  matching,
  noHistory,
  type ReadSide,
  readersOf,
  skippedPaths,
  unreadOf,
} from "./accounting.ts";
import { parseConfig } from "./config-file.ts";
import { documentAt } from "./documents.ts";
import { type Gathered, pairUp } from "./gathered.ts";
import { type Entry, type GitRepository, openRepository } from "./git.ts";
import { asKept, isReadable, isTouched, largestFile, largestSum, programsOf, unreadParts } from "./programs.ts";
import { namedByPrograms } from "./readers.ts";

export interface RevisionOptions {
  readonly repo: string;
  readonly base: string;
  readonly head: string;
  /** Path of the configuration in the repository. */
  readonly config: string;
  readonly configFrom: "base" | "head";
  /** Previews and plans that tell what programs in other languages do. */
  readonly covered: readonly Coverage[];
}

const mostFiles = 5_000;

/** Throws InvalidInput for revisions that are none and for a configuration that is wrong. */
export function gatherRevisions(options: RevisionOptions): Gathered {
  const repository = openRepository(options.repo);
  try {
    return gather(repository, options);
  } finally {
    repository.close();
  }
}

function gather(repository: GitRepository, options: RevisionOptions): Gathered {
  const [base, head] = [repository.commit(options.base), repository.commit(options.head)];
  const mergeBase = repository.mergeBase(base, head) ?? base;
  const merge = repository.merge(base, head);
  const merged = merge?.tree ?? head;
  const conflicts = new Set(merge?.conflicts);
  // What silences a review is taken from the base alone, whatever the rest of the configuration comes from.
  const trusted = configAt(repository, base, options.config);
  const config = options.configFrom === "head" ? configAt(repository, head, options.config) : trusted;
  const wanted = selection(config);
  const sides = [base, merged].map((tree) => {
    const entries = repository.entries(tree).filter(({ path }) => !conflicts.has(path));
    return { tree, entries, ...sideOf(repository, entries, wanted) };
  });
  const [before, after] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const changed = repository.changedPaths(base, merged);
  const changedNames = new Set(changed.map(({ path }) => path));
  const pairs = pairUp(before.declared, after.declared).filter((change) =>
    isReadable(change, before.programs, after.programs),
  );
  const textsOf = () => [base, merged].map((commit) => fileAt(repository, commit, options.config));
  const changes = [
    ...pairs.filter((change) => isTouched(change, changedNames)).map(asKept),
    ...configChange(options, changedNames, textsOf),
  ];
  const readers = readersOf(repository, sides, trusted, options.covered);
  const isIrrelevant = matching(trusted.irrelevant);
  const { isNearlyWanted, isWanted } = wanted;
  const hasPrograms = sides.some(({ programs }) => programs.read.size > 0);
  const ledger = ledgerOf({
    changed,
    judged: judgedPaths(sides, changes, options.config),
    skipped: skippedPaths(sides, changedNames, conflicts, { isIrrelevant, isNearlyWanted }),
    linked: linkedPaths(repository, sides, changedNames, (path) => hasPrograms || isWanted(path)),
    isIrrelevant,
    named: namedByPrograms(
      repository,
      [base, merged],
      changed,
      readers.map(({ folder }) => folder),
    ),
    calling: new Set(sides.flatMap(({ tree }) => repository.filesWith(tree, calls) ?? [])),
    readers,
  });
  const unrelated = merge ? [] : [noHistory];
  const isIncomplete = trusted.unread === "incomplete";
  return {
    changes,
    before: before.declared,
    after: after.declared,
    isChange: true,
    isWhole: readers.length === 0 && after.declared.some(({ urn, label, file }) => urn === undefined && label !== file),
    notRead: [
      ...unrelated,
      ...unreadOf(ledger, isIncomplete),
      ...unreadParts(before.programs, after.programs, changedNames, isIncomplete),
    ],
    ledger,
    notes: [],
    revisions: { base, mergeBase, head },
    config: { config, file: options.config },
  };
}
function configAt(repository: GitRepository, commit: string, path: string): ReviewConfig {
  const text = fileAt(repository, commit, path);
  if (text === undefined) return defaultConfig;
  const doing = `reading ${printable(path, 200)} of ${commit.slice(0, 12)}`;
  if (text === null) throw new ProviderError("InvalidInput", `${doing}: it is larger than 1 MiB`);
  return parseConfig(text, doing);
}

/** A file of a commit; undefined where there is none, null where it is too large. */
function fileAt(repository: GitRepository, commit: string, path: string): string | null | undefined {
  const entry = repository.entries(commit).find((one) => one.path === path && one.kind === "file");
  if (!entry) return undefined;
  if ((repository.sizes([entry.id]).get(entry.id) ?? 0) > largestFile) return null;
  return repository.contents([entry.id]).get(entry.id)?.toString() ?? "";
}

interface Wanted {
  document(path: string): { readonly kind: DocumentKind; readonly repository?: string } | undefined;
  isProgram(path: string): boolean;
  isWanted(path: string): boolean;
  /** It would be wanted if the patterns had the same case of letters. */
  isNearlyWanted(path: string): boolean;
}

function selection({ documents, programs }: ReviewConfig): Wanted {
  const ofDocuments = documents.map(({ path, kind }) => ({ kind, match: compilePattern(path) }));
  const ofPrograms = programs.map(compilePattern);
  const all = [...documents.map(({ path }) => path), ...programs];
  const lowered = (path: string) => path.normalize("NFC").toLowerCase();
  // The word for a repository is written in lower case already.
  const [isWanted, isWantedInLowerCase] = [matching(all), matching(all.map(lowered))];
  return {
    isWanted,
    isNearlyWanted: (path) => !isWanted(path) && isWantedInLowerCase(lowered(path)),
    document(path) {
      for (const { kind, match } of ofDocuments) {
        const found = match(path);
        if (found) return { kind, ...found };
      }
      return undefined;
    },
    isProgram: (path) => ofPrograms.some((match) => match(path) !== undefined),
  };
}

interface Side extends Pick<ReadSide, "read" | "notRead" | "languages"> {
  readonly declared: readonly Declared[];
  readonly programs: Programs;
}

function sideOf(repository: GitRepository, entries: readonly Entry[], wanted: Wanted): Side {
  const notRead: NotRead[] = [];
  const skip = (file: string, reason: string) => {
    notRead.push({ file, reason, incomplete: true });
    return false;
  };
  const chosen = entries.flatMap((entry) => {
    const as = wanted.document(entry.path);
    return as === undefined ? [] : [{ ...entry, as }];
  });
  const files = chosen.filter(
    ({ kind, path }) => kind === "file" || skip(path, `it is a ${kind}, which is not followed`),
  );
  const sizes = repository.sizes(files.map(({ id }) => id));
  let [sum, count] = [0, 0];
  const readable = files.filter(({ id, path }) => {
    const size = sizes.get(id);
    if (size === undefined) return skip(path, "its content is not in this clone");
    if (size > largestFile) return skip(path, `it has ${size} bytes, and no more than ${largestFile} are read`);
    if (++count > mostFiles) return skip(path, `it is one of more than ${mostFiles} files`);
    sum += size;
    return sum <= largestSum || skip(path, `all files together have more than ${largestSum / 1024 / 1024} MiB`);
  });
  const contents = repository.contents([...new Set(readable.map(({ id }) => id))]);
  const documents = readable.map(({ path, id, as }) =>
    documentAt(path, contents.get(id)?.toString() ?? "", as.kind, as.repository),
  );
  const programs = programsOf(repository, entries, wanted.isProgram);
  const order = new Map(entries.map(({ path }, index) => [path, index]));
  const at = ({ file = "" }: Declared) => order.get(file) ?? 0;
  return {
    declared: [...documents, ...programs.declared].sort((a, b) => at(a) - at(b)),
    notRead: [
      ...notRead,
      ...programs.unread.flatMap(({ file, part, reason }) => (part === "" ? [{ file, reason, incomplete: true }] : [])),
    ],
    languages: programs.languages,
    read: new Map([...programs.read, ...readable.map(({ path }) => [path, "a document"] as const)]),
    programs,
  };
}

/** What changes in the file, as far as it can be read. */
function configChange(
  { config, configFrom }: RevisionOptions,
  changed: ReadonlySet<string>,
  textsOf: () => readonly (string | null | undefined)[],
): Change[] {
  if (!changed.has(config)) return [];
  const message =
    configFrom === "head"
      ? "the configuration of the review changes, and this review goes by the changed file, because --config-from head asks for it"
      : "the configuration of the review changes; this review goes by the file of the base revision";
  const { id: ruleId, level } = reviewConfigChange;
  const flaws = [{ ruleId, level, path: [], message }];
  const [before, after] = textsOf().map((text) => ({
    ...{ kind: "Configuration", name: config, file: config },
    properties: settingsIn(text ?? ""),
  }));
  return [
    { ...(before ? { before } : {}), after: { kind: "Configuration", name: config, properties: {}, ...after, flaws } },
  ];
}

function settingsIn(text: string): ValueMap {
  const { value } = parseYaml(text);
  return isMap(value) ? value : valueMap();
}
