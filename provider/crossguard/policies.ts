/**
 * The rules of the review as policies of CrossGuard, Pulumi's policy as code: one for each rule, by its id.
 *
 * Lives here: the policy pack: rules of the review as policies, the settings of the pack, values of the engine.
 * May not live here: a rule, or a second analysis of a policy (`review/`, `policy/`).
 */

import type { EnforcementLevel, Policies, PolicyConfigSchema, ReportViolation } from "@pulumi/policy";
import type { Rule } from "../review/rule/rule.ts";
import { rules } from "../review/rules/index.ts";
import type { Level } from "../text/finding.ts";
import { obeyedByNothing } from "../text/printable.ts";
import { createReviewer, type Reviewer, type Violation } from "./reviewer.ts";
import { settingsSchema } from "./settings.ts";

/** Rules that need what was there before, or the images. A policy pack is told neither; `pulumi-ecr review --preview` is. */
export const rulesAboutChanges: readonly string[] = [
  "ECR-C1",
  "ECR-C2",
  "ECR-C4",
  "ECR-C5",
  "ECR-D6",
  "ECR-D8",
  "ECR-E5",
];

const enforcement: Readonly<Record<Level, EnforcementLevel>> = {
  error: "mandatory",
  warning: "advisory",
  note: "disabled",
};
const severity = { error: "high", warning: "medium", note: "low" } as const;

/**
 * The policies, for the pack of this package or for one of your own. `settings` are those of `review.yaml` by the same
 * names; the configuration of the policy `review` goes over them. A rule of level error is mandatory, of warning advisory,
 * and of note disabled until the configuration asks for it. A finding at another level than its rule's is told by `review`
 * when it is an error and by `review-warnings` when it is a warning. Throws InvalidInput for wrong settings.
 */
export function policies(settings: object = {}): Policies {
  const reviewer = createReviewer(settings);
  const own = rules.filter(({ id }) => !rulesAboutChanges.includes(id)).map((rule) => policyOf(rule, reviewer));
  return [...shared(reviewer), ...own];
}

/** The two that are about no rule in particular. `review` stands first, so that all others see its settings. */
function shared(reviewer: Reviewer): Policies {
  const isOther = ({ ruleId, level }: Violation) =>
    ruleId !== undefined && rules.find(({ id }) => id === ruleId)?.level !== level;
  const told = (level: Level) => (violation: Violation) =>
    violation.level === level && (violation.ruleId === undefined || isOther(violation));
  const named = (violation: Violation) => ({
    ...violation,
    message: `${violation.ruleId ?? "note"}: ${violation.message}`,
  });
  return (["error", "warning"] as const).map((level) => ({
    name: level === "error" ? "review" : "review-warnings",
    description:
      level === "error"
        ? "An error by a rule that usually finds less; the settings of all policies are those of this one"
        : "A warning by a rule that usually finds more, or less",
    enforcementLevel: enforcement[level],
    severity: severity[level],
    ...(level === "error" ? { configSchema: { properties: settingsSchema } as PolicyConfigSchema } : {}),
    validateResource(args, report) {
      if (level === "error") reviewer.configure(args.getConfig());
      tell(reviewer.ofResource(args).filter(isOfDocuments).filter(told(level)).map(named), report);
    },
    validateStack(args, report) {
      if (level === "error") reviewer.configure(args.getConfig());
      tell(
        reviewer
          .ofStack(args.resources)
          .filter((one) => !isOfDocuments(one))
          .filter(told(level))
          .map(named),
        report,
      );
    },
  }));
}

/**
 * What documents say is known before a resource is made, so that a mandatory policy keeps it from being made; what hangs on
 * other resources is known when all of them are.
 */
function policyOf(rule: Rule, reviewer: Reviewer): Policies[number] {
  const { id, title, level, fix } = rule;
  const isOurs = (violation: Violation) => violation.ruleId === id && violation.level === level;
  return {
    name: id,
    displayName: title,
    description: title,
    enforcementLevel: enforcement[level],
    severity: severity[level],
    remediationSteps: fix,
    ...(rule.resource
      ? {
          validateStack: ({ resources }, report: ReportViolation) =>
            tell(reviewer.ofStack(resources).filter(isOurs), report),
        }
      : {
          validateResource: (resource, report: ReportViolation) =>
            tell(reviewer.ofResource(resource).filter(isOurs), report),
        }),
  };
}

function isOfDocuments({ ruleId }: Violation): boolean {
  const rule = rules.find(({ id }) => id === ruleId);
  return rule !== undefined && rule.resource === undefined;
}

/** What the engine shows in the log of a CI. */
function tell(violations: readonly Violation[], report: ReportViolation): void {
  for (const { message, urn } of violations) report(obeyedByNothing(message), urn);
}
