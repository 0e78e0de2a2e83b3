/** People who have not migrated get the same report: the same registry, declared by resources of other providers. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Deployment } from "../agreement/deployment.ts";
import { companion, deploy, disturb } from "../agreement/deployment.ts";
import { asAws, asNative, type State } from "../agreement/other-states.ts";
import { randomFrom } from "../chaos/random.ts";

interface Reported {
  readonly type: string;
  readonly id: string;
  readonly region: string;
  readonly urn: string | null;
  readonly class: string;
  readonly fields: readonly object[];
  readonly findings: readonly { readonly id: string; readonly message: string; readonly path?: string }[];
}

let deployment: Deployment;
let ours: readonly Reported[];
before(async () => {
  const random = randomFrom(5);
  deployment = await deploy(random, 8, { plain: true });
  for (const registry of deployment.registries) disturb(random, deployment.emulator, registry);
  ours = await report("export.json");
});
after(() => deployment.close());

async function report(file: string): Promise<readonly Reported[]> {
  const { code, stdout, stderr } = await companion(
    deployment.project,
    "drift",
    "--file",
    file,
    "--format",
    "json",
    "--no-coverage",
  );
  assert.equal(code, 2, stderr);
  const { resources, incomplete } = JSON.parse(stdout) as { resources: readonly Reported[]; incomplete: string[] };
  assert.deepEqual(incomplete, []);
  return resources;
}

/** What is to be equal: everything but whose resource it is, and the fix, which is in the words of its provider. */
function told(resources: readonly Reported[], nameOf: (type: string) => string): Map<string, object> {
  const singletons = /^(Registry|ReplicationConfiguration|SigningConfiguration)/;
  return new Map(
    resources.map(({ type, id, region, class: kind, fields, findings }) => {
      const name = nameOf(type);
      const key = `${region} ${name}${singletons.test(name) && name !== "RepositoryPolicy" ? "" : ` ${id}`}`;
      const remarks = findings
        // Terraform has no word for it.
        .filter(({ path }) => path !== "upstreamRegistry")
        .map(({ id: rule, message, path }) => ({ rule, message: message.replace(JSON.stringify(id), "it"), path }));
      return [key, { kind, fields, remarks }];
    }),
  );
}

const ourName = (type: string) => type.replace("ecr:index:", "");

for (const { provider, convert, nameOf } of [
  { provider: "aws", convert: asAws, nameOf: (type: string) => type.split(":").at(-1) ?? "" },
  {
    provider: "aws-native",
    convert: asNative,
    nameOf: (type: string) =>
      type.endsWith("#repositoryPolicyText")
        ? "RepositoryPolicy"
        : type.endsWith("#lifecyclePolicy")
          ? "LifecyclePolicy"
          : (type.split(":").at(-1) ?? ""),
  },
]) {
  test(`resources of ${provider} are told as ours are: class, properties, values, who moved and what it means`, async () => {
    const { folder } = deployment.project;
    const state = JSON.parse(readFileSync(join(folder, "export.json"), "utf8")) as State;
    writeFileSync(join(folder, `${provider}.json`), JSON.stringify(convert(state)));
    const theirs = told(await report(`${provider}.json`), nameOf);
    const expected = told(ours, ourName);
    const kinds = new Set<string>();
    for (const [key, said] of theirs) {
      assert.deepEqual(said, expected.get(key), key);
      kinds.add((said as { kind: string }).kind);
    }
    assert.deepEqual([...kinds].sort(), ["changed", "in-sync", "missing"]);
    const names = new Set([...theirs.keys()].map((key) => key.split(" ")[1]));
    assert.deepEqual(
      [...expected.keys()].filter((key) => names.has(key.split(" ")[1])).sort(),
      [...theirs.keys()].sort(),
      "none is lost",
    );
  });
}
