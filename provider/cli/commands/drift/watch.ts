/** `--watch`: a run now and then in a process that stays, with figures for Prometheus and a sign of life for Kubernetes. */

import { createServer, type Server } from "node:http";
import { setTimeout } from "node:timers/promises";
import { ProviderError } from "../../../text/errors.ts";
import { readSecrets } from "../../../values/secrets.ts";
import { notify } from "../../notify/notify.ts";
import { writePrometheus } from "../../report/formats/prometheus.ts";
import { seriesFormats, writeReport } from "../../shared/output.ts";
import { note } from "../../shared/streams.ts";
import type { DriftCommand, Round } from "./options.ts";
import { driftOutput } from "./output.ts";

interface Health {
  metrics: string;
  /** When the last run ended that said something, in ms. */
  at: number | undefined;
  problem: string;
}

/** So many intervals without an answer, and the process is no longer well. */
const patience = 3;

/** Runs until the process is asked to end; answers the exit code of the last run. What fails is noted, and tried again. */
export async function watch(
  options: DriftCommand,
  seconds: number,
  round: (signal: AbortSignal) => Promise<Round>,
): Promise<number> {
  const health: Health = { metrics: "", at: undefined, problem: "no run has ended yet" };
  const server = await serve(options.listen, health, seconds);
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  let exitCode = 3;
  try {
    while (!ending.signal.aborted) {
      exitCode = await oneRound(options, round, ending.signal, health);
      await setTimeout(seconds * 1_000, undefined, { signal: ending.signal }).catch(() => {});
    }
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
    server.close();
    server.closeAllConnections();
  }
  return exitCode;
}

async function oneRound(
  options: DriftCommand,
  round: (signal: AbortSignal) => Promise<Round>,
  signal: AbortSignal,
  health: Health,
): Promise<number> {
  try {
    const { report, exitCode } = await round(signal);
    if (signal.aborted) return exitCode;
    const now = Date.now();
    const output = driftOutput(report, Math.round(now / 1_000));
    health.metrics = writePrometheus(output.metrics());
    health.at = now;
    writeReport(output, seriesFormats, options);
    for (const line of await notify(report, options, now)) note(line);
    return exitCode;
  } catch (error) {
    health.problem = readSecrets.redaction().text(ProviderError.from(error).message);
    note(health.problem);
    return 1;
  }
}

function serve(listen: string, health: Health, seconds: number): Promise<Server> {
  const [, host = "127.0.0.1", port = ""] = /^(?:(.+):)?(\d{1,5})$/.exec(listen) ?? [];
  const refused = (why: string) =>
    new ProviderError("InvalidInput", `listening on ${listen}: ${why}; give [HOST:]PORT`);
  if (port === "" || Number(port) > 65_535) throw refused("it is no address");
  const server = createServer((request, response) => {
    const { status, body } = answer(request.method ?? "", request.url ?? "", health, seconds);
    response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(body);
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(refused(error.message)));
    server.listen(Number(port), host.replace(/^\[(.*)\]$/, "$1"), () => {
      const address = server.address();
      if (typeof address === "object" && address) note(`listening on port ${address.port}`);
      resolve(server);
    });
  });
}

function answer(method: string, url: string, { metrics, at, problem }: Health, seconds: number) {
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "only GET\n" };
  const path = url.split("?")[0];
  if (path === "/metrics") return { status: 200, body: metrics };
  if (path !== "/healthz") return { status: 404, body: "there are /metrics and /healthz\n" };
  const isWell = at !== undefined && Date.now() - at < patience * Math.max(seconds, 60) * 1_000;
  return isWell ? { status: 200, body: "ok\n" } : { status: 503, body: `${problem}\n` };
}
