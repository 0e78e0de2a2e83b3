/**
 * What the provider and the policy pack give the engine is shown in the log of a CI: nothing in it is obeyed there, whatever
 * text a program or AWS has in it. Each way to the engine × each mark, judged by the grammars of those who obey.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import { policies } from "../../provider/crossguard/policies.ts";
import { encode } from "../../provider/rpc/codec.ts";
import { engineHost } from "../../provider/rpc/engine.ts";
import { incomplete } from "../../provider/rpc/status.ts";
import { judge, marks, policy } from "../harness/ci-log.ts";
import { initFailure, type Plugin, startPlugin } from "../harness/client.ts";
import { CheckFailed, Session, wire } from "../harness/session.ts";
import { openSite, type Site } from "../harness/site.ts";

/** An ECR that refuses everything with the mark. */
let aws: Site;
let plugin: Plugin;
let mark = "";
before(async () => {
  aws = await openSite(() => ({ status: 400, json: { __type: "AccessDeniedException", message: mark } }));
  plugin = await startPlugin(
    wire({ endpoint: aws.url, region: "eu-west-1", accessKey: "AKIDEXAMPLE", secretKey: "a-secret" }),
  );
});
after(async () => {
  await plugin.close();
  await aws[Symbol.asyncDispose]();
});

function creating(): proto.CreateRequest {
  const request = new proto.CreateRequest();
  request.setUrn("urn:pulumi:test::test::ecr:index:Repository::new");
  request.setType("ecr:index:Repository");
  request.setProperties(encode(wire({ repositoryName: "team/new" })));
  return request;
}

/** By the way to the engine: what arrives there. */
const ways: Readonly<Record<string, (text: string) => Promise<readonly string[]>>> = {
  "a warning of Check": async (text) => {
    plugin.messages.length = 0;
    const inputs = wire({ repositoryName: "team/app", imageTagMutability: text });
    await new Session(plugin, "Repository", "r").check(inputs);
    return plugin.messages.map((message) => message.text);
  },
  "a failure of Check": async (text) => {
    const checked = new Session(plugin, "Repository", "r").check(wire({ repositoryName: "team/app", [text]: text }));
    const failed = await checked.catch((error: unknown) => error);
    assert.ok(failed instanceof CheckFailed);
    return failed.failures.flatMap(({ property, reason }) => [property, reason]);
  },
  "the status of a call that AWS refuses": async () => {
    const failed = await plugin.call("create", creating()).catch((error: unknown) => error);
    return [(failed as ServiceError).details];
  },
  "the reasons of a resource that is incomplete": async (text) => {
    const { details, metadata } = incomplete("team/app", wire({}), wire({}), [text, text]);
    return [details, ...(initFailure({ metadata })?.getReasonsList() ?? [])];
  },
  "a violation of the policy pack": async (text) => {
    const told: string[] = [];
    const args = {
      type: "ecr:index:RepositoryPolicy",
      urn: "urn",
      props: { repositoryName: "a", policyText: policy(text) },
    };
    for (const one of policies() as Partial<ResourceValidationPolicy>[]) {
      const validate = one.validateResource as
        | ((args: ResourceValidationArgs, report: (message: string) => void) => void)
        | undefined;
      validate?.({ getConfig: () => ({}), ...args } as unknown as ResourceValidationArgs, (message) =>
        told.push(message),
      );
    }
    return told;
  },
};

for (const [way, textsOf] of Object.entries(ways)) {
  test(`${way}: text that a CI would obey is only text`, async () => {
    for (const [what, text] of Object.entries(marks)) {
      mark = text;
      const texts = await textsOf(text);
      assert.match(texts.join("\n"), /owned/, `${what} did not arrive: ${JSON.stringify(texts)}`);
      for (const stdout of texts) assert.doesNotThrow(() => judge({ stdout, stderr: "" }), `${what}: ${stdout}`);
    }
  });
}

test("a message and a status on their way to the engine: text that a CI would obey is only text", async () => {
  const host = engineHost();
  host.connect(`127.0.0.1:${plugin.enginePort}`);
  for (const [what, text] of Object.entries(marks)) {
    plugin.messages.length = 0;
    host.log("warning", text, "");
    host.status(text, "");
    await host.drained();
    assert.equal(plugin.messages.length, 2);
    for (const message of plugin.messages) {
      assert.match(message.text, /owned/);
      assert.doesNotThrow(() => judge({ stdout: message.text, stderr: "" }), what);
    }
  }
  host.close();
});
