/** One program with resources of every type that needs no image, as YAML data and as TypeScript, so that both can be held to the same. */

import * as ecr from "pulumi-ecr";

export const pullPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "pull",
      Effect: "Allow",
      Principal: { AWS: ["111111111111", "222222222222"] },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ],
};

export const lifecycle = {
  rules: [
    {
      rulePriority: 1,
      description: "keep ten",
      selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 10 },
      action: { type: "expire" },
    },
  ],
};

export const registryPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "replicate",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: ["ecr:ReplicateImage"],
      Resource: "*",
    },
  ],
};

export const replication = [{ destinations: [{ region: "eu-west-1", registryId: "111111111111" }] }];

const prefix = "prod/*";
export const scanning = {
  scanType: "BASIC",
  rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: prefix, filterType: "WILDCARD" }] }],
};
export const signing = {
  rules: [
    {
      signingProfileArn: "arn:aws:signer:us-east-1:123456789012:/signing-profiles/release",
      repositoryFilters: [{ filter: prefix, filterType: "WILDCARD_MATCH" }],
    },
  ],
};
export const mirror = { ecrRepositoryPrefix: "mirror", upstreamRegistryUrl: "public.ecr.aws" };
export const template = {
  prefix: "mirror/",
  appliedFor: ["PULL_THROUGH_CACHE"],
  description: "copies",
  imageTagMutability: "IMMUTABLE",
  resourceTags: { kind: "copy" },
  customRoleArn: "arn:aws:iam::123456789012:role/template",
  repositoryPolicy: pullPolicy,
  lifecyclePolicy: lifecycle,
};
export const exclusion = { principalArn: "arn:aws:iam::123456789012:role/scanner" };
/** The value it starts with, so that nothing is left when the program goes. */
export const setting = { name: "BLOB_MOUNTING", value: "DISABLED" };

/** The program as data; `change` may alter the properties of a resource by name, `without` leaves resources out. */
export function yamlProgram(change: Record<string, object> = {}, without: readonly string[] = []): object {
  const resource = (name: string, type: string, properties: object) =>
    without.includes(name)
      ? {}
      : { [name]: { type: `ecr:${type}`, properties: { ...properties, ...change[name] }, options: {} } };
  return {
    resources: {
      ...resource("app", "Repository", { repositoryName: "team/app", tags: { team: "core" } }),
      ...resource("other", "Repository", { repositoryName: "team/other" }),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are Pulumi YAML's own references
      ...resource("policy", "RepositoryPolicy", { repositoryName: "${app.repositoryName}", policyText: pullPolicy }),
      ...resource("lifecycle", "LifecyclePolicy", {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: see above
        repositoryName: "${app.repositoryName}",
        lifecyclePolicyText: JSON.stringify(lifecycle),
      }),
      ...resource("registry", "RegistryPolicy", { policyText: registryPolicy }),
      ...resource("replication", "ReplicationConfiguration", { rules: replication }),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: see above
      ...resource("scanning", "ScanningConfig", { repositoryName: "${other.repositoryName}", scanOnPush: true }),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: see above
      ...resource("tags", "Tags", { resourceArn: "${other.arn}", tags: { owner: "web" } }),
      ...resource("scanners", "RegistryScanningConfiguration", scanning),
      ...resource("signing", "SigningConfiguration", signing),
      ...resource("mirror", "PullThroughCacheRule", mirror),
      ...resource("template", "RepositoryCreationTemplate", template),
      ...resource("exclusion", "PullTimeUpdateExclusion", exclusion),
      ...resource("setting", "AccountSetting", setting),
    },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: see above
    outputs: { uri: "${app.repositoryUri}" },
  };
}

/** The same in TypeScript, with the SDK that users import. */
export function typescriptProgram() {
  const app = new ecr.Repository("app", { repositoryName: "team/app", tags: { team: "core" } });
  const other = new ecr.Repository("other", { repositoryName: "team/other" });
  new ecr.RepositoryPolicy("policy", { repositoryName: app.repositoryName, policyText: pullPolicy });
  new ecr.LifecyclePolicy("lifecycle", {
    repositoryName: app.repositoryName,
    lifecyclePolicyText: JSON.stringify(lifecycle),
  });
  new ecr.RegistryPolicy("registry", { policyText: registryPolicy });
  new ecr.ReplicationConfiguration("replication", { rules: replication });
  new ecr.ScanningConfig("scanning", { repositoryName: other.repositoryName, scanOnPush: true });
  new ecr.Tags("tags", { resourceArn: other.arn, tags: { owner: "web" } });
  new ecr.RegistryScanningConfiguration("scanners", scanning);
  new ecr.SigningConfiguration("signing", signing);
  new ecr.PullThroughCacheRule("mirror", mirror);
  new ecr.RepositoryCreationTemplate("template", template);
  new ecr.PullTimeUpdateExclusion("exclusion", exclusion);
  new ecr.AccountSetting("setting", setting);
  return { uri: app.repositoryUri };
}
