/**
 * Tells sinks about drift, each only when something has changed since it was last told.
 *
 * Lives here: notifications about drift: their options, payloads and targets, and the record of what was sent.
 * May not live here: findings and verdicts (`provider/drift/`), requests that do not go through `forge/`.
 */

import { createHash } from "node:crypto";
import type { DriftReport } from "../../drift/report/report.ts";
import { noticeOf } from "./notice.ts";
import type { NotifyOptions, Sink } from "./options.ts";
import { deliver } from "./sinks.ts";
import { readState, type State, writeState } from "./state.ts";

/**
 * What was told to whom, and why not, as lines for stderr. A sink that fails is told again at the next run; it keeps no
 * other from being told, and the first failure is thrown at the end.
 */
export async function notify(report: DriftReport, options: NotifyOptions, now = Date.now()): Promise<string[]> {
  const state: Record<string, State[string]> = { ...readState(options.notifyState) };
  const failures: unknown[] = [];
  const lines: string[] = [];
  for (const sink of options.notify) {
    const name = nameOf(sink);
    const told = Object.hasOwn(state, name) ? state[name] : undefined;
    const notice = noticeOf(report, told?.fingerprints ?? []);
    const isSame = notice.fingerprints.join() === [...(told?.fingerprints ?? [])].sort().join();
    const passed = told === undefined ? 0 : (now - Date.parse(told.at)) / 86_400_000;
    const isDue = options.notifyAgain !== undefined && passed >= options.notifyAgain && notice.fingerprints.length > 0;
    // Whether an issue is open, GitHub knows.
    const isKnown = told !== undefined || !sink.target.startsWith("github:");
    if (isSame && isKnown && !isDue) {
      lines.push(`${sink.kind}: nothing has changed, so it was not notified`);
      continue;
    }
    try {
      await deliver(sink, notice, options.notifyKey);
      state[name] = { fingerprints: notice.fingerprints, at: new Date(now).toISOString() };
      lines.push(`${sink.kind}: notified of ${notice.fresh} new, ${notice.gone} gone`);
    } catch (error) {
      failures.push(error);
    }
  }
  writeState(options.notifyState, state);
  if (failures.length > 0) throw failures[0];
  return lines;
}

/** In the state, without what may be a secret in a URL. */
function nameOf({ kind, target }: Sink): string {
  return `${kind} ${createHash("sha256").update(target).digest("hex").slice(0, 16)}`;
}
