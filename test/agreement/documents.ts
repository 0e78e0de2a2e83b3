/** Random policies, the same in other words, and others. What is the same here is by AWS's rules, not by our comparer. */

import { chance, pick, type Random, reordered, shuffled, some } from "./draw.ts";

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: string | Readonly<Record<string, readonly string[]>>;
  readonly Action: readonly string[];
  readonly Resource?: string;
  readonly Condition?: object;
}
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

const accounts = ["111111111111", "222222222222", "333333333333", "444444444444"];
const actions = [
  "ecr:BatchGetImage",
  "ecr:GetDownloadUrlForLayer",
  "ecr:BatchCheckLayerAvailability",
  "ecr:DescribeImages",
  "ecr:PutImage",
];
const conditions = [
  { StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } },
  { StringLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/ci", "arn:aws:iam::*:role/deploy"] } },
  { Bool: { "aws:SecureTransport": "true" } },
];

/** `resource`: what statements name, in policies where they have to. */
export function randomPolicy(random: Random, resource?: string): Policy {
  const statements = Array.from(
    { length: 1 + random(3) },
    (_, index): Statement => ({
      Sid: `s${index}`,
      Effect: chance(random, 85) ? "Allow" : "Deny",
      Principal: principal(random),
      Action: resource === undefined ? some(random, actions) : ["ecr:ReplicateImage"],
      ...(resource === undefined ? {} : { Resource: resource }),
      ...(chance(random, 30) ? { Condition: pick(random, conditions) } : {}),
    }),
  );
  return { Version: chance(random, 90) ? "2012-10-17" : "2008-10-17", Statement: statements };
}

function principal(random: Random): Statement["Principal"] {
  const kind = random(10);
  if (kind === 0) return "*";
  if (kind === 1) return { Service: ["lambda.amazonaws.com"] };
  const names = some(random, accounts).map((account) =>
    pick(random, [account, `arn:aws:iam::${account}:root`, `arn:aws:iam::${account}:role/ci`]),
  );
  return { AWS: names };
}

/** As a program may write it: as an object or as text, lists of one as they are or scalar. */
export function written(random: Random, document: object): object | string {
  return chance(random, 50) ? document : JSON.stringify(document, undefined, random(3));
}

/** The same policy as somebody else, or AWS, may write it. */
export function samePolicy(random: Random, policy: Policy): string {
  const list = (values: readonly string[]) => {
    const many = shuffled(random, chance(random, 20) ? [...values, values[0] as string] : values);
    return many.length === 1 && chance(random, 50) ? many[0] : many;
  };
  const name = (text: string) =>
    /^[0-9]{12}$/.test(text) && chance(random, 50)
      ? `arn:aws:iam::${text}:root`
      : chance(random, 30)
        ? text.replace(/^arn:aws:iam::([0-9]{12}):root$/, "$1")
        : text;
  const statements = policy.Statement.map((statement) => {
    const { Principal: who, Action: what } = statement;
    const same =
      typeof who === "string"
        ? pick(random, [who, { AWS: who }])
        : Object.fromEntries(Object.entries(who).map(([type, names]) => [type, list(names.map(name))]));
    return reordered(random, { ...statement, Principal: same, Action: list(what) });
  });
  return JSON.stringify(
    reordered(random, { ...policy, Statement: shuffled(random, statements) }),
    undefined,
    random(5),
  );
}

/** Another policy: somebody gains or loses something, or a name is another. */
export function otherPolicy(random: Random, policy: Policy): string {
  const [first, ...rest] = policy.Statement as [Statement, ...Statement[]];
  const added: Statement = { ...first, Sid: "added", Effect: "Allow", Principal: { AWS: ["999999999999"] } };
  const changed = pick<readonly Statement[]>(random, [
    [...policy.Statement, added],
    [{ ...first, Principal: { AWS: ["999999999999"] } }, ...rest],
    [{ ...first, Effect: first.Effect === "Allow" ? "Deny" : "Allow" }, ...rest],
    [{ ...first, Sid: "renamed" }, ...rest],
    [{ ...first, Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } }, ...rest],
  ]);
  return JSON.stringify({ ...policy, Statement: changed });
}

export interface LifecycleRule {
  readonly rulePriority: number;
  readonly description: string;
  readonly selection: Readonly<Record<string, unknown>>;
  readonly action: object;
}
export interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
}

/** Rules for tags, and at the end perhaps one for untagged images and one for the rest. */
export function randomLifecycle(random: Random): Lifecycle {
  const tagged = Array.from({ length: random(3) }, (_, index) =>
    chance(random, 50)
      ? { tagStatus: "tagged", tagPatternList: some(random, [`v${index}*`, `r${index}-*`, `*-${index}`]) }
      : { tagStatus: "tagged", tagPrefixList: some(random, [`dev${index}`, `pr${index}`]) },
  );
  const selections: object[] = [
    ...tagged,
    { tagStatus: "untagged" },
    ...(chance(random, 40) ? [{ tagStatus: "any" }] : []),
  ];
  const rules = selections.map((selection, index) => ({
    rulePriority: (index + 1) * 10,
    description: `rule ${index}, which is one of several that images are selected by`,
    selection: { ...selection, ...count(random) },
    action: { type: "expire" },
  }));
  return { rules: shuffled(random, rules) };
}

function count(random: Random): object {
  const countNumber = 1 + random(50);
  return chance(random, 50)
    ? { countType: "imageCountMoreThan", countNumber }
    : { countType: "sinceImagePushed", countUnit: "days", countNumber };
}

export function sameLifecycle(random: Random, { rules }: Lifecycle): string {
  const same = shuffled(random, rules).map(({ selection, ...rule }) => {
    const lists = Object.entries(selection).map(([name, value]) => [
      name,
      Array.isArray(value) ? shuffled(random, value) : value,
    ]);
    const standard = chance(random, 30) ? { storageClass: "standard" } : {};
    return reordered(random, { ...rule, selection: reordered(random, { ...Object.fromEntries(lists), ...standard }) });
  });
  return JSON.stringify({ rules: same }, undefined, random(5));
}

export function otherLifecycle(random: Random, { rules }: Lifecycle): string {
  const [first, ...rest] = rules as [LifecycleRule, ...LifecycleRule[]];
  const more = Number(first.selection["countNumber"]) + 1;
  return JSON.stringify({
    rules: pick<readonly LifecycleRule[]>(random, [
      [{ ...first, selection: { ...first.selection, countNumber: more } }, ...rest],
      [{ ...first, description: "in other words, yet as long as it has to be to be taken by the service" }, ...rest],
      [{ ...first, rulePriority: first.rulePriority - 5 }, ...rest],
      rest.length > 0 ? rest : [{ ...first, rulePriority: 7 }],
    ]),
  });
}
