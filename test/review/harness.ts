/** Reviews from plain JSON: resources, configuration and what is known beside them. */

import type { Declared } from "../../provider/declared/declared.ts";
import type { LifecycleImage } from "../../provider/lifecycle/images.ts";
import { parseReference } from "../../provider/lifecycle/risk.ts";
import { readConfig } from "../../provider/review/config.ts";
import type { ReviewReport } from "../../provider/review/report.ts";
import { review } from "../../provider/review/review.ts";
import { isMap, unknown } from "../../provider/text/value.ts";

export const now = Date.parse("2026-06-01T00:00:00Z");

export interface Given {
  readonly before?: Declared;
  readonly after?: Declared;
  readonly replaced?: boolean;
  /** Resources that are there and do not change; those of before only. */
  readonly others?: readonly Declared[];
  readonly othersBefore?: readonly Declared[];
  readonly config?: unknown;
  readonly owner?: string;
  readonly region?: string;
  readonly partition?: string;
  readonly images?: Readonly<Record<string, readonly LifecycleImage[]>>;
  readonly inUse?: readonly string[];
  readonly isWhole?: boolean;
  readonly failOn?: readonly string[];
}

/** `{"$unknown": true}` stands for what a preview does not know. */
export function withUnknowns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (!isMap(value)) return value;
  if (value["$unknown"] === true) return unknown;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withUnknowns(member)]));
}

export function reviewOf(given: Given): ReviewReport {
  const { before, after, replaced, others = [], othersBefore = [], owner, region, partition } = given;
  const { config, problems } = readConfig(given.config);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const sides = [before, after].map((side) => (side ? (withUnknowns(side) as Declared) : undefined));
  const change = {
    ...(sides[0] ? { before: sides[0] } : {}),
    ...(sides[1] ? { after: sides[1] } : {}),
    ...(replaced ? { replaced } : {}),
  };
  return review({
    changes: [change],
    isChange: true,
    config,
    failOn: given.failOn ?? ["error", "outside-gain"],
    notRead: [],
    notes: [],
    surroundings: {
      access: {
        ...(owner === undefined ? {} : { owner }),
        ...(region === undefined ? {} : { region }),
        ...(partition === undefined ? {} : { partition }),
        trusted: Object.values(config.trusted).flat(),
        accounts: config.accounts,
      },
      expects: config.expects,
      before: [...(sides[0] ? [sides[0]] : []), ...others, ...othersBefore],
      after: [...(sides[1] ? [sides[1]] : []), ...others],
      isWhole: given.isWhole ?? false,
      ...(given.images ? { images: new Map(Object.entries(given.images)) } : {}),
      inUse: (given.inUse ?? []).map((text) => parseReference(text)),
      at: now,
    },
  });
}
