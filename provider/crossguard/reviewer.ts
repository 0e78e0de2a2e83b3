/** Resources of a program, of any of the providers, through the review: what is found, and at which of them. */

import { type Declared, declaredOf, resourceId } from "../declared/declared.ts";
import { isEcrType } from "../declared/vocabulary.ts";
import { accessOf } from "../review/config.ts";
import type { ReviewFinding } from "../review/report.ts";
import { review } from "../review/review.ts";
import { type Level, sentenceOf } from "../text/finding.ts";
import { printable } from "../text/printable.ts";
import { valueKey } from "../text/value.ts";
import { readSettings } from "./settings.ts";
import { plainProperties } from "./values.ts";

/** What a policy is given of a resource. */
export interface Judged {
  readonly type: string;
  readonly urn: string;
  readonly props: object;
}

/** A finding, or with no rule a note of the review itself. */
export interface Violation {
  readonly ruleId?: string;
  readonly level: Level;
  readonly message: string;
  /** The resource that it is about; absent for the stack. */
  readonly urn?: string;
}

export interface Reviewer {
  /** Takes the settings for all that comes. Throws InvalidInput for wrong ones. */
  configure(settings: object): void;
  /** What is found about one resource by itself. */
  ofResource(resource: Judged): readonly Violation[];
  /** What is found about all resources of a stack. */
  ofStack(resources: readonly Judged[]): readonly Violation[];
}

/** Results are kept while the policies of one pack ask for them, one after the other. */
const mostKept = 256;

/** A reviewer with settings of its own; those of `configure` are put over `given`. */
export function createReviewer(given: object): Reviewer {
  let [config, written] = [readSettings(given), "{}"];
  const kept = new Map<string, { readonly of: string; readonly violations: readonly Violation[] }>();
  const judged = (key: string, resources: readonly Judged[], isWhole: boolean): readonly Violation[] => {
    const ours = resources
      .filter(({ type }) => isEcrType(type))
      .map(({ type, urn, props }) => ({ type, urn, properties: plainProperties(props) }));
    if (ours.length === 0) return [];
    const of = valueKey(ours);
    const known = kept.get(key);
    if (known?.of === of) return known.violations;
    const owners = new Map<string, string>();
    const declared = ours.flatMap(({ type, urn, properties }) => {
      const parts = declaredOf(type, properties, { urn });
      for (const part of parts) owners.set(printable(resourceId(part), 500), urn);
      return parts;
    });
    const violations = violationsIn(declared, config, isWhole, owners);
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, { of, violations });
    return violations;
  };
  return {
    configure(settings) {
      const text = JSON.stringify(settings);
      if (text === written) return;
      config = readSettings({ ...given, ...settings });
      written = text;
      kept.clear();
    },
    ofResource: (resource) => judged(resource.urn, [resource], false),
    ofStack: (resources) => judged("", resources, true),
  };
}

function violationsIn(
  declared: readonly Declared[],
  config: ReturnType<typeof readSettings>,
  isWhole: boolean,
  owners: ReadonlyMap<string, string>,
): Violation[] {
  const { findings, notes } = review({
    changes: declared.map((after) => ({ after })),
    isChange: false,
    surroundings: {
      access: accessOf(config),
      expects: config.expects,
      before: [],
      after: declared,
      isWhole,
      inUse: [],
      at: Date.now(),
    },
    config,
    configFile: "the settings of the policy pack",
    failOn: [],
    notRead: [],
    notes: [],
  });
  return [
    ...findings.filter(({ suppressed }) => !suppressed).map((finding) => violationOf(finding, owners)),
    ...(isWhole ? notes : []).map((note): Violation => ({ level: "warning", message: printable(note, 1_000) })),
  ];
}

function violationOf(finding: ReviewFinding, owners: ReadonlyMap<string, string>): Violation {
  const { ruleId, level, path, message, fix, resource } = finding;
  const urn = owners.get(resource);
  const text = sentenceOf({ path, message });
  return { ruleId, level, message: fix === "" ? text : `${text}\n${fix}`, ...(urn === undefined ? {} : { urn }) };
}
