/** `terraform show -json` of a plan: what it changes in the resources of the AWS provider. */

import { readPlan } from "../../../../declared/terraform/plan.ts";
import { printable } from "../../../../text/printable.ts";
import { chunksOf, placeOf } from "../../../shared/bytes.ts";
import { type Gathered, pairUp } from "./gathered.ts";
import { unreadResources } from "./preview.ts";

const mostMissing = 20;
const what = "the plan";

/** Throws InvalidInput for what is no plan, or one of another major version of the format. */
export async function gatherPlan(file: string): Promise<Gathered> {
  const { changes, unread, missing } = await readPlan(placeOf(file, what), chunksOf(file, what));
  const paired = changes.map(({ before, after, isReplaced, isKept }) => ({
    isKept,
    pairs: pairUp(before, after).map((one) => ({ ...one, replaced: isReplaced })),
  }));
  return {
    changes: paired.flatMap(({ isKept, pairs }) => (isKept ? [] : pairs)),
    before: changes.flatMap(({ before }) => before),
    after: changes.flatMap(({ after }) => after),
    isChange: true,
    isWhole: true,
    notRead: [
      ...missing.slice(0, mostMissing).map((reason) => {
        return { file: printable(file, 200), reason: `${reason}, so changes may be missing`, incomplete: true };
      }),
      ...unreadResources(unread),
    ],
    notes: [],
  };
}
