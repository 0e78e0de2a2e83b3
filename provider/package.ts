/** Facts about the package as such, for its schema. The version has its one place in package.json. */

import manifest from "../package.json" with { type: "json" };

export const version: string = manifest.version;

export const metadata = {
  description: manifest.description,
  provider: "How to reach Amazon ECR.",
  metadata: {
    displayName: "Amazon ECR",
    keywords: manifest.keywords,
    license: manifest.license,
    attribution: "",
    meta: { moduleFormat: "(.*)" },
    language: {
      nodejs: { packageName: "pulumi-ecr", respectSchemaVersion: true },
      python: { pyproject: { enabled: true }, respectSchemaVersion: true },
      go: { generateResourceContainerTypes: true, respectSchemaVersion: true },
      csharp: { respectSchemaVersion: true },
    },
  },
};
