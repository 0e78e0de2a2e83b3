/** Keys that hang together: their values come in tuples, of which a request has one. */

import { representatives } from "../../language/automata.ts";
import { type Budget, spend } from "../../language/budget.ts";
import { domainOf } from "../../language/keys.ts";
import { globPattern, literalPattern, type Pattern, type Token, type Union } from "../../language/patterns.ts";
import { holds, type KeyValue, type Test } from "../../language/tests.ts";

/** One value for each key of a group. */
export type Tuple = readonly KeyValue[];

export interface Group {
  readonly keys: readonly string[];
  /** Every tuple that the tests can tell apart, with the tests of each key. `coarse`: without telling the patterns of a test apart. */
  tuples(tests: readonly (readonly Test[])[], coarse: boolean, budget: Budget): Tuple[];
  /** Two groups with the same keys and the same name are the same. */
  readonly name: string;
}

/** The keys that hang together, in the order of a tuple. */
const families: readonly (readonly string[])[] = [
  ["aws:calledvia", "aws:calledviafirst", "aws:calledvialast"],
  ...["principal", "resource", "source", "vpce"].map((owner) => [`aws:${owner}orgid`, `aws:${owner}orgpaths`]),
  ["aws:principalaccount", "aws:principalarn"],
];

/** The keys that a key hangs together with, itself among them; undefined where it stands alone. */
export function familyOf(key: string): readonly string[] | undefined {
  return families.find((family) => family.includes(key));
}

/** The paths of an organization begin with its id, and a request has both or none. */
export function organizations(keys: readonly string[], apart: readonly Pattern[], absent: boolean): Group {
  return {
    keys,
    name: `organization ${absent} ${apart.length}`,
    tuples([ids = [], paths = []], coarse, budget) {
      const inPath = (pattern: Pattern) => [...pattern.map((token) => without(token, "/")), ...globPattern("/*")];
      const unions = [
        ...unionsOf(ids, coarse, inPath),
        ...unionsOf(paths, coarse),
        ...(apart.length > 0 ? [apart] : []),
      ];
      const found = representatives(unions, [domainOf("path")], new Set(), budget);
      const tuples = found.map((path): Tuple => [[path.split("/")[0] ?? ""], [path]]);
      return [...(absent ? [[undefined, undefined]] : []), ...tuples];
    },
  };
}

/** The ARN of a principal of an account that is none of `others` says which account it is. */
export function accounts(others: ReadonlySet<string>, trusted: readonly string[]): Group {
  const digits: Token[] = Array.from({ length: 12 }, () => ({ star: false, among: "0123456789" }));
  const inArn = (account: Pattern) => [
    ...literalPattern("arn:"),
    { star: true, not: ":" },
    ...literalPattern(":"),
    { star: true, not: ":" },
    ...literalPattern("::"),
    ...account.map((token) => without(token, ":")),
    ...globPattern(":*"),
  ];
  const domain = (service: string, kind: string): Pattern => [
    ...literalPattern(`arn:aws`),
    { star: true, among: "abcdefghijklmnopqrstuvwxyz-" },
    ...literalPattern(`:${service}::`),
    ...digits,
    ...literalPattern(`:${kind}`),
    { star: false },
    { star: true },
  ];
  const excluded = [...others].map((account) => inArn(literalPattern(account)));
  const apart = trusted.map((account) => inArn(literalPattern(account)));
  return {
    keys: ["aws:principalaccount", "aws:principalarn"],
    name: "other accounts",
    tuples([ids = [], arns = []], coarse, budget) {
      const unions = [...unionsOf(ids, coarse, inArn), ...unionsOf(arns, coarse), excluded, apart];
      const found = representatives(
        unions.filter((union) => union.length > 0),
        [domain("iam", ""), domain("sts", "federated-user/")],
        new Set(),
        budget,
      );
      return found.flatMap((arn): Tuple[] => {
        const account = arn.split(":")[4] ?? "";
        return others.has(account) ? [] : [[[account], [arn]]];
      });
    },
  };
}

/** The services through which a request came, of which there is a first and a last one, or none. */
export const called: Group = {
  keys: ["aws:calledvia", "aws:calledviafirst", "aws:calledvialast"],
  name: "called",
  tuples([all = [], firsts = [], lasts = []], coarse, budget) {
    const unions = [...all, ...firsts, ...lasts].flatMap((test) => unionsOf([test], coarse));
    const services = representatives(unions, [domainOf("string")], new Set(), budget);
    const both = all.flatMap((test) => [
      { ...test, quantifier: "all" as const },
      { ...test, quantifier: "any" as const },
    ]);
    const truth = (tests: readonly Test[], value: KeyValue) =>
      tests.map((test) => (holds(test, value) ? 1 : 0)).join("");
    const found = new Map<string, Tuple>();
    let layer: (readonly string[])[] = [[]];
    while (layer.length > 0) {
      const next: (readonly string[])[] = [];
      for (const chain of layer)
        for (const service of services) {
          spend(budget, 2 * (both.length * (1 + chain.length) + firsts.length + lasts.length));
          const grown = [...chain, service];
          const tuple: Tuple = [grown, grown.slice(0, 1), [service]];
          const key = [truth(both, grown), truth(firsts, tuple[1]), truth(lasts, tuple[2])].join();
          if (found.has(key)) continue;
          found.set(key, tuple);
          next.push(grown);
        }
      layer = next;
    }
    return [[undefined, undefined, undefined], ...found.values()];
  },
};

function unionsOf(tests: readonly Test[], coarse: boolean, inside = (pattern: Pattern): Pattern => pattern): Union[] {
  const unions = tests.map(({ patterns }) => patterns.map(inside)).filter((union) => union.length > 0);
  return coarse ? unions : unions.flatMap((union) => union.map((pattern) => [pattern]));
}

/** A star or a `?` that does not match the character. */
function without(token: Token, character: string): Token {
  return token.only === undefined && token.among === undefined ? { ...token, not: character } : token;
}
