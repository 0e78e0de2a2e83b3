/**
 * A stack's state as the resources of other providers would have left it, for the same registry. The shapes are those of
 * the published typings of @pulumi/aws 7.48 and @pulumi/aws-native 1.79, and of what their bridge and Cloud Control store.
 */

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  readonly custom?: boolean;
  readonly inputs?: Props;
  readonly outputs?: Props;
  readonly [member: string]: unknown;
}
export type Props = Readonly<Record<string, unknown>>;
export interface State {
  readonly version: number;
  readonly deployment: { readonly resources?: readonly StateResource[] };
}

/** One of our resources as others: with the suffix that its URN's type gets, its id, and both sides. */
interface Other {
  readonly type: string;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** Resources that another provider has no word for are left out. */
function stateOf(
  state: State,
  provider: string,
  convert: (
    resource: Required<Pick<StateResource, "id" | "inputs" | "outputs" | "type">>,
    all: readonly StateResource[],
  ) => Other | undefined,
): State {
  const all = state.deployment.resources ?? [];
  const ours = /::(pulumi:providers:ecr|ecr:index:[A-Za-z]+)::/;
  const resources = all.flatMap((resource): StateResource[] => {
    const { type, id = "", inputs = {}, outputs = {} } = resource;
    if (type === "pulumi:providers:ecr") {
      const kept = { region: inputs["region"], skipCredentialsValidation: "true" };
      return [
        {
          ...resource,
          urn: resource.urn.replace(ours, `::pulumi:providers:${provider}::`),
          type: `pulumi:providers:${provider}`,
          inputs: kept,
          outputs: kept,
        },
      ];
    }
    if (!type.startsWith("ecr:")) return [resource];
    const other = convert({ type: type.slice("ecr:index:".length), id, inputs, outputs }, all);
    if (!other) return [];
    const theirs = (resource.provider ?? "").replace(ours, `::pulumi:providers:${provider}::`);
    return [{ ...resource, ...other, urn: resource.urn.replace(ours, `::${other.type}::`), provider: theirs }];
  });
  return { ...state, deployment: { ...state.deployment, resources } };
}

const textOf = (document: unknown) => (typeof document === "string" ? document : JSON.stringify(document));

function without(props: Props, ...names: readonly string[]): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !names.includes(name)));
}

/** The members under other names; what is not there stays away. */
function renamed(props: Props, names: Readonly<Record<string, string>>): Props {
  return Object.fromEntries(Object.entries(props).map(([name, value]) => [names[name] ?? name, value]));
}

function changed(props: Props, name: string, change: (value: unknown) => unknown): Props {
  return name in props ? { ...props, [name]: change(props[name]) } : props;
}

/** The bridge notes in each object which members a default filled in. */
function defaulted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defaulted);
  if (typeof value !== "object" || value === null) return value;
  return {
    __defaults: [],
    ...Object.fromEntries(Object.entries(value).map(([name, member]) => [name, defaulted(member)])),
  };
}

const awsNames: Readonly<
  Record<
    string,
    { type: string; names?: Readonly<Record<string, string>>; documents?: readonly string[]; single?: string }
  >
> = {
  Repository: {
    type: "aws:ecr/repository:Repository",
    names: {
      repositoryName: "name",
      repositoryUri: "repositoryUrl",
      encryptionConfiguration: "encryptionConfigurations",
    },
  },
  RepositoryPolicy: {
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    names: { repositoryName: "repository", policyText: "policy" },
    documents: ["policy"],
  },
  LifecyclePolicy: {
    type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    names: { repositoryName: "repository", lifecyclePolicyText: "policy" },
    documents: ["policy"],
  },
  RegistryPolicy: {
    type: "aws:ecr/registryPolicy:RegistryPolicy",
    names: { policyText: "policy" },
    documents: ["policy"],
  },
  ReplicationConfiguration: { type: "aws:ecr/replicationConfiguration:ReplicationConfiguration" },
  RegistryScanningConfiguration: { type: "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration" },
  PullThroughCacheRule: { type: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule" },
  RepositoryCreationTemplate: {
    type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    names: { appliedFor: "appliedFors", encryptionConfiguration: "encryptionConfigurations" },
    documents: ["repositoryPolicy", "lifecyclePolicy"],
  },
  AccountSetting: { type: "aws:ecr/accountSetting:AccountSetting" },
  PullTimeUpdateExclusion: { type: "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion" },
};

/** As `@pulumi/aws` leaves it: Terraform's words, policies as text, the region of each resource, defaults noted. */
export function asAws(state: State): State {
  return stateOf(state, "aws", ({ type, id, inputs, outputs }) => {
    const known = Object.hasOwn(awsNames, type) ? awsNames[type] : undefined;
    if (!known) return undefined;
    const theirs = (props: Props) => {
      let shaped = renamed(
        without(props, "adopt", "onDelete", "createdAt", "updatedAt", "upstreamRegistry", "lastEvaluatedAt"),
        known.names ?? {},
      );
      for (const name of known.documents ?? []) shaped = changed(shaped, name, textOf);
      shaped = changed(shaped, "encryptionConfigurations", (value) => [value]);
      if (type === "ReplicationConfiguration")
        shaped = { ...without(shaped, "rules"), replicationConfiguration: { rules: shaped["rules"] } };
      return shaped;
    };
    const account = String(outputs["registryId"] ?? "");
    const singleton = ["RegistryPolicy", "ReplicationConfiguration", "RegistryScanningConfiguration"].includes(type);
    const region = regionOf(outputs);
    const shown = theirs(outputs);
    return {
      type: known.type,
      id: singleton ? account : id,
      inputs: defaulted(theirs(inputs)) as Props,
      outputs: {
        ...changed(shown, "encryptionConfigurations", (list) =>
          (list as object[]).map((one) => ({ kmsKey: "", ...one })),
        ),
        id: singleton ? account : id,
        ...(region === undefined ? {} : { region }),
        ...(type === "Repository"
          ? { tagsAll: outputs["tags"] ?? {}, forceDelete: outputs["forceDelete"] ?? null }
          : {}),
      },
    };
  });
}

function regionOf({ arn }: Props): string | undefined {
  return typeof arn === "string" ? arn.split(":")[3] : undefined;
}

const pairs = (tags: unknown) => Object.entries(tags as Record<string, string>).map(([key, value]) => ({ key, value }));
const nativeFilters = (filters: unknown) =>
  (filters as { filter: string; filterType: string }[]).map(({ filter, filterType }) => ({
    imageTagMutabilityExclusionFilterType: filterType,
    imageTagMutabilityExclusionFilterValue: filter,
  }));

const nativeTypes = [
  "Repository",
  "RegistryPolicy",
  "ReplicationConfiguration",
  "RegistryScanningConfiguration",
  "RepositoryCreationTemplate",
  "PullThroughCacheRule",
  "SigningConfiguration",
  "PullTimeUpdateExclusion",
];

/** As `@pulumi/aws-native` leaves it: CloudFormation's words; a repository holds its policies. */
export function asNative(state: State): State {
  return stateOf(state, "aws-native", ({ type, id, inputs, outputs }, all) => {
    if (!nativeTypes.includes(type)) return undefined;
    const account = String(outputs["registryId"] ?? "");
    const theirs = (props: Props, side: "inputs" | "outputs") => {
      let shaped = renamed(without(props, "adopt", "onDelete", "lastEvaluatedAt"), { forceDelete: "emptyOnDelete" });
      shaped = changed(shaped, "imageTagMutabilityExclusionFilters", nativeFilters);
      for (const name of ["tags", "resourceTags"]) shaped = changed(shaped, name, pairs);
      if (type === "RepositoryCreationTemplate")
        for (const name of ["repositoryPolicy", "lifecyclePolicy"]) shaped = changed(shaped, name, textOf);
      if (type === "ReplicationConfiguration")
        shaped = { ...without(shaped, "rules"), replicationConfiguration: { rules: shaped["rules"] } };
      if (type !== "Repository") return shaped;
      const part = (name: string) =>
        all.find(
          (other) =>
            other.type === `ecr:index:${name}` && other.id === id && other.provider === ownProvider(all, id, outputs),
        )?.[side];
      const [policy, lifecycle] = [part("RepositoryPolicy"), part("LifecyclePolicy")];
      return {
        ...shaped,
        ...(policy ? { repositoryPolicyText: policy["policyText"] } : {}),
        ...(lifecycle ? { lifecyclePolicy: { lifecyclePolicyText: textOf(lifecycle["lifecyclePolicyText"]) } } : {}),
      };
    };
    return {
      type: `aws-native:ecr:${type}`,
      id:
        type.startsWith("Registry") || type === "ReplicationConfiguration" || type === "SigningConfiguration"
          ? account
          : id,
      inputs: theirs(inputs, "inputs"),
      outputs: theirs(outputs, "outputs"),
    };
  });
}

/** The provider of the repository with these outputs: names repeat in other regions. */
function ownProvider(all: readonly StateResource[], id: string, { arn }: Props): string | undefined {
  return all.find((other) => other.id === id && other.outputs?.["arn"] === arn)?.provider;
}
