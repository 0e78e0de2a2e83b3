/** Layers and doors: who may import whom. The rules are those of CONTRIBUTING, "Layers". */

import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { catalog } from "../provider/catalog.ts";
import type { Rows } from "../provider/define/property.ts";

const root = join(import.meta.dirname, "..");
const sources = globSync(["provider/**/*.ts", "emulator/**/*.ts", "bin/*", "tools/**/*.ts"], { cwd: root }).sort();

interface Edge {
  readonly file: string;
  readonly target: string;
  /** False where only types are imported, which are gone when the program runs. */
  readonly isValue: boolean;
}

/** What a file imports, types included. */
function imports(file: string): Edge[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)(\s+type)?\b([^"';]*?)from\s*"([^"]+)"/g),
    ...text.matchAll(/()()import\(\s*"([^"]+)"\s*\)/g),
    ...text.matchAll(/()()(?:^|\n)import\s*"([^"]+)"/g),
  ];
  return found.map(([, type, clause = "", specifier = ""]) => ({
    file,
    target: specifier.startsWith(".") ? relative(root, join(root, dirname(file), specifier)) : specifier,
    isValue: !type && !areTypes(clause),
  }));
}

/** Whether `{ type A, type B }` names types only. */
function areTypes(clause: string): boolean {
  const names = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1]?.split(",") ?? [""];
  return names.filter((name) => name.trim() !== "").every((name) => name.trim().startsWith("type ")) && clause !== "";
}

const edges = sources.flatMap(imports);
/** Folders (or files) from the top to the bottom; an import goes down, or stays inside. */
const layers: readonly (readonly string[])[] = [
  ["provider/rpc/main.ts", "provider/cli", "provider/crossguard"],
  ["emulator/main.ts"],
  ["emulator/http"],
  ["emulator/oci"],
  ["emulator/service"],
  ["emulator/operations"],
  ["emulator/effects"],
  ["emulator/repositories"],
  ["emulator/documents"],
  ["emulator/call"],
  ["emulator/state", "emulator/wire"],
  ["provider/rpc", "provider/drift", "provider/review"],
  ["provider/declared"],
  ["provider/provider.ts", "provider/catalog.ts", "provider/config.ts", "provider/claims.ts", "provider/package.ts"],
  ["provider/functions", "provider/migration"],
  ["provider/resources", "provider/operations"],
  ["provider/images"],
  ["provider/gateway", "provider/policy", "provider/lifecycle"],
  ["provider/define"],
  ["provider/values"],
  ["provider/text"],
];
/** The files beside `provider.ts` are one layer, and import each other. */
const rootLayer = layers.findIndex((parts) => parts.includes("provider/provider.ts"));

function place(path: string): { layer: number; part: string } | undefined {
  for (const [layer, parts] of layers.entries()) {
    const part = parts.find((candidate) => path === candidate || path.startsWith(`${candidate}/`));
    if (part) return { layer, part };
  }
  return undefined;
}

/** Groups of names that import each other round about, each group sorted. */
function circles(pairs: readonly (readonly [string, string])[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of pairs) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
  const reach = (start: string) => {
    const seen = new Set<string>();
    const waiting = [...(next.get(start) ?? [])];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      waiting.push(...(next.get(name) ?? []));
    }
    return seen;
  };
  const reached = new Map([...next.keys()].map((name) => [name, reach(name)] as const));
  const groups = new Map<string, string[]>();
  for (const [name, seen] of reached) {
    if (!seen.has(name)) continue;
    const group = [...seen].filter((other) => reached.get(other)?.has(name)).sort();
    groups.set(group.join(" "), group);
  }
  return [...groups.values()];
}

test("circles are found, and what is no circle is not", () => {
  assert.deepEqual(
    circles([
      ["a", "b"],
      ["b", "c"],
      ["c", "a"],
      ["c", "d"],
      ["d", "d"],
    ]),
    [["a", "b", "c"]],
  ); // prettier-ignore
  assert.deepEqual(
    circles([
      ["a", "b"],
      ["a", "c"],
      ["b", "c"],
    ]),
    [],
  ); // prettier-ignore
});

test("no file imports itself round about, types included", () => {
  assert.deepEqual(circles(edges.map(({ file, target }) => [file, target])), []);
});

test("no folder imports itself round about, types included", () => {
  const own = edges.filter(({ target }) => target.endsWith(".ts"));
  assert.deepEqual(circles(own.map(({ file, target }) => [dirname(file), dirname(target)])), []);
});

/** Folders that hold one kind of thing, a file each. */
const collections = ["provider/resources", "provider/functions", "provider/review/rules"];

test("a folder has at most 16 files, unless it holds one kind of thing", () => {
  const counts = new Map<string, number>();
  for (const file of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  const heaps = [...counts].filter(([folder, count]) => count > 16 && !collections.includes(folder));
  assert.deepEqual(heaps, []);
});

/** A comment that opens a file, without the stars of its lines; empty where there is none. */
function headOf(file: string): string {
  const text = readFileSync(join(root, file), "utf8").replace(/^#!.*\n/, "");
  return text.startsWith("/**") ? text.slice(3, text.indexOf("*/")).replace(/\n \* ?/g, "\n") : "";
}

/** What follows a label at the beginning of a line of a head, with the indented lines below it. */
function labelled(head: string, label: string): string | undefined {
  const lines = head.split("\n").map((line) => line.trimEnd());
  const start = lines.findIndex((line) => line.trimStart().startsWith(`${label}: `));
  if (start < 0) return undefined;
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => !line.startsWith("  "));
  return [lines[start]?.trim().slice(label.length + 2), ...after.slice(0, Math.max(0, end))].join(" ");
}

const housed = sources.filter((name) => name.startsWith("provider/") || name.startsWith("emulator/"));

test("each folder has one file whose head says what lives in the folder and what may not", () => {
  const heads = Object.entries(Object.groupBy(housed, (file) => dirname(file))).map(([folder, files = []]) => ({
    folder,
    mains: files.filter((file) => headOf(file).includes("May not live here: ")),
  }));
  assert.deepEqual(
    heads.filter(({ mains }) => mains.length !== 1),
    [],
  );
  const unlabelled = heads
    .flatMap(({ mains }) => mains)
    .filter((file) => {
      const head = headOf(file);
      return !labelled(head, "Lives here") || !labelled(head, "May not live here");
    });
  assert.deepEqual(unlabelled, []);
});

test("every .ts file that a comment names exists, seen from its own folder or one above", () => {
  const missing = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/`((?:[\w.-]+\/)*[\w-]+\.ts)`/g)]
      .map(([, path = ""]) => path)
      .filter((path) => ![...upwards(dirname(file)), "provider"].some((from) => exists(join(from, path))))
      .map((path) => ({ file, path })),
  );
  assert.deepEqual(missing, []);
});

test("where a head says that something else lives exists", () => {
  const missing = housed.flatMap((file) => {
    const said = `${labelled(headOf(file), "Lives here") ?? ""} ${labelled(headOf(file), "May not live here") ?? ""}`;
    const paths = [...said.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\/|\.ts))`/g)].map(([, path = ""]) => path);
    return paths
      .filter((path) => !upwards(dirname(file)).some((from) => exists(join(from, path))))
      .map((path) => ({ file, path }));
  });
  assert.deepEqual(missing, []);
});

/** A folder of the repository and those that it is in. */
function upwards(folder: string): string[] {
  return folder === "." ? ["."] : [folder, ...upwards(dirname(folder))];
}

function exists(path: string): boolean {
  return existsSync(join(root, path));
}

const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
/** Files that are made, or that stand for any name. */
const unwritten = [
  "bench.json",
  "provider/resources/NAME.ts",
  "provider/functions/NAME.ts",
  "test/cases/scenarios/NAME.json",
];

test("every path in CONTRIBUTING.md exists, from the root or from provider/, with or without .ts", () => {
  const prose = contributing.replace(/^```[\s\S]*?^```/gm, "");
  const named = [...prose.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].map(([, path = ""]) => path);
  const paths = named.filter((path) => path.includes("/") || /\.(?:ts|json|md|yaml|yml|js|py)$/.test(path));
  assert.ok(paths.length > 40, `only ${paths.length} paths were found`);
  const missing = paths.filter((path) => {
    const candidates = [path, `${path}.ts`].flatMap((name) => [name, join("provider", name)]);
    return !unwritten.includes(path) && !candidates.some(exists);
  });
  assert.deepEqual(missing, []);
});

test("the layers in CONTRIBUTING.md are these", () => {
  const block = /## Layers[\s\S]*?```\n([\s\S]*?)```/.exec(contributing)?.[1] ?? "";
  const drawn = block
    .trim()
    .split(/\s*(?:\n|→)\s*/)
    .map((layer) => layer.split(", ").map((part) => part.replace(/\/$/, "")));
  const short = layers.map((parts) => parts.map((part) => part.replace(/^provider\//, "")));
  assert.deepEqual(drawn, short);
});

test("every source file has its layer", () => {
  for (const file of housed) assert.ok(place(file), file);
});

test("imports point to a later layer and never sideways between folders of one layer", () => {
  const wrong = edges.filter(({ file, target }) => {
    const [from, to] = [place(file), place(target)];
    if (!from || !to || from.part === to.part) return false;
    const isBesideRoot = from.layer === rootLayer && to.layer === rootLayer;
    return !isBesideRoot && to.layer <= from.layer;
  });
  assert.deepEqual(wrong, []);
});

test("the emulator imports nothing of the provider that it is there to test but the evaluator of lifecycle policies", () => {
  const shared = /^provider\/(lifecycle|text\/finding)/;
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
  "fast-json-patch": (file) => file === "provider/text/json-patch.ts",
  "@humanwhocodes/momoa": (file) => file === "provider/text/json.ts",
  "@stryker-mutator/": (file) => file === "tools/mutate.ts" || file.startsWith("tools/mutation/"),
  yaml: (file) => file === "provider/text/yaml.ts",
  "fast-check": (file) => file === "tools/mutation/runner.ts",
  commander: (file) => file.startsWith("provider/cli/"),
  esbuild: (file) => file === "tools/build.ts",
};

/** Who of the command reads or writes files, and why not through `files.ts` and `bytes.ts`. */
const filesOfTheCommand: Readonly<Record<string, string>> = {
  "provider/cli/shared/save.ts": "the door for what is written",
  "provider/cli/shared/bytes.ts": "the door for what is read",
  "provider/cli/shared/links.ts": "finds links in the names of both",
  "provider/cli/commands/review/inputs/git.ts": "removes the repository that merging was done in",
  "provider/cli/commands/review/inputs/scratch.ts": "makes the repository that merging is done in",
  "provider/cli/commands/review/watch.ts": "is told when files change",
  "provider/cli/commands/import-file/index.ts": "looks where the plugin is",
  "provider/cli/commands/schema/index.ts": "the package's own schemas",
  "provider/cli/shared/package-folder.ts": "looks where the files of the package are",
};

test("commands read and write files through one door", () => {
  const users = edges.filter(({ file, target }) => file.startsWith("provider/cli/") && target === "node:fs");
  assert.deepEqual(users.map(({ file }) => file).sort(), Object.keys(filesOfTheCommand).sort());
});

test("text leaves the command for standard output and standard error through one door", () => {
  const writers = sources.filter(
    (file) =>
      file.startsWith("provider/cli/") &&
      /process\.(stdout|stderr)\.write|console\./.test(readFileSync(join(root, file), "utf8")),
  );
  assert.deepEqual(writers, []);
});

test("each dependency is imported through its door only, and every one has a door", () => {
  for (const { file, target } of edges) {
    if (target.startsWith("node:") || /^(provider|emulator|tools|test|schema|package\.json|sdk)\b/.test(target))
      continue;
    if (target === "pulumi-ecr") continue;
    const door = Object.entries(doors).find(
      ([name]) => target === name || target.startsWith(name.endsWith("/") ? name : `${name}/`),
    );
    // The floor of a measurement is what the dependency does without us.
    if (file.startsWith("tools/bench/")) continue;
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

/** The properties that name a resource or hold a document, but for those that are ordinary words. */
const columnNames = catalog.resources
  .flatMap(({ properties }) => Object.entries(properties as Rows))
  .flatMap(([name, row]) => (row.identity || row.document ? [name] : []))
  .filter((name) => name !== "name" && name !== "prefix");

/** Programs are read in the words of any provider there. */
const foreignWords = (file: string) =>
  file === "provider/declared/vocabulary.ts" || file.startsWith("provider/declared/program/");

test("drift, declared and review ask the columns and never name a property that identifies or is a document", () => {
  const readers = /^provider\/(drift|declared|review)\//;
  const sniffing = sources
    .filter((file) => readers.test(file) && !foreignWords(file))
    .filter((file) => columnNames.some((name) => readFileSync(join(root, file), "utf8").includes(`"${name}"`)));
  assert.ok(columnNames.includes("repositoryName") && columnNames.includes("policyText"));
  assert.deepEqual(sniffing, []);
});

test("organization is spelled in one way, as AWS spells it", () => {
  const others = sources.filter((file) => /organis/i.test(readFileSync(join(root, file), "utf8")));
  assert.deepEqual(others, []);
});

/** Where words of a message are looked at: a name of one, and a question about what it says. */
const wordings = [
  /\b(message|reason|sentence|stderr|messageOf\(\w+\)|plainMessage\(\w+\))\)?\??\.(includes|startsWith|endsWith|match|matchAll|search|indexOf|split|slice|replace|replaceAll)\(/g,
  /\.(test|exec)\((\w+\.)*(message|reason|sentence|stderr|messageOf\(\w+\)|plainMessage\(\w+\))\)/g,
  /(?<!typeof )\b(message|reason|sentence|stderr)\b\s*(===|!==)\s*["'`]/g,
  /["'`]\s*(===|!==)\s*(\w+\.)*(message|reason|sentence|stderr)\b/g,
];

/** How often a file looks at words: what others say has no other form, and text for people is printed line by line. */
const lookingAtWords = {
  // The SDK has no name for a region that is missing or malformed.
  "provider/gateway/faults.ts": 3,
  // ECR refuses a principal that IAM has only just made as an invalid parameter like any other.
  "provider/gateway/retry.ts": 2,
  // The parser of JSON gives no offset where a text ends too early.
  "provider/text/json.ts": 1,
  // Each line of an error is made fit to print.
  "provider/cli/shared/streams.ts": 1,
};

test("no code looks at the words of a message: what it is about is data", () => {
  const found = sources
    .filter((file) => file.startsWith("provider/"))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const count = wordings.reduce((sum, wording) => sum + [...text.matchAll(wording)].length, 0);
      return count === 0 ? [] : [[file, count] as const];
    });
  assert.deepEqual(Object.fromEntries(found), lookingAtWords);
});
