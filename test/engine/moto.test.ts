/**
 * The real engine against moto, an ECR that we did not write, disturbed from outside with boto3.
 *
 * Where moto differs from AWS (measured, moto 5.2.1), and what the programs here do about it:
 * - It stores policy text as it is put, so that rewriting is the emulator's to test.
 * - Its registry policy takes only `ecr:ReplicateImage` and `ecr:CreateRepository`, and no Version of 2008.
 * - It takes one replication rule and no archive features; ours have one and none.
 * - `lastEvaluatedAt` is the time of the call and not of the last run; it is an output and no input.
 * - It has no templates, cache rules, signing, account settings and exclusions; the programs here leave them out.
 * - It takes maxResults but answers everything at once.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Moto, runPython, startMoto } from "../../tools/python.ts";
import { createProject, type Project, plugin } from "./engine.ts";
import { lifecycle, pullPolicy, registryPolicy, yamlProgram } from "./program.ts";
import { command } from "./run.ts";

const absentInMoto = ["signing", "mirror", "template", "exclusion", "setting"];

let moto: Moto;
let project: Project;
before(async () => {
  moto = await startMoto();
  project = await createProject(moto.url, yamlProgram({}, absentInMoto));
});
after(async () => {
  project.remove();
  await moto.stop();
});

/** What `drift` says of the stack's state as it is now: its exit code, and the types of what has drifted. */
async function drift(...args: string[]): Promise<{ code: number; types: string[]; incomplete: string[] }> {
  await project.ok("stack", "export", "--file", "export.json");
  const options = ["--file", "export.json", "--format", "json", ...args];
  const { code, stdout, stderr } = await command(
    project,
    process.execPath,
    join(plugin, "pulumi-ecr"),
    "drift",
    ...options,
  );
  assert.ok(stdout.startsWith("{"), stderr);
  const { resources, incomplete } = JSON.parse(stdout) as {
    resources: { type: string; class: string }[];
    incomplete: string[];
  };
  return {
    code,
    types: resources.filter((resource) => resource.class !== "in-sync").map(({ type }) => type),
    incomplete,
  };
}

/** Runs lines of Python with a boto3 client named `ecr`. */
function boto3(lines: string): Promise<string> {
  const client = `import boto3, json\necr = boto3.client("ecr", region_name="us-east-1", endpoint_url="${moto.url}", aws_access_key_id="test", aws_secret_access_key="test")\n`;
  return runPython(client + lines);
}

test("up creates every resource that moto has, and a second one, a preview and a refresh change nothing", async () => {
  await project.ok("up", "--yes");
  await project.ok("up", "--yes", "--expect-no-changes");
  await project.ok("refresh", "--yes", "--expect-no-changes");
  assert.match(
    await boto3('print(json.dumps([r["repositoryName"] for r in ecr.describe_repositories()["repositories"]]))'),
    /team\/app/,
  );
});

test("every cosmetic rewrite from outside is silent", async () => {
  await boto3(`
ecr.set_repository_policy(repositoryName="team/app", policyText=json.dumps({"Version": "2012-10-17", "Statement": [{"Action": ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"], "Principal": {"AWS": ["arn:aws:iam::222222222222:root", "arn:aws:iam::111111111111:root"]}, "Effect": "Allow", "Sid": "pull"}]}, indent=4))
ecr.put_lifecycle_policy(repositoryName="team/app", lifecyclePolicyText=json.dumps({"rules": [{"action": {"type": "expire"}, "selection": {"countNumber": 10, "countType": "imageCountMoreThan", "tagStatus": "untagged"}, "description": "keep ten", "rulePriority": 1}]}, indent=1))
ecr.put_registry_policy(policyText=json.dumps({"Statement": [{"Resource": ["*"], "Action": "ecr:ReplicateImage", "Principal": {"AWS": ["111111111111"]}, "Effect": "Allow", "Sid": "replicate"}], "Version": "2012-10-17"}))
ecr.tag_resource(resourceArn="arn:aws:ecr:us-east-1:123456789012:repository/team/app", tags=[{"Key": "somebody", "Value": "else"}])
`);
  await project.ok("refresh", "--preview-only", "--expect-no-changes", "--diff");
  assert.deepEqual(await drift("--no-coverage"), { code: 0, types: [], incomplete: [] });
  await project.ok("refresh", "--yes", "--expect-no-changes");
  await project.ok("preview", "--expect-no-changes");
});

const disturbances: Record<string, string> = {
  "ecr:index:Repository": 'ecr.put_image_tag_mutability(repositoryName="team/app", imageTagMutability="IMMUTABLE")',
  "ecr:index:RepositoryPolicy": `ecr.set_repository_policy(repositoryName="team/app", policyText='${JSON.stringify({ ...pullPolicy, Statement: [{ ...pullPolicy.Statement[0], Principal: "*" }] })}')`,
  "ecr:index:LifecyclePolicy": `ecr.put_lifecycle_policy(repositoryName="team/app", lifecyclePolicyText='${JSON.stringify({ rules: [{ ...lifecycle.rules[0], selection: { ...lifecycle.rules[0]?.selection, countNumber: 11 } }] })}')`,
  "ecr:index:RegistryPolicy": `ecr.put_registry_policy(policyText='${JSON.stringify({ ...registryPolicy, Statement: [{ ...registryPolicy.Statement[0], Action: "ecr:CreateRepository" }] })}')`,
  "ecr:index:ReplicationConfiguration":
    'ecr.put_replication_configuration(replicationConfiguration={"rules": [{"destinations": [{"region": "eu-west-2", "registryId": "111111111111"}]}]})',
  "ecr:index:RegistryScanningConfiguration":
    'ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "web*", "filterType": "WILDCARD"}]}])',
  "ecr:index:ScanningConfig":
    'ecr.put_image_scanning_configuration(repositoryName="team/other", imageScanningConfiguration={"scanOnPush": False})',
  "ecr:index:Tags":
    'ecr.tag_resource(resourceArn="arn:aws:ecr:us-east-1:123456789012:repository/team/other", tags=[{"Key": "owner", "Value": "x"}])',
};

for (const [type, line] of Object.entries(disturbances)) {
  test(`a real drift of ${type} from outside is seen and repaired`, async () => {
    if (type === "ecr:index:Repository") {
      project.write(
        yamlProgram(
          { app: { repositoryName: "team/app", tags: { team: "core" }, imageTagMutability: "MUTABLE" } },
          absentInMoto,
        ),
      );
      await project.ok("up", "--yes");
    }
    await boto3(line);
    const seen = await project.run("refresh", "--preview-only", "--expect-no-changes");
    assert.notEqual(seen.code, 0, seen.output);
    assert.ok(seen.stdout.includes(type), seen.stdout);
    assert.deepEqual(await drift("--no-coverage"), { code: 2, types: [type], incomplete: [] });
    await project.ok("refresh", "--yes");
    await project.ok("up", "--yes");
    await project.ok("refresh", "--preview-only", "--expect-no-changes");
  });
}

test("drift says what nobody declares, and what this registry cannot answer", async () => {
  await boto3('ecr.create_repository(repositoryName="somebody/else")');
  const { code, types, incomplete } = await drift();
  await boto3('ecr.delete_repository(repositoryName="somebody/else")');
  assert.deepEqual([code, types], [2, ["ecr:index:Repository"]]);
  assert.ok(incomplete.length > 0, "a registry without half of the operations is not read whole");
});

test("a singleton that another stack changed is safe, and so is a repository that holds images", async () => {
  await boto3(
    'ecr.put_replication_configuration(replicationConfiguration={"rules": [{"destinations": [{"region": "ap-south-1", "registryId": "333333333333"}]}]})',
  );
  const other = await createProject(moto.url, {
    resources: {
      mine: {
        type: "ecr:ReplicationConfiguration",
        properties: { rules: [{ destinations: [{ region: "eu-west-1", registryId: "111111111111" }] }] },
      },
    },
  });
  const refused = await other.run("up", "--yes");
  other.remove();
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /333333333333\/ap-south-1/);
  assert.match(refused.output, /adopt: true/);
  await boto3(
    `ecr.put_image(repositoryName="team/other", imageTag="v1", imageManifest='{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":1,"digest":"sha256:${"a".repeat(64)}"},"layers":[]}')`,
  );
  const kept = await project.run("destroy", "--yes");
  assert.notEqual(kept.code, 0);
  assert.match(kept.output, /it still holds 1 image/);
  assert.match(kept.output, /left as it is/, "the foreign replication rules are left");
  Object.assign(project.env, { PULUMI_ECR_FORCE_DELETE: "team/other" });
  await project.ok("destroy", "--yes");
  assert.match(await boto3('print(json.dumps(ecr.describe_registry()["replicationConfiguration"]))'), /ap-south-1/);
  assert.equal((await boto3('print(len(ecr.describe_repositories()["repositories"]))')).trim(), "0");
});
