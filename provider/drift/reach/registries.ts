/**
 * The registries that a run reads: one connection for each way of reaching one, and what each of them turns out to be.
 *
 * Lives here: which registries a run reads, by which connections, and which part of them this machine reads.
 * May not live here: what is declared in a registry, and what was found there.
 */

import type { Access } from "../../declared/provider-inputs.ts";
import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import { Connection, Gateway } from "../../gateway/gateway.ts";
import { ProviderError } from "../../text/errors.ts";
import { sortedJson } from "../../text/sorted-json.ts";
import type { Place } from "../compare/place.ts";

/** A way to a registry, and what is declared there. */
export interface Way {
  readonly access: Access;
  readonly connection: Connection;
  readonly declared: readonly DeclaredInState[];
}

export interface WayOptions {
  readonly version: string;
  readonly concurrency: number;
  /** Everything is asked about, so that listing is worth it. */
  readonly snapshot: boolean;
}

/** One way for all resources with the same connection; the fallback is for runs without any resource. */
export function waysTo(declared: readonly DeclaredInState[], fallback: Access, options: WayOptions): Way[] {
  const groups = new Map<string, { access: Access; declared: DeclaredInState[] }>();
  const keys = new Map<Access, string>();
  for (const resource of declared) {
    const { access } = resource;
    const key = keys.get(access) ?? keyOf(access);
    keys.set(access, key);
    const group = groups.get(key) ?? { access, declared: [] };
    group.declared.push(resource);
    groups.set(key, group);
  }
  if (groups.size === 0) groups.set("", { access: fallback, declared: [] });
  return [...groups.values()].map((group) => ({ ...group, connection: connectionTo(group.access, options) }));
}

/** Both hold maps that inherit nothing, so they are never made text by themselves. */
function keyOf({ connection, settings }: Access): string {
  const said = Object.entries(connection).filter(([, member]) => member !== undefined);
  return sortedJson([Object.fromEntries(said), settings.ignoreTags]);
}

function connectionTo({ connection }: Access, { version, concurrency, snapshot }: WayOptions): Connection {
  const made = new Connection(
    { maxRetries: 6, ...connection, maxConcurrency: concurrency, readOnly: true, snapshot },
    version,
  );
  made.prepare();
  return made;
}

/**
 * Where a way leads. The account is asked of the registry; where that is denied, the first record that names one is believed.
 * Throws ProviderError when the registry cannot be reached.
 */
export async function placeOfWay({ connection, declared }: Way, signal: AbortSignal): Promise<Place> {
  const region = await connection.region();
  try {
    return { account: await connection.account(signal), region };
  } catch (error) {
    const recorded = declared.find(({ place }) => place.account !== undefined)?.place.account;
    if (!(error instanceof ProviderError) || error.code !== "AccessDenied" || recorded === undefined) throw error;
    return { account: recorded, region };
  }
}

export function gatewayOf({ connection }: Way, signal: AbortSignal): Gateway {
  return new Gateway(connection, signal);
}
