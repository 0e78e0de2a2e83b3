import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { contextOf } from "../../provider/cli/shared/context.ts";
import {
  dnsSuffixes,
  partitionNames,
  partitionOf,
  partitions,
  regionProblem,
} from "../../provider/policy/language/partitions.ts";
import { awsPrincipalProblem, nearestService } from "../../provider/policy/language/principals.ts";
import { accessOf, readConfig } from "../../provider/review/config.ts";

/** The table of AWS's own SDK, which is installed anyway. */
const require = createRequire(import.meta.resolve("@aws-sdk/client-ecr"));
const { partition: ofSdk } = require("@aws-sdk/core/client") as {
  partition(region: string): { name: string; dnsSuffix: string };
};

test("each region is of its partition, as AWS's own SDK says", () => {
  for (const [region, partition] of [
    ["us-east-1", "aws"],
    ["eu-central-2", "aws"],
    ["ap-southeast-7", "aws"],
    ["mx-central-1", "aws"],
    ["il-central-1", "aws"],
    ["cn-northwest-1", "aws-cn"],
    ["us-gov-east-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eu-isoe-west-1", "aws-iso-e"],
    ["us-isof-south-1", "aws-iso-f"],
    ["eusc-de-east-1", "aws-eusc"],
  ] as const) {
    assert.equal(partitionOf(region), partition, region);
    assert.equal(regionProblem(region), undefined);
    assert.equal(ofSdk(region).name, partition);
    assert.equal(ofSdk(region).dnsSuffix, partitions[partition]?.dnsSuffix);
  }
});

test("a region of no known partition is named and never taken for aws", () => {
  for (const region of [
    "xx-moon-1",
    "us-isox-east-1",
    "us-new-west-1",
    "eusc-fr-west-1",
    "us-east-1a",
    "us",
    "",
    "US-EAST-1",
  ]) {
    assert.equal(partitionOf(region), undefined, region);
    assert.equal(
      regionProblem(region),
      "is not a region of a known partition of AWS (aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-eusc)",
    );
  }
});

test("principals and services of every partition are known", () => {
  for (const name of partitionNames) assert.equal(awsPrincipalProblem(`arn:${name}:iam::111111111111:root`), undefined);
  for (const { dnsSuffix } of Object.values(partitions)) assert.equal(nearestService(`lambda.${dnsSuffix}`), undefined);
  assert.equal(nearestService("lambda.amazonaws.co"), "lambda.amazonaws.com");
  assert.equal(nearestService("lambda.amazonaws.uu"), "lambda.amazonaws.eu");
  assert.equal(dnsSuffixes.length, 7);
});

test("an option or a configuration with a region of no known partition is refused by its name", () => {
  const says =
    "is not a region of a known partition of AWS (aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-eusc)";
  assert.throws(() => contextOf({ trust: [], region: "xx-moon-1" }), {
    message: `reading --region: "xx-moon-1" ${says}; correct it, or leave --region out`,
  });
  assert.deepEqual(readConfig({ region: "xx-moon-1" }).problems, [{ path: ["region"], message: says }]);
  assert.match(readConfig({ region: "Frankfurt" }).problems[0]?.message ?? "", /must be a region such as eu-central-1/);
});

test("a region of an option or of review.yaml brings its partition along", () => {
  for (const [region, partition] of [
    ["eusc-de-east-1", "aws-eusc"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eu-isoe-west-1", "aws-iso-e"],
  ] as const) {
    assert.equal(contextOf({ trust: [], region }).partition, partition);
    assert.equal(accessOf(readConfig({ region }).config).partition, partition);
  }
});
