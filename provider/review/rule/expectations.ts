/** What the rules hold settings and policies against. */

/** What rules hold settings and policies against. */
export interface Expectations {
  /** Image tags that must stay, and must not be moved; `*` stands for any characters. */
  readonly protectedTags: readonly string[];

  /** Keys of resource tags that every repository has. */
  readonly requiredTags: readonly string[];

  /** ARNs of the KMS keys that repositories may use; empty: any. */
  readonly kmsKeys: readonly string[];

  /** More images than this that newly expire are a warning. */
  readonly mostExpired: number;
}
