/**
 * All rules, in the order of their ids.
 *
 * Lives here: one file per rule, named after what the rule finds.
 * May not live here: analysis of policies (`policy/`, `lifecycle/`), reading of files, writing of reports, anything of
 *   Pulumi.
 */

import type { Rule } from "../rule/rule.ts";
import { accessChange } from "./access-change.ts";
import { conditionValue } from "./condition-value.ts";
import { deadRule } from "./dead-rule.ts";
import { deletedPrincipal } from "./deleted-principal.ts";
import { documentSize } from "./document-size.ts";
import { droppedResource } from "./dropped-resource.ts";
import { elementShape } from "./element-shape.ts";
import { encryption } from "./encryption.ts";
import { foreignKey } from "./foreign-key.ts";
import { foreignPrincipal } from "./foreign-principal.ts";
import { idleStatement } from "./idle-statement.ts";
import { incompleteGrant } from "./incomplete-grant.ts";
import { jsonSyntax } from "./json-syntax.ts";
import { lifecycleShape } from "./lifecycle-shape.ts";
import { lockOutRule } from "./lock-out.ts";
import { lostGuard } from "./lost-guard.ts";
import { mutableTags } from "./mutable-tags.ts";
import { newlyExpired } from "./newly-expired.ts";
import { noScanning } from "./no-scanning.ts";
import { notPrincipal } from "./not-principal.ts";
import { openCondition } from "./open-condition.ts";
import { openTemplate } from "./open-template.ts";
import { outsideWrites } from "./outside-writes.ts";
import { policyVersion } from "./policy-version.ts";
import { principalFormat } from "./principal-format.ts";
import { protectedTags } from "./protected-tags.ts";
import { publicAccess } from "./public-access.ts";
import { registryAction } from "./registry-action.ts";
import { registryGrants } from "./registry-grants.ts";
import { registryReach } from "./registry-reach.ts";
import { registryResource } from "./registry-resource.ts";
import { repositoryResource } from "./repository-resource.ts";
import { requiredTags } from "./required-tags.ts";
import { reviewConfigChange } from "./review-config-change.ts";
import { separateTags } from "./separate-tags.ts";
import { serviceWithoutSource } from "./service-without-source.ts";
import { unboundedImages } from "./unbounded-images.ts";
import { undecidedAccess } from "./undecided-access.ts";
import { unknownAction } from "./unknown-action.ts";
import { untaggedParts } from "./untagged-parts.ts";
import { untrustedAccess } from "./untrusted-access.ts";
import { usedImages } from "./used-images.ts";
import { wideActions } from "./wide-actions.ts";

export const rules: readonly Rule[] = [
  jsonSyntax,
  elementShape,
  repositoryResource,
  registryResource,
  unknownAction,
  registryAction,
  principalFormat,
  deletedPrincipal,
  foreignPrincipal,
  idleStatement,
  policyVersion,
  conditionValue,
  foreignKey,
  documentSize,
  publicAccess,
  notPrincipal,
  openCondition,
  untrustedAccess,
  outsideWrites,
  wideActions,
  serviceWithoutSource,
  lockOutRule,
  registryGrants,
  openTemplate,
  incompleteGrant,
  accessChange,
  lostGuard,
  undecidedAccess,
  droppedResource,
  reviewConfigChange,
  lifecycleShape,
  separateTags,
  deadRule,
  protectedTags,
  unboundedImages,
  newlyExpired,
  untaggedParts,
  usedImages,
  mutableTags,
  noScanning,
  encryption,
  requiredTags,
  registryReach,
];

const byId = new Map(rules.map((rule) => [rule.id, rule]));

/** The rule of an id; undefined when there is none. */
export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}
