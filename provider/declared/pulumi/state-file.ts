/**
 * Reads a `pulumi stack export`, versions 3 and 4, of any size. Only the resources that are asked for stay in memory; what is
 * wrong with one of them is told and loses no other.
 */

import { ProviderError } from "../../text/errors.ts";
import { scanJson } from "../../text/json-stream.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";

/** What a state tells of a resource beside its properties (pulumi/pulumi, sdk/go/common/apitype, `ResourceV3`). */
export interface StateEntry {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly custom: boolean;
  readonly delete: boolean;
  readonly external: boolean;
  readonly provider: string;
  readonly pendingReplacement: boolean;
  readonly taint: boolean;
  readonly initErrors: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly sourcePosition: string;
  readonly viewOf: string;
}

/** As the state has it; only what is used here. */
export interface StateResource extends StateEntry {
  readonly inputs: unknown;
  readonly outputs: unknown;
}

export interface StateFile<T extends StateEntry = StateEntry> {
  readonly resources: readonly T[];
  readonly pending: readonly { readonly operation: string; readonly resource: StateEntry }[];
  /** What could not be read, in sentences. */
  readonly problems: readonly string[];
}

/** Features of version 4 that change nothing here or are handled here (pulumi/pulumi, pkg/resource/stack/deployment.go). */
const knownFeatures: ReadonlySet<unknown> = new Set([
  "refreshBeforeUpdate",
  "views",
  "hooks",
  "taint",
  "replaceWith",
  "snippets-prototype",
  "extensionParameterization",
  "byteString",
]);

/** No resource of ECR is as large; one of another kind may be. */
const mostBytes = 8 * 1024 * 1024;

/**
 * Reads the export named `what` from chunks of its bytes and keeps the resources whose type `wanted` accepts, as `kept` makes
 * them: of a large state no more stays in memory than is asked for. Throws InvalidInput for what is no export, for other
 * versions and for features that this version does not know.
 */
export async function readStateFile<T extends StateEntry>(
  what: string,
  chunks: AsyncIterable<Buffer>,
  wanted: (type: string) => boolean,
  kept: (resource: StateResource) => T,
): Promise<StateFile<T>> {
  const resources: T[] = [];
  const pending: { operation: string; resource: StateEntry }[] = [];
  const problems: string[] = [];
  const head = new Map<string, unknown>();
  const scanner = scanJson(what, {
    most: mostBytes,
    interest(path) {
      const [first, second] = path;
      if (path.length === 1) return first === "deployment" ? "enter" : isHead(first) ? "take" : "skip";
      if (first !== "deployment") return "skip";
      const lists = second === "resources" || second === "pending_operations";
      return !lists ? "skip" : path.length === 2 ? "enter" : "take";
    },
    value(path, value) {
      const [first, second, place] = path;
      if (path.length === 1) head.set(String(first), value);
      else if (second === "resources") {
        const found = resourceOf(value);
        if (found === undefined)
          problems.push(`${what}: resource ${place} does not have the form of a resource and was left out`);
        else if (wanted(found.type)) resources.push(kept(found));
      } else if (isMap(value)) {
        const found = resourceOf(value["resource"]);
        if (found && wanted(found.type)) pending.push({ operation: textOf(value["type"]), resource: found });
      }
    },
    tooLarge(path, start) {
      const type = /"type"\s*:\s*"([^"\\]{1,200})"/.exec(start)?.[1];
      if (type === undefined || wanted(type))
        problems.push(`${what}: ${path.join("/")} has more than ${mostBytes / 1024 / 1024} MB and was not read`);
    },
  });
  for await (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  refuseUnknown(what, head);
  return { resources, pending, problems };
}

function isHead(name: unknown): boolean {
  return name === "version" || name === "features";
}

function refuseUnknown(what: string, head: ReadonlyMap<string, unknown>): void {
  const version = head.get("version");
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", `reading ${what}: ${why}`);
  };
  if (version === undefined) refuse("it has no version; give what `pulumi stack export` prints");
  if (version !== 3 && version !== 4)
    refuse(
      `it is of version ${printable(JSON.stringify(version), 20)}, and versions 3 and 4 are known; use a newer pulumi-ecr`,
    );
  const features = head.get("features") ?? [];
  const unknown = version === 4 && Array.isArray(features) ? features.filter((name) => !knownFeatures.has(name)) : [];
  if (unknown.length > 0)
    refuse(
      `it needs features that this version does not know (${unknown.map((name) => printable(String(name), 60)).join(", ")}); use a newer pulumi-ecr`,
    );
}

function resourceOf(value: unknown): StateResource | undefined {
  if (!isMap(value)) return undefined;
  const own = (name: string) => (Object.hasOwn(value, name) ? value[name] : undefined);
  const [urn, type] = [own("urn"), own("type")];
  if (typeof urn !== "string" || typeof type !== "string") return undefined;
  return {
    urn,
    type,
    id: textOf(own("id")),
    custom: own("custom") === true,
    delete: own("delete") === true,
    external: own("external") === true,
    inputs: own("inputs"),
    outputs: own("outputs"),
    provider: textOf(own("provider")),
    pendingReplacement: own("pendingReplacement") === true,
    taint: own("taint") === true,
    initErrors: textsOf(own("initErrors")),
    ignoreChanges: textsOf(own("ignoreChanges")),
    sourcePosition: textOf(own("sourcePosition")),
    viewOf: textOf(own("viewOf")),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
