/** `review.yaml`: what a repository expects of its policies, and which findings it accepts, for how long and why. */

import schema from "../../schema/review-config.schema.json" with { type: "json" };
import { compileSchema, type Problem } from "../define/validator.ts";
import type { AccessContext, AccountFacts } from "../policy/access/rules/context.ts";
import { partitionOf, regionProblem } from "../policy/language/partitions.ts";
import type { Level } from "../text/finding.ts";
import { matchesGlob, starGlob } from "../text/glob.ts";
import type { Expectations } from "./rule/expectations.ts";
import { ruleOf } from "./rules/index.ts";

export interface Suppression {
  readonly rule?: string;
  readonly resource?: string;
  readonly reason: string;
  /** The last day, as `2026-12-31`. */
  readonly until: string;
}

export const documentKinds = ["repository-policy", "registry-policy", "lifecycle-policy"] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Files that are a document. */
export interface DocumentPattern {
  /** `*` within a name, `**` over folders, `{repository}` for the name of the repository, folders and all. */
  readonly path: string;
  readonly kind: DocumentKind;
}

export interface ReviewConfig {
  readonly documents: readonly DocumentPattern[];
  readonly programs: readonly string[];
  readonly account?: string;
  readonly region?: string;
  readonly trusted: {
    readonly accounts: readonly string[];
    readonly organizations: readonly string[];
    /** By path: `o-…/r-…/ou-…`. */
    readonly organizationalUnits: readonly string[];
    readonly vpcs: readonly string[];
    readonly vpcEndpoints: readonly string[];
  };
  readonly accounts: Readonly<Record<string, AccountFacts>>;
  readonly expects: Expectations;
  readonly levels: Readonly<Record<string, Level | "off">>;
  readonly suppressions: readonly Suppression[];
  /** Patterns of paths that nothing deploys; only those of the base count. */
  readonly irrelevant: readonly string[];
  /** Patterns of folders whose programs read nothing outside of their own folder; only those of the base count. */
  readonly isolated: readonly string[];
  /** Whether a changed file that was not read makes a review incomplete, or is only reported; only that of the base counts. */
  readonly unread: "incomplete" | "report";
}

/** What holds where the file says nothing, and without a file. */
export const defaultConfig: ReviewConfig = {
  documents: [
    { path: "**/*.repository-policy.json", kind: "repository-policy" },
    { path: "**/*.lifecycle-policy.json", kind: "lifecycle-policy" },
    { path: "**/registry-policy.json", kind: "registry-policy" },
    { path: "**/*.registry-policy.json", kind: "registry-policy" },
  ],
  programs: ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json", "Main.yaml", "Main.json"].map((name) => `**/${name}`),
  trusted: { accounts: [], organizations: [], organizationalUnits: [], vpcs: [], vpcEndpoints: [] },
  accounts: {},
  expects: { protectedTags: [], requiredTags: [], kmsKeys: [], mostExpired: 0 },
  levels: {},
  suppressions: [],
  irrelevant: [],
  isolated: [],
  unread: "incomplete",
};

const validate = compileSchema(schema);

type Written = Partial<
  Omit<ReviewConfig, "trusted" | "accounts" | "expects"> & {
    trusted: Partial<ReviewConfig["trusted"]>;
    accounts: Readonly<Record<string, { alias?: string; organization?: string }>>;
    protectedTags: readonly string[];
    requiredTags: readonly string[];
    kmsKeys: readonly string[];
    thresholds: { newlyExpired?: number };
  }
>;

/** The configuration, and what is wrong with the value of the file; of a wrong one nothing is used. */
export function readConfig(value: unknown): { config: ReviewConfig; problems: readonly Problem[] } {
  const problems = validate(value ?? {});
  if (problems.length > 0) return { config: defaultConfig, problems };
  const written = (value ?? {}) as Written;
  const strangers = [...rulesWithoutName(written), ...regionWithoutPartition(written)];
  if (strangers.length > 0) return { config: defaultConfig, problems: strangers };
  const { expects } = defaultConfig;
  return {
    problems,
    config: {
      documents: written.documents ?? defaultConfig.documents,
      programs: written.programs ?? defaultConfig.programs,
      ...(written.account === undefined ? {} : { account: written.account }),
      ...(written.region === undefined ? {} : { region: written.region }),
      trusted: { ...defaultConfig.trusted, ...written.trusted },
      accounts: Object.fromEntries(
        Object.entries(written.accounts ?? {}).map(([id, { alias, organization }]) => [
          id,
          {
            ...(alias === undefined ? {} : { alias }),
            ...(organization === undefined ? {} : { organization }),
          },
        ]),
      ),
      expects: {
        protectedTags: written.protectedTags ?? expects.protectedTags,
        requiredTags: written.requiredTags ?? expects.requiredTags,
        kmsKeys: written.kmsKeys ?? expects.kmsKeys,
        mostExpired: written.thresholds?.newlyExpired ?? expects.mostExpired,
      },
      levels: written.levels ?? {},
      suppressions: written.suppressions ?? [],
      irrelevant: written.irrelevant ?? [],
      isolated: written.isolated ?? [],
      unread: written.unread ?? defaultConfig.unread,
    },
  };
}

/** Ids that no rule has: what names them would silently do nothing. */
function rulesWithoutName({ levels = {}, suppressions = [] }: Written): Problem[] {
  const named = [
    ...Object.keys(levels).map((id) => ({ path: ["levels", id], id })),
    ...suppressions.flatMap(({ rule }, index) =>
      rule === undefined ? [] : [{ path: ["suppressions", index, "rule"], id: rule }],
    ),
  ];
  return named
    .filter(({ id }) => ruleOf(id) === undefined)
    .map(({ path, id }) => ({ path, message: `is about ${id}, which no rule of this version has` }));
}

function regionWithoutPartition({ region }: Written): Problem[] {
  const message = region === undefined ? undefined : regionProblem(region);
  return message === undefined ? [] : [{ path: ["region"], message }];
}

/** What the file says about accounts, for the judgement of access. */
export function accessOf({ account, region, trusted, accounts }: ReviewConfig): AccessContext {
  const partition = partitionOf(region);
  return {
    ...(account === undefined ? {} : { owner: account }),
    ...(region === undefined ? {} : { region }),
    ...(partition === undefined ? {} : { partition }),
    trusted: Object.values(trusted).flat(),
    accounts,
  };
}

/** Whether a suppression is about a finding of `ruleId` on a resource that has one of these names. */
export function covers({ rule, resource }: Suppression, ruleId: string, names: readonly string[]): boolean {
  if (rule !== undefined && rule !== ruleId) return false;
  if (resource === undefined) return true;
  const pattern = starGlob(resource);
  return names.some((name) => matchesGlob(pattern, name));
}
