/** All operations of ECR (service model of 2026), by family. */

import type { Operations } from "./operation.ts";
import { artifacts } from "./operations/artifacts.ts";
import { images } from "./operations/images.ts";
import { layers } from "./operations/layers.ts";
import { lifecyclePreviews } from "./operations/lifecycle-previews.ts";
import { policies } from "./operations/policies.ts";
import { pullThrough } from "./operations/pull-through.ts";
import { registry } from "./operations/registry.ts";
import { registrySettings } from "./operations/registry-settings.ts";
import { replication } from "./operations/replication.ts";
import { repositories } from "./operations/repositories.ts";
import { scans } from "./operations/scans.ts";
import { tags } from "./operations/tags.ts";
import { templates } from "./operations/templates.ts";

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
