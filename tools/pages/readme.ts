/** The README's tables, from the catalog. */

import { operations } from "../../emulator/operations/catalog.ts";
import { catalog } from "../../provider/catalog.ts";
import { configuration } from "../../provider/config.ts";
import type { Row } from "../../provider/define/property.ts";
import { isBound } from "../../provider/operations/place.ts";
import { reachedOperations } from "./operations.ts";

const rowsOf = (rows: object) => Object.entries(rows as Record<string, Row>);
const firstSentence = (text: string) => text.split(/(?<=\.)\s/, 1)[0] ?? text;
const names = (rows: object, ...roles: Row["role"][]) =>
  rowsOf(rows)
    .filter(([, row]) => roles.includes(row.role))
    .map(([name, row]) => (row.required ? `**${name}**` : name))
    .join(", ");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

const tables: Readonly<Record<string, () => string>> = {
  resources: () =>
    table(
      ["`ecr:index:…`", "what it is", "inputs (**required**)", "outputs beside the inputs", "import id"],
      catalog.resources.map(({ name, description, properties, endpoints }) => [
        name,
        firstSentence(description),
        names(properties, "input", "control"),
        names(properties, "output") || "–",
        endpoints.identify.form,
      ]),
    ),
  functions: () =>
    table(
      ["`ecr:index:…`", "what it answers", "arguments", "results"],
      catalog.functions.map(({ name, description, args, results }) => [
        name,
        firstSentence(description),
        names(args, "input") || "–",
        rowsOf(results)
          .map(([result, row]) => (row.secret ? `${result} (secret)` : result))
          .join(", "),
      ]),
    ),
  configuration: () =>
    table(
      ["name", "meaning"],
      rowsOf(configuration).map(([name, row]) => [name, row.schema.description]),
    ),
  permissions: () =>
    table(
      ["resource", "to read", "to write"],
      catalog.resources.map((definition) => {
        const { name, aspects, endpoints } = definition;
        // The account of the credentials is compared with the recorded one.
        const account = isBound(definition) ? [] : ["ecr:DescribeRegistry"];
        const reading = [...aspects.flatMap(({ permissions }) => permissions.observe), ...account];
        const { create = [], remove, list = [], foresee = [] } = endpoints.permissions;
        const writing = [...create, ...aspects.flatMap(({ permissions }) => permissions.put ?? []), ...remove];
        const listed = (actions: readonly string[]) => [...new Set(actions)].sort().join(", ");
        return [
          name,
          listed([...reading, ...foresee, ...list]),
          listed(writing.filter((action) => !reading.includes(action))),
        ];
      }),
    ),
  operations: () =>
    table(
      ["operation", "reached by", "test"],
      reachedOperations().map(({ operation, by, test }) => [operation, by.join(", "), test ?? ""]),
    ),
  emulator: () => `It has all ${Object.keys(operations).length} [operations](#operations) of ECR.`,
};

/** The README with its marked parts written anew. */
export function withTables(readme: string): string {
  let text = readme;
  for (const [name, make] of Object.entries(tables)) {
    const start = `<!-- generated: ${name} -->`;
    const at = text.indexOf(start);
    const end = text.indexOf("<!-- end -->", at);
    if (at < 0 || end < 0) throw new Error(`writing the README: it has no part ${start} … <!-- end -->; put it back`);
    text = `${text.slice(0, at + start.length)}\n${make()}\n${text.slice(end)}`;
  }
  return text;
}
