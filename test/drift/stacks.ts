/** Exports made by hand, and a run over them against an emulator, as the tests of drift need them. */

import assert from "node:assert/strict";
import { catalog } from "../../provider/catalog.ts";
import type { Overrides } from "../../provider/declared/provider-inputs.ts";
import { readStack, type Stack } from "../../provider/declared/pulumi/export.ts";
import { readTerraform } from "../../provider/declared/terraform/state.ts";
import { compileSchema } from "../../provider/define/validator.ts";
import { noConfig } from "../../provider/drift/accept/config.ts";
import { tolerating } from "../../provider/drift/compare/tolerate.ts";
import type { RunOptions } from "../../provider/drift/coverage/collected.ts";
import type { DriftReport, DriftResource } from "../../provider/drift/report/report.ts";
import { runDrift } from "../../provider/drift/run.ts";
import schema from "../../schema/drift-report.schema.json" with { type: "json" };

export const account = "123456789012";
export const region = "us-east-1";
export const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "x" };
Object.assign(process.env, credentials);

const validate = compileSchema(schema);

export type State = Record<string, unknown>;

/** The provider resource of a package, and a reference to it. */
export function provider(url: string, name = "ecr", inputs: State = {}): { state: State; ref: string } {
  const urn = `urn:pulumi:dev::test::pulumi:providers:${name}::default`;
  const endpoint = name === "ecr" ? { endpoint: url } : { endpoints: [{ ecr: url }] };
  return {
    state: {
      urn,
      custom: true,
      id: "p",
      type: `pulumi:providers:${name}`,
      inputs: { region, ...endpoint, maxRetries: 1, ...inputs },
      outputs: {},
    },
    ref: `${urn}::p`,
  };
}

/** A resource in a state; outputs are the inputs and the registry unless they are given. */
export function resource(ref: string, type: string, id: string, inputs: State, more: State = {}): State {
  const token = type.includes(":") ? type : `ecr:index:${type}`;
  return {
    urn: `urn:pulumi:dev::test::${token}::${id}`,
    custom: true,
    id,
    type: token,
    inputs,
    outputs: { ...inputs, registryId: account },
    provider: ref,
    ...more,
  };
}

export function exportOf(resources: readonly State[], more: State = {}, head: State = { version: 3 }): string {
  return JSON.stringify({ ...head, deployment: { manifest: {}, resources, ...more } });
}

export async function* chunked(text: string | Buffer, size = 65_536): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function stackFrom(text: string, name = "dev", overrides: Overrides = {}): Promise<Stack> {
  return readStack(catalog, name, chunked(text), overrides);
}

export function terraformFrom(state: object, overrides: Overrides): Promise<Stack> {
  return readTerraform(catalog, "terraform", chunked(JSON.stringify(state)), overrides);
}

/** A run with everything as usual but what is given; its report has the published shape. */
export async function look(
  stacks: readonly Stack[],
  options: Partial<RunOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<DriftReport> {
  const { report } = await runDrift(
    stacks,
    {
      catalog,
      version: "test",
      fallback: {
        connection: { region },
        settings: {
          defaultTags: {},
          ignoreTags: { keys: [], keyPrefixes: [] },
          impact: { mode: "off", limit: 0 },
          trusted: [],
        },
      },
      coverage: true,
      images: false,
      concurrency: 8,
      trusted: noConfig,
      tolerated: tolerating([]),
      isWanted: () => true,
      ...options,
    },
    signal,
  );
  assert.deepEqual(validate(JSON.parse(JSON.stringify(report))), []);
  return report;
}

/** The resource with this id and this last word of its type. */
export function found(report: DriftReport, type: string, id: string): DriftResource {
  const one = report.resources.find((candidate) => candidate.id === id && candidate.type.split(":").at(-1) === type);
  assert.ok(one, `${type} ${id} is in the report`);
  return one;
}

export const findingIds = ({ findings }: Pick<DriftResource, "findings">) => findings.map(({ id }) => id);

/** `Type id: class`, for the whole report at once. */
export function outline(report: DriftReport): string[] {
  return report.resources.map(({ type, id, class: kind }) => `${type.split(":").at(-1)} ${id}: ${kind}`);
}

export const pullPolicy = (...principals: string[]) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "pull",
      Effect: "Allow",
      Principal: { AWS: principals },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ],
});

export const keep = (countNumber: number, description?: string) => ({
  rules: [
    {
      rulePriority: 1,
      ...(description === undefined ? {} : { description }),
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
      action: { type: "expire" },
    },
  ],
});
