/** The simulator beside AWS's own preview of the policy: where the two differ, and only that. */

import type { Gateway } from "../../../gateway/gateway.ts";
import type { Action } from "../../../lifecycle/evaluate.ts";
import { lifecyclePolicyText } from "../../../lifecycle/policy.ts";
import type { Verdict } from "../../../lifecycle/simulate.ts";
import { ProviderError } from "../../../text/errors.ts";

export interface Difference {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  /** What the simulator says, and by which rule. */
  readonly simulated: string;
  /** What AWS says. */
  readonly aws: string;
  /** The simulator's own doubt about it. */
  readonly doubts: readonly string[];
}

const patience = 300;
const actions: Readonly<Record<string, Action>> = { EXPIRE: "expire", TRANSITION: "transition" };

/**
 * Starts AWS's preview of the policy, waits for it and compares. AWS previews the present: verdicts for another moment
 * differ for that reason alone. Throws ProviderError when the preview fails.
 */
export async function crossCheck(
  gateway: Gateway,
  repositoryName: string,
  policy: string,
  verdicts: readonly Verdict[],
): Promise<Difference[]> {
  await gateway.call("StartLifecyclePolicyPreview", {
    repositoryName,
    lifecyclePolicyText: lifecyclePolicyText(policy),
  });
  await gateway.until("AWS's lifecycle policy preview", patience, async () => {
    const { status } = await gateway.call("GetLifecyclePolicyPreview", { repositoryName, maxResults: 1 });
    if (status === "FAILED" || status === "EXPIRED")
      throw new ProviderError(
        "Unavailable",
        `previewing the lifecycle policy of "${repositoryName}": AWS says ${status}`,
      );
    return status === "COMPLETE";
  });
  const previewed = new Map<string, string>();
  const pages = gateway.pages((nextToken) =>
    gateway.call("GetLifecyclePolicyPreview", { repositoryName, maxResults: 100, nextToken }),
  );
  for await (const { previewResults = [] } of pages)
    for (const { imageDigest = "", action, appliedRulePriority } of previewResults)
      previewed.set(imageDigest, told(actions[action?.type ?? ""] ?? "keep", appliedRulePriority ?? null));
  return verdicts.flatMap(({ imageDigest, imageTags, action, rulePriority, hangsOn = [] }) => {
    const simulated = told(action, rulePriority);
    const aws = previewed.get(imageDigest) ?? told("keep", null);
    return simulated === aws ? [] : [{ imageDigest, imageTags, simulated, aws, doubts: hangsOn }];
  });
}

function told(action: Action, priority: number | null): string {
  return action === "keep" ? "keep" : `${action} by rule ${priority ?? "?"}`;
}
