/** The simulator beside AWS's own preview of the policy: where the two differ, and only that. */

import { previewed } from "../../../functions/lifecycle-preview.ts";
import type { Gateway } from "../../../gateway/gateway.ts";
import type { Action } from "../../../lifecycle/evaluate.ts";
import { lifecyclePolicyText } from "../../../lifecycle/policy.ts";
import { shortDigest } from "../../../lifecycle/reason.ts";
import type { Verdict } from "../../../lifecycle/simulate.ts";
import type { Finding } from "../../../text/finding.ts";

export interface Disagreement {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  /** What the simulator says, and by which rule. */
  readonly simulated: string;
  /** What AWS says. */
  readonly aws: string;
  /** The simulator's own doubt about it. */
  readonly doubts: readonly string[];
}

const actions: Readonly<Record<string, Action>> = { EXPIRE: "expire", TRANSITION: "transition" };

/**
 * Has AWS preview the policy and compares. AWS previews the present: verdicts for another moment differ for that reason alone.
 * Throws ProviderError when there is no preview of this policy to compare with.
 */
export async function crossCheck(
  gateway: Gateway,
  repositoryName: string,
  policy: string,
  verdicts: readonly Verdict[],
): Promise<Disagreement[]> {
  const { previewResults } = await previewed(gateway, { repositoryName }, { text: lifecyclePolicyText(policy) });
  const said = new Map(
    previewResults.map(({ imageDigest = "", action, appliedRulePriority }) => [
      imageDigest,
      told(actions[action?.type ?? ""] ?? "keep", appliedRulePriority ?? null),
    ]),
  );
  return verdicts.flatMap(({ imageDigest, imageTags, action, rulePriority, hangsOn = [] }) => {
    const simulated = told(action, rulePriority);
    const aws = said.get(imageDigest) ?? told("keep", null);
    return simulated === aws ? [] : [{ imageDigest, imageTags, simulated, aws, doubts: hangsOn }];
  });
}

/** The finding that the simulator and AWS do not agree. */
export function differenceFinding(differences: readonly Disagreement[]): Finding[] {
  if (differences.length === 0) return [];
  const shown = differences.slice(0, 3).map(({ imageDigest, simulated, aws }) => {
    return `${shortDigest(imageDigest)}: simulated ${simulated}, AWS ${aws}`;
  });
  const rest = differences.length - shown.length;
  return [
    {
      ruleId: "aws-preview-differs",
      level: "error",
      path: [],
      message: `has another effect on ${differences.length} ${differences.length === 1 ? "image" : "images"} in AWS's own preview (${shown.join("; ")}${rest > 0 ? ` and ${rest} more` : ""}); AWS decides, so rely on its preview and report the difference`,
    },
  ];
}

function told(action: Action, priority: number | null): string {
  return action === "keep" ? "keep" : `${action} by rule ${priority ?? "?"}`;
}
