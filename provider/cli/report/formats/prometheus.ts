/** Figures in Prometheus' text format, for the textfile collector or for scraping. */

import { printable, withoutCommands } from "../../../text/printable.ts";

export interface Metric {
  /** With unit, such as `…_seconds`; ours, never from outside. */
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Metrics in the order given; one without samples is left out. */
export function writePrometheus(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, help, type, samples }) =>
        `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n${samples.map((sample) => `${line(name, sample)}\n`).join("")}`,
    )
    .join("");
}

function line(name: string, { labels = {}, value }: Sample): string {
  const given = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${given.length > 0 ? `{${given.join(",")}}` : ""} ${value}`;
}

/** Characters that cannot be seen are escaped twice: for people, and then for the format. */
function escapeLabel(text: string): string {
  return withoutCommands(printable(text, 1_000)).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
