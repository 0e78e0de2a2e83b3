/** Layers and doors: who may import whom. The rules are those of CONTRIBUTING, "Layers". */

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const sources = globSync(["provider/**/*.ts", "emulator/**/*.ts", "bin/*", "tools/*.ts"], { cwd: root }).sort();

/** Import specifiers of a file, types included. */
function imports(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)[^"';]*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s*"([^"]+)"/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const edges = sources.flatMap((file) =>
  imports(file).map((specifier) => ({
    file,
    target: specifier.startsWith(".") ? relative(root, join(root, dirname(file), specifier)) : specifier,
  })),
);

/** Folders (or files) from the top to the bottom; an import goes down, or stays inside. */
const layers: readonly (readonly string[])[] = [
  ["provider/main.ts", "provider/cli", "provider/crossguard"],
  ["emulator"],
  ["provider/rpc", "provider/drift"],
  ["provider/provider.ts", "provider/catalog.ts", "provider/config.ts", "provider/claims.ts", "provider/package.ts"],
  ["provider/functions", "provider/migration"],
  ["provider/resources", "provider/operations"],
  ["provider/images", "provider/review"],
  ["provider/gateway", "provider/policy", "provider/lifecycle"],
  ["provider/define", "provider/errors.ts"],
];

function place(path: string): { layer: number; part: string } | undefined {
  for (const [layer, parts] of layers.entries()) {
    const part = parts.find((candidate) => path === candidate || path.startsWith(`${candidate}/`));
    if (part) return { layer, part };
  }
  return undefined;
}

test("every source file has its layer", () => {
  for (const file of sources.filter((name) => name.startsWith("provider/") || name.startsWith("emulator/")))
    assert.ok(place(file), file);
});

test("imports point to a later layer and never sideways between folders of one layer", () => {
  const wrong = edges.filter(({ file, target }) => {
    const [from, to] = [place(file), place(target)];
    if (!from || !to || from.part === to.part) return false;
    const files = from.layer === 3 && to.layer === 3;
    const base = from.layer === layers.length - 1 && to.layer === layers.length - 1;
    return !files && !base && to.layer <= from.layer;
  });
  assert.deepEqual(wrong, []);
});

test("the emulator imports nothing of the provider that it is there to test but the evaluator of lifecycle policies", () => {
  const shared = /^provider\/(lifecycle|define\/finding)/;
  assert.deepEqual(
    edges.filter(
      ({ file, target }) => file.startsWith("emulator/") && target.startsWith("provider/") && !shared.test(target),
    ),
    [],
  );
});

const doors: Readonly<Record<string, (file: string) => boolean>> = {
  "@grpc/grpc-js": (file) => file.startsWith("provider/rpc/"),
  "@pulumi/pulumi": (file) => file.startsWith("provider/rpc/"),
  "@pulumi/policy": (file) => file.startsWith("provider/crossguard/"),
  "google-protobuf": (file) => file.startsWith("provider/rpc/"),
  "@aws-sdk/": (file) => file.startsWith("provider/gateway/"),
  "@smithy/": (file) => file.startsWith("provider/gateway/"),
  ajv: (file) => file === "provider/define/validator.ts",
  "p-retry": (file) => file === "provider/gateway/retry.ts",
  "fast-json-patch": (file) => file === "provider/policy/diff.ts",
  "@humanwhocodes/momoa": (file) => file === "provider/define/json.ts",
  "@stryker-mutator/core": (file) => file === "tools/mutate.ts",
  yaml: (file) => file === "provider/define/yaml.ts",
  commander: (file) => file.startsWith("provider/cli/"),
  esbuild: (file) => file === "tools/build.ts",
};

/** Who of the command reads or writes files, and why not through `files.ts`. */
const filesOfTheCommand: Readonly<Record<string, string>> = {
  "provider/cli/files.ts": "the door",
  "provider/cli/review/inputs/bounded.ts": "files of others, with limits and in pieces",
  "provider/cli/drift/inputs.ts": "states, in pieces",
  "provider/cli/review/watch.ts": "is told when files change",
  "provider/cli/drift/settle.ts": "looks whether a file is there",
  "provider/cli/commands/import-file.ts": "looks where the plugin is",
  "provider/cli/commands/schema.ts": "the package's own schemas",
};

test("commands read and write files through one door", () => {
  const users = edges.filter(({ file, target }) => file.startsWith("provider/cli/") && target === "node:fs");
  assert.deepEqual(users.map(({ file }) => file).sort(), Object.keys(filesOfTheCommand).sort());
});

test("each dependency is imported through its door only, and every one has a door", () => {
  for (const { file, target } of edges) {
    if (target.startsWith("node:") || /^(provider|emulator|tools|test|schema|package\.json|sdk)\b/.test(target))
      continue;
    if (target === "pulumi-ecr") continue;
    const door = Object.entries(doors).find(
      ([name]) => target === name || target.startsWith(name.endsWith("/") ? name : `${name}/`),
    );
    if (file.startsWith("tools/") && target.startsWith("@pulumi/pulumi")) continue;
    assert.ok(door, `${target}, imported by ${file}, has no door`);
    assert.ok(door[1](file), `${file} imports ${target} past its door`);
  }
});

test("no resource file retries, previews, encodes or knows protobuf", () => {
  for (const file of sources.filter((name) => name.startsWith("provider/resources/"))) {
    const text = readFileSync(join(root, file), "utf8");
    for (const word of ["preview)", "pRetry", "setTimeout", "protobuf", "Struct"]) {
      assert.ok(!text.includes(word), `${file} has ${word}`);
    }
  }
});

test("a file is at most 250 lines long, or says in its head why not", () => {
  for (const file of sources.filter((name) => name.endsWith(".ts"))) {
    const text = readFileSync(join(root, file), "utf8");
    const lines = text.split("\n").length;
    const head = text.slice(0, text.indexOf("*/"));
    assert.ok(lines <= 250 || /long because/i.test(head), `${file} has ${lines} lines`);
  }
});

test("nothing checked in names a registry host or a path of a machine", () => {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  assert.ok(!lock.includes('"resolved": "http'), "package-lock.json names a registry host");
});
