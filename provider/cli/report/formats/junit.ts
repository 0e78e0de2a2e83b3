/** Results as JUnit XML, which every CI shows with its history: a test for each thing that was looked at. */

import { printable, withoutCommands } from "../../../text/printable.ts";

export interface TestCase {
  readonly name: string;
  /** Groups tests where a CI shows a tree. */
  readonly group: string;
  readonly file?: string;
  /** `error`: nothing could be found out. `skipped`: somebody has said that it is to be so. */
  readonly outcome: "passed" | "failed" | "error" | "skipped";
  /** One line. */
  readonly message?: string;
  /** Lines below it. */
  readonly details?: readonly string[];
}

export interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/** The test of the run itself: whether its answer is whole. */
export function wholenessTest(incomplete: readonly string[]): TestCase {
  return {
    name: "everything could be read and decided",
    group: "run",
    outcome: incomplete.length > 0 ? "error" : "passed",
    message: incomplete[0] ?? "",
    details: incomplete,
  };
}

/** All times are 0 and there is no date, so that the same results give the same file. */
export function writeJunit(suites: readonly TestSuite[]): string {
  const body = suites.map(
    ({ name, cases }) => `  <testsuite${attributes({ name, ...counts(cases), time: "0" })}>
${cases.map(testCase).join("")}  </testsuite>
`,
  );
  const all = counts(suites.flatMap(({ cases }) => cases));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes({ name: "pulumi-ecr", ...all, time: "0" })}>
${body.join("")}</testsuites>
`;
}

function counts(cases: readonly TestCase[]): Record<string, string> {
  const of = (outcome: TestCase["outcome"]) => String(cases.filter((one) => one.outcome === outcome).length);
  return { tests: String(cases.length), failures: of("failed"), errors: of("error"), skipped: of("skipped") };
}

function testCase({ name, group, file, outcome, message = "", details = [] }: TestCase): string {
  const open = `    <testcase${attributes({ name, classname: group, ...(file === undefined ? {} : { file }), time: "0" })}`;
  if (outcome === "passed") return `${open}/>\n`;
  if (outcome === "skipped") return `${open}>\n      <skipped${attributes({ message })}/>\n    </testcase>\n`;
  const element = outcome === "failed" ? "failure" : "error";
  const text = details.map(escapeXml).join("\n");
  return `${open}>\n      <${element}${attributes({ message, type: element })}>${text}</${element}>\n    </testcase>\n`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** What XML 1.0 cannot hold, such as control characters, is shown as an escape. */
function escapeXml(text: string): string {
  return withoutCommands(printable(text, 10_000)).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
