/** What is certainly wrong in a program in YAML: for each kind of finding its rule, its level and who says so. */

import type { Fault } from "../../text/finding.ts";

const rows = {
  unknownProperty: {
    ruleId: "ECR-A2",
    level: "error",
    when: "a resource of a program in YAML has a property that its type does not have",
    source: "schema/schema.json; pulumi-yaml refuses it before anything is sent",
  },
} as const satisfies Readonly<Record<string, Fault>>;

export const programFaults: { readonly [Name in keyof typeof rows]: Fault } = rows;
