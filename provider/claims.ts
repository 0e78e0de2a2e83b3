/**
 * Which resource of the running program manages what. Two resources that manage the same thing would overwrite each other
 * at every update, and a resource that was only renamed must not delete what its new name manages.
 */

export interface Claims {
  /** Claims `identity` of `type` for `urn`; answers the other resource that has claimed it already, if any. */
  claim(type: string, identity: string, urn: string): string | undefined;
  /** Whether another resource than `urn` has claimed it in this run. */
  isClaimedByOther(type: string, identity: string, urn: string): boolean;
  clear(): void;
}

export function createClaims(): Claims {
  const owners = new Map<string, string>();
  const key = (type: string, identity: string) => `${type} ${identity}`;
  return {
    claim(type, identity, urn) {
      const owner = owners.get(key(type, identity)) ?? urn;
      owners.set(key(type, identity), owner);
      return owner === urn ? undefined : owner;
    },
    isClaimedByOther(type, identity, urn) {
      const owner = owners.get(key(type, identity));
      return owner !== undefined && owner !== urn;
    },
    clear: () => owners.clear(),
  };
}
