/** What `terraform show -json` prints of a plan → both sides of each resource, in the words of our definitions. */

import { ProviderError } from "../../text/errors.ts";
import { scanJson } from "../../text/json-stream.ts";
import { printable } from "../../text/printable.ts";
import { isMap, unknown, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import { calls, isCarrier, unreadIn } from "../carriers.ts";
import { type Declared, declaredOf } from "../declared.ts";
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
  /** Resources that change and may have to do with ECR, with the reason why they are not read; by address. */
  readonly unread: ReadonlyMap<string, string>;
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
  const unread = new Map<string, string>();
  let [isMade, provisioner] = [false, undefined as string | undefined];
  let version: unknown;
  let isPlan = false;
  const scanner = scanJson(name, {
    most: largestChange,
    interest([first, ...rest]) {
      isPlan ||= first === "resource_changes" || first === "planned_values";
      if (first === "format_version" || first === "errored" || first === "complete") return "take";
      if (first === "configuration") return rest.at(-1) === "provisioners" ? "take" : "enter";
      if (first === "action_invocations") return rest.length === 0 ? "enter" : "take";
      if (first !== "resource_changes") return "skip";
      return rest.length === 0 ? "enter" : "take";
    },
    value([first, at], value) {
      if (first === "configuration") provisioner ??= callIn(value);
      else if (first === "action_invocations") {
        const call = callIn(value);
        if (call !== undefined) missing.add(`its action ${String(at)} calls ${call}`);
      } else if (first === "format_version") version = value;
      else if (first === "errored") {
        if (value !== false) missing.add("Terraform failed in it");
      } else if (first === "complete") {
        if (value !== true) missing.add("Terraform says that it is not complete");
      } else if (!isMap(value) || typeof value["type"] !== "string" || !isMap(value["change"])) {
        missing.add(`its change ${String(at)} is none that is known`);
      } else {
        changes.push(...plannedIn(value));
        noteUnread(value, unread);
        const { actions } = value["change"];
        isMade ||= Array.isArray(actions) && actions.some((action) => action === "create" || action === "delete");
      }
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
  if (isMade && provisioner !== undefined) missing.add(`a provisioner calls ${provisioner}`);
  return { changes, unread, missing: [...missing] };
}

/** The operation of ECR that something calls; provisioners and actions do what no change of a resource tells. */
function callIn(value: unknown): string | undefined {
  const text = JSON.stringify(value) ?? "";
  return calls.find((call) => text.includes(call));
}

function noteUnread(value: ValueMap, unread: Map<string, string>): void {
  const { address, type, mode, change } = value;
  if (mode === "data" || typeof address !== "string" || typeof type !== "string" || !isMap(change)) return;
  if (isKept(value)) return;
  for (const side of ["before", "after"] as const) {
    if (!isMap(change[side])) continue;
    const hidden = side === "after" ? change["after_unknown"] : undefined;
    const isShown = hidden !== true && change[`${side}_sensitive`] !== true;
    const reason = isShown ? unreadIn(type, masked(change[side], hidden)) : hiddenReason(type);
    if (reason !== undefined) unread.set(address, reason);
  }
}

function hiddenReason(type: string): string | undefined {
  return isEcrType(type) || isCarrier(type) ? "the plan does not show it" : undefined;
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
