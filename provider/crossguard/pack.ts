/** The policy pack: what `policy-pack/` starts. It serves as soon as it is loaded. */

import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("pulumi-ecr", {
  policies: policies(),
  displayName: "Amazon ECR",
  description: "The rules of `pulumi-ecr review`: access policies, lifecycle policies and settings of registries",
  provider: "aws",
});
