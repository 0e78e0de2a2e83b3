/**
 * What the running program declares, as Check has seen it. Two resources that manage the same thing would overwrite each other at
 * every update; and what the program declares must not be removed, by a resource that was only renamed or is replaced in place.
 */

import type { ValueMap } from "./text/value.ts";

/** What one resource of the program declares. */
interface Claim {
  readonly urn: string;
  readonly inputs: ValueMap;
}

export interface Claims {
  /** Claims `identity` of `type`; answers the other resource that has claimed it already, if any. */
  claim(type: string, identity: string, claim: Claim): string | undefined;
  /** What the program declares of it so far. */
  of(type: string, identity: string): readonly Claim[];
  /** This run has created it: what the engine deletes from now on is a record of the same thing. */
  made(type: string, identity: string): void;
  isMade(type: string, identity: string): boolean;
  /** Keeps what the engine has recorded of a resource: it asks to create a replacement without saying what it replaces. */
  remember(urn: string, recorded: ValueMap): void;
  recorded(urn: string): ValueMap | undefined;
  clear(): void;
}

export function createClaims(): Claims {
  const claims = new Map<string, Map<string, Claim>>();
  const known = new Map<string, ValueMap>();
  const made = new Set<string>();
  const key = (type: string, identity: string) => `${type} ${identity}`;
  return {
    claim(type, identity, claim) {
      const all = claims.get(key(type, identity)) ?? new Map<string, Claim>();
      const [first] = all.keys();
      all.set(claim.urn, claim);
      claims.set(key(type, identity), all);
      return first === undefined || first === claim.urn ? undefined : first;
    },
    of: (type, identity) => [...(claims.get(key(type, identity))?.values() ?? [])],
    made: (type, identity) => void made.add(key(type, identity)),
    isMade: (type, identity) => made.has(key(type, identity)),
    remember: (urn, recorded) => void known.set(urn, recorded),
    recorded: (urn) => known.get(urn),
    clear() {
      claims.clear();
      known.clear();
      made.clear();
    },
  };
}
