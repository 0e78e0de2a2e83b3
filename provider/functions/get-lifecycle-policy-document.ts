/** `ecr:index:getLifecyclePolicyDocument`: a lifecycle policy from typed rules, without a call. */

import { defineFunction } from "../define/function.ts";
import { document, enumeration, input, integer, list, object, output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { buildLifecyclePolicy } from "../lifecycle/build.ts";
import { lifecyclePolicyText } from "../lifecycle/policy.ts";
import { validateLifecyclePolicy } from "../lifecycle/validate.ts";
import { problemsAmong, warnings } from "./documents.ts";

const selection = object("LifecyclePolicyDocumentSelection", "Which images a rule is about.", {
  required: {
    tagStatus: enumeration("LifecyclePolicyTagStatus", "Images with tags, without, or all.", {
      tagged: "Images with tags that match `tagPatternList` or `tagPrefixList`.",
      untagged: "Images without tags.",
      any: "All images; such a rule comes last.",
    }),
    countType: enumeration("LifecyclePolicyCountType", "What is counted.", {
      imageCountMoreThan: "Images, newest first: those beyond `countNumber` go.",
      sinceImagePushed: "Days since the push.",
      sinceImagePulled: "Days since the last pull; such images move to the archive.",
      sinceImageTransitioned: "Days in the archive, at least 90.",
    }),
    countNumber: integer("The number of images or days.", { minimum: 1 }),
  },
  optional: {
    tagPatternList: list(
      string("A pattern."),
      "Tags, with `*` for any characters; an image must have one for each pattern.",
    ),
    tagPrefixList: list(string("A prefix."), "Starts of tags; an image must have a tag for each."),
    storageClass: enumeration(
      "LifecyclePolicyStorageClass",
      "Where the images are. Default: follows from `countType`.",
      {
        standard: "Images that can be pulled.",
        archive: "Images in the archive class.",
      },
    ),
    countUnit: enumeration("LifecyclePolicyCountUnit", "Default: follows from `countType`.", { days: "Days." }),
  },
});

const action = object("LifecyclePolicyDocumentAction", "What is done with the images.", {
  required: {
    type: enumeration("LifecyclePolicyActionType", "What is done.", {
      expire: "They are deleted.",
      transition: "They move to another storage class.",
    }),
  },
  optional: { targetStorageClass: string("Where they move to. Default: `archive`.") },
});

const rule = object("LifecyclePolicyDocumentRule", "A rule of a lifecycle policy.", {
  required: { selection },
  optional: {
    rulePriority: integer("Lower numbers come first. Default: one more than the rules before it.", { minimum: 1 }),
    description: string("What the rule is for."),
    action,
  },
});

export const getLifecyclePolicyDocument = defineFunction<Gateway>()({
  name: "getLifecyclePolicyDocument",
  description:
    "Makes a lifecycle policy from typed rules, without a call. What follows from the rest of a rule need not be written: its priority, the unit, the storage class, and the action `expire` (or `transition` for what was not pulled). Everything that ECR would refuse is said at once.",
  args: { rules: input(list(rule, "The rules, at most 50.", { minItems: 1 }), { required: true }) },
  results: {
    json: output(string("The policy as compact JSON text, in the order in which ECR keeps it."), { required: true }),
    prettyJson: output(string("The same, indented."), { required: true }),
    document: output(document("The same, as an object."), { required: true }),
  },
  permissions: [],
  check: ({ rules = [] }) => problemsAmong(validateLifecyclePolicy(buildLifecyclePolicy(rules)), ({ path }) => path),
  async call({ warn }, { rules }) {
    const built = buildLifecyclePolicy(rules);
    warnings(validateLifecyclePolicy(built), ({ path }) => path).forEach(warn);
    const sorted = built.rules.toSorted((a, b) => Number(a["rulePriority"]) - Number(b["rulePriority"]));
    const json = lifecyclePolicyText({ rules: sorted });
    const parsed = JSON.parse(json) as Record<string, unknown>;
    return { json, prettyJson: JSON.stringify(parsed, undefined, 2), document: parsed };
  },
});
