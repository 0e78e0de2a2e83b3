/** JSON values as YAML, in block style; every reader of YAML 1.1 and 1.2 gets the same values back. */

import { visible } from "../report/json.ts";

/** The document, ending in a line break. Strings are double-quoted, which YAML and JSON write alike. */
export function toYaml(value: unknown): string {
  return isEmpty(value) ? `${scalar(value)}\n` : block(value, "");
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return value
      .map((item) =>
        isEmpty(item) ? `${indent}- ${scalar(item)}\n` : `${indent}- ${block(item, `${indent}  `).trimStart()}`,
      )
      .join("");
  }
  return Object.entries(value as object)
    .map(([key, member]) =>
      isEmpty(member)
        ? `${indent}${keyOf(key)}: ${scalar(member)}\n`
        : `${indent}${keyOf(key)}:\n${block(member, `${indent}  `)}`,
    )
    .join("");
}

/** Whether it stands on one line. */
function isEmpty(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

function scalar(value: unknown): string {
  const json = quoted(value ?? null);
  // YAML 1.1 takes 5e-7 for text, and 5.0e-7 for the number.
  return typeof value === "number" && /^-?\d+e/.test(json) ? json.replace("e", ".0e") : json;
}

/** As JSON; YAML has an escape of its own for a character of more than 16 bits. */
function quoted(value: unknown): string {
  return visible(JSON.stringify(value), (code) => `\\U${code.toString(16).padStart(8, "0")}`);
}

/** Words that YAML 1.1 takes for something else than text. */
const notText = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function keyOf(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && !notText.test(key) ? key : quoted(key);
}
