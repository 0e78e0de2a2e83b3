/** The rows of the catalog decide what a review calls a change: cases made of every row of every resource that is reviewed. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { catalog } from "../../provider/catalog.ts";
import { apart, pairUp } from "../../provider/cli/commands/review/inputs/gathered.ts";
import { type Declared, declaredOf } from "../../provider/declared/declared.ts";
import type { Row, Rows, Schema } from "../../provider/define/property.ts";
import { type Value, type ValueMap, valueMap } from "../../provider/text/value.ts";
import { reviewOf } from "./harness.ts";

const account = "123456789012";
const policy = (principals: readonly string[], more: object) => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "Pull", Effect: "Allow", Principal: { AWS: principals }, Action: "ecr:BatchGetImage", ...more }],
});
const rule = (countNumber: number) => ({
  rulePriority: 1,
  selection: { tagStatus: "tagged", tagPatternList: ["dev-*", "test-*"], countType: "imageCountMoreThan", countNumber },
  action: { type: "expire" },
}); // prettier-ignore

interface Samples {
  readonly value: unknown;
  readonly other: unknown;
  /** The same, written in another way. */
  readonly respelled: readonly unknown[];
}

function accessSamples(kind: string): Samples {
  const more = kind === "RegistryPolicy" ? { Resource: `arn:aws:ecr:eu-west-1:${account}:repository/*` } : {};
  const value = policy([account, "210987654321"], more);
  return {
    value,
    other: policy([account, "333333333333"], more),
    respelled: [
      JSON.stringify(value),
      policy(["arn:aws:iam::210987654321:root", `arn:aws:iam::${account}:root`], more),
      policy([account, "210987654321"], { ...more, Action: ["ECR:batchgetimage"] }),
      JSON.stringify({ Statement: value.Statement[0], Version: "2012-10-17" }, undefined, 2),
    ],
  };
}
const lifecycleSamples: Samples = {
  value: { rules: [rule(10)] },
  other: { rules: [rule(20)] },
  respelled: [
    JSON.stringify({ rules: [rule(10)] }),
    { rules: [{ ...rule(10), selection: { ...rule(10).selection, tagPatternList: ["test-*", "dev-*"] } }] },
  ],
};

/** Lists that AWS keeps as sets. Those of other rows are compared in their order. */
const unordered = ["imageTagMutabilityExclusionFilters", "rules", "appliedFor"];

/** Two values of a schema that differ in every part. */
function sample(schema: Schema, which: 0 | 1): unknown {
  const known = Object.keys(schema.knownValues ?? {});
  if (known.length > 0) return known[which] ?? `${known[0]}${which === 0 ? "" : "X"}`;
  if (schema.properties) {
    const members = Object.entries(schema.properties).map(([name, member]) => [name, sample(member, which)]);
    return Object.fromEntries(members);
  }
  if (schema.items) return which === 0 ? [sample(schema.items, 0), sample(schema.items, 1)] : [sample(schema.items, 1)];
  if (schema.additionalProperties) return { [which === 0 ? "team" : "stage"]: "one" };
  if (schema.type === "boolean") return which === 0;
  if (schema.type === "integer" || schema.type === "number") return 10 + which;
  return which === 0 ? "one" : "two";
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, reversed(member)] as const)
      .reverse(),
  ); // prettier-ignore
}

function samplesOf(kind: string, name: string, row: Row): Samples {
  if (row.concerns === "access") return accessSamples(kind);
  if (row.concerns === "retention") return lifecycleSamples;
  const [value, other] = [sample(row.schema, 0), sample(row.schema, 1)];
  if (name === "encryptionConfiguration") {
    const key = (id: string) => ({ encryptionType: "KMS", kmsKey: id });
    const arn = `arn:aws:kms:eu-west-1:${account}:key/1111`;
    return { value: key("1111"), other: { encryptionType: "AES256" }, respelled: [key(arn), reversed(key("1111"))] };
  }
  const keys = typeof value === "object" && !Array.isArray(value) ? [reversed(value)] : [];
  return { value, other, respelled: unordered.includes(name) ? [reversed(value)] : keys };
}

const kinds = catalog.resources.filter(({ name }) => declaredOf(`ecr:index:${name}`, valueMap(), {}).length > 0);

/** The resource with whatever its rows ask for, and the properties given. */
function declared(kind: string, rows: Rows, properties: Readonly<Record<string, unknown>>): Declared {
  const needed = Object.entries(rows)
    .filter(([, row]) => row.required && row.role !== "output")
    .map(([name, row]) => [name, samplesOf(kind, name, row).value as Value] as const);
  const all: ValueMap = valueMap([...needed, ...(Object.entries(properties) as [string, Value][])]);
  for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
  const [found] = declaredOf(`ecr:index:${kind}`, all, { label: "it" });
  assert.ok(found);
  return found;
}

/** What a review says of the change, without what it says of the state after it. */
function said(before: Declared, after: Declared) {
  const [change] = pairUp([before], [after]);
  assert.ok(change?.before && change.after, "both sides are one resource");
  const report = reviewOf({ ...change, owner: account });
  const [told] = report.changes;
  const ofChange = ["ECR-C1", "ECR-C2", "ECR-C3", "ECR-C4", "ECR-E5"];
  return {
    replaced: change.replaced ?? false,
    equal: told?.change === "unchanged" || told?.equalInMeaning === true,
    sentences: told?.sentences,
    relation: report.access.relation,
    findings: report.findings.filter(({ ruleId }) => ofChange.includes(ruleId)).map(({ message }) => message),
  };
}

const noChange = { replaced: false, equal: true, sentences: [], relation: "equal", findings: [] };

test("every resource that is reviewed has rows to ask", () => assert.ok(kinds.length >= 10));

for (const { name: kind, properties } of kinds) {
  const rows = properties as Rows;
  describe(kind, () => {
    for (const [name, row] of Object.entries(rows).filter(([, { role }]) => role !== "output")) {
      const { value, other, respelled } = samplesOf(kind, name, row);
      const of = (given: unknown) => declared(kind, rows, { [name]: given });
      test(`${name} in the same words is not a change`, () => assert.deepEqual(said(of(value), of(value)), noChange));
      for (const [index, same] of respelled.entries())
        test(`${name} in another spelling (${index + 1}) is not a change`, () => {
          assert.deepEqual(said(of(value), of(same)), noChange);
          assert.deepEqual(said(of(same), of(value)), noChange);
        });
      if (row.default !== undefined && !row.required)
        test(`the default of ${name} written out is not a change`, () => {
          assert.deepEqual(said(of(undefined), of(row.default)), noChange);
          assert.deepEqual(said(of(row.default), of(undefined)), noChange);
        });
      // Where an image is fetched from says nothing of what it is; its digest does.
      if (name === "source") continue;
      if (name === "repositoryName" && (kind === "RepositoryPolicy" || kind === "LifecyclePolicy")) {
        test("a policy of another repository is another policy: one goes and one comes", () => {
          const [before, after] = [of(value), of(other)];
          assert.deepEqual(pairUp([before], [after]).flatMap(apart), [{ after }, { before }]);
        });
        continue;
      }
      test(`${name} of another value is a change, and a replacement where its row says so`, () => {
        const found = said(of(value), of(other));
        assert.equal(found.equal, false, JSON.stringify(found));
        assert.equal(found.replaced, row.replaces === true);
        assert.ok((found.sentences?.length ?? 0) > 0);
      });
      if (row.replaces === "whenRemoved")
        test(`${name} taken away is a replacement`, () => assert.equal(said(of(value), of(undefined)).replaced, true));
    }
  });
}
