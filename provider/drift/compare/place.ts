/** The registry in which a resource is, and who is trusted there. */

/** The registry in which the resource is, and what is known about it. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Who is not external. */
export interface Trusted {
  /** Accounts, organizations, paths of organizational units, VPCs and VPC endpoints. */
  readonly trusted: readonly string[];
}
