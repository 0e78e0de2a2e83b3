import type { Policies } from "@pulumi/policy";

/** What the rules are held against: the members of `review.yaml` by the same names. All may be left out. */
export interface Settings {
  /** Account of the registry; it is no outsider. 12 digits. */
  readonly account?: string;
  readonly region?: string;
  /** Who is no outsider. */
  readonly trusted?: { readonly accounts?: readonly string[]; readonly organizations?: readonly string[] };
  /** What people call accounts, and the organizations that they belong to, by account id. */
  readonly accounts?: Readonly<Record<string, { readonly alias?: string; readonly organization?: string }>>;
  /** Image tags that must stay and must not be moved; `*` stands for any characters. */
  readonly protectedTags?: readonly string[];
  /** Keys of resource tags that every repository has. */
  readonly requiredTags?: readonly string[];
  /** ARNs of the KMS keys that repositories may use. */
  readonly kmsKeys?: readonly string[];
  /** Levels of rules by id. What AWS would refuse stays an error. */
  readonly levels?: Readonly<Record<string, "error" | "warning" | "note" | "off">>;
  /** Findings that are accepted, by rule, resource or both, until the end of a day such as `2026-12-31`. */
  readonly suppressions?: readonly {
    readonly rule?: string;
    readonly resource?: string;
    readonly reason: string;
    readonly until: string;
  }[];
}

/**
 * The rules of `pulumi-ecr review` as policies for a pack of your own. The configuration of the policy `review` goes over
 * `settings`. Throws when they are wrong.
 */
export declare function policies(settings?: Settings): Policies;
