/** Addresses under `/v2/`, and who asks. */

import type { IncomingMessage } from "node:http";
import type { TokenClaim } from "../operations/registry.ts";
import { AwsError, type Caller, isAccount } from "../wire/protocol.ts";

export const ociPrefix = "/v2/";

export interface Route {
  kind: "ping" | "upload" | "blob" | "manifest" | "tags" | "referrers";
  /** Of the repository; empty for a ping. */
  name: string;
  /** Tag, digest or id of an upload; empty where there is none. */
  reference: string;
  query: URLSearchParams;
}

/** Reads an address; undefined when it is none of the protocol. Names have slashes, so it is read from its end. */
export function routeOf(url: string): Route | undefined {
  const { pathname, searchParams: query } = new URL(url, "http://registry");
  const parts = pathname.slice(ociPrefix.length).split("/").map(decoded);
  if (parts.length === 1 && parts[0] === "") return { kind: "ping", name: "", reference: "", query };
  const [last = "", before, third] = parts.toReversed();
  const route = (kind: Route["kind"], words: number, reference: string): Route | undefined => {
    const name = parts.slice(0, -words).join("/");
    return name === "" ? undefined : { kind, name, reference, query };
  };
  if (third === "blobs" && before === "uploads") return route("upload", 3, last);
  if (before === "blobs" && last === "uploads") return route("upload", 2, "");
  if (before === "blobs") return route("blob", 2, last);
  if (before === "manifests") return route("manifest", 2, last);
  if (before === "referrers") return route("referrers", 2, last);
  return before === "tags" && last === "list" ? route("tags", 2, "") : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The caller that the token of GetAuthorizationToken names; `now` in epoch milliseconds. Throws for any other. */
export function bearerOf(request: IncomingMessage, now: number): Caller {
  const [scheme = "", credential = ""] = (request.headers.authorization ?? "").split(" ");
  const [user, password = ""] = Buffer.from(credential, "base64").toString("utf8").split(":");
  const claim = scheme.toLowerCase() === "basic" && user === "AWS" ? claimOf(password) : undefined;
  if (!claim) throw new AwsError("MissingAuthenticationTokenException", "Not Authorized");
  if (claim.expires <= now) {
    throw new AwsError("ExpiredTokenException", "Your authorization token has expired. Reauthenticate and try again.");
  }
  return claim;
}

function claimOf(password: string): TokenClaim | undefined {
  try {
    const claim = JSON.parse(Buffer.from(password, "base64").toString("utf8")) as Partial<TokenClaim> | null;
    const { account, region, accessKey, expires } = claim ?? {};
    if (typeof account !== "string" || !isAccount(account) || typeof region !== "string") return undefined;
    return typeof accessKey === "string" && typeof expires === "number"
      ? { account, region, accessKey, expires }
      : undefined;
  } catch {
    return undefined;
  }
}
