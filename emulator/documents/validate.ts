/**
 * What AWS refuses in access policies. The messages are AWS's where they are known, otherwise ours in its style.
 *
 * Lives here: the documents that ECR stores: what AWS refuses in them, how it rewrites them, what their filters match.
 * May not live here: the provider's validation or normalization, changes of state (`repositories/`, `operations/`).
 */

import { invalid } from "../call/input.ts";
import type { Json } from "../wire/protocol.ts";

/** Parses and judges an access policy; throws AWS's one error for nearly everything. */
export function checkPolicy(kind: "repository" | "registry", text: string): Json {
  const refused = invalid(
    "PolicyText",
    kind === "repository" ? "Invalid repository policy provided" : "Invalid registry policy provided",
  );
  if (text.length > 10_240) throw invalid("PolicyText", "Member must have length less than or equal to 10240");
  const document = parsed(text);
  if (!document) throw refused;
  const version = document["Version"];
  if (version !== undefined && version !== "2008-10-17" && version !== "2012-10-17") throw refused;
  const statements = [document["Statement"] ?? []].flat();
  if (statements.length === 0 || !statements.every((statement) => isStatement(kind, statement))) throw refused;
  return document;
}

function isStatement(kind: "repository" | "registry", value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const statement = value as Json;
  const principal = statement["Principal"] ?? statement["NotPrincipal"];
  const actions = [statement["Action"] ?? statement["NotAction"] ?? []].flat();
  return (
    (statement["Effect"] === "Allow" || statement["Effect"] === "Deny") &&
    isPrincipal(principal) &&
    actions.length > 0 &&
    actions.every(isAction) &&
    (kind === "repository" || statement["Resource"] !== undefined || statement["NotResource"] !== undefined)
  );
}

/** An action that applies to the registry is taken in a repository policy, where it has no effect. */
function isAction(action: unknown): boolean {
  if (typeof action !== "string") return false;
  if (action === "*") return true;
  const [service = "", name = ""] = action.toLowerCase().split(":");
  return service === "ecr" && name !== "";
}

function isPrincipal(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null || Array.isArray(principal)) return false;
  const entries = Object.entries(principal);
  return (
    entries.length > 0 &&
    entries.every(([type, values]) => {
      const names = [values].flat();
      if (!["AWS", "Service", "Federated", "CanonicalUser"].includes(type) || names.length === 0) return false;
      return names.every((name) => typeof name === "string" && (type !== "AWS" || isAwsPrincipal(name)));
    })
  );
}

function isAwsPrincipal(name: string): boolean {
  return (
    name === "*" ||
    /^[0-9]{12}$/.test(name) ||
    /^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|user\/|role\/|assumed-role\/|federated-user\/)/.test(name)
  );
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
