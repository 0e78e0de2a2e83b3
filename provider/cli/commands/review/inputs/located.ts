/** Where the resources of a preview are written, from the files of the revisions that it is of. */

import { writtenIn } from "../../../../declared/program/written-at.ts";
import { type Coverage, folderOf } from "./accounting.ts";
import type { Gathered } from "./gathered.ts";

/** The same deployment, with the places that the programs in the same revisions give. */
export function located(deployment: Gathered, files: Gathered, covered: Coverage | undefined): Gathered {
  const [folder, ...others] = covered?.programs ?? [];
  const ofOne = folder === undefined || others.length > 0 ? undefined : folderOf(folder);
  const [old, now] = [writtenIn(files.before, ofOne), writtenIn(files.after, ofOne)];
  return {
    ...deployment,
    before: deployment.before.map(old),
    after: deployment.after.map(now),
    changes: deployment.changes.map(({ before, after, ...change }) => ({
      ...change,
      ...(before ? { before: old(before) } : {}),
      ...(after ? { after: now(after) } : {}),
    })),
  };
}
