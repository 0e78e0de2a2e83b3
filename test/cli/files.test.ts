/** Every option that names a file, with everything that can be wrong with a file: one sentence for each fault. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Command } from "commander";
import { comment } from "../../provider/cli/commands/comment/index.ts";
import { drift } from "../../provider/cli/commands/drift/index.ts";
import { explain } from "../../provider/cli/commands/explain/index.ts";
import { review } from "../../provider/cli/commands/review/index.ts";
import { simulate } from "../../provider/cli/commands/simulate/index.ts";
import { mergeReports } from "../../provider/drift/report/merge.ts";
import { sampleReview } from "../harness/review-report.ts";

const folder = mkdtempSync(join(tmpdir(), "files-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
}

const policy = file("policy.json", {
  Version: "2012-10-17",
  Statement: [{ Sid: "pull", Effect: "Allow", Principal: { AWS: "111111111111" }, Action: "ecr:BatchGetImage" }],
});
const lifecycle = file("lifecycle.json", {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 },
      action: { type: "expire" },
    },
  ],
});
const images = file("images.json", { imageDetails: [] });
const stack = file("export.json", { version: 3, deployment: { resources: [] } });
const preview = file("preview.json", { steps: [] });
const driftReport = file("drift.json", mergeReports([]));
const reviewReport = file("review.json", sampleReview());

/** How an option reads its file; `json` reads a value of any size, `value` a document, `stream` in pieces. */
type Kind = "text" | "lines" | "value" | "json" | "stream";

const ofReview = ["review", "--kind", "lifecycle-policy", "--repository", "a"];
const ofDrift = ["drift", "--file", stack, "--no-coverage"];
const ofSimulate = ["simulate", "--policy", lifecycle];
const ofComment = ["comment", "--github", "a/b"];

/** What goes before and behind the file; the option's name is the last word before it, or `<file>`. */
const options: readonly (readonly [what: string, kind: Kind, before: readonly string[], after?: readonly string[]])[] =
  [
    ["the document", "text", ["review"]],
    ["the document", "text", ["review", "--before"], ["--after", policy]],
    ["the document", "text", ["review", "--before", policy, "--after"]],
    ["the export", "stream", ["review", "--kind", "stack", "--before"], ["--after", stack]],
    ["the export", "stream", ["review", "--kind", "stack", "--before", stack, "--after"]],
    ["the preview", "stream", ["review", "--preview"]],
    ["the export", "stream", ["review", "--preview", preview, "--export"]],
    ["the plan", "stream", ["review", "--plan"]],
    ["the configuration", "text", ["review", policy, "--config"]],
    ["the images", "json", [...ofReview, lifecycle, "--images"]],
    ["the images in use", "lines", [...ofReview, lifecycle, "--in-use"]],
    ["the accounts", "value", ["review", policy, "--accounts"]],
    ["the registry's policy", "value", ["review", policy, "--registry-policy"]],
    ["the document", "text", ["explain"]],
    ["the accounts", "value", ["explain", policy, "--accounts"]],
    ["the registry's policy", "value", ["explain", policy, "--registry-policy"]],
    ["the export", "stream", ["drift", "--file"]],
    ["the Terraform state", "stream", ["drift", "--terraform"]],
    ["the configuration", "text", [...ofDrift, "--config"]],
    ["the targets", "lines", [...ofDrift, "--targets"]],
    ["the baseline", "json", [...ofDrift, "--baseline"]],
    ["the report", "json", ["drift", "--merge"]],
    [
      "what was notified",
      "json",
      ["drift", "--merge", driftReport, "--notify", `webhook=${join(folder, "notice.json")}`, "--notify-state"],
    ],
    ["the policy", "text", ["simulate", "--images", images, "--policy"]],
    ["the policy to compare with", "text", [...ofSimulate, "--images", images, "--against"]],
    ["the images", "json", [...ofSimulate, "--images"]],
    ["the images in use", "lines", [...ofSimulate, "--images", images, "--in-use"]],
    ["the report", "json", [...ofComment, "--report"]],
    ["the event", "json", [...ofComment, "--report", reviewReport, "--event"]],
  ];

const program = new Command().exitOverride();
const commands = [review, explain, drift, simulate, comment];
for (const command of commands) program.addCommand(command.exitOverride());

/** What a command says when it fails. Nothing is sent before the files are read. */
async function failure(args: readonly string[]): Promise<string> {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    await program.parseAsync([...args], { from: "user" });
    return "nothing";
  } catch (error) {
    return (error as Error).message;
  } finally {
    process.stdout.write = write;
    process.exitCode = undefined;
  }
}

/** Files of one fault each, the kinds of options that it is one for, and the end of the sentence. */
const faults: readonly (readonly [fault: string, kinds: readonly Kind[], path: string, why: string])[] = (() => {
  const every: Kind[] = ["text", "lines", "value", "json", "stream"];
  const whole: Kind[] = ["text", "lines", "value", "json"];
  const isJson: Kind[] = ["value", "json", "stream"];
  const directory = join(folder, "folder");
  mkdirSync(directory);
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const locked = file("locked", "{}");
  chmodSync(locked, 0);
  const large = (name: string, mebibytes: number) => {
    const path = join(folder, name);
    const descriptor = openSync(path, "w");
    ftruncateSync(descriptor, mebibytes * 1024 * 1024 + 1);
    closeSync(descriptor);
    return path;
  };
  const regular = "it is not a regular file; give one, or - for standard input";
  const isRoot = process.getuid?.() === 0;
  const rows: [string, Kind[], string, string][] = [
    ["no file", every, join(folder, "none"), "there is no such file; check the name"],
    ["a file in place of a folder", every, join(policy, "x"), "there is no such file; check the name"],
    ["a folder", every, directory, "it is a folder; give a file"],
    ["a pipe", every, pipe, regular],
    ["a device without end", every, "/dev/zero", regular],
    ["UTF-16", every, file("utf16", Buffer.from("\ufeff{}", "utf16le")), "it is UTF-16 text; save it as UTF-8"],
    ["no UTF-8", whole, file("latin", Buffer.from('["\xff"]', "latin1")), "it is not UTF-8 text; save it as UTF-8"],
    [
      "a text that is too large",
      ["text", "lines", "value"],
      large("m1", 1),
      "it has more than 1 MiB; give a smaller one",
    ],
    [
      "what is read in pieces and too large",
      ["stream"],
      large("m1024", 1024),
      "it has more than 1024 MiB; give a smaller one",
    ],
    ["nothing", isJson, file("empty", ""), "it is empty (line 1, column 1); correct it there"],
    [
      "no JSON",
      isJson,
      file("bad.json", '{\n  "a": 1,\n  bad\n}'),
      'it is not JSON: "b" was not expected here (line 3, column 3); correct it there',
    ],
    [
      "half a file",
      isJson,
      file("half.json", '{"a": [1'),
      "it is not JSON: it ends too early (line 1, column 8); correct it there",
    ],
    [
      "a comma too many",
      isJson,
      file("comma.json", '{"a": 1,}'),
      "it is not JSON: there is a comma before } (line 1, column 9); correct it there",
    ],
  ];
  if (!isRoot) rows.push(["a locked file", every, locked, "access to it is denied; check its permissions"]);
  return rows;
})();

for (const [what, kind, before, behind = []] of options) {
  const name = before.at(-1)?.startsWith("--") ? before.at(-1) : "FILE";
  test(`${before[0]} ${name} says what is wrong with ${what}, in the words of every other option`, async () => {
    for (const [fault, kinds, path, why] of faults) {
      // The first run writes it.
      if (!kinds.includes(kind) || (name === "--notify-state" && fault === "no file")) continue;
      assert.equal(await failure([...before, path, ...behind]), `reading ${what} from ${path}: ${why}`, fault);
    }
  });
}

const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test("values nested too deeply are refused with their place, and a byte order mark before data is passed over", async () => {
  for (const [what, kind, before, behind = []] of options) {
    if (kind !== "json" && kind !== "value") continue;
    const most = what === "the report" && before[0] === "comment" ? 24 : 64;
    const path = file("deep.json", deep(most + 1));
    assert.equal(
      await failure([...before, path, ...behind]),
      `reading ${what} from ${path}: it is nested more than ${most} levels deep (line 1, column ${most + 1}); correct it there`,
    );
    const marked = file("marked.json", "\ufeff{]");
    assert.equal(
      await failure([...before, marked, ...behind]),
      `reading ${what} from ${marked}: it is not JSON: "]" was not expected here (line 1, column 2); correct it there`,
    );
  }
});

test("a JSON file that is too large is refused with what it may have", async () => {
  for (const [what, kind, before, behind = []] of options) {
    if (kind !== "json") continue;
    const most = before[0] === "comment" && what === "the report" ? 16 : 48;
    const path = join(folder, `large${most}`);
    const descriptor = openSync(path, "w");
    ftruncateSync(descriptor, most * 1024 * 1024 + 1);
    closeSync(descriptor);
    const says = `reading ${what} from ${path}: it has more than ${most} MiB; give a smaller one`;
    assert.equal(await failure([...before, path, ...behind]), says);
  }
});

test("every option and argument that names a file to read is in the table", () => {
  const covered = new Set(
    options.map(([, , before]) => {
      const last = before.at(-1) ?? "";
      return `${before[0]} ${last.startsWith("--") ? last : "FILE"}`;
    }),
  );
  const named = commands.flatMap((command) => [
    ...command.registeredArguments.map(() => `${command.name()} FILE`),
    ...command.options
      .filter(({ flags }) => /<(files?|export)(\.\.\.)?>/.test(flags))
      .map(({ long }) => `${command.name()} ${long}`),
  ]);
  assert.deepEqual(
    named.filter((name) => !covered.has(name)),
    [],
  );
  assert.deepEqual(
    [...covered].filter((name) => !named.includes(name)),
    [],
  );
});

const main = join(import.meta.dirname, "../../provider/cli/main.ts");

test("standard input is judged as a file is, and has an end", () => {
  const said = (args: readonly string[], input: string | Buffer) =>
    spawnSync(process.execPath, [main, ...args, "-"], { input, encoding: "utf8" }).stderr;
  const bad = '"b" was not expected here (line 1, column 2); correct it there\n';
  for (const [what, args] of [
    ["the images", [...ofSimulate, "--images"]],
    ["the preview", ["review", "--preview"]],
    ["the report", [...ofComment, "--report"]],
  ] as const)
    assert.equal(said(args, "{bad}"), `pulumi-ecr: reading ${what} from standard input: it is not JSON: ${bad}`);
  assert.equal(
    said(["explain"], Buffer.from("\ufeff{}", "utf16le")),
    "pulumi-ecr: reading the document from standard input: it is UTF-16 text; save it as UTF-8\n",
  );
  const { stderr } = spawnSync(process.execPath, [main, ...ofSimulate, "--images", "-"], {
    stdio: [openSync("/dev/zero", "r"), "pipe", "pipe"],
    encoding: "utf8",
  });
  assert.equal(
    stderr,
    "pulumi-ecr: reading the images from standard input: it has more than 48 MiB; give a smaller one\n",
  );
});
