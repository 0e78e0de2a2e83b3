/** Notifications of drift: what they say, when they are sent, and to whom. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { notify } from "../../provider/cli/notify/notify.ts";
import type { NotifyOptions, Sink } from "../../provider/cli/notify/options.ts";
import type { DriftReport } from "../../provider/drift/report/report.ts";
import { sampleDrift } from "../harness/drift-report.ts";
import { openSite, withVariables } from "../harness/site.ts";

const folder = mkdtempSync(join(tmpdir(), "notify-"));
const path = (name: string) => join(folder, name);
const read = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const whole = (): DriftReport => ({ ...sampleDrift(), incomplete: [] });
const clean = (): DriftReport => {
  const report = whole();
  const resources = report.resources.map((one) => ({ ...one, class: "in-sync" as const, findings: [], fields: [] }));
  return { ...report, resources, findings: [] };
};
const to = (notify: Sink[], rest: Partial<NotifyOptions> = {}): NotifyOptions => ({ notify, notifyKey: "", ...rest });

test("each sink gets its payload in a file", async () => {
  const kinds = ["slack", "webhook", "eventbridge", "github-issue"] as const;
  await notify(whole(), to(kinds.map((kind) => ({ kind, target: path(kind) }))));
  const slack = read(path("slack"));
  assert.equal(slack.text, "ECR: 2 changed, 1 missing, 1 unmanaged, 1 unreadable");
  assert.equal(slack.blocks[1].text.type, "plain_text");
  assert.match(JSON.stringify(slack.blocks), /account 999988887777 can now pull/);
  assert.equal(read(path("webhook")).findings.length, read(path("webhook")).fingerprints.length);
  const [entry] = read(path("eventbridge"));
  assert.deepEqual([entry.Source, entry.DetailType], ["pulumi-ecr", "ECR drift"]);
  assert.equal(JSON.parse(entry.Detail).status, "drift");
  assert.match(readFileSync(path("github-issue"), "utf8"), /^## Drift of Amazon ECR\n/);
});

test("no payload holds a policy", async () => {
  for (const kind of ["slack", "webhook", "eventbridge", "github-issue"] as const) {
    await notify(whole(), to([{ kind, target: path(kind) }]));
    assert.doesNotMatch(readFileSync(path(kind), "utf8"), /2012-10-17|Statement/);
  }
});

test("the same findings are told once, new ones again, and when they are gone that is told once", async () => {
  const [target, notifyState] = [path("once"), path("state")];
  const run = async (report: DriftReport) => {
    rmSync(target, { force: true });
    await notify(report, to([{ kind: "webhook", target }], { notifyState }));
    return existsSync(target) ? read(target) : undefined;
  };
  assert.equal(await run(clean()), undefined, "nothing is found at first, so nothing is told");
  const first = await run(whole());
  assert.ok(first.fresh > 0);
  assert.equal(await run(whole()), undefined);
  const fewer = { ...whole(), resources: whole().resources.filter(({ class: kind }) => kind !== "missing") };
  assert.deepEqual(await run(fewer).then(({ fresh, gone }) => [fresh, gone]), [0, 1]);
  assert.equal((await run(clean())).status, "clean");
  assert.equal(await run(clean()), undefined);
});

test("a run that could not read everything takes nothing for gone", async () => {
  const [target, notifyState] = [path("partial"), path("partial-state")];
  await notify(whole(), to([{ kind: "webhook", target }], { notifyState }));
  rmSync(target);
  const lines = await notify(
    { ...clean(), incomplete: ["denied"] },
    to([{ kind: "webhook", target }], { notifyState }),
  );
  assert.match(lines.join(), /nothing has changed/);
  assert.ok(!existsSync(target));
});

test("what has not changed is told again after the days asked for", async () => {
  const options = to([{ kind: "webhook", target: path("again") }], {
    notifyState: path("again-state"),
    notifyAgain: 7,
  });
  const day = 86_400_000;
  await notify(whole(), options, 0);
  assert.match((await notify(whole(), options, 6 * day)).join(), /nothing has changed/);
  assert.match((await notify(whole(), options, 7 * day)).join(), /notified/);
});

test("a webhook is signed with the time, over HTTP, and tried again when the receiver is busy", async () => {
  using _ = withVariables({ PULUMI_ECR_WEBHOOK_SECRET: "s3cret", PULUMI_ECR_RETRY_MS: "1" });
  let failures = 1;
  await using site = await openSite(() => ({ status: failures-- > 0 ? 500 : 204 }));
  await notify(whole(), to([{ kind: "webhook", target: site.url }]));
  const [first, second] = site.asked;
  const { headers, body } = second ?? assert.fail("it was not tried again");
  const time = String(headers["x-pulumi-ecr-timestamp"]);
  const expected = createHmac("sha256", "s3cret").update(`${time}.${body}`).digest("hex");
  assert.equal(headers["x-pulumi-ecr-signature"], `sha256=${expected}`);
  assert.equal(first?.headers["x-pulumi-ecr-id"], headers["x-pulumi-ecr-id"]);
  assert.equal(JSON.parse(body).schemaVersion, 1);
});

test("Slack's URL comes from a variable and is in no message and no state", async () => {
  await using site = await openSite(() => ({ status: 400, json: { message: "no" } }));
  using _ = withVariables({ SLACK_URL: `${site.url}/T0/B0/secret`, PULUMI_ECR_RETRY_MS: "1" });
  const options = to([{ kind: "slack", target: "env:SLACK_URL" }], { notifyState: path("slack-state") });
  await assert.rejects(notify(whole(), options), (error: Error) => {
    assert.match(error.message, /notifying slack: it answered 400/);
    assert.ok(!error.message.includes("secret"));
    return true;
  });
  assert.deepEqual(read(path("slack-state")).sinks, {}, "what was not delivered is told at the next run");
});

test("one sink that fails keeps no other from being told", async () => {
  using _ = withVariables({ NOWHERE: undefined });
  const sinks: Sink[] = [
    { kind: "slack", target: "env:NOWHERE" },
    { kind: "webhook", target: path("other") },
  ];
  await assert.rejects(notify(whole(), to(sinks)), /set NOWHERE/);
  assert.ok(existsSync(path("other")));
});

test("a state that is none is refused, not taken for an empty one", async () => {
  writeFileSync(path("bad"), "[]");
  await assert.rejects(notify(whole(), to([], { notifyState: path("bad") })), /delete it to begin anew/);
  const nowhere = join(path("none"), "state");
  await assert.rejects(
    notify(whole(), to([{ kind: "webhook", target: path("kept") }], { notifyState: nowhere })),
    /writing what was notified to .*none.state: there is no such folder; check the name/,
  );
  await assert.rejects(
    notify(whole(), to([], { notifyState: folder })),
    /reading what was notified from .*: it is a folder/,
  );
});

test("the issue is opened, rewritten and closed, and somebody else's is let be", async () => {
  const issues: { number: number; state: string; body: string; login: string }[] = [];
  await using site = await openSite(({ method, path: where, body }) => {
    if (where === "/user") return { json: { login: "drift-bot" } };
    const sent = body === "" ? {} : JSON.parse(body);
    if (method === "POST") issues.push({ number: issues.length + 1, state: "open", login: "drift-bot", ...sent });
    const [, number] = /\/issues\/(\d+)$/.exec(where) ?? [];
    if (method === "PATCH") Object.assign(issues.find((one) => one.number === Number(number)) ?? {}, sent);
    const open = issues.filter(({ state }) => state === "open");
    return { json: open.map(({ login, ...issue }) => ({ ...issue, user: { login } })) };
  });
  using _ = withVariables({ GITHUB_TOKEN: "t", GITHUB_API_URL: site.url, PULUMI_ECR_RETRY_MS: "1" });
  const options = to([{ kind: "github-issue", target: "github:o/r" }]);
  await notify(clean(), options);
  assert.equal(issues.length, 0);
  await notify(whole(), options);
  await notify(whole(), options);
  assert.equal(issues.length, 1);
  issues.unshift({ number: 9, state: "open", body: issues[0]?.body ?? "", login: "mallory" });
  await notify({ ...clean(), incomplete: ["denied"] }, options);
  assert.equal(issues[1]?.state, "open", "an incomplete run closes nothing");
  await notify(clean(), options);
  assert.deepEqual(
    issues.map(({ state }) => state),
    ["open", "closed"],
  );
});
