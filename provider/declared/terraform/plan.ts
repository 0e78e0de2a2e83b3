/** What `terraform show -json` prints of a plan → both sides of each resource, in the words of our definitions. */

import { ProviderError } from "../../text/errors.ts";
import { scanJson } from "../../text/json-stream.ts";
import { printable } from "../../text/printable.ts";
import { isMap, unknown, type Value, valueMap } from "../../text/value.ts";
import { declaredOf } from "../declared.ts";
import type { Declared } from "../subject.ts";
import { isEcrType } from "../vocabulary.ts";

const largestChange = 8 * 1024 * 1024;

/** A resource that a plan names. */
export interface Planned {
  readonly before: readonly Declared[];
  readonly after: readonly Declared[];
  readonly isReplaced: boolean;
  /** It stays as it is. */
  readonly isKept: boolean;
}

export interface Plan {
  readonly changes: readonly Planned[];
  /** Why it does not say everything that an apply does, each as the beginning of a sentence. */
  readonly missing: readonly string[];
}

/** Reads a plan, `name` in messages. Throws InvalidInput for what is no plan, or one of another major version of the format. */
export async function readPlan(name: string, chunks: AsyncIterable<Buffer>): Promise<Plan> {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `reading ${name}: ${why}`);
  };
  const changes: Planned[] = [];
  const missing = new Set<string>();
  let version: unknown;
  let isPlan = false;
  const scanner = scanJson(name, {
    most: largestChange,
    interest([first, ...rest]) {
      isPlan ||= first === "resource_changes" || first === "planned_values";
      if (first === "format_version" || first === "errored" || first === "complete") return "take";
      if (first !== "resource_changes") return "skip";
      return rest.length === 0 ? "enter" : "take";
    },
    value([first, at], value) {
      if (first === "format_version") version = value;
      else if (first === "errored") {
        if (value !== false) missing.add("Terraform failed in it");
      } else if (first === "complete") {
        if (value !== true) missing.add("Terraform says that it is not complete");
      } else if (!isMap(value) || typeof value["type"] !== "string" || !isMap(value["change"])) {
        missing.add(`its change ${String(at)} is none that is known`);
      } else changes.push(...plannedIn(value));
    },
    tooLarge: ([, at]) => missing.add(`its change ${String(at)} is too large`),
  });
  for await (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  if (typeof version !== "string" || version.split(".")[0] !== "1")
    refuse(
      `its format_version is ${printable(JSON.stringify(version) ?? "missing", 40)}, and 1 is known; give what \`terraform show -json PLAN\` prints`,
    );
  if (!isPlan)
    refuse("it has no changes and no planned values, as a state has; give what `terraform show -json PLAN` prints");
  return { changes, missing: [...missing] };
}

function isKept(value: unknown): boolean {
  const change = isMap(value) ? value["change"] : undefined;
  const actions = isMap(change) ? change["actions"] : undefined;
  return Array.isArray(actions) && actions.every((action) => action === "no-op" || action === "read");
}

function plannedIn(value: unknown): Planned[] {
  if (!isMap(value) || value["mode"] === "data") return [];
  const { address, type, change } = value;
  if (typeof address !== "string" || typeof type !== "string" || !isEcrType(type) || !isMap(change)) return [];
  const side = (name: "before" | "after") => {
    const written = change[name];
    if (!isMap(written)) return [];
    const hidden = [change[`${name}_sensitive`], ...(name === "after" ? [change["after_unknown"]] : [])];
    const known = hidden.reduce<Value>((told, mask) => masked(told, mask), written);
    return declaredOf(type, isMap(known) ? known : valueMap(), { urn: address });
  };
  const actions = Array.isArray(change["actions"]) ? change["actions"] : [];
  const replaced = actions.includes("delete") && actions.includes("create");
  return [{ before: side("before"), after: side("after"), isReplaced: replaced, isKept: isKept(value) }];
}

/** The value, unknown wherever the mask is true: what the plan cannot know or does not show. */
function masked(value: Value | undefined, mask: unknown): Value {
  if (mask === true) return unknown;
  if (Array.isArray(mask) && Array.isArray(value)) return value.map((item, index) => masked(item, mask[index]));
  if (!isMap(mask) || Object.keys(mask).length === 0) return value ?? null;
  const map = isMap(value) ? value : valueMap();
  const names = new Set([...Object.keys(map), ...Object.keys(mask)]);
  return valueMap([...names].map((name) => [name, masked(map[name], mask[name])] as const));
}
