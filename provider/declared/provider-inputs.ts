/** How to reach the registry of a resource: what its provider resource says, and what the command line says over it. */

import { configurationOf } from "../config.ts";
import type { Settings } from "../define/property.ts";
import type { ConnectionSettings } from "../gateway/settings.ts";
import { isMap, type Value, type ValueMap, valueMap } from "../text/value.ts";

export interface Access {
  readonly connection: ConnectionSettings;
  readonly settings: Settings;
}

/** From the command line; each takes the place of what the state says. */
export interface Overrides {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  /** ARN of a role; `{account}` in it stands for the account of each resource. */
  readonly assumeRole?: string | undefined;
}

/** Where a resource says that it is, by its own record. */
export interface Place {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** Account and region by the record: the parts of an ARN, a registry id. */
export function placeOf(...records: readonly ValueMap[]): Place {
  const texts = records.flatMap((record) => ["arn", "repositoryArn", "registryArn"].map((name) => record[name]));
  const arn = texts.find((text) => typeof text === "string" && /^arn:[a-z-]+:ecr:[a-z0-9-]+:\d{12}:/.test(text));
  const [, , , region, account] = typeof arn === "string" ? arn.split(":") : [];
  const text = (...names: string[]) =>
    records.flatMap((record) => names.map((name) => record[name])).find((value) => typeof value === "string");
  const id = text("registryId", "registry_id");
  return {
    account: account ?? (typeof id === "string" && /^\d{12}$/.test(id) ? id : undefined),
    region: (text("region") as string | undefined) ?? region,
  };
}

/**
 * Keys and tokens of the state are not used: they are encrypted or stale, and whoever runs this brings credentials of
 * their own.
 */
export function accessOf(providerType: string, inputs: ValueMap, place: Place, overrides: Overrides): Access {
  const said = providerType.endsWith(":ecr") ? inputs : ofAwsProvider(inputs);
  const { accessKey: _, secretKey: __, token: ___, ...rest } = said;
  const { connection, settings } = configurationOf(valueMap(Object.entries(rest)));
  const role = overrides.assumeRole?.replaceAll("{account}", place.account ?? "{account}");
  return {
    settings,
    connection: {
      ...connection,
      region: overrides.region ?? connection.region ?? place.region,
      profile: overrides.profile ?? connection.profile,
      endpoint: overrides.endpoint ?? connection.endpoint,
      ...(role === undefined ? {} : { assumeRole: { roleArn: role }, assumeRoleWithWebIdentity: undefined }),
    },
  };
}

/** The configuration of `aws` and `aws-native` in the words of ours. */
function ofAwsProvider(inputs: ValueMap): ValueMap {
  const told = valueMap();
  const native = (name: string): Value | undefined => jsonValue(inputs[name]);
  for (const name of ["region", "profile"]) if (typeof inputs[name] === "string") told[name] = inputs[name];
  const role = [first(native("assumeRole")), first(native("assumeRoles"))].find(isMap);
  if (role && typeof role["roleArn"] === "string") {
    told["assumeRole"] = valueMap(
      ["roleArn", "sessionName", "externalId"].flatMap((name) =>
        typeof role[name] === "string" && role[name] !== "" ? [[name, role[name]] as const] : [],
      ),
    );
  }
  const endpoint = [native("endpoints")].flat().find((entry) => isMap(entry) && typeof entry["ecr"] === "string");
  if (isMap(endpoint)) told["endpoint"] = endpoint["ecr"] ?? null;
  const defaultTags = native("defaultTags");
  if (isMap(defaultTags) && isMap(defaultTags["tags"])) told["defaultTags"] = defaultTags["tags"];
  const ignoreTags = native("ignoreTags");
  if (isMap(ignoreTags))
    told["ignoreTags"] = valueMap(
      ["keys", "keyPrefixes"].flatMap((name) =>
        Array.isArray(ignoreTags[name]) ? [[name, ignoreTags[name]] as const] : [],
      ),
    );
  for (const name of ["allowedAccountIds", "forbiddenAccountIds"]) {
    const ids = native(name);
    if (Array.isArray(ids) && ids.length > 0) told[name] = ids;
  }
  return told;
}

/** Provider inputs hold lists and objects as JSON text. */
function jsonValue(value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return undefined;
  }
}

function first(value: Value | undefined): Value | undefined {
  return Array.isArray(value) ? value[0] : value;
}
