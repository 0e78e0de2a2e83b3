/** The operators of conditions in IAM, as AWS spells them. */

import { nearest } from "../../text/nearest.ts";

const negatable = [
  "StringEquals",
  "StringLike",
  "StringEqualsIgnoreCase",
  "NumericEquals",
  "DateEquals",
  "ArnEquals",
  "ArnLike",
];
const operators: readonly string[] = [
  ...negatable.flatMap((name) => [name, name.replace(/Equals|Like/, "Not$&")]),
  ...["Numeric", "Date"].flatMap((type) =>
    ["LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map((comparison) => `${type}${comparison}`),
  ),
  "Bool",
  "BinaryEquals",
  "IpAddress",
  "NotIpAddress",
];
const sets = ["", "ForAllValues:", "ForAnyValue:"];
const spellings = new Map(
  [...sets.flatMap((set) => operators.flatMap((name) => [`${set}${name}`, `${set}${name}IfExists`])), "Null"].map(
    (name) => [name.toLowerCase(), name] as const,
  ),
);

/** `stringequals` → `StringEquals`; undefined for what is no operator. */
export function spelledOperator(text: string): string | undefined {
  return spellings.get(text.toLowerCase());
}

export function nearestOperator(text: string): string | undefined {
  return nearest(text, spellings.values());
}
