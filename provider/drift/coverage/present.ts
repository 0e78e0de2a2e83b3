/** What was found live in the registries of a run, declared or not, and what follows from something not being there. */

import { finding } from "../../declared/remark.ts";
import { partsOf } from "../../declared/vocabulary.ts";
import type { Resource } from "../../operations/definition.ts";
import type { Place } from "../compare/place.ts";
import type { DriftResource } from "../report/report.ts";

export interface Presence {
  add(place: Place, definition: Resource, id: string): void;
  /** Everything of the type has been listed there. */
  complete(place: Place, definition: Resource): void;
  /** How many there are of the types that can be listed. */
  count(): number;
  /** Whether it is certain that there is none. */
  lacks(place: Place, type: string, id: string): boolean;
}

export function createPresence(): Presence {
  const seen = new Map<string, Set<string>>();
  const whole = new Set<string>();
  let count = 0;
  const keyOf = ({ account, region }: Place, type: string) => `${account}/${region} ${type}`;
  return {
    add(place, { name, singleton, endpoints }, id) {
      const ids = seen.get(keyOf(place, name)) ?? new Set();
      seen.set(keyOf(place, name), ids);
      const before = ids.size;
      // Settings of the registry have one id, written in several ways.
      if (endpoints.list && ids.add(singleton ? "" : id).size > before) count++;
    },
    complete: (place, { name }) => whole.add(keyOf(place, name)),
    count: () => count,
    lacks: (place, type, id) => whole.has(keyOf(place, type)) && seen.get(keyOf(place, type))?.has(id) !== true,
  };
}

/** Adds a note to the declared repositories of which it is certain that they have no lifecycle policy. */
export function noteMissingPolicies(
  resources: readonly DriftResource[],
  presence: Presence,
  isAskedAbout: (id: string) => boolean,
): DriftResource[] {
  return resources.map((resource) => {
    const { type, id, urn, class: kind } = resource;
    const isThere = urn !== null && (kind === "in-sync" || kind === "changed");
    const isRepository = isThere && partsOf(type)[0]?.to === "Repository";
    if (!isRepository || !presence.lacks(resource, "LifecyclePolicy", id) || !isAskedAbout(id)) return resource;
    const message = "it has no lifecycle policy, so its images stay for ever";
    return { ...resource, findings: [...resource.findings, finding("no-lifecycle-policy", message, { ...resource })] };
  });
}
