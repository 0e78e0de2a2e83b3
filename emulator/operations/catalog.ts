/**
 * All operations of ECR (service model of 2026), by family.
 *
 * Lives here: the operations of the API, one file per family.
 * May not live here: what `/v2/` needs too (`repositories/`), what ECR does without a call (`effects/`), faults
 *   (`service/`), HTTP (`http/`).
 */

import type { Operations } from "../call/context.ts";
import { artifacts } from "./artifacts.ts";
import { images } from "./images.ts";
import { layers } from "./layers.ts";
import { lifecyclePreviews } from "./lifecycle-previews.ts";
import { policies } from "./policies.ts";
import { pullThrough } from "./pull-through.ts";
import { registry } from "./registry.ts";
import { registrySettings } from "./registry-settings.ts";
import { replication } from "./replication.ts";
import { repositories } from "./repositories.ts";
import { scans } from "./scans.ts";
import { tags } from "./tags.ts";
import { templates } from "./templates.ts";

export const operations: Operations = {
  ...repositories,
  ...tags,
  ...policies,
  ...registry,
  ...registrySettings,
  ...templates,
  ...pullThrough,
  ...images,
  ...layers,
  ...artifacts,
  ...scans,
  ...lifecyclePreviews,
  ...replication,
};
