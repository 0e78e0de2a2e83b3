/** `review --watch`: for editors. The files are judged again at each change, and every finding is one line. */

import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { ReviewFinding, ReviewReport } from "../../../review/report.ts";
import { ProviderError } from "../../../text/errors.ts";
import { sentenceOf } from "../../../text/finding.ts";
import { printable } from "../../../text/printable.ts";
import type { ReviewOptions } from "./run.ts";
import { verdictOf } from "./words.ts";

/** What editors write in several steps is judged once: after so many milliseconds of quiet, and at the latest after so many. */
const quiet = 100;
const latest = 1_000;

export interface WatchOptions {
  /** Whatever the judgement reads. */
  readonly files: readonly string[];
  judge(): Promise<ReviewReport>;
  print(text: string): void;
}

/**
 * Judges at once and at each change of a file until `stop` is aborted. What cannot be read, such as a file that an editor is
 * about to replace, is told and waited for. Throws InvalidInput when a folder of the files cannot be watched.
 */
export async function watchReview({ files, judge, print }: WatchOptions, stop: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let deadline: number | undefined;
  let round = Promise.resolve();
  const start = () => {
    [timer, deadline] = [undefined, undefined];
    round = round.then(() => judgeOnce(judge, print));
  };
  const changed = () => {
    deadline ??= Date.now() + latest;
    clearTimeout(timer);
    timer = setTimeout(start, Math.max(0, Math.min(quiet, deadline - Date.now())));
  };
  const watchers = watchFolders(files, changed);
  try {
    start();
    await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  } finally {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    await round;
  }
}

/** Of folders, because editors replace a file by another one, and who watches the file then watches what is gone. */
function watchFolders(files: readonly string[], changed: () => void): FSWatcher[] {
  const names = new Map<string, Set<string>>();
  for (const file of files) {
    const path = resolve(file);
    const known = names.get(dirname(path)) ?? new Set();
    names.set(dirname(path), known.add(basename(path)));
  }
  const watchers: FSWatcher[] = [];
  try {
    for (const [folder, ours] of names) {
      // Without a name it may be any file.
      const watcher = watch(folder, (_, name) => (name === null || ours.has(name)) && changed());
      watchers.push(watcher.on("error", changed));
    }
  } catch (error) {
    for (const watcher of watchers) watcher.close();
    const { message } = error as Error;
    throw new ProviderError("InvalidInput", `watching the files: ${printable(message, 300)}; give files that exist`);
  }
  return watchers;
}

async function judgeOnce(judge: WatchOptions["judge"], print: WatchOptions["print"]): Promise<void> {
  print("review started\n");
  try {
    const report = await judge();
    const told = report.findings.filter(({ suppressed }) => !suppressed);
    print(`${told.map((finding) => `${problemLine(finding)}\n`).join("")}review done: ${verdictOf(report)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    print(`${printable(reason, 500)}\nreview done: waiting for the next change\n`);
  }
}

/** `file:line:column: level rule: message`, as compilers write it. What has no place stands at the first one. */
export function problemLine({
  file,
  line = 1,
  column = 1,
  level,
  ruleId,
  path,
  message,
  resource,
}: ReviewFinding): string {
  return `${file ?? resource}:${line}:${column}: ${level} ${ruleId}: ${sentenceOf({ path, message })}`;
}

/** Every file that the options of a review name. Throws InvalidInput where there is nothing to watch. */
export function watchedFiles(files: readonly string[], options: ReviewOptions): string[] {
  const { before, after, preview, export: exported, plan, config, images, inUse, accounts, registryPolicy } = options;
  const named = [before, after, ...preview, exported, plan, config, images, inUse, accounts, registryPolicy];
  const all = [...files, ...named.filter((file) => file !== undefined && file !== "live")] as string[];
  if (options.base !== undefined || options.head !== undefined)
    throw new ProviderError("InvalidInput", "watching: revisions do not change; give files");
  if (all.length === 0 || all.includes("-"))
    throw new ProviderError("InvalidInput", "watching: give files; standard input cannot be read twice");
  return all;
}
