/** How to reach the registry of a resource: what its provider resource says, and what the command line says over it. */

import { configuration, configurationOf, parseConfiguration } from "../config.ts";
import type { Settings } from "../define/property.ts";
import type { ConnectionSettings } from "../gateway/settings.ts";
import { formatPath } from "../text/path.ts";
import { isMap, type Value, type ValueMap, valueMap } from "../text/value.ts";
import type { Hidden } from "./hidden.ts";

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
export interface RecordedPlace {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** Account and region by the record: the parts of an ARN, a registry id. */
export function placeOf(...records: readonly ValueMap[]): RecordedPlace {
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

/** What a provider's inputs come to, and what of them could not be used, each as the end of a sentence. */
export interface Accessed {
  readonly access: Access;
  readonly problems: readonly string[];
}

/** What a provider resource says. */
export interface Said {
  readonly values: ValueMap;
  readonly hidden: Hidden;
}

/** The inputs of a provider that says nothing. */
export const nothingSaid: Said = { values: valueMap(), hidden: new Map() };

/** Never used: they are encrypted or stale, and whoever runs this brings credentials of their own. */
const credentials: ReadonlySet<string> = new Set(["accessKey", "secretKey", "token"]);

/** How to reach the registry of a resource at `place`; an override answers for what the state hides or has wrong. */
export function accessOf(
  providerType: string,
  { values, hidden }: Said,
  place: RecordedPlace,
  overrides: Overrides,
): Accessed {
  const isOurs = providerType.endsWith(":ecr");
  const said = valueMap(
    Object.entries(isOurs ? values : ofAwsProvider(values)).filter(
      ([name]) => !credentials.has(name) && Object.hasOwn(configuration, name),
    ),
  );
  const wrong = parseConfiguration(said).problems;
  const isWrong = new Set(wrong.map(({ path }) => String(path[0])));
  const { connection, settings } = configurationOf(
    valueMap(Object.entries(said).filter(([name]) => !isWrong.has(name))),
  );
  const role = overrides.assumeRole?.replaceAll("{account}", place.account ?? "{account}");
  const isAnswered = (name: string) => overrides[(overriding[name] ?? name) as keyof Overrides] !== undefined;
  return {
    access: {
      settings,
      connection: {
        ...connection,
        // AWS's provider has a region for each resource, which then is not the provider's own.
        region: overrides.region ?? (isOurs ? undefined : place.region) ?? connection.region ?? place.region,
        profile: overrides.profile ?? connection.profile,
        endpoint: overrides.endpoint ?? connection.endpoint,
        ...(role === undefined ? {} : { assumeRole: { roleArn: role }, assumeRoleWithWebIdentity: undefined }),
      },
    },
    problems: [
      ...wrong
        .filter(({ path }) => !isAnswered(String(path[0])))
        .map(({ path, message }) => `${formatPath(path)} ${message}`),
      ...[...hidden]
        .filter(([name]) => decisive.has(name) && !isAnswered(name))
        .map(([name, why]) => `${name} is ${why} in the state and was not used`),
    ],
  };
}

/** What of any provider decides which registry is reached and what is compared. */
const decisive: ReadonlySet<string> = new Set([
  ...Object.keys(configuration).filter((name) => !credentials.has(name)),
  "assumeRoles",
  "endpoints",
]);
const overriding: Readonly<Record<string, string>> = {
  assumeRoles: "assumeRole",
  assumeRoleWithWebIdentity: "assumeRole",
  endpoints: "endpoint",
};

/** The configuration of `aws` and `aws-native` in the words of ours. */
function ofAwsProvider(inputs: ValueMap): ValueMap {
  const told = valueMap();
  const native = (name: string): Value | undefined => jsonValue(inputs[name]);
  const tell = (name: string, value: Value | undefined) => {
    if (value !== undefined) told[name] = value;
  };
  tell("region", inputs["region"]);
  tell("profile", inputs["profile"]);
  // Of roles that are assumed one after the other, the last one is in the account of the registry.
  const role = ["assumeRole", "assumeRoles"]
    .map((name): Value | undefined => lastOf(native(name)))
    .find((one) => (one ?? "") !== "");
  tell("assumeRole", isMap(role) ? withWords(role, ["roleArn", "sessionName", "externalId"]) : role);
  const endpoint = [native("endpoints")].flat().find((entry) => isMap(entry) && entry["ecr"] !== undefined);
  if (isMap(endpoint)) tell("endpoint", endpoint["ecr"]);
  const defaultTags = native("defaultTags");
  tell("defaultTags", isMap(defaultTags) ? defaultTags["tags"] : defaultTags);
  const ignoreTags = native("ignoreTags");
  tell("ignoreTags", isMap(ignoreTags) ? withWords(ignoreTags, ["keys", "keyPrefixes"]) : ignoreTags);
  for (const name of ["allowedAccountIds", "forbiddenAccountIds"]) {
    const ids = native(name);
    if (!Array.isArray(ids) || ids.length > 0) tell(name, ids);
  }
  return told;
}

function lastOf(value: Value | undefined): Value | undefined {
  return Array.isArray(value) ? value.at(-1) : value;
}

/** The members that are ours as well; an empty text says nothing. */
function withWords(members: ValueMap, names: readonly string[]): ValueMap {
  return valueMap(
    names.flatMap((name) => {
      const value = members[name];
      return value === undefined || value === "" ? [] : [[name, value] as const];
    }),
  );
}

/** Provider inputs hold lists and objects as JSON text; other text is left for the validator to name. */
function jsonValue(value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}
