/** Whether image tags can be moved: the rows of it, and the rule that concerns both. */

import { enumeration, input, list, object, string } from "../define/property.ts";
import type { Objection } from "../define/resource.ts";
import { sameRules } from "../text/compare.ts";
import { isUnknown } from "../text/value.ts";

const mutability = enumeration(
  "ImageTagMutability",
  "Whether image tags can be moved to another image. Default: `MUTABLE`.",
  {
    MUTABLE: "Tags can be overwritten.",
    IMMUTABLE: "Tags cannot be overwritten.",
    MUTABLE_WITH_EXCLUSION: "Tags can be overwritten, except those that match an exclusion filter.",
    IMMUTABLE_WITH_EXCLUSION: "Tags cannot be overwritten, except those that match an exclusion filter.",
  },
);

const exclusionFilters = list(
  object("ImageTagMutabilityExclusionFilter", "Tags that are excepted from the repository's mutability.", {
    required: {
      filterType: enumeration("ImageTagMutabilityExclusionFilterType", "How the filter is matched.", {
        WILDCARD: "`*` stands for any characters.",
      }),
      filter: string("Tag pattern, 1 to 128 characters of letters, digits and `. _ - *`, with at most two `*`.", {
        minLength: 1,
        maxLength: 128,
        pattern: "^[0-9a-zA-Z._-]*(\\*[0-9a-zA-Z._-]*){0,2}$",
        patternMessage: "must hold only letters, digits and . _ - with at most two *",
      }),
    },
  }),
  "Filters for the tags excepted from the mutability, 1 to 5; only with a `…_WITH_EXCLUSION` mutability, and then required.",
  { minItems: 1, maxItems: 5 },
);

export const mutabilityRows = {
  imageTagMutability: input(mutability, { default: "MUTABLE", computed: true }),
  imageTagMutabilityExclusionFilters: input(exclusionFilters, {
    equal: (left, right) => sameRules(left ?? [], right ?? []),
  }),
};

export function mutabilityProblems(inputs: {
  imageTagMutability?: string | undefined;
  imageTagMutabilityExclusionFilters?: unknown;
}): Objection[] {
  const { imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters: filters } = inputs;
  if (isUnknown(imageTagMutability) || isUnknown(filters)) return [];
  if (imageTagMutability.endsWith("_WITH_EXCLUSION") === (filters !== undefined)) return [];
  return [
    {
      source: "ECR API reference: CreateRepository",
      path: ["imageTagMutabilityExclusionFilters"],
      message:
        filters === undefined
          ? `is required with imageTagMutability ${imageTagMutability}`
          : `goes only with MUTABLE_WITH_EXCLUSION or IMMUTABLE_WITH_EXCLUSION, but imageTagMutability is ${imageTagMutability}`,
    },
  ];
}

type Filters = readonly { filterType?: string | undefined; filter?: string | undefined }[];

/** AWS's answer in the words of the rows. */
export function mutabilityOf(live: {
  imageTagMutability?: string | undefined;
  imageTagMutabilityExclusionFilters?: Filters | undefined;
}) {
  const { imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters: filters = [] } = live;
  return {
    imageTagMutability,
    imageTagMutabilityExclusionFilters:
      filters.length > 0
        ? filters.map(({ filterType = "WILDCARD", filter = "" }) => ({ filterType, filter }))
        : undefined,
  };
}
