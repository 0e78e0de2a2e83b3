/** Why something could not be read, told once however many it concerns. */

import type { Resource } from "../../operations/definition.ts";
import type { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";

/** The same words for every resource that fails for the same reason. */
export function causeOf(definition: Resource, { code, fault, reason }: ProviderError): string {
  if (code !== "AccessDenied" || fault === undefined) return printable(reason, 500);
  const actions = [...new Set(definition.aspects.flatMap(({ permissions }) => permissions.observe))];
  return `reading ${definition.name} was denied; allow ${actions.join(", ")} (\`pulumi-ecr drift --permissions\` prints the whole policy)`;
}
