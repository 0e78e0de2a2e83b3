/** The provider's configuration: one more property table, and one tolerant parser for every way in which it arrives. */

import {
  enumeration,
  input,
  integer,
  list,
  map,
  object,
  type Rows,
  type Schema,
  type Settings,
  string,
} from "./define/property.ts";
import { compileSchema, type Problem } from "./define/validator.ts";
import type { ConnectionSettings } from "./gateway/settings.ts";
import { regionForm } from "./policy/language/partitions.ts";
import { containsUnknown, type Value, type ValueMap, valueMap } from "./text/value.ts";

declare module "./define/property.ts" {
  interface Settings {
    readonly defaultTags: Readonly<Record<string, string>>;
    readonly ignoreTags: { readonly keys: readonly string[]; readonly keyPrefixes: readonly string[] };
    /** What a preview does about changes that remove what the resource holds, and how many of them `fail` lets pass. */
    readonly impact: { readonly mode: "off" | "warn" | "fail"; readonly limit: number };
    /** Trusted accounts and organizations beside the owner, by their ids. */
    readonly trusted: readonly string[];
  }
}

const accountIds = (description: string) =>
  list(
    string("Account id.", { pattern: "^[0-9]{12}$", patternMessage: "must be an account id of 12 digits" }),
    description,
  );
const roleArn = string("ARN of the role.", {
  maxLength: 2048,
  pattern: "^arn:[a-z-]+:iam::[0-9]{12}:role/.+$",
  patternMessage: "must be the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME",
});
const sessionName = string("Name of the session, 2 to 64 characters, which CloudTrail shows.", {
  pattern: "^[\\w+=,.@-]{2,64}$",
  patternMessage: "must be 2 to 64 letters, digits or _ + = , . @ -",
});

export const configuration = {
  region: input(
    string("Region of the registry. Otherwise `AWS_REGION`, or the profile's. Changing it replaces the provider.", {
      ...regionForm,
    }),
    { replaces: true },
  ),
  profile: input(string("Profile of the shared AWS configuration files. Otherwise `AWS_PROFILE`.", { minLength: 1 })),
  accessKey: input(string("Access key id; goes with `secretKey`.", { minLength: 1 }), { secret: true }),
  secretKey: input(string("Secret access key; goes with `accessKey`.", { minLength: 1 }), { secret: true }),
  token: input(string("Session token of temporary credentials.", { minLength: 1 }), { secret: true }),
  assumeRole: input(
    object("AssumeRole", "A role to assume with the credentials found.", {
      required: { roleArn },
      optional: {
        sessionName,
        externalId: string("External id that the role's trust policy asks for.", { minLength: 2, maxLength: 1224 }),
        durationSeconds: integer("How long a session lasts, in seconds.", { minimum: 900, maximum: 43_200 }),
      },
    }),
  ),
  assumeRoleWithWebIdentity: input(
    object("AssumeRoleWithWebIdentity", "A role to assume with an OIDC token.", {
      required: { roleArn, webIdentityTokenFile: string("File with the token.", { minLength: 1 }) },
      optional: { sessionName },
    }),
  ),
  endpoint: input(
    string("URL of an ECR endpoint, for VPC endpoints and emulators. Otherwise `AWS_ENDPOINT_URL_ECR`.", {
      pattern: "^https?://[^\\s/]+(/\\S*)?$",
      patternMessage: "must be a URL that starts with http:// or https://",
    }),
  ),
  allowedAccountIds: input(accountIds("Accounts that the provider may work in; every call is refused in another one.")),
  forbiddenAccountIds: input(accountIds("Accounts that the provider must not work in.")),
  defaultTags: input(
    map(
      string("Value.", { maxLength: 256 }),
      "Tags for every repository and `Tags` resource; a resource's own tag of the same key wins.",
      {
        maxProperties: 50,
      },
    ),
  ),
  ignoreTags: input(
    object("IgnoreTags", "Resource tags that the provider neither sees nor touches.", {
      optional: {
        keys: list(string("Tag key."), "Keys."),
        keyPrefixes: list(string("Start of tag keys.", { minLength: 1 }), "Starts of keys."),
      },
    }),
  ),
  maxRetries: input(
    integer("Further attempts after a call that was throttled or failed in passing. Default: 10.", {
      minimum: 0,
      maximum: 100,
    }),
  ),
  lifecycleImpact: input(
    enumeration(
      "LifecycleImpact",
      "What the preview does about a changed lifecycle policy of a repository with images. It costs one paged read, and only on a change. Default: `warn`.",
      {
        off: "Nothing is read.",
        warn: "A warning says how many images newly expire or move to the archive.",
        fail: "The preview fails when more images newly expire than `lifecycleImpactLimit`, or when that cannot be found out.",
      },
      { closed: true },
    ),
  ),
  lifecycleImpactLimit: input(
    integer("How many newly expiring images `lifecycleImpact: fail` lets pass. Default: 0.", { minimum: 0 }),
  ),
  trustedAccounts: input(
    accountIds("Accounts that are no outsiders: a preview does not warn when a policy lets them in."),
  ),
  trustedOrganizations: input(
    list(
      string("Organization id.", {
        pattern: "^o-[a-z0-9]{10,32}$",
        patternMessage: "must be an organization id such as o-a1b2c3d4e5",
      }),
      "Organizations that are no outsiders, where a policy asks for `aws:PrincipalOrgID` or a path of it.",
    ),
  ),
  maxConcurrency: input(integer("Calls to ECR in flight at once. Default: 16.", { minimum: 1, maximum: 256 })),
} satisfies Rows;

export type ConfigurationName = keyof typeof configuration;

export interface Configuration {
  readonly connection: ConnectionSettings;
  readonly settings: Settings;
}

const validate = compileSchema({
  type: "object",
  properties: Object.fromEntries(Object.entries(configuration).map(([name, row]) => [name, row.schema])),
  additionalProperties: false,
});

/**
 * Reads configuration as it comes: native values, strings for numbers (stack configuration) or JSON text for lists and
 * objects (SDK `Provider` classes). Unknown values are left out of the result and are no problem.
 */
export function parseConfiguration(values: ValueMap): { configuration: Configuration; problems: Problem[] } {
  const parsed = nativeValues(values);
  // Most often everything comes from the environment, and the validator need not be made.
  const problems = Object.keys(parsed).length === 0 ? [] : validate(parsed);
  if (problems.length === 0) problems.push(...crossChecks(parsed));
  return { configuration: configurationOf(values), problems };
}

function nativeValues(values: ValueMap): ValueMap {
  const { version: _, pluginDownloadURL: __, ...own } = values;
  const parsed = valueMap();
  for (const [name, value] of Object.entries(own)) {
    if (value === null || value === undefined || value === "") continue;
    parsed[name] = native(name, value);
  }
  return parsed;
}

/** The same without a judgement, for configuration that has been judged before, such as that of a state. */
export function configurationOf(values: ValueMap): Configuration {
  const known = Object.fromEntries(
    Object.entries(nativeValues(values)).filter(([, value]) => !containsUnknown(value)),
  ) as Record<string, never>;
  const {
    defaultTags = {},
    ignoreTags = {},
    lifecycleImpact: mode = unconfigured.settings.impact.mode,
    lifecycleImpactLimit: limit = unconfigured.settings.impact.limit,
    trustedAccounts = [],
    trustedOrganizations = [],
    ...connection
  } = known as {
    defaultTags?: Record<string, string>;
    ignoreTags?: { keys?: string[]; keyPrefixes?: string[] };
    lifecycleImpact?: Settings["impact"]["mode"];
    lifecycleImpactLimit?: number;
    trustedAccounts?: string[];
    trustedOrganizations?: string[];
  };
  const { keys = [], keyPrefixes = [] } = ignoreTags;
  const trusted = [trustedAccounts, trustedOrganizations].flat().filter((id) => typeof id === "string");
  const settings = { defaultTags, ignoreTags: { keys, keyPrefixes }, impact: { mode, limit }, trusted };
  return { connection, settings };
}

function native(name: string, value: Value): Value {
  const row = Object.hasOwn(configuration, name) ? configuration[name as ConfigurationName] : undefined;
  if (!row || row.schema.type === "string") return value;
  try {
    return withTexts(row.schema, typeof value === "string" ? (JSON.parse(value) as Value) : value);
  } catch {
    return value;
  }
}

/** `pulumi config set --path ecr:allowedAccountIds[0] 123456789012` makes a number of what is a text. */
function withTexts({ items }: Schema, value: Value): Value {
  if (!Array.isArray(value) || items?.type !== "string") return value;
  return value.map((item) => (typeof item === "number" ? String(item) : item));
}

function crossChecks(values: ValueMap): Problem[] {
  const problems: Problem[] = [];
  const has = (name: ConfigurationName) => values[name] !== undefined;
  const refuse = (name: ConfigurationName, message: string) => problems.push({ path: [name], message });
  if (has("accessKey") !== has("secretKey"))
    refuse(has("accessKey") ? "secretKey" : "accessKey", "is required, because accessKey and secretKey go together");
  if (has("token") && !has("accessKey")) refuse("token", "goes only with accessKey and secretKey");
  if (has("profile") && has("accessKey")) refuse("profile", "cannot be used together with accessKey; keep one of them");
  if (has("assumeRole") && has("assumeRoleWithWebIdentity"))
    refuse("assumeRoleWithWebIdentity", "cannot be used together with assumeRole; keep one of them");
  if (has("allowedAccountIds") && has("forbiddenAccountIds"))
    refuse("forbiddenAccountIds", "cannot be used together with allowedAccountIds; keep one of them");
  if (has("lifecycleImpactLimit") && values["lifecycleImpact"] !== "fail")
    refuse("lifecycleImpactLimit", "goes only with lifecycleImpact: fail");
  return problems;
}

/** What holds before the engine has configured anything. */
export const unconfigured: Configuration = {
  connection: {},
  settings: {
    defaultTags: {},
    ignoreTags: { keys: [], keyPrefixes: [] },
    impact: { mode: "warn", limit: 0 },
    trusted: [],
  },
};

/** What decides which account the provider works in. */
export const accountInputs: readonly ConfigurationName[] = [
  "profile",
  "accessKey",
  "secretKey",
  "token",
  "assumeRole",
  "assumeRoleWithWebIdentity",
  "endpoint",
];
