/**
 * The JSON 1.1 protocol of ECR: which operation, on whose behalf, and how errors look.
 *
 * Lives here: bytes and headers: the JSON protocol, bodies of requests, files as answers, signed addresses.
 * May not live here: an operation (`operations/`), state (`state/`).
 */

import type { IncomingHttpHeaders } from "node:http";

/** An error as AWS answers it. `fault` is the name that SDKs make a class of. */
export class AwsError extends Error {
  readonly fault: string;
  readonly status: number;
  /** Further members of the error's body. */
  readonly details: Json;

  constructor(fault: string, message: string, status = 400, details: Json = {}) {
    super(message);
    this.fault = fault;
    this.status = status;
    this.details = details;
  }
}

export const targetPrefix = "AmazonEC2ContainerRegistry_V20150921.";
export const contentType = "application/x-amz-json-1.1";

export type Json = Record<string, unknown>;

/** Who calls, and where. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly accessKey: string;
}

/**
 * Reads account and region from the request's signature, which is not verified. An access key id of 12 digits is that
 * account; `EXPIRED` and `INVALID` are answered as AWS answers such credentials.
 */
export function callerOf(headers: IncomingHttpHeaders, defaultAccount: string): Caller {
  const authorization = headers.authorization ?? "";
  const scope = authorization.split("Credential=")[1]?.split(",")[0]?.split("/") ?? [];
  const [accessKey = "", , region = ""] = scope;
  if (accessKey === "" || region === "") {
    throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  }
  if (accessKey === "EXPIRED")
    throw new AwsError("ExpiredTokenException", "The security token included in the request is expired");
  if (accessKey === "INVALID") {
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  return { account: isAccount(accessKey) ? accessKey : defaultAccount, region, accessKey };
}

export function isAccount(text: string): boolean {
  return text.length === 12 && [...text].every((digit) => digit >= "0" && digit <= "9");
}

/** The operation's name, from the `X-Amz-Target` header. */
export function operationOf(headers: IncomingHttpHeaders): string {
  const target = String(headers["x-amz-target"] ?? "");
  if (!target.startsWith(targetPrefix)) {
    throw new AwsError(
      "UnknownOperationException",
      `The target ${JSON.stringify(target.slice(0, 200))} is not one of Amazon ECR.`,
    );
  }
  return target.slice(targetPrefix.length);
}

/** The members of the request; an empty body is an empty request. */
export function inputOf(body: string): Json {
  if (body.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Json;
  } catch {
    // Told below, in the same words as a body that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object.");
}
