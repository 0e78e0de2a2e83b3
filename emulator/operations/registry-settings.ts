/** Settings of the whole registry: scanning, account settings, signing, and principals whose pulls are not recorded. */

import { arnOf, type Operations } from "../call/context.ts";
import { invalid, listOf, optionalText, page, text } from "../call/input.ts";
import { scanExisting } from "../effects/scan.ts";
import { scanningOf } from "../effects/scanning.ts";
import type { NameFilter, ScanningConfiguration, SigningConfiguration } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

/** AWS's own values, and what each setting can be put to. What BLOB_MOUNTING starts with is not published. */
const accountSettings: Readonly<Record<string, { usual: string; values: readonly string[] }>> = {
  BASIC_SCAN_TYPE_VERSION: { usual: "AWS_NATIVE", values: ["AWS_NATIVE"] },
  REGISTRY_POLICY_SCOPE: { usual: "V2", values: ["V1", "V2"] },
  BLOB_MOUNTING: { usual: "DISABLED", values: ["ENABLED", "DISABLED"] },
};

/** AWS's pattern without its exponential backtracking. */
const scanFilter = /^[a-z0-9*]+(?:[._/-][a-z0-9*]+)*$/;
const signingFilter = /^(?:[a-z0-9*]+(?:[._-][a-z0-9*]+)*\/)*[a-z0-9*]+(?:[._-][a-z0-9*]+)*$/;
const profileArn = /^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,}$/;
const principalArn = /^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)\/[\w+=,.@-]+(\/[\w+=,.@-]+)*$/;

function refused(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function filtersOf(
  rule: Json,
  least: number,
  grammar: { type: string; longest: number; pattern: RegExp },
): NameFilter[] | undefined {
  const filters = listOf(rule, "repositoryFilters", least, 100) as
    | { filter?: unknown; filterType?: unknown }[]
    | undefined;
  return filters?.map(({ filter, filterType }) => {
    if (filterType !== grammar.type) throw invalid("filterType", `must be ${grammar.type}`);
    if (typeof filter !== "string" || filter.length > grammar.longest || !grammar.pattern.test(filter))
      throw invalid("filter", `must satisfy ${grammar.pattern.source} and have 1 to ${grammar.longest} characters`);
    return { filter, filterType };
  });
}

function scanningRules(input: Json, scanType: string): ScanningConfiguration["rules"] {
  const rules = ((listOf(input, "rules", 0, 2) ?? []) as Json[]).map((rule) => {
    const scanFrequency = text(rule, "scanFrequency");
    if (!["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"].includes(scanFrequency))
      throw invalid("scanFrequency", "must be one of [SCAN_ON_PUSH, CONTINUOUS_SCAN, MANUAL]");
    if (scanFrequency === (scanType === "BASIC" ? "CONTINUOUS_SCAN" : "MANUAL"))
      throw refused(`The scan frequency ${scanFrequency} is not supported for the scan type ${scanType}`);
    const repositoryFilters = filtersOf(rule, 0, { type: "WILDCARD", longest: 255, pattern: scanFilter });
    if (!repositoryFilters) throw invalid("repositoryFilters", "is required");
    return { scanFrequency, repositoryFilters };
  });
  if (new Set(rules.map(({ scanFrequency }) => scanFrequency)).size < rules.length)
    throw refused("A scan frequency can be used by one rule only");
  return rules;
}

function signingRules(input: Json): SigningConfiguration["rules"] {
  const configuration = input["signingConfiguration"] as Json | undefined;
  if (typeof configuration !== "object" || configuration === null) throw invalid("signingConfiguration", "is required");
  const rules = listOf(configuration, "rules", 0, 10) as Json[] | undefined;
  if (!rules) throw invalid("rules", "is required");
  return rules.map((rule) => {
    const signingProfileArn = text(rule, "signingProfileArn");
    if (signingProfileArn.length > 200 || !profileArn.test(signingProfileArn))
      throw invalid("signingProfileArn", "is not the ARN of a signing profile");
    const repositoryFilters = filtersOf(rule, 1, { type: "WILDCARD_MATCH", longest: 256, pattern: signingFilter });
    return { signingProfileArn, ...(repositoryFilters ? { repositoryFilters } : {}) };
  });
}

function settingOf(input: Json): { name: string; usual: string; values: readonly string[] } {
  const name = text(input, "name");
  const setting = Object.hasOwn(accountSettings, name) ? accountSettings[name] : undefined;
  if (!setting)
    throw refused(`The account setting name '${name}' is not one of ${Object.keys(accountSettings).join(", ")}`);
  return { name, ...setting };
}

function principalOf(input: Json): string {
  const principal = text(input, "principalArn");
  if (principal.length > 200 || !principalArn.test(principal))
    throw invalid("principalArn", "is not the ARN of a role or user");
  return principal;
}

function noSigning(account: string): AwsError {
  return new AwsError(
    "SigningConfigurationNotFoundException",
    `Signing configuration does not exist for the registry with id '${account}'`,
  );
}

export const registrySettings: Operations = {
  GetRegistryScanningConfiguration({ registry }) {
    return {
      registryId: registry.account,
      scanningConfiguration: registry.scanningConfiguration ?? { scanType: "BASIC", rules: [] },
    };
  },

  PutRegistryScanningConfiguration(context, input) {
    const { registry, store } = context;
    const scanType = optionalText(input, "scanType") ?? "BASIC";
    if (scanType !== "BASIC" && scanType !== "ENHANCED") throw invalid("scanType", "must be one of [BASIC, ENHANCED]");
    const configuration = { scanType, rules: scanningRules(input, scanType) };
    if (scanType === "BASIC" && configuration.rules.length === 0) delete registry.scanningConfiguration;
    else registry.scanningConfiguration = configuration;
    scanExisting(context);
    store.changed();
    return { registryScanningConfiguration: configuration };
  },

  BatchGetRepositoryScanningConfiguration({ registry }, input) {
    const names = listOf(input, "repositoryNames", 1, 25);
    if (!names) throw invalid("repositoryNames", "is required");
    const scanningConfigurations: Json[] = [];
    const failures: Json[] = [];
    for (const name of names.map(String)) {
      const repository = registry.repositories[name];
      if (!repository || repository.lingers !== undefined || repository.visibleAt > Date.now()) {
        failures.push({
          repositoryName: name,
          failureCode: "REPOSITORY_NOT_FOUND",
          failureReason: `The repository with name '${name}' does not exist in the registry with id '${registry.account}'`,
        });
        continue;
      }
      const scanning = scanningOf(registry, repository);
      scanningConfigurations.push({
        repositoryArn: arnOf(registry, name),
        repositoryName: name,
        scanOnPush: repository.scanOnPush || scanning.scanFrequency === "SCAN_ON_PUSH",
        ...scanning,
      });
    }
    return { scanningConfigurations, failures };
  },

  GetAccountSetting({ registry }, input) {
    const { name, usual } = settingOf(input);
    return { name, value: registry.accountSettings?.[name] ?? usual };
  },

  PutAccountSetting({ registry, store }, input) {
    const { name, usual, values } = settingOf(input);
    const value = text(input, "value");
    if (!values.includes(value)) throw refused(`The value '${value}' is not valid for the account setting ${name}`);
    registry.accountSettings = { ...registry.accountSettings, [name]: value };
    if (value === usual) delete registry.accountSettings[name];
    store.changed();
    return { name, value };
  },

  GetSigningConfiguration({ registry }) {
    if (!registry.signingConfiguration) throw noSigning(registry.account);
    return { registryId: registry.account, signingConfiguration: registry.signingConfiguration };
  },

  PutSigningConfiguration({ registry, store }, input) {
    registry.signingConfiguration = { rules: signingRules(input) };
    store.changed();
    return { signingConfiguration: registry.signingConfiguration };
  },

  DeleteSigningConfiguration({ registry, store }) {
    const { signingConfiguration } = registry;
    if (!signingConfiguration) throw noSigning(registry.account);
    delete registry.signingConfiguration;
    store.changed();
    return { registryId: registry.account, signingConfiguration };
  },

  RegisterPullTimeUpdateExclusion({ registry, store, clock }, input) {
    const principal = principalOf(input);
    const known = registry.pullTimeExclusions ?? [];
    if (known.includes(principal))
      throw new AwsError("ExclusionAlreadyExistsException", `The principal '${principal}' is already excluded`);
    registry.pullTimeExclusions = [...known, principal];
    store.changed();
    return { principalArn: principal, createdAt: clock.now().getTime() / 1_000 };
  },

  DeregisterPullTimeUpdateExclusion({ registry, store }, input) {
    const principal = principalOf(input);
    const known = registry.pullTimeExclusions ?? [];
    if (!known.includes(principal))
      throw new AwsError("ExclusionNotFoundException", `The principal '${principal}' is not excluded`);
    registry.pullTimeExclusions = known.filter((other) => other !== principal);
    store.changed();
    return { principalArn: principal };
  },

  /** The model allows 1,000 a page, yet its list holds at most 100. */
  ListPullTimeUpdateExclusions({ registry }, input) {
    const asked = input["maxResults"];
    const size = typeof asked === "number" && asked > 100 && asked <= 1_000 ? 100 : asked;
    const { items, nextToken } = page({ ...input, maxResults: size }, registry.pullTimeExclusions ?? []);
    return { pullTimeUpdateExclusions: items, nextToken };
  },
};
