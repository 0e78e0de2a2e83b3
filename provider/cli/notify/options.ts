/** The options of notifications. */

import { type Command, InvalidArgumentError } from "commander";
import { pairOf, wholeNumber } from "../shared/option-parsers.ts";

export const kinds = ["slack", "webhook", "eventbridge", "github-issue"] as const;
export type SinkKind = (typeof kinds)[number];

export interface Sink {
  readonly kind: SinkKind;
  /** A file, a URL, `env:NAME` for a URL that is a secret, or `github:OWNER/REPO`. */
  readonly target: string;
}

export interface NotifyOptions {
  readonly notify: readonly Sink[];
  /** Without it, every run that finds something tells. */
  readonly notifyState?: string;
  /** Days after which what has not changed is told again. */
  readonly notifyAgain?: number;
  /** Tells several watched registries in one repository apart. */
  readonly notifyKey: string;
}

/** Adds the options. */
export function withNotify(command: Command): Command {
  return command
    .option(
      "--notify <kind=target>",
      "tell slack, webhook, eventbridge or github-issue: a file, a URL, env:NAME or github:OWNER/REPO; repeatable",
      notifyOption,
      [],
    )
    .option("--notify-state <file>", "with --notify: tell only what has changed since the run that wrote this file")
    .option(
      "--notify-again <days>",
      "with --notify-state: tell again what has not changed for so long",
      wholeNumber(1, 9_999),
    )
    .option("--notify-key <name>", "with github-issue: tells several issues of one repository apart", "");
}

/** Parser of `--notify KIND=TARGET`, repeatable. */
function notifyOption(text: string, before: readonly Sink[]): readonly Sink[] {
  const [kind = "", target = ""] = pairOf(text, "=") ?? [];
  if (!(kinds as readonly string[]).includes(kind) || target === "")
    throw new InvalidArgumentError(`Give KIND=TARGET, where KIND is one of ${kinds.join(", ")}.`);
  const isUrl = /^https?:/i.test(target);
  if (kind === "slack" && isUrl)
    throw new InvalidArgumentError("A webhook of Slack is a secret: put it into a variable and give slack=env:NAME.");
  if (kind === "eventbridge" && (isUrl || target.startsWith("env:")))
    throw new InvalidArgumentError("Give a file, for `aws events put-events --entries file://FILE`.");
  if (kind === "github-issue" ? isUrl || target.startsWith("env:") : target.startsWith("github:"))
    throw new InvalidArgumentError("Give github-issue=github:OWNER/REPO or a file.");
  return [...before, { kind: kind as SinkKind, target }];
}
