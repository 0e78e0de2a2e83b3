/** The functions of packages that a program calls: those that only read are known, and every other may do anything. */

import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { fold } from "./expressions/fold.ts";
import { callOf } from "./expressions/functions.ts";
import { membersOf } from "./names.ts";
import { holdsNoEcr } from "./packages.ts";

/** A call that is not known to be harmless. */
export interface StrangeCall {
  readonly name: string;
  readonly written: unknown;
}

/** Everywhere in a part of a program. */
export function strangeCalls(written: unknown, overridden: ReadonlySet<string>): StrangeCall[] {
  const found: StrangeCall[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (!isMap(value)) return;
    const token = tokenOf(value);
    if (token !== undefined && !isHarmless(token.name, overridden, token.hasUrl))
      found.push({ name: printable(token.name, 100), written: value });
    for (const member of Object.values(value)) walk(member);
  };
  walk(written);
  return found;
}

function tokenOf(map: Readonly<Record<string, unknown>>): { name: string; hasUrl: boolean } | undefined {
  const call = callOf(map);
  if (call?.name === "fn::invoke") {
    const { values } = membersOf(call.argument, ["function", "arguments", "options", "return"]);
    const name = values.get("function");
    const { values: options } = membersOf(values.get("options"), ["pluginDownloadURL"]);
    return { name: typeof name === "string" ? name : "fn::invoke", hasUrl: options.has("pluginDownloadURL") };
  }
  const short = call && /fn::([^:]+:[^:]+(?::[^:]+)?)$/.exec(call.name)?.[1];
  return short === undefined ? undefined : { name: short, hasUrl: false };
}

function isHarmless(token: string, overridden: ReadonlySet<string>, hasUrl: boolean): boolean {
  const [packageName = "", second = "", third] = token.split(":").map(fold);
  const [module, name] = third === undefined ? ["index", second] : [second, third];
  const area = module.split("/")[0] ?? "";
  if (overridden.has(packageName) || hasUrl) return false;
  if (packageName === "ecr" || packageName === "std") return true;
  // A function of this name calls a function of AWS Lambda.
  if (name.includes("invocation")) return false;
  const isAws = packageName === "aws" || packageName === "aws-native";
  return (isAws && ["index", "ecr", "lambda", "ssm"].includes(area)) || holdsNoEcr(packageName, area, name);
}
