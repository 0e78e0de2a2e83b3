/** All rules, in the order of their ids. */

import type { Rule } from "../rule.ts";
import { foreignPrincipal } from "./foreign-principal.ts";
import { idleStatement } from "./idle-statement.ts";
import { incompleteGrant } from "./incomplete-grant.ts";
import { lockOutRule } from "./lock-out.ts";
import { notPrincipal } from "./not-principal.ts";
import { openCondition } from "./open-condition.ts";
import { outsideWrites } from "./outside-writes.ts";
import { publicAccess } from "./public-access.ts";
import { registryGrants } from "./registry-grants.ts";
import { serviceWithoutSource } from "./service-without-source.ts";
import { untrustedAccess } from "./untrusted-access.ts";
import { wideActions } from "./wide-actions.ts";

export const rules: readonly Rule[] = [
  foreignPrincipal,
  idleStatement,
  publicAccess,
  notPrincipal,
  openCondition,
  untrustedAccess,
  outsideWrites,
  wideActions,
  serviceWithoutSource,
  lockOutRule,
  registryGrants,
  incompleteGrant,
];
