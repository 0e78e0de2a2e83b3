/** Where notices go: a file for whoever delivers it, or the sink itself over HTTP. Secrets come from the environment. */

import { createHmac } from "node:crypto";
import { ProviderError } from "../../text/errors.ts";
import { demand } from "../forge/forge.ts";
import { connectGitHub } from "../forge/github.ts";
import { secretFrom } from "../forge/http.ts";
import { saveText } from "../shared/save.ts";
import { upkeepIssue } from "./issue.ts";
import type { Notice } from "./notice.ts";
import type { Sink, SinkKind } from "./options.ts";
import { eventBridgePayload, issueBody, slackPayload, webhookPayload } from "./payloads.ts";

const payloads = {
  slack: slackPayload,
  webhook: webhookPayload,
  eventbridge: eventBridgePayload,
  "github-issue": (notice: Notice) => issueBody(notice, 60_000),
} as const satisfies Record<SinkKind, (notice: Notice) => string>;

/** Delivers. Throws ProviderError; what was already taken by the sink is not taken back. */
export async function deliver({ kind, target }: Sink, notice: Notice, key: string): Promise<void> {
  if (target.startsWith("github:")) {
    const token = secretFrom("notifying GitHub", "GITHUB_TOKEN", "GH_TOKEN");
    const api = process.env["GITHUB_API_URL"] ?? "https://api.github.com";
    await upkeepIssue(connectGitHub({ repository: target.slice("github:".length), token, api }), notice, key);
    return;
  }
  const body = payloads[kind](notice);
  const url = target.startsWith("env:") ? secretFrom(`notifying ${kind}`, target.slice("env:".length)) : target;
  if (/^https?:/i.test(url)) {
    const headers = { "content-type": "application/json", ...(kind === "webhook" ? signature(body) : {}) };
    // Receivers drop what they have by its id, so it may be sent twice.
    await demand({ doing: `notifying ${kind}`, method: "POST", url, headers, body, repeatable: kind === "webhook" });
    return;
  }
  if (target.startsWith("env:"))
    throw new ProviderError("InvalidInput", `notifying ${kind}: ${target.slice("env:".length)} holds no URL`);
  saveText(target, body, { what: "the notification" });
}

/**
 * The time is signed with the body, so that a message cannot be sent again later: HMAC-SHA256 of `TIME.BODY`, in
 * hexadecimal. The id is the same for the same body.
 */
export function signature(body: string, seconds = Math.floor(Date.now() / 1_000)): Record<string, string> {
  const secret = process.env["PULUMI_ECR_WEBHOOK_SECRET"];
  const id = createHmac("sha256", "pulumi-ecr").update(body).digest("hex").slice(0, 32);
  if (secret === undefined || secret === "") return { "x-pulumi-ecr-id": id };
  const signed = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return {
    "x-pulumi-ecr-id": id,
    "x-pulumi-ecr-timestamp": String(seconds),
    "x-pulumi-ecr-signature": `sha256=${signed}`,
  };
}
