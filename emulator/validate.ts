/** What AWS refuses in documents. The messages are AWS's where they are known, otherwise ours in its style. */

import { invalid } from "./operation.ts";
import type { Json } from "./wire.ts";

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
    actions.every((action) => isAction(kind, action)) &&
    (kind === "repository" || statement["Resource"] !== undefined || statement["NotResource"] !== undefined)
  );
}

function isAction(kind: "repository" | "registry", action: unknown): boolean {
  if (typeof action !== "string") return false;
  if (action === "*") return true;
  const [service = "", name = ""] = action.toLowerCase().split(":");
  return service === "ecr" && name !== "" && !(kind === "repository" && name === "getauthorizationtoken");
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

/** Parses and judges a lifecycle policy after AWS's published grammar. */
export function checkLifecyclePolicy(text: string): Json {
  const refuse = (why: string) => invalid("LifecyclePolicyText", `Lifecycle policy validation failure: ${why}`);
  if (text.length < 100 || text.length > 30_720)
    throw invalid("LifecyclePolicyText", "Member must have length between 100 and 30720");
  const document = parsed(text);
  if (!document || !Array.isArray(document["rules"])) throw refuse("the document is not an object with rules");
  const rules = document["rules"] as Json[];
  if (rules.length < 1 || rules.length > 50) throw refuse("there must be 1 to 50 rules");
  const priorities = new Set<unknown>();
  for (const rule of rules) {
    if (holdsNull(rule)) throw refuse("instance failed to match exactly one schema (matched 0 out of 2)");
    const { rulePriority, selection, action } = rule as { rulePriority?: unknown; selection?: Json; action?: Json };
    if (!Number.isInteger(rulePriority) || (rulePriority as number) < 1)
      throw refuse("rulePriority must be a positive integer");
    if (priorities.has(rulePriority)) throw refuse(`rulePriority ${String(rulePriority)} is used twice`);
    priorities.add(rulePriority);
    if (!selection || !action) throw refuse("each rule needs a selection and an action");
    checkSelection(selection, action, refuse);
  }
  return document;
}

function checkSelection(selection: Json, action: Json, refuse: (why: string) => Error): void {
  const { tagStatus, countType, countUnit, countNumber, storageClass = "standard" } = selection;
  const lists = ["tagPatternList", "tagPrefixList"].filter(
    (name) => Array.isArray(selection[name]) && (selection[name] as unknown[]).length > 0,
  );
  if (!["tagged", "untagged", "any"].includes(String(tagStatus)))
    throw refuse("tagStatus must be tagged, untagged or any");
  if (lists.length !== (tagStatus === "tagged" ? 1 : 0))
    throw refuse("tagPatternList or tagPrefixList goes with tagStatus tagged, exactly one of them");
  const byCount = countType === "imageCountMoreThan";
  if (!byCount && !["sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"].includes(String(countType)))
    throw refuse("countType is not known");
  if (byCount ? countUnit !== undefined : countUnit !== "days")
    throw refuse("countUnit must be days for ages and absent for counts");
  if (!Number.isInteger(countNumber) || (countNumber as number) < 1)
    throw refuse("countNumber must be a positive integer");
  if (action["type"] !== "expire" && action["type"] !== "transition")
    throw refuse("the action must be expire or transition");
  if (action["type"] === "transition" && action["targetStorageClass"] !== "archive")
    throw refuse("targetStorageClass must be archive");
  if (countType === "sinceImagePulled" && action["type"] !== "transition")
    throw refuse("sinceImagePulled goes with transition only");
  if (
    countType === "sinceImageTransitioned" &&
    (storageClass !== "archive" || action["type"] !== "expire" || (countNumber as number) < 90)
  ) {
    throw refuse("sinceImageTransitioned needs storageClass archive, expire and at least 90 days");
  }
}

function holdsNull(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === "object" && Object.values(value as object).some(holdsNull);
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
