"use strict";

const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("pulumi-ecr/policies");

const known = ["platform/", "team/"];

new PolicyPack("company-registries", {
  policies: [
    ...policies({ account: "123456789012", trusted: { accounts: ["111111111111"] }, requiredTags: ["owner"] }),
    {
      name: "repository-prefix",
      description: `The name of a repository starts with ${known.join(" or ")}`,
      enforcementLevel: "mandatory",
      validateResource({ type, props }, report) {
        if (type === "ecr:index:Repository" && !known.some((prefix) => props.repositoryName?.startsWith(prefix)))
          report(`it is called ${JSON.stringify(props.repositoryName)}`);
      },
    },
  ],
});
