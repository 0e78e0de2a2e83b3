/** What keeps a program in YAML from being read as it is meant: for each kind of finding its rule, its level and who says so. */

import type { Fault } from "../../text/finding.ts";

const rows = {
  syntax: {
    ruleId: "ECR-A1",
    level: "error",
    when: "a program in YAML is not YAML, or has tags or aliases that are not read",
    source: "YAML 1.2; pulumi-yaml's loader",
  },
  unknownProperty: {
    ruleId: "ECR-A2",
    level: "error",
    when: "a resource of a program in YAML has a property that its type does not have",
    source: "schema/schema.json; pulumi-yaml refuses it before anything is sent",
  },
} as const satisfies Readonly<Record<string, Fault>>;

export const programFaults: { readonly [Name in keyof typeof rows]: Fault } = rows;
