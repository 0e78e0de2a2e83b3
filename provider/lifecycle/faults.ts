/**
 * What can be wrong with a lifecycle policy, and what can be said of it without images: for each kind of finding the rule it
 * belongs to, its level and who says so. Level error is only for what AWS refuses for certain.
 */

import type { Fault } from "../text/finding.ts";

const rows = {
  syntax: {
    ruleId: "ECR-A1",
    level: "error",
    when: "a lifecycle policy is not JSON, repeats a key, or is nested deeper than any policy",
    source: "RFC 8259; ECR user guide: lifecycle policy template",
  },
  size: {
    ruleId: "ECR-A14",
    level: "error",
    when: "a lifecycle policy has fewer than 100 or more than 30,720 characters without spacing",
    source: "ECR API reference: PutLifecyclePolicy",
  },
  nearlyTooLong: {
    ruleId: "ECR-A14",
    level: "note",
    when: "a lifecycle policy has less than a tenth of its length left",
    source: "ECR API reference: PutLifecyclePolicy",
  },
  shape: {
    ruleId: "ECR-D1",
    level: "error",
    when: "an element is unknown, missing, of the wrong type or has a value outside the template",
    source: "ECR user guide: lifecycle policy template",
  },
  tagLists: {
    ruleId: "ECR-D1",
    level: "error",
    when: "tagStatus and the lists of tags do not go together, or a pattern has more than four *",
    source: "ECR user guide: lifecycle policy properties, tagPatternList and tagPrefixList",
  },
  emptyTag: {
    ruleId: "ECR-D1",
    level: "warning",
    when: "an entry of tagPrefixList or tagPatternList is empty",
    source: "A single report that ECR rejects it; the ECR user guide does not say",
  },
  combination: {
    ruleId: "ECR-D1",
    level: "error",
    when: "countType, countUnit, countNumber, storageClass and the action do not go together",
    source: "ECR user guide: lifecycle policy properties",
  },
  priority: {
    ruleId: "ECR-D1",
    level: "error",
    when: "a rulePriority is used twice, or a rule for any images does not have the highest of its storage class",
    source: "ECR user guide: lifecycle policy properties, rulePriority",
  },
  repeatedSelection: {
    ruleId: "ECR-D1",
    level: "error",
    when: "two rules of a storage class are about untagged images or have the same prefixes",
    source: "ECR user guide: how lifecycle policies are evaluated",
  },
  nullMember: {
    ruleId: "ECR-D1",
    level: "error",
    when: "a member is null and the document is not sent by the provider of this package, which leaves such members out",
    source:
      "ECR's answer in cloudposse/terraform-aws-ecr #158: “instance failed to match exactly one schema”; ECR user guide: lifecycle policy template",
  },
  misspelled: {
    ruleId: "ECR-D1",
    level: "error",
    when: "a value differs from a known one only by letter case or a slip of the pen",
    source: "ECR user guide: lifecycle policy properties, which list the values",
  },
  newerValue: {
    ruleId: "ECR-D1",
    level: "warning",
    when: "a value is not known to this version and not a misspelling of one that is",
    source: "ECR user guide: lifecycle policy properties; AWS has added values in 2023 and 2025",
  },
  sharedPrefix: {
    ruleId: "ECR-D1",
    level: "warning",
    when: "two rules of a storage class share a prefix, or have the same patterns",
    source:
      "ECR user guide: prefixes have to be unique; whether that holds for parts of a list and patterns is not said",
  },
  separateTags: {
    ruleId: "ECR-D2",
    level: "warning",
    when: "a rule needs two tags on one image",
    source: "ECR user guide: all entries of a list must match",
  },
  dead: {
    ruleId: "ECR-D3",
    level: "warning",
    when: "a rule can act on no image",
    source: "ECR user guide: how lifecycle policies are evaluated",
  },
  protectedTag: {
    ruleId: "ECR-D4",
    level: "warning",
    when: "a rule can take images with a protected tag",
    source: "protectedTags of review.yaml",
  },
  unbounded: {
    ruleId: "ECR-D5",
    level: "note",
    when: "no rule ever takes untagged images, or images whose tags no rule names",
    source: "ECR user guide: lifecycle policies; every image is paid for",
  },
  untaggedParts: {
    ruleId: "ECR-D7",
    level: "warning",
    when: "a rule takes untagged images where manifest lists are",
    source:
      "ECR user guide: an image of a manifest list stays as long as the list; users report otherwise for pull-through caches",
  },
} as const satisfies Readonly<Record<string, Fault>>;

export const lifecycleFaults: { readonly [Name in keyof typeof rows]: Fault } = rows;
