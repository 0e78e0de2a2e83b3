/** One program with all seven resources, as YAML data and as TypeScript, so that both can be held to the same. */

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

/** The program as data; `change` may alter the properties of a resource by name. */
export function yamlProgram(change: Record<string, object> = {}): object {
  const resource = (name: string, type: string, properties: object, options: object = {}) => ({
    [name]: { type: `ecr:${type}`, properties: { ...properties, ...change[name] }, options },
  });
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
  return { uri: app.repositoryUri };
}
