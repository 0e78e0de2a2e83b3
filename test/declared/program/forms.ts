/**
 * Every legal spelling of each part of a program in YAML, and some that are not legal: programs that open the policy of a
 * repository to everybody. Each part has a list of spellings; a form is one spelling of every part. Long because the lists are.
 */

import type { Files } from "./tree.ts";

const ref = (name: string) => `$\{${name}}`;
const statement = (principal: unknown) => ({
  Effect: "Allow",
  Principal: principal,
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
});
const policyOf = (principal: unknown) => ({ Version: "2012-10-17", Statement: [statement(principal)] });
export const open = policyOf("*");
const closed = policyOf({ AWS: "111111111111" });
const openText = JSON.stringify(open);

/** What a spelling of the policy needs around it. */
interface Value {
  readonly value: unknown;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Beside the program. */
  readonly files?: Files;
  /** Configuration of the stack `dev`. */
  readonly stack?: string;
  /** In place of the properties. */
  readonly properties?: unknown;
  /** It is no program, or only on another machine. */
  readonly illegal?: true;
}

const file = { files: { "open.json": openText, "sub/open.json": openText } };
const base64 = Buffer.from(openText).toString("base64");

export const values: Readonly<Record<string, Value>> = {
  "a map": { value: open },
  "JSON text": { value: openText },
  "fn::toJSON": { value: { "fn::toJSON": open } },
  "FN::TOJSON": { value: { "FN::TOJSON": open } },
  "Fn::ToJson of a variable": { value: { "Fn::ToJson": ref("doc") }, variables: { doc: open } },
  "a variable": { value: ref("doc"), variables: { doc: open } },
  "a variable of text": { value: ref("doc"), variables: { doc: openText } },
  "a variable of a variable": { value: ref("a"), variables: { a: ref("b"), b: ref("c"), c: { "fn::toJSON": open } } },
  "a part of a variable": { value: ref("all.docs[1]"), variables: { all: { docs: [closed, open] } } },
  "a part in brackets": { value: ref('all["docs"][1]'), variables: { all: { docs: [closed, open] } } },
  "a root in brackets": { value: ref('["the doc"]'), variables: { "the doc": open } },
  "dots before the name": { value: ref(".doc"), variables: { doc: open } },
  "a principal by reference": { value: policyOf(ref("who")), variables: { who: "*" } },
  "a principal in text": { value: openText.replace('"*"', `"${ref("who")}"`), variables: { who: "*" } },
  "a key by reference": {
    value: { ...open, [ref("name")]: [statement("*")], Statement: undefined },
    variables: { name: "Statement" },
  },
  "a dollar that is escaped": { value: { ...open, Id: "$$x" } },
  "fn::join": { value: { "fn::join": ["", [openText.slice(0, 60), openText.slice(60)]] } },
  "fn::join with a delimiter": { value: { "fn::Join": ['"*"', openText.split('"*"')] } },
  "fn::select": { value: { "fn::select": [1, [closed, open]] } },
  "fn::select of fn::split": { value: { "fn::SELECT": [1, { "fn::Split": ["|", `x|${openText}`] }] } },
  "fn::fromBase64": { value: { "fn::fromBase64": base64 } },
  "fn::fromBase64 of fn::toBase64": { value: { "fn::frombase64": { "fn::TOBASE64": openText } } },
  "fn::secret": { value: { "fn::secret": open } },
  "fn::secret in fn::toJSON": { value: { "fn::toJSON": { "fn::Secret": open } } },
  "fn::unsecret": { value: { "fn::unsecret": { "fn::secret": openText } } },
  "fn::singleOrNone": { value: { "fn::singleOrNone": [open] } },
  "fn::readFile": { value: { "fn::readFile": "open.json" }, ...file },
  "FN::READFILE": { value: { "FN::READFILE": "open.json" }, ...file },
  "fn::readFile with ./": { value: { "fn::readFile": "./open.json" }, ...file },
  "fn::readFile through ..": { value: { "fn::readFile": "sub/../open.json" }, ...file },
  "fn::readFile in a folder": { value: { "fn::readfile": "sub//open.json" }, ...file },
  "fn::readFile from pulumi.cwd": { value: { "fn::readFile": `${ref("pulumi.cwd")}/open.json` }, ...file },
  "fn::readFile by reference": { value: { "fn::readFile": ref("path") }, variables: { path: "open.json" }, ...file },
  "fn::readFile of fn::join": { value: { "fn::readFile": { "fn::join": [".", ["open", "json"]] } }, ...file },
  "fn::readFile with an absolute path": { value: { "fn::readFile": "/tmp/pulumi-ecr-open.json" }, illegal: true },
  "fn::readFile outside": { value: { "fn::readFile": "../../../../pulumi-ecr-open.json" }, illegal: true },
  "fn::readFile of nothing": { value: { "fn::readFile": "nothing.json" }, illegal: true },
  "fn::stringAsset": { value: { "fn::stringAsset": openText }, illegal: true },
  "fn::fileAsset": { value: { "fn::fileAsset": "open.json" }, ...file, illegal: true },
  "fn::assetArchive": { value: { "fn::assetArchive": { a: { "fn::stringAsset": openText } } }, illegal: true },
  "fn::stackReference": { value: { "fn::stackReference": ["other", "doc"] }, illegal: true },
  "a function that does not exist": { value: { "fn::open": openText }, illegal: true },
  "fn::invoke": {
    value: ref("doc.json"),
    variables: {
      doc: {
        "fn::invoke": {
          function: "ecr:getRepositoryPolicyDocument",
          arguments: { grants: [{ access: "pull", public: true }] },
        },
      },
    },
  },
  "fn::invoke by its short name": {
    value: ref("doc.document"),
    variables: { doc: { "fn::ecr:getRepositoryPolicyDocument": { grants: [{ access: "pull", public: true }] } } },
  },
  "fn::invoke with return": {
    value: {
      "fn::Invoke": {
        Function: "ecr:getRepositoryPolicyDocument",
        Arguments: { grants: [{ access: "pull", public: true }] },
        Return: "json",
      },
    },
  },
  "the configuration's default": { value: ref("doc"), config: { doc: { type: "string", default: openText } } },
  "the configuration's short default": { value: ref("doc"), config: { doc: openText } },
  "the configuration's default by the project's name": {
    value: ref("app:doc"),
    config: { "app:doc": { type: "string", default: openText } },
  },
  "the configuration of a stack": {
    value: ref("doc"),
    config: { doc: { type: "string" } },
    stack: `{"config": {"app:doc": ${JSON.stringify(openText)}}}`,
  },
  "the configuration of a stack without the project's name": {
    value: ref("doc"),
    stack: `{"config": {"doc": ${JSON.stringify(openText)}}}`,
  },
  "the configuration of a stack as an object": { value: ref("doc"), stack: `config:\n  app:doc: ${openText}\n` },
  "the configuration of a stack over a variable": {
    value: ref("doc"),
    variables: { doc: closed },
    stack: `config:\n  app:doc: ${openText}\n`,
  },
  "the configuration of a stack over a default": {
    value: ref("doc"),
    config: { doc: { type: "string", default: JSON.stringify(closed) } },
    stack: `config:\n  app:doc: '${openText}'\n`,
  },
  "the configuration of a provider": { value: ref("other:doc"), stack: `config:\n  other:doc: '${openText}'\n` },
  "properties as a reference": {
    value: undefined,
    properties: ref("props"),
    variables: { props: { repositoryName: ref("api.repositoryName"), policyText: open } },
  },
  "properties as a part": {
    value: undefined,
    properties: ref('all.of["it"]'),
    variables: { all: { of: { it: { repositoryName: "team/api", policyText: openText } } } },
  },
  "another resource's property": { value: ref("twin.policyText"), variables: {} },
};

/** The type of the resource that has the policy. */
export const types: Readonly<Record<string, boolean>> = {
  "ecr:RepositoryPolicy": true,
  "ecr:index:RepositoryPolicy": true,
  "ecr:repositorypolicy": true,
  "ecr:REPOSITORYPOLICY": true,
  "ecr:Index:repositoryPolicy": true,
  "ecr:index:repositorypolicy": true,
  "ecr:repo\u017fitoryPolicy": true,
  "Ecr:RepositoryPolicy": false,
  "ecr:index/repositoryPolicy:RepositoryPolicy": false,
  "ecr:index:Repository_Policy": false,
  "aws:ecr:RepositoryPolicy": false,
  "aws:ecr/repositoryPolicy:RepositoryPolicy": false,
  "aws:ecr:repositorypolicy": false,
  "aws:ECR/repositorypolicy:repositorypolicy": false,
  "aws:ecrpublic:RepositoryPolicy": false,
  "aws:cloudformation:Stack": false,
  "aws:cloudcontrol:Resource": false,
  "awsx:ecr:Repository": false,
  "kubernetes:apiextensions.k8s.io:CustomResource": false,
  "local:index:Registry": false,
  "command:local:Command": false,
};

/** How the names of Pulumi's own keys are written. */
export const cases: Readonly<Record<string, (name: string) => string>> = {
  "as documented": (name) => name,
  capitals: (name) => name.charAt(0).toUpperCase() + name.slice(1),
  "upper case": (name) => name.toUpperCase(),
  "lower case": (name) => name.toLowerCase(),
  "a letter that folds to s": (name) => name.replace("s", "\u017f"),
};

type Text = (program: object) => string | Uint8Array;
const utf16 = (text: string, isLittle: boolean) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return isLittle ? bytes : bytes.swap16();
};

/** How the text of a program is written. False: the engine does not take it, or another reader is needed. */
export const texts: Readonly<Record<string, readonly [Text, boolean]>> = {
  JSON: [(program) => JSON.stringify(program), true],
  "JSON over lines": [(program) => `${JSON.stringify(program, undefined, 2)}\n`, true],
  "JSON with tabs": [(program) => JSON.stringify(program, undefined, "\t"), true],
  "YAML in blocks": [(program) => block(program), true],
  "YAML with ---": [(program) => `---\n${block(program)}`, true],
  "YAML with comments": [(program) => `# a\n${block(program).replaceAll(":\n", ": # b\n")}`, true],
  "YAML with CR and LF": [(program) => block(program).replaceAll("\n", "\r\n"), true],
  "YAML with CR": [(program) => block(program).replaceAll("\n", "\r"), true],
  "YAML with a second document": [(program) => `${block(program)}---\na: 1\n`, true],
  "YAML that ends with ...": [(program) => `${block(program)}...\nnot: read\n`, true],
  "YAML behind a line separator": [
    (program) => `# a comment\u2028${JSON.stringify(program).replace("{", "{\u2028")}`,
    false,
  ],
  "YAML behind a directive": [(program) => `%YAML 1.1\n---\n${block(program)}`, true],
  "YAML with a tag": [(program) => block(program).replace("type: ", "type: !!str "), true],
  "YAML with an anchor": [(program) => block(program).replace("type: ", "type: &a "), true],
  "YAML with an alias": [(program) => `description: &a text\nlicense: *a\n${block(program)}`, false],
  "keys in quotes": [(program) => block(program).replaceAll(/^( *)(\w+):/gm, '$1"$2":'), true],
  "keys with escapes": [(program) => block(program).replaceAll(/^( *)policyText:/gm, '$1"\\x70olicyText":'), true],
  "UTF-8 with a mark": [(program) => `\ufeff${block(program)}`, true],
  "UTF-16, little end first": [(program) => utf16(block(program), true), false],
  "UTF-16, big end first": [(program) => utf16(block(program), false), false],
  "Latin 1": [(program) => Buffer.from(`# \u00e9\n${block(program)}`, "latin1"), false],
};

/** Values as YAML in blocks; text in single quotes where it could be something else. */
function block(value: unknown, indent = ""): string {
  const scalar = (one: unknown) =>
    typeof one === "string" && !/^[A-Za-z][\w:/-]*$/.test(one)
      ? `'${one.replaceAll("'", "''")}'`
      : JSON.stringify(one) === `"${String(one)}"`
        ? String(one)
        : JSON.stringify(one);
  const isPlain = (one: unknown) => typeof one !== "object" || one === null || Object.keys(one).length === 0;
  const entries = Array.isArray(value)
    ? value.map((one) => ["-", one] as const)
    : Object.entries(value as object).map(([key, one]) => [`${scalar(key)}:`, one] as const);
  return entries
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) =>
      isPlain(one) ? `${indent}${key} ${scalar(one)}\n` : `${indent}${key}\n${block(one, `${indent}  `)}`,
    )
    .join("");
}

interface Place {
  /** The files of a program whose text is written by `text`; `project` is what Pulumi.yaml says beside it. */
  files(program: object, text: Text, project: object): Files;
  /** The folder of the program. */
  readonly folder: string;
  readonly isLegal: boolean;
}

const placed = (folder: string, path: string, main: object, projectFile = "Pulumi.yaml", isLegal = true): Place => ({
  folder,
  isLegal,
  files: (program, text, project) => ({
    [projectFile]: JSON.stringify({ ...project, ...main }),
    [path]: text(program),
  }),
});

/** Where the program is. */
export const places: Readonly<Record<string, Place>> = {
  "Pulumi.yaml": {
    folder: "",
    isLegal: true,
    files: (program, text, project) => ({ "Pulumi.yaml": text({ ...project, ...program }) }),
  },
  "Main.yaml": placed("", "Main.yaml", {}),
  "Main.json": placed("", "Main.json", {}),
  "main: prog": placed("prog/", "prog/Main.yaml", { main: "prog" }),
  "main: ./prog/": placed("prog/", "prog/Main.json", { main: "./prog/" }),
  "main: prog/Main.yaml": placed("prog/", "prog/Main.yaml", { main: "prog/Main.yaml" }),
  "main: prog with Pulumi.yaml": placed("prog/", "prog/Pulumi.yaml", { main: "prog" }),
  "main: a/../prog": placed("prog/", "prog/Main.yaml", { main: "a/../prog" }),
  "Pulumi.yml": placed("", "Main.yaml", {}, "Pulumi.yml"),
  "Pulumi.json": placed("", "Main.yaml", {}, "Pulumi.json"),
  "Pulumi.json with Pulumi.yaml": placed("", "Pulumi.yaml", {}, "Pulumi.json"),
  "runtime as a map": placed("", "Main.yaml", { runtime: { name: "yaml" } }),
  "runtime with options": placed("", "Main.yaml", { runtime: { name: "yaml", options: {} } }),
  "a compiler": placed("", "other.yaml", { runtime: { name: "yaml", options: { compiler: "cat other.yaml" } } }),
  "another compiler": placed("prog/", "prog/other.yaml", {
    main: "prog",
    runtime: { name: "yaml", options: { compiler: "cat other.yaml" } },
  }),
  "main: /tmp": placed("prog/", "prog/Main.yaml", { main: "/tmp/prog" }, "Pulumi.yaml", false),
};

/** Options and members of the resource beside type and properties. */
export const options: Readonly<Record<string, readonly [object, boolean]>> = {
  none: [{}, true],
  name: [{ name: "other" }, true],
  protect: [{ options: { protect: true } }, true],
  Protect: [{ Options: { Protect: false } }, true],
  dependsOn: [{ options: { dependsOn: [ref("api")] } }, true],
  DEPENDSON: [{ OPTIONS: { DEPENDSON: ref("api") } }, true],
  parent: [{ options: { parent: ref("api") } }, true],
  ignoreChanges: [{ options: { ignoreChanges: ["policyText"] } }, true],
  "ignoreChanges of everything": [{ options: { ignoreChanges: ["*"] } }, true],
  replaceOnChanges: [{ options: { replaceOnChanges: ["policyText"] } }, true],
  deleteBeforeReplace: [{ options: { deleteBeforeReplace: true } }, true],
  retainOnDelete: [{ options: { retainOnDelete: true } }, true],
  aliases: [{ options: { aliases: [{ name: "former" }] } }, true],
  customTimeouts: [{ options: { customTimeouts: { create: "5m" } } }, true],
  additionalSecretOutputs: [{ options: { additionalSecretOutputs: ["policyText"] } }, true],
  import: [{ options: { import: "team/api" } }, false],
  version: [{ options: { version: "0.0.1" } }, false],
  pluginDownloadURL: [{ options: { pluginDownloadURL: "https://127.0.0.1/" } }, false],
  "an option that does not exist": [{ options: { open: true } }, true],
  "a member that does not exist": [{ condition: "x" }, true],
  "options that are null": [{ options: null }, false],
};

export interface Form {
  readonly name: string;
  readonly files: Files;
  readonly before: Files;
  /** Pulumi is expected to take it. */
  readonly isLegal: boolean;
}

interface Choice {
  readonly value: string;
  readonly type: string;
  readonly case: string;
  readonly text: string;
  readonly place: string;
  readonly option: string;
}

const usual: Choice = {
  value: "a map",
  type: "ecr:RepositoryPolicy",
  case: "as documented",
  text: "YAML in blocks",
  place: "Pulumi.yaml",
  option: "none",
};

const project = { name: "app", runtime: "yaml" };

function filesOf(choice: Choice, isOpen: boolean): Files {
  const written: Value = isOpen ? (values[choice.value] ?? { value: open }) : { value: closed };
  const name = cases[choice.case] ?? ((one: string) => one);
  const place = places[choice.place] ?? (places["Pulumi.yaml"] as Place);
  const [text] = texts[choice.text] ?? [JSON.stringify];
  const [option] = options[choice.option] ?? [{}];
  const own = { repositoryName: ref("api.repositoryName"), policyText: written.value };
  const resource = (type: string, properties: unknown, more: object) => ({
    [name("type")]: type,
    [name("properties")]: properties,
    ...more,
  });
  const twin = { twin: resource("ecr:RepositoryPolicy", { repositoryName: "team/api", policyText: open }, {}) };
  const program = {
    ...(written.config ? { [name("config")]: written.config } : {}),
    ...(written.variables ? { [name("variables")]: written.variables } : {}),
    [name("resources")]: {
      api: resource("ecr:Repository", { repositoryName: "team/api" }, {}),
      ...(choice.value === "another resource's property" && isOpen ? twin : {}),
      pull: resource(choice.type, written.properties ?? own, option),
    },
  };
  const beside = Object.entries(written.files ?? {}).map(([path, content]) => [`${place.folder}${path}`, content]);
  return {
    ...place.files(program, text, project),
    ...Object.fromEntries(beside),
    ...(written.stack === undefined ? {} : { [stackFile(choice.place)]: written.stack }),
  };
}

function stackFile(place: string): string {
  return place.startsWith("Pulumi.yml")
    ? "Pulumi.dev.yml"
    : place.startsWith("Pulumi.json")
      ? "Pulumi.dev.json"
      : "Pulumi.dev.yaml";
}

const lists = {
  value: Object.keys(values),
  type: Object.keys(types),
  case: Object.keys(cases),
  text: Object.keys(texts),
  place: Object.keys(places),
  option: Object.keys(options),
};

function formOf(choice: Choice): Form {
  const differing = (Object.keys(usual) as (keyof Choice)[]).filter((part) => choice[part] !== usual[part]);
  return {
    name: differing.map((part) => `${part}: ${choice[part]}`).join(" · ") || "the usual",
    files: filesOf(choice, true),
    before: filesOf(usual, false),
    isLegal: isLegal(choice),
  };
}

function isLegal(choice: Choice): boolean {
  return (
    values[choice.value]?.illegal === undefined &&
    types[choice.type] === true &&
    texts[choice.text]?.[1] === true &&
    places[choice.place]?.isLegal === true &&
    options[choice.option]?.[1] === true
  );
}

/** Each spelling alone. */
export function singles(): Form[] {
  const parts = Object.entries(lists) as [keyof Choice, readonly string[]][];
  const choices = parts.flatMap(([part, list]) =>
    list.filter((one) => one !== usual[part]).map((one) => ({ ...usual, [part]: one })),
  );
  return [usual, ...choices].map(formOf);
}

/** Each spelling of a part with each of another part. */
export function pairs(): Form[] {
  const parts = Object.entries(lists) as [keyof Choice, readonly string[]][];
  return parts.flatMap(([part, list], index) =>
    parts
      .slice(index + 1)
      .flatMap(([other, others]) =>
        list
          .filter((one) => one !== usual[part])
          .flatMap((one) =>
            others.filter((two) => two !== usual[other]).map((two) => formOf({ ...usual, [part]: one, [other]: two })),
          ),
      ),
  );
}
