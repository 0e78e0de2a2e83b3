/** Requests to sites other than AWS: the APIs of forges and the sinks of notifications. No secret gets into a message. */

import { setTimeout as wait } from "node:timers/promises";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";

export interface Sending {
  /** In words, for errors: `creating the comment`. */
  readonly doing: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether sending it twice does what sending it once does. */
  readonly repeatable: boolean;
}

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON; undefined where it is not. */
  readonly json: unknown;
}

const tries = 4;
const longestTry = 15_000;
const longestWait = 30_000;
const mostCharacters = 20_000_000;

/**
 * Sends, and again after a while when the other side is busy or fails; what is not repeatable, only when it was surely not
 * taken. Answers of 4xx are given back, as the caller knows what they mean; redirections are refused, since they would take
 * the credentials along. Throws ProviderError `Unavailable`, and `InvalidInput` for a URL without TLS that is not of this
 * machine.
 */
export async function send(sending: Sending): Promise<Answer> {
  const { doing, url, repeatable } = sending;
  refuseOpenText(doing, url);
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(sending);
    const isBusy = "status" in outcome && (outcome.status === 429 || outcome.status === 503);
    const failed = !("status" in outcome) || outcome.status >= 500 || isBusy;
    if (!failed) return { status: outcome.status, json: outcome.json };
    const isSafe = repeatable || isBusy || ("refused" in outcome && outcome.refused);
    if (attempt === tries || !isSafe) {
      const why = "status" in outcome ? `it answered ${outcome.status}${messageOf(outcome.json)}` : outcome.why;
      throw new ProviderError("Unavailable", `${doing}: ${why}, after ${attempt} ${attempt === 1 ? "try" : "tries"}`);
    }
    const asked = "status" in outcome ? outcome.retryAfter * 1_000 : 0;
    await wait(Math.min(longestWait, asked || firstWait() * 2 ** (attempt - 1)));
  }
}

/** Tests need not wait for what they let fail. */
function firstWait(): number {
  const set = Number(process.env["PULUMI_ECR_RETRY_MS"]);
  return Number.isFinite(set) && set > 0 ? set : 1_000;
}

type Outcome =
  | (Answer & { readonly retryAfter: number })
  | { readonly why: string /** The other side has seen nothing of it. */; readonly refused: boolean };

async function attemptOnce({ method, url, headers = {}, body }: Sending): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method,
      headers: { "user-agent": "pulumi-ecr", ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: "error",
      signal: AbortSignal.timeout(longestTry),
    });
    const text = (await response.text()).slice(0, mostCharacters);
    const retryAfter = Number(response.headers.get("retry-after"));
    return { status: response.status, json: parsed(text), retryAfter: Number.isFinite(retryAfter) ? retryAfter : 0 };
  } catch (error) {
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    const refused = cause?.code === "ECONNREFUSED" || cause?.code === "ENOTFOUND";
    return { why: printable(cause?.code ?? cause?.message ?? (error as Error).name), refused };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `: Bad credentials`, where the answer says so. */
export function messageOf(json: unknown): string {
  const message = (json as { message?: unknown } | null | undefined)?.message;
  return typeof message === "string" ? `: ${printable(message)}` : "";
}

function refuseOpenText(doing: string, url: string): void {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "" };
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol === "https:" || (protocol === "http:" && isLocal)) return;
  throw new ProviderError("InvalidInput", `${doing}: the URL has to start with https://, so that nobody reads along`);
}

/** A secret from the environment. Throws ProviderError `InvalidInput` where none of the variables is set. */
export function secretFrom(doing: string, ...names: readonly string[]): string {
  const value = names.map((name) => process.env[name]).find((text) => text !== undefined && text !== "");
  if (value === undefined)
    throw new ProviderError("InvalidInput", `${doing}: set ${names.join(" or ")}, which is where secrets come from`);
  return value;
}
