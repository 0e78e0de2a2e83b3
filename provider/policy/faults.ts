/**
 * What can be wrong with an access policy: for each kind of finding the rule it belongs to, its level and who says so. The
 * validator, the rules of the review and docs/rules.md read this table. Level error is only for what AWS refuses for certain.
 */

import type { Fault } from "../text/finding.ts";

const rows = {
  syntax: {
    ruleId: "ECR-A1",
    level: "error",
    when: "an access policy is not JSON, repeats a key, or is nested deeper than any policy",
    source: "RFC 8259; the IAM grammar, in which an element occurs once",
  },
  twinKeys: {
    ruleId: "ECR-A1",
    level: "warning",
    when: "keys of a condition differ only in letter case",
    source: "IAM Access Analyzer: DUPLICATE_KEYS_WITH_DIFFERENT_CASE; ECR's answer is not documented",
  },
  shape: {
    ruleId: "ECR-A2",
    level: "error",
    when: "an element is unknown, missing, of the wrong type or has a value outside the grammar",
    source: "IAM reference: grammar of the JSON policy language",
  },
  repositoryResource: {
    ruleId: "ECR-A3",
    level: "warning",
    when: "a repository policy has Resource or NotResource",
    source:
      "Reports of 2019 and 2023 (aws-cdk #3583, #24314) that ECR rejects it, against examples of the ECR user guide that have it",
  },
  missingResource: {
    ruleId: "ECR-A4",
    level: "error",
    when: "a statement of a registry policy has neither Resource nor NotResource",
    source: "IAM reference: grammar of the JSON policy language; IAM Access Analyzer: MISSING_RESOURCE",
  },
  resourceForm: {
    ruleId: "ECR-A4",
    level: "error",
    when: "a resource of a registry policy is neither an ARN nor *",
    source: "IAM reference: Resource; IAM Access Analyzer: INVALID_ARN_PREFIX",
  },
  otherResource: {
    ruleId: "ECR-A4",
    level: "warning",
    when: "a resource of a registry policy is not a repository of ECR",
    source: "containers-roadmap #2675: ECR stores such a policy, and the statement has no effect",
  },
  actionForm: {
    ruleId: "ECR-A5",
    level: "error",
    when: "an action is not written as ecr:NAME",
    source: "IAM reference: grammar of the JSON policy language, Action",
  },
  foreignAction: {
    ruleId: "ECR-A5",
    level: "error",
    when: "an action belongs to another service",
    source: "The contract tests of AWS::ECR::Repository; IAM Access Analyzer: UNSUPPORTED_ACTION_IN_POLICY",
  },
  operationWithoutAction: {
    ruleId: "ECR-A5",
    level: "warning",
    when: "an API operation has no published action",
    source: "IAM's service authorization reference for Amazon ECR, which does not list it",
  },
  unknownAction: {
    ruleId: "ECR-A5",
    level: "warning",
    when: "an action or wildcard matches no action known to this version",
    source: "IAM's service authorization reference for Amazon ECR; IAM stores names that it does not know",
  },
  registryAction: {
    ruleId: "ECR-A6",
    level: "warning",
    when: "a repository policy has an action that cannot have an effect there, such as ecr:GetAuthorizationToken or ecr:CreateRepository",
    source:
      "IAM's service authorization reference for Amazon ECR: these actions have no repository as resource; two widely used Terraform modules write ecr:GetAuthorizationToken by default, and one report of 2020 (cloudposse/terraform-aws-ecr #67) says that ECR rejected it",
  },
  awsPrincipal: {
    ruleId: "ECR-A7",
    level: "error",
    when: "an AWS principal is not an account id and not the ARN of an account, user, role or session",
    source: "IAM reference: Principal; IAM Access Analyzer: INVALID_PRINCIPAL_FORMAT",
  },
  servicePrincipal: {
    ruleId: "ECR-A7",
    level: "error",
    when: "a service principal has no domain or a misspelled one",
    source: "IAM reference: Principal; IAM Access Analyzer: INVALID_SERVICE_PRINCIPAL_FORMAT",
  },
  deletedPrincipal: {
    ruleId: "ECR-A8",
    level: "warning",
    when: "a principal is a unique id (AIDA…, AROA…)",
    source: "IAM user guide: AWS shows the unique id in place of a deleted user or role",
  },
  repeatedSid: {
    ruleId: "ECR-A10",
    level: "warning",
    when: "two statements have the same Sid",
    source: "IAM Access Analyzer: UNIQUE_SIDS_REQUIRED; ECR accepts it (moto #8908)",
  },
  emptyList: {
    ruleId: "ECR-A10",
    level: "warning",
    when: "a list of actions, principals, resources or values of a condition is empty",
    source:
      "IAM Access Analyzer: EMPTY_ARRAY_ACTION, EMPTY_ARRAY_RESOURCE, EMPTY_ARRAY_CONDITION, EMPTY_OBJECT_CONDITION, EMPTY_OBJECT_PRINCIPAL",
  },
  plainVariable: {
    ruleId: "ECR-A11",
    level: "warning",
    when: "a policy without Version 2012-10-17 has a policy variable",
    source: "IAM reference: Version",
  },
  unknownOperator: {
    ruleId: "ECR-A12",
    level: "error",
    when: "a condition operator does not exist",
    source: "IAM reference: condition operators; IAM Access Analyzer: INVALID_CONDITION_OPERATOR",
  },
  conditionValue: {
    ruleId: "ECR-A12",
    level: "warning",
    when: "a value or an operator does not fit the key, so that the condition cannot hold as written",
    source: "IAM reference: condition operators and global condition keys; IAM Access Analyzer: DATA_TYPE_MISMATCH",
  },
  unknownKey: {
    ruleId: "ECR-A13",
    level: "warning",
    when: "a condition key is in no request to ECR known to this version",
    source: "IAM's service authorization reference for Amazon ECR; IAM user guide: global condition keys",
  },
  size: {
    ruleId: "ECR-A14",
    level: "error",
    when: "an access policy has more than 10,240 characters without spacing",
    source: "ECR API reference: SetRepositoryPolicy, PutRegistryPolicy",
  },
  nearlyTooLong: {
    ruleId: "ECR-A14",
    level: "note",
    when: "an access policy has less than a tenth of its length left",
    source: "ECR API reference: SetRepositoryPolicy, PutRegistryPolicy",
  },
} as const satisfies Readonly<Record<string, Fault>>;

export const policyFaults: { readonly [Name in keyof typeof rows]: Fault } = rows;
