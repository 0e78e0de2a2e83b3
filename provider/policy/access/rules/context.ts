/** What is known beside the documents. */

import type { Budget } from "../../language/budget.ts";
import type { PolicyKind } from "../../language/document.ts";

export interface AccountFacts {
  /** What people call the account. */
  readonly alias?: string;
  /** `o-…`; undefined when it is not known. */
  readonly organization?: string;
}

export interface AccessContext {
  /** Default: `repository`. */
  readonly kind?: PolicyKind;
  /** Account of the registry. Without it, every account is an outsider that is not trusted. */
  readonly owner?: string;
  readonly region?: string;
  /** Default: that of the region; without one, any. */
  readonly partition?: string;
  /** The repository that a repository policy belongs to. */
  readonly repository?: string;
  /** Accounts, organizations, paths of organizational units, VPCs and VPC endpoints: `trust.ts` tells them apart. */
  readonly trusted?: readonly string[];
  /** By account id. */
  readonly accounts?: Readonly<Record<string, AccountFacts>>;
  /** Which requests a registry policy applies to: V2 (the default) to every one, V1 to three actions only. */
  readonly registryScope?: "V1" | "V2";
  /** The registry's policy where the documents are a repository's: both decide together. */
  readonly registryPolicy?: unknown;
  /** Whether it also counts what is refused to the owner's account, whose identity policies may allow it. Default: yes. */
  readonly refusals?: boolean;
  /** What all comparisons of a run may do together; by default each has its own. What it does not reach is undecided. */
  readonly budget?: Budget;
  /** The steps of one comparison, if not what is usual: how many at most, and how many of these no budget counts. */
  readonly share?: { readonly most: number; readonly free?: number };
}

export function factsOf(account: string, { accounts = {} }: AccessContext): AccountFacts | undefined {
  return Object.hasOwn(accounts, account) ? accounts[account] : undefined;
}
