/** Creation templates: the settings of repositories that ECR makes by itself, by their prefix. */

import type { Context, Operations } from "../call/context.ts";
import { invalid, listOf, optionalText, page, text } from "../call/input.ts";
import { checkLifecyclePolicy } from "../documents/lifecycle-grammar.ts";
import { withoutSlash } from "../documents/match.ts";
import { readPolicy, storedLifecyclePolicy, storedPolicy } from "../documents/rewrite.ts";
import { checkPolicy } from "../documents/validate.ts";
import { mutabilityOf } from "../repositories/repository.ts";
import { tagsOf } from "../repositories/tags.ts";
import type { Template } from "../state/store.ts";
import { AwsError, type Json } from "../wire/protocol.ts";

const scenarios = ["REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"];
const prefixPattern = /^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?|ROOT)$/;
const keyArn = /^arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+$/;

/** A prefix as AWS keeps it, without its trailing slash. */
export function checkedPrefix(input: Json, name: string, least: number, most: number): string {
  const prefix = text(input, name);
  if (prefix.length < least || prefix.length > most || !prefixPattern.test(prefix))
    throw invalid(name, `must be a prefix of repository names or ROOT, of ${least} to ${most} characters`);
  return withoutSlash(prefix);
}

/** The entry of a prefix; a prefix may be spelled like a member that every object has. */
export function own<T>(entries: Readonly<Record<string, T>> | undefined, prefix: string): T | undefined {
  return entries && Object.hasOwn(entries, prefix) ? entries[prefix] : undefined;
}

/** What an input sets; a member that is left out is not set, an empty one takes away what was there. */
function settingsOf(context: Context, input: Json): Partial<Template> {
  const settings: Partial<Template> = {};
  for (const [name, most] of [
    ["description", 256],
    ["customRoleArn", 2_048],
  ] as const) {
    const value = optionalText(input, name);
    if (value !== undefined && value.length > most) throw invalid(name, `must have at most ${most} characters`);
    if (value !== undefined) settings[name] = value;
  }
  const appliedFor = listOf(input, "appliedFor", 0, 100);
  if (appliedFor) {
    if (!appliedFor.every((scenario) => scenarios.includes(String(scenario))))
      throw invalid("appliedFor", `must be of [${scenarios.join(", ")}]`);
    settings.appliedFor = [...new Set(appliedFor.map(String))];
  }
  const { encryptionType, kmsKey } = (input["encryptionConfiguration"] ?? {}) as {
    encryptionType?: string;
    kmsKey?: string;
  };
  if (encryptionType !== undefined) {
    if (!["AES256", "KMS", "KMS_DSSE"].includes(encryptionType))
      throw invalid("encryptionConfiguration", "encryptionType must be one of [AES256, KMS, KMS_DSSE]");
    if (kmsKey && (encryptionType === "AES256" || !keyArn.test(kmsKey)))
      throw invalid("encryptionConfiguration", "kmsKey must be the ARN of a key, and goes with KMS only");
    settings.encryptionConfiguration = { encryptionType, ...(kmsKey ? { kmsKey } : {}) };
  }
  if (input["resourceTags"] !== undefined)
    settings.resourceTags = Object.entries(tagsOf({ tags: input["resourceTags"] }, {})).map(([Key, Value]) => ({
      Key,
      Value,
    }));
  return { ...settings, ...policiesOf(context, input) };
}

function policiesOf(
  { settings }: Context,
  input: Json,
): Pick<Partial<Template>, "repositoryPolicy" | "lifecyclePolicy"> {
  const repositoryPolicy = optionalText(input, "repositoryPolicy");
  const lifecyclePolicy = optionalText(input, "lifecyclePolicy");
  if (repositoryPolicy) checkPolicy("repository", repositoryPolicy);
  if (lifecyclePolicy) checkLifecyclePolicy(lifecyclePolicy);
  if (settings.missingPrincipals.some((principal) => repositoryPolicy?.includes(JSON.stringify(principal))))
    throw invalid("PolicyText", "Principal not found");
  return {
    ...(repositoryPolicy === undefined ? {} : { repositoryPolicy }),
    ...(lifecyclePolicy === undefined ? {} : { lifecyclePolicy }),
  };
}

/** Empty members are no members. */
function withoutEmpty(template: Template): Template {
  const kept = Object.entries(template).filter(
    ([name, value]) =>
      name === "appliedFor" || (value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)),
  );
  return Object.fromEntries(kept) as unknown as Template;
}

/** The template as AWS shows it, its policies rewritten as those of repositories are. */
function shown(
  context: Context,
  { createdAt, updatedAt, repositoryPolicy, lifecyclePolicy, ...template }: Template,
): Json {
  const { rewrites, deletedPrincipals } = context.settings;
  const rewritten = (policy: string) =>
    readPolicy(storedPolicy(JSON.parse(policy) as Json), context.turn(), new Map(Object.entries(deletedPrincipals)));
  return {
    ...template,
    repositoryPolicy: repositoryPolicy && rewrites ? rewritten(repositoryPolicy) : repositoryPolicy,
    lifecyclePolicy:
      lifecyclePolicy && rewrites ? storedLifecyclePolicy(JSON.parse(lifecyclePolicy) as Json) : lifecyclePolicy,
    createdAt: createdAt / 1_000,
    updatedAt: updatedAt / 1_000,
  };
}

function answer(context: Context, template: Template): Json {
  return { registryId: context.registry.account, repositoryCreationTemplate: shown(context, template) };
}

function existing(context: Context, input: Json): Template {
  const prefix = checkedPrefix(input, "prefix", 1, 256);
  const template = own(context.registry.templates, prefix);
  if (!template)
    throw new AwsError(
      "TemplateNotFoundException",
      `The repository creation template for prefix '${prefix}' does not exist in the registry with id '${context.registry.account}'`,
    );
  return template;
}

function keep({ registry, store }: Context, template: Template): Template {
  registry.templates = { ...registry.templates, [template.prefix]: template };
  store.changed();
  return template;
}

export const templates: Operations = {
  CreateRepositoryCreationTemplate(context, input) {
    const prefix = checkedPrefix(input, "prefix", 1, 256);
    const { appliedFor, ...settings } = settingsOf(context, input);
    if (!appliedFor || appliedFor.length === 0) throw invalid("appliedFor", "is required");
    if (own(context.registry.templates, prefix))
      throw new AwsError(
        "TemplateAlreadyExistsException",
        `The repository creation template for prefix '${prefix}' already exists in the registry with id '${context.registry.account}'`,
      );
    const { mutability, exclusionFilters } = mutabilityOf(input);
    const at = context.clock.now().getTime();
    const template: Template = {
      prefix,
      appliedFor,
      encryptionConfiguration: { encryptionType: "AES256" },
      ...settings,
      imageTagMutability: mutability,
      ...(exclusionFilters ? { imageTagMutabilityExclusionFilters: exclusionFilters } : {}),
      createdAt: at,
      updatedAt: at,
    };
    return answer(context, keep(context, withoutEmpty(template)));
  },

  /** An omitted mutability means MUTABLE, says the prose of the model; every other omitted member stays as it is. */
  UpdateRepositoryCreationTemplate(context, input) {
    const { imageTagMutabilityExclusionFilters: _, ...before } = existing(context, input);
    const { mutability, exclusionFilters } = mutabilityOf(input);
    const template: Template = {
      ...before,
      ...settingsOf(context, input),
      imageTagMutability: mutability,
      ...(exclusionFilters ? { imageTagMutabilityExclusionFilters: exclusionFilters } : {}),
      updatedAt: context.clock.now().getTime(),
    };
    return answer(context, keep(context, withoutEmpty(template)));
  },

  DeleteRepositoryCreationTemplate(context, input) {
    const template = existing(context, input);
    delete context.registry.templates?.[template.prefix];
    context.store.changed();
    return answer(context, template);
  },

  /** Prefixes without a template are left out of the answer. */
  DescribeRepositoryCreationTemplates(context, input) {
    const all = context.registry.templates ?? {};
    const prefixes = listOf(input, "prefixes", 0, 1_000)?.map((prefix) => withoutSlash(String(prefix)));
    const wanted = Object.values(all).filter(
      ({ prefix }) => !prefixes || prefixes.length === 0 || prefixes.includes(prefix),
    );
    const { items, nextToken } = page(input, wanted);
    return {
      registryId: context.registry.account,
      repositoryCreationTemplates: items.map((template) => shown(context, template)),
      nextToken,
    };
  },
};
