/** The keys of a program, which Pulumi matches without regard to case, as a closed list. */

import { isMap } from "../../text/value.ts";
import { fold } from "./expressions/fold.ts";

export const keys = {
  template: ["name", "namespace", "description", "version", "pulumi", "configuration", "config", "variables"].concat(
    "resources",
    "outputs",
    "sdks",
    "components",
  ),
  resource: ["type", "name", "defaultProvider", "properties", "options", "get"],
  get: ["id", "state"],
  config: ["type", "name", "secret", "default", "value", "items"],
  options: ["additionalSecretOutputs", "aliases", "customTimeouts", "deleteBeforeReplace", "dependsOn"].concat(
    ["ignoreChanges", "import", "parent", "protect", "provider", "providers", "version", "pluginDownloadURL"],
    ["replaceOnChanges", "retainOnDelete", "replaceWith", "deletedWith", "hideDiffs", "replacementTrigger"],
    ["envVarMappings"],
  ),
} as const;

export interface Members {
  /** By the known name, however it is written. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The known name → as it is written. */
  readonly spelled: ReadonlyMap<string, string>;
  /** Names that are not known, and those that are there twice in different case. */
  readonly strangers: readonly string[];
}

/** The members of a map by known names; of something else none. */
export function membersOf(map: unknown, known: readonly string[]): Members {
  const names = new Map(known.map((name) => [fold(name), name]));
  const values = new Map<string, unknown>();
  const spelled = new Map<string, string>();
  const strangers: string[] = [];
  for (const [written, value] of isMap(map) ? Object.entries(map) : []) {
    const name = names.get(fold(written));
    if (name === undefined || values.has(name)) strangers.push(written);
    else {
      values.set(name, value);
      spelled.set(name, written);
    }
  }
  return { values, spelled, strangers };
}
