/**
 * What policies let other accounts do: Allow less Deny by account and action. Conditions, resources and
 * what a statement leaves out by NotAction or NotPrincipal are not looked at.
 */

import type { Json } from "../wire/protocol.ts";
import { matchesWildcard } from "./match.ts";

/** Whether a stored policy lets an account do something, such as `ecr:ReplicateImage`; without a policy nobody else may. */
export function admits(stored: string | undefined, account: string, action: string): boolean {
  if (stored === undefined) return false;
  const { document } = JSON.parse(stored) as { document: Json };
  const about = ([document["Statement"]] as Json[]).flat().filter(({ Principal, Action }) => {
    const principals = typeof Principal === "string" ? [Principal] : [(Principal as Json | undefined)?.["AWS"]].flat();
    return (
      principals.some((principal) => principal === "*" || accountOf(String(principal)) === account) &&
      [Action].flat().some((pattern) => matchesWildcard(String(pattern).toLowerCase(), action.toLowerCase()))
    );
  });
  return about.some(({ Effect }) => Effect === "Allow") && !about.some(({ Effect }) => Effect === "Deny");
}

/** Of an account id, or of an ARN of IAM. */
function accountOf(principal: string): string | undefined {
  return principal.startsWith("arn:") ? principal.split(":")[4] : principal;
}
