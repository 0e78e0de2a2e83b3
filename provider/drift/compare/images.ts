/** What a lifecycle policy that is not the declared one does to the images that are there. */

import { repositoryOf } from "../../declared/columns.ts";
import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import type { Remark } from "../../declared/remark.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { readAllImages } from "../../gateway/images.ts";
import { lifecycleImpact } from "../../lifecycle/impact.ts";
import { formatPath } from "../../text/path.ts";
import type { Drifted } from "./three-way.ts";

/** What the live lifecycle policy does to the images that are there, and the declared one would not. */
export async function impactOn(
  { definition, properties: inputs }: DeclaredInState,
  { declared, live, path }: Drifted,
  gateway: Gateway,
): Promise<Remark[]> {
  const repository = repositoryOf(definition, inputs);
  if (repository === undefined) return [];
  const { sentence, newlyExpired, newlyArchived } = lifecycleImpact(
    declared,
    live,
    await readAllImages(gateway, repository),
    new Date(),
    "it",
  );
  if (sentence === undefined) return [];
  return [
    {
      ruleId: "expires-tonight",
      path: formatPath(path),
      data: [newlyExpired, newlyArchived],
      message: `because of the live lifecycle policy: ${sentence}`,
    },
  ];
}
