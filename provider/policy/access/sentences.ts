/** A difference in access as sentences, for a terminal, a log and the preview. Nothing from a document reaches them unescaped. */

import { printable } from "../../text/printable.ts";
import { isUniqueId } from "../language/principals.ts";
import { capabilities } from "./capabilities.ts";
import type { AccessChange } from "./compare.ts";
import type { AccessRow } from "./rows.ts";
import type { Principal } from "./rules/principals.ts";
import type { Undecided } from "./undecided.ts";

const mostRows = 200;

/** What is allowed, or what changes, one line each. */
export function accessLines(change: AccessChange, isChange: boolean): string[] {
  const { gains, losses, undecided, denied = [], narrowed = [] } = change;
  const all = [
    ...gains.map((row) => `${isChange ? "+ " : ""}${sentence(row, isChange ? "can now" : "can")}`),
    ...losses.map((row) => `- ${sentence(row, isChange ? "can no longer" : "cannot")}`),
    ...denied.map((row) => `- ${sentence(row, "cannot")}`),
    ...undecided.map((part) => `? undecided for ${openWords(part)}`),
    ...narrowed.map((part) => `- ${isChange ? "at most a loss" : "may be denied"} for ${openWords(part)}`),
  ];
  const rest = all.length - mostRows;
  return rest > 0 ? [...all.slice(0, mostRows), `and ${rest} more`] : all;
}

/** What a row lets somebody do, after *can*: `pull`, `do everything`, `use ecr:DescribeImages`. */
export function abilityWords({ capability, actions, unknown }: Ability): string {
  if (unknown) return `use ${unknownWords(unknown)}`;
  return capability === "everything" ? "do everything" : (capability ?? `use ${actions.join(", ")}`);
}

function openWords({ principal, actions, reasons }: Undecided): string {
  const named = actions.length > 5 ? `${actions.length} actions` : actions.join(", ");
  return `${principal}: ${named}, because ${printable(reasons.join("; "), 500)}`;
}

type Ability = Pick<AccessRow, "capability" | "actions" | "unknown">;

/** `ecr:ExportImages, which this version does not know`. */
function unknownWords(names: readonly string[]): string {
  const some = [...new Set(names)].slice(0, 5).map((name) => printable(name, 80));
  const words = some.map((name) => (name.includes("*") || name.includes("?") ? `actions like ${name}` : name));
  return `${words.join(", ")}, which this version does not know`;
}

const inPlaces: ReadonlyMap<string | undefined, string> = new Map(capabilities.map(({ name, at }) => [name, at]));

/** The same in front of where: `pull from`, `do everything in`, `use ecr:DescribeImages in`. */
export function abilityAt(ability: Ability): string {
  if (ability.unknown) return `${abilityWords(ability)}, in`;
  return inPlaces.get(ability.capability) ?? `${abilityWords(ability)} in`;
}

/** `account 111111111111 can now pull from the repository, only if … (statement 2 "Partner", line 14)`. */
export function sentence(row: AccessRow, verb: string): string {
  const { principal, resource, onlyIf, because, outside, refusal } = row;
  const condition = onlyIf === undefined ? "" : `, only if ${onlyIf}`;
  const even = refusal
    ? because.policy === "before"
      ? ", if identity policies allow it"
      : ", whatever identity policies say"
    : "";
  return `${principal} ${verb} ${abilityAt(row)} ${resource}${condition}${even} (${statementWords(because)})${outside ? " [outside]" : ""}`;
}

/** `statement 2 "Partner", line 14`. */
export function statementWords({ policy, index, sid, line, deny }: AccessRow["because"]): string {
  const name = sid === undefined || sid === "" ? "" : ` "${printable(sid, 60)}"`;
  const place = line === undefined ? "" : `, line ${line}`;
  const which = policy === "registry" ? " of the registry's policy" : "";
  return `${deny ? `${policy === "before" ? "the Deny that goes: " : "Deny: "}` : ""}statement ${index + 1}${name}${which}${place}`;
}

/**
 * One of the class that makes a request, as AWS would name it: an ARN, an account, a service. `name` can be copied.
 */
export function requesterWords(principal: Principal): { readonly words: string; readonly name?: string } {
  switch (principal.kind) {
    case "account":
      return { words: "any principal of account ", name: principal.account };
    case "anyAccount":
      return { words: "any principal of an account that the policy does not name, such as ", name: principal.account };
    case "named":
      return { words: "", name: principal.arn };
    case "service":
      return { words: "the service ", name: principal.service };
    case "anyService":
      return { words: "any AWS service that the policy does not name" };
    case "federated":
      if (isUniqueId(principal.name)) return { words: "whoever has the unique id ", name: principal.name };
      return { words: "a user of the identity provider ", name: principal.name };
  }
}
