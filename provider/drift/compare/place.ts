/** The registry in which a resource is, and who is trusted there. */

/** The registry in which the resource is, and what is known about it. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Who is no outsider. */
export interface Trusted {
  readonly trustedAccounts: readonly string[];
  readonly trustedOrganisations: readonly string[];
}
