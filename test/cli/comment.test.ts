/** `pulumi-ecr comment` against stand-ins of GitHub and GitLab. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { limits, readReport } from "../../provider/cli/commands/comment/read-report.ts";
import { type CommentOptions, runComment } from "../../provider/cli/commands/comment/run.ts";
import { reviewOutput } from "../../provider/cli/commands/review/output.ts";
import { commentBody } from "../../provider/cli/forge/post.ts";
import { sampleReview } from "../harness/review-report.ts";
import { openSite, type Respond, withVariables } from "../harness/site.ts";

const folder = mkdtempSync(join(tmpdir(), "comment-"));
const { head: commit = "", base: reviewed = "" } = sampleReview().revisions ?? {};
const report = file("report.json", sampleReview());

function raw(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

interface Note {
  id: number;
  body: string;
  author: string;
}

interface Facts {
  login?: string;
  sha?: string;
  state?: string;
  /** The branch that the request goes to, the commit that it is at, and those in its history. */
  branch?: string;
  tip?: string;
  history?: string[];
}

/** Comments of request 7, and who is asking: a workflow's token may not ask. */
function gitHub(notes: Note[], facts: Facts = {}): Respond {
  const { login, sha = commit, state = "open", branch = "main", tip = reviewed, history = [] } = facts;
  return ({ method, path, body }) => {
    if (path === "/user")
      return login === undefined
        ? { status: 403, json: { message: "Resource not accessible by integration" } }
        : { json: { login } };
    if (path === "/repos/o/r/pulls/7") return { json: { state, head: { sha }, base: { ref: branch } } };
    if (path === `/repos/o/r/branches/${encodeURIComponent(branch)}`) return { json: { commit: { sha: tip } } };
    const [, one, other] = /^\/repos\/o\/r\/compare\/(\w+)\.\.\.(\w+)$/.exec(path) ?? [];
    if (one === tip && other !== undefined && [tip, ...history].includes(other))
      return { json: { status: "behind", merge_base_commit: { sha: other }, files: [] } };
    if (one === tip && other === stranger)
      return { json: { status: "diverged", merge_base_commit: { sha: "0".repeat(40) }, files: [] } };
    if (path.startsWith("/repos/o/r/pulls?"))
      return {
        json: [
          { number: 6, head: { sha: "f".repeat(40) } },
          { number: 7, head: { sha, repo: { full_name: "fork/r" } } },
        ],
      };
    const text = body === "" ? "" : (JSON.parse(body) as { body: string }).body;
    const [, id] = /^\/repos\/o\/r\/issues\/comments\/(\d+)$/.exec(path) ?? [];
    if (method === "PATCH" && id !== undefined) {
      const note = notes.find((one) => one.id === Number(id));
      if (note) note.body = text;
      return { json: {} };
    }
    if (method === "POST" && path === "/repos/o/r/issues/7/comments") {
      notes.push({ id: notes.length + 1, body: text, author: login ?? "github-actions[bot]" });
      return { status: 201 };
    }
    if (path.startsWith("/repos/o/r/issues/7/comments?")) {
      const page = Number(/&page=(\d+)/.exec(path)?.[1]);
      const some = notes.slice((page - 1) * 100, page * 100);
      return { json: some.map((note) => ({ id: note.id, body: note.body, user: { login: note.author } })) };
    }
    return { status: 404, json: { message: "Not Found" } };
  };
}

/** A commit that the site knows, of another branch. */
const stranger = "5".repeat(40);
const reportOn = (base: string) =>
  file("base.json", { ...sampleReview(), revisions: { ...sampleReview().revisions, base } });

const asked: CommentOptions = { report, github: "o/r", number: 7, commit, key: "" };
const environment = { GITHUB_TOKEN: "t0ken", GH_TOKEN: undefined, PULUMI_ECR_RETRY_MS: "1" };

test("the first run makes a comment, the same report leaves it, another one rewrites it", async () => {
  using _ = withVariables(environment);
  const notes: Note[] = [];
  await using site = await openSite(gitHub(notes));
  const options = { ...asked, api: site.url };
  assert.equal(await runComment(options, {}), "the comment was created");
  assert.match(notes[0]?.body ?? "", /^<!-- pulumi-ecr:review:[0-9a-f]{16} -->\n## Review of ECR policies in prod\n/);
  assert.equal(await runComment(options, {}), "the comment was left as it is");
  const clean = file("clean.json", { ...sampleReview(), findings: [] });
  assert.equal(await runComment({ ...options, report: clean }, {}), "the comment was updated");
  assert.equal(notes.length, 1);
  assert.ok(site.asked.every(({ headers }) => headers["authorization"] === "Bearer t0ken"));
});

test("a marker in somebody else's comment is not ours to write to", async () => {
  using _ = withVariables(environment);
  const notes: Note[] = [];
  await using first = await openSite(gitHub(notes));
  await runComment({ ...asked, api: first.url }, {});
  const forged: Note[] = [{ id: 1, body: notes[0]?.body ?? "", author: "mallory" }];
  await using site = await openSite(gitHub(forged));
  assert.equal(await runComment({ ...asked, api: site.url }, {}), "the comment was created");
  assert.deepEqual(
    forged.map(({ author }) => author),
    ["mallory", "github-actions[bot]"],
  );
});

test("our own comment is found behind hundreds of others, and by its key", async () => {
  using _ = withVariables(environment);
  const notes = Array.from({ length: 250 }, (_, index) => ({ id: index + 1, body: "hello", author: "someone" }));
  await using site = await openSite(gitHub(notes, { login: "review-bot" }));
  const options = { ...asked, api: site.url };
  await runComment(options, {});
  assert.equal(await runComment(options, {}), "the comment was left as it is");
  assert.equal(await runComment({ ...options, key: "other stack" }, {}), "the comment was created");
  assert.equal(notes.length, 252);
});

test("nothing is posted to a request that has moved on or is closed", async () => {
  using _ = withVariables(environment);
  for (const facts of [{ sha: "e".repeat(40) }, { state: "closed" }]) {
    const notes: Note[] = [];
    await using site = await openSite(gitHub(notes, facts));
    assert.match(await runComment({ ...asked, api: site.url }, {}), /nothing was posted/);
    assert.deepEqual(notes, []);
  }
});

test("a report about another commit than the request's is refused", async () => {
  using _ = withVariables(environment);
  await using site = await openSite(gitHub([], { sha: "d".repeat(40) }));
  await assert.rejects(
    runComment({ ...asked, commit: "d".repeat(40), api: site.url }, {}),
    /about another commit than dddd/,
  );
});

test("a report made against another branch or an unknown commit is refused, and nothing is posted", async () => {
  using _ = withVariables(environment);
  for (const base of [stranger, "6".repeat(40)]) {
    const notes: Note[] = [];
    await using site = await openSite(gitHub(notes));
    await assert.rejects(runComment({ ...asked, report: reportOn(base), api: site.url }, {}), {
      code: "InvalidInput",
      message: `posting the report: it was made against ${base.slice(0, 12)}, which is not a commit of main, the branch that the request goes to; review again with that branch as --base`,
    });
    assert.deepEqual(notes, []);
  }
});

test("a base that the branch has left behind is told on top of the comment", async () => {
  using _ = withVariables(environment);
  const notes: Note[] = [];
  const [branch, tip] = ["release/*v1*", "9".repeat(40)];
  await using site = await openSite(gitHub(notes, { branch, tip, history: [reviewed] }));
  assert.equal(await runComment({ ...asked, api: site.url }, {}), "the comment was created");
  assert.match(
    notes[0]?.body ?? "",
    /\n\nMade against an older `release\/\*v1\*`, at `aaaaaaa`; it is now at `9999999`\. Run the review again before merging\.\n/,
  );
  const fresh: Note[] = [];
  await using same = await openSite(gitHub(fresh));
  await runComment({ ...asked, api: same.url }, {});
  assert.doesNotMatch(fresh[0]?.body ?? "", /older/);
});

test("a report that names no commits says so in the comment", async () => {
  using _ = withVariables(environment);
  const notes: Note[] = [];
  await using site = await openSite(gitHub(notes));
  const { revisions: _revisions, ...rest } = sampleReview();
  await runComment({ ...asked, report: file("preview.json", rest), api: site.url }, {});
  assert.match(notes[0]?.body ?? "", /\n\nThis report does not name the commits that it compares\.\n/);
});

test("what a report calls a commit gets into a URL only when it is an id", () => {
  for (const base of ["main", "../../../user", "a".repeat(41), `${"a".repeat(39)}/`]) {
    const text = JSON.stringify({ ...sampleReview(), revisions: { ...sampleReview().revisions, base } });
    assert.throws(() => readReport(raw("r.json", text)), /revisions\.base/);
  }
});

test("nothing is posted to a request that goes to another branch by now", async () => {
  using _ = withVariables(environment);
  const request = { number: 7, head: { sha: commit }, base: { ref: "main" } };
  const events = [{ pull_request: request }, { workflow_run: { head_sha: commit, pull_requests: [request] } }];
  for (const [branch, said] of [
    ["main", "the comment was created"],
    ["develop", "the request is closed, has newer commits or goes to another branch; nothing was posted"],
  ] as const)
    for (const event of events) {
      await using site = await openSite(gitHub([], { branch }));
      const options = { report, event: file("target.json", event), key: "", github: "o/r", api: site.url };
      assert.equal(await runComment(options, {}), said);
    }
});

test("the request of a workflow_run from a fork is found by its head, which the event names", async () => {
  using _ = withVariables(environment);
  const run = {
    head_sha: commit,
    head_branch: "patch-1",
    head_repository: { full_name: "fork/r", owner: { login: "fork" } },
    pull_requests: [],
  };
  const event = file("event.json", { action: "completed", workflow_run: run });
  const notes: Note[] = [];
  await using site = await openSite(gitHub(notes));
  const fromEvent: CommentOptions = { report, event, key: "", api: site.url };
  assert.equal(await runComment(fromEvent, { GITHUB_REPOSITORY: "o/r" }), "the comment was created");
  assert.ok(site.asked.some(({ path }) => path.includes("head=fork%3Apatch-1")));
  const stranger = file("stranger.json", {
    workflow_run: { ...run, head_repository: { full_name: "evil/r", owner: { login: "evil" } } },
  });
  assert.match(
    await runComment({ ...fromEvent, event: stranger }, { GITHUB_REPOSITORY: "o/r" }),
    /no open pull request/,
  );
  assert.equal(notes.length, 1);
});

test("the request of a pull_request event is the event's", async () => {
  using _ = withVariables(environment);
  const event = file("pull.json", { pull_request: { number: 7, head: { sha: commit } } });
  await using site = await openSite(gitHub([]));
  assert.equal(
    await runComment({ report, event, key: "", github: "o/r", api: site.url }, {}),
    "the comment was created",
  );
});

test("GitLab: a note is made, found by its author, and rewritten", async () => {
  using _ = withVariables({ GITLAB_TOKEN: "gl", PULUMI_ECR_RETRY_MS: "1" });
  const notes: Note[] = [];
  const project = "/projects/group%2Fproject";
  const base = `${project}/merge_requests/3`;
  let tip = reviewed;
  await using site = await openSite(({ method, path, body }) => {
    if (path === "/user") return { json: { id: 42 } };
    if (path === base) return { json: { state: "opened", sha: commit, target_branch: "main" } };
    if (path === `${project}/repository/branches/main`) return { json: { commit: { id: tip } } };
    const [, one = "", other] = /merge_base\?refs\[\]=(\w+)&refs\[\]=(\w+)$/.exec(path) ?? [];
    if (one === tip) return other === reviewed ? { json: { id: other } } : { status: other === stranger ? 404 : 400 };
    const text = body === "" ? "" : (JSON.parse(body) as { body: string }).body;
    if (method === "POST" && path === `${base}/notes`) notes.push({ id: notes.length + 1, body: text, author: "42" });
    const [, id] = /notes\/(\d+)$/.exec(path) ?? [];
    const note = notes.find((one) => one.id === Number(id));
    if (method === "PUT" && note) note.body = text;
    const listed = notes.map(({ author, ...rest }) => ({ ...rest, author: { id: Number(author) }, system: false }));
    return { json: path.startsWith(`${base}/notes?`) ? listed : {} };
  });
  const options = { report, gitlab: "group/project", key: "", api: site.url };
  const variables = {
    CI_MERGE_REQUEST_IID: "3",
    CI_COMMIT_SHA: commit,
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
  };
  assert.equal(await runComment(options, variables), "the comment was created");
  const other = file("other.json", { ...sampleReview(), findings: [] });
  assert.equal(await runComment({ ...options, report: other }, variables), "the comment was updated");
  assert.equal(notes.length, 1);
  tip = "9".repeat(40);
  assert.equal(await runComment(options, variables), "the comment was updated");
  assert.match(notes[0]?.body ?? "", /Made against an older `main`, at `aaaaaaa`; it is now at `9999999`\./);
  for (const id of [stranger, "6".repeat(40)])
    await assert.rejects(runComment({ ...options, report: reportOn(id) }, variables), /is not a commit of main/);
  assert.match(
    await runComment(options, { ...variables, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "develop" }),
    /goes to another branch; nothing was posted/,
  );
  assert.ok(site.asked.every(({ headers }) => headers["private-token"] === "gl"));
});

test("a busy site is asked again, a refusal says what to do and holds no token", async () => {
  using _ = withVariables(environment);
  let busy = 2;
  const calm = gitHub([]);
  await using site = await openSite((one) => (busy-- > 0 ? { status: 503 } : calm(one)));
  assert.equal(await runComment({ ...asked, api: site.url }, {}), "the comment was created");
  await using closed = await openSite(() => ({ status: 401, json: { message: "Bad credentials\u001b[31m" } }));
  await assert.rejects(runComment({ ...asked, api: closed.url }, {}), (error: Error) => {
    assert.match(error.message, /answered 401: Bad credentials\\u\{1b\}\[31m; check the token/);
    assert.ok(!error.message.includes("t0ken"));
    return true;
  });
});

test("a comment is not made twice when its answer was lost", async () => {
  using _ = withVariables(environment);
  const calm = gitHub([]);
  await using site = await openSite((one) => (one.method === "POST" ? { status: 502 } : calm(one)));
  await assert.rejects(runComment({ ...asked, api: site.url }, {}), /answered 502, after 1 try/);
  assert.equal(site.asked.filter(({ method }) => method === "POST").length, 1);
});

test("a redirection is not followed, and a URL without TLS is refused, so that tokens stay", async () => {
  using _ = withVariables(environment);
  await using elsewhere = await openSite(() => ({}));
  await using site = await openSite(() => ({ status: 302, headers: { location: elsewhere.url } }));
  await assert.rejects(runComment({ ...asked, api: site.url }, {}));
  assert.deepEqual(elsewhere.asked, []);
  await assert.rejects(runComment({ ...asked, api: "http://api.example.com" }, {}), /has to start with https/);
});

test("reports that are not what they should be are refused by name", () => {
  const good = JSON.stringify(sampleReview());
  const refused: [string, RegExp][] = [
    ["null", /schemaVersion is "?absent|schemaVersion is undefined|schemaVersion is absent/],
    ['{"schemaVersion":2}', /schemaVersion is 2, and this command knows 1/],
    ['{"schemaVersion":1}', /is not a report of a review/],
    [good.replace('"verdict":"blocked"', '"verdict":"fine"'), /verdict must be/],
    [good.replace('"blocking":true', '"blocking":true,"html":"<b>"'), /html is not a known property/],
    [`${"[".repeat(100_000)}`, /nested more than 24 levels deep/],
    [good.replace('"notes":[', `"notes":["${"x".repeat(limits.text + 1)}",`), /a text of more than 200000 characters/],
    [good.replace('"notes":[', `"notes":[${'"x",'.repeat(limits.values + 1)}`), /more than 200000 values/],
    [" ".repeat(limits.characters + 1), /has more than 16 MiB/],
  ];
  for (const [text, message] of refused) assert.throws(() => readReport(raw("r.json", text)), message);
  assert.deepEqual(readReport(raw("r.json", good)), sampleReview());
});

test("what review writes is what comment reads", () => {
  const policy = (account: string) => ({
    Version: "2012-10-17",
    Statement: [{ Sid: "pull", Effect: "Allow", Principal: { AWS: account }, Action: "ecr:*" }],
  });
  const [before, after] = [file("before.json", policy("111111111111")), file("after.json", policy("*"))];
  const main = join(import.meta.dirname, "../../provider/cli/main.ts");
  const run = spawnSync(process.execPath, [main, "review", "--before", before, "--after", after, "--format", "json"], {
    encoding: "utf8",
  });
  assert.equal(run.status, 2, run.stderr);
  const read = readReport(raw("review.json", run.stdout));
  assert.ok(read.access.gains.length > 0 && read.findings.length > 0);
  assert.match(commentBody(reviewOutput(read).document("markdown"), ""), /can now do everything/);
});

test("what is missing is asked for", async () => {
  using _ = withVariables({ GITHUB_TOKEN: undefined, GH_TOKEN: undefined, GITLAB_TOKEN: undefined });
  await assert.rejects(runComment(asked, {}), /set GITHUB_TOKEN or GH_TOKEN/);
  await assert.rejects(runComment({ report, key: "" }, {}), /give --github OWNER\/REPO or --gitlab PROJECT/);
  using token = withVariables({ GITHUB_TOKEN: "x" });
  assert.ok(token);
  await assert.rejects(
    runComment({ report, key: "", github: "o/r", number: 7, commit: "abc" }, {}),
    /full id of the head commit/,
  );
  await assert.rejects(runComment({ report, key: "", github: "o/../r", number: 7, commit }, {}), /OWNER\/REPO/);
});
