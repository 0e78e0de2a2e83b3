/**
 * Where a recorded resource is: the account and the region of its registry. Every verb that works on a record compares them with
 * those of the connection, because in another registry the same name is a different resource.
 */

import type { Gateway } from "../gateway/gateway.ts";
import { namesRegistry } from "../gateway/registry-id.ts";
import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import type { ValueMap } from "../text/value.ts";
import { label, merged, type Operation, type Resource, rows } from "./definition.ts";

export interface Place {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** The output that records the place as `ACCOUNT/REGION`; the engine does not show names that start with `__`. */
const recordName = "__place";

const placeForm = /^(?<account>[0-9]{12})?\/(?<region>[a-z0-9-]+)$/;
const arnForm = /^arn:[a-z-]+:ecr:(?<region>[a-z0-9-]+):(?<account>[0-9]{12}):repository\//;
const uriForm = /^(?<account>[0-9]{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\./;

/** Where the outputs say that the resource is, those of an older version included; what they do not say is undefined. */
export function recordedPlace(definition: Resource, id: string, outputs: ValueMap): Place {
  const record = textIn(outputs, recordName);
  if (record !== undefined) return placeForm.exec(record)?.groups ?? {};
  const own = rows(definition, "input", "output").filter(([, row]) => row.role === "output" || row.identity);
  for (const [name] of own) {
    const text = textIn(outputs, name) ?? "";
    const groups = (arnForm.exec(text) ?? uriForm.exec(text))?.groups;
    if (groups) return groups;
  }
  return { account: textIn(outputs, "registryId"), ...(definition.singleton ? placeForm.exec(id)?.groups : {}) };
}

function textIn(values: ValueMap, name: string): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The outputs with the place of the connection. `known` is the account where the record has it already. */
export async function withPlace(
  definition: Resource,
  { gateway }: Operation,
  id: string,
  outputs: ValueMap,
  known: Place = {},
): Promise<ValueMap> {
  const { [recordName]: _, ...own } = outputs;
  const region = await gateway.region();
  // What does not have its account in its outputs is recorded without it where the credentials may not ask.
  const account =
    known.account ?? recordedPlace(definition, id, own).account ?? (await gateway.account().catch(() => undefined));
  return merged(own, { [recordName]: `${account ?? ""}/${region}` });
}

/**
 * Does the work on a recorded resource in the registry in which it is recorded. Throws Conflict with both places when the
 * credentials or the region lead to another one; then nothing was written, and nothing that was read counts. `sends`: whether the
 * work is sure to make a call, which AWS can refuse.
 */
export async function inPlace<T>(
  definition: Resource,
  operation: Operation,
  place: Place,
  recorded: ValueMap,
  work: (operation: Operation) => Promise<T>,
  sends = true,
): Promise<T> {
  const { gateway } = operation;
  const { account, region } = place;
  const refuse = (found: Place) => {
    const [from, to] = [inWords(place, found), inWords(found, place)];
    const what = label(definition, recorded, operation.urn);
    throw new ProviderError(
      "Conflict",
      `${what} is recorded in ${from}, the credentials and the region of the provider lead to ${to}, and nothing was done; use those of ${from}, or give it another provider with which it is created anew`,
    );
  };
  const here = region === undefined ? undefined : await gateway.region();
  if (here !== region) refuse({ region: here, account: await asked(gateway) });
  if (account === undefined) return work(operation);
  if (!sends || !isBound(definition)) {
    const found = await gateway.account();
    if (found !== account) refuse({ account: found, region: here });
    return work(operation);
  }
  try {
    return await work({ ...operation, gateway: gateway.ofRegistry(account) });
  } catch (error) {
    if (error instanceof ProviderError && ["AccessDenied", "InvalidInput"].includes(error.code)) {
      const found = await asked(gateway);
      if (found !== undefined && found !== account) refuse({ account: found, region: here });
    }
    throw error;
  }
}

/** The account of the credentials, for a message; undefined where they may not ask. */
function asked(gateway: Gateway): Promise<string | undefined> {
  return gateway.account().catch(() => undefined);
}

function inWords({ account, region }: Place, other: Place): string {
  const shown = [account ?? (other.account && "an unknown account"), region ?? other.region];
  return printable(shown.filter((part) => part !== undefined).join("/"));
}

const bound = new WeakMap<Resource, boolean>();

/** Whether each call of the resource names the registry, so that AWS itself refuses those that come from another one. */
export function isBound(definition: Resource): boolean {
  const known = bound.get(definition);
  if (known !== undefined) return known;
  const { aspects, endpoints } = definition;
  const found = [
    ...endpoints.permissions.remove,
    ...aspects.flatMap(({ permissions }) => [...permissions.observe, ...(permissions.put ?? [])]),
  ]
    .filter((action) => action.startsWith("ecr:"))
    .every((action) => namesRegistry(action.slice("ecr:".length)));
  bound.set(definition, found);
  return found;
}
