/**
 * A checkpoint → what it declares, in the words of our definitions, whoever's resources they are.
 *
 * Lives here: stack exports of any size, their values and resources, and what they say about themselves.
 * May not live here: decryption of secrets, comparison with live values (`drift/`).
 */

import type { Catalog } from "../../catalog.ts";
import type { Rows, Settings } from "../../define/property.ts";
import { nameIn } from "../../define/token.ts";
import type { Resource } from "../../operations/definition.ts";
import { printable } from "../../text/printable.ts";
import { type ValueMap, valueMap } from "../../text/value.ts";
import { nameOf } from "../columns.ts";
import type { Declared } from "../declared.ts";
import type { Hidden } from "../hidden.ts";
import { type Access, accessOf, nothingSaid, type Overrides, type RecordedPlace } from "../provider-inputs.ts";
import { type DeclaredAt, type DriftFinding, finding, type Remark } from "../remark.ts";
import { hiddenOf, inOurWords, isEcrType, ourNames, type Part } from "../vocabulary.ts";
import { type Kept, keeping } from "./kept.ts";
import { readStateFile, type StateFile } from "./state-file.ts";
import { isManaged, remarksOf } from "./state-remarks.ts";
import type { StateProperties } from "./state-values.ts";

/** A declared resource, or a part of one that is a resource of ours, as a state records it. */
export interface DeclaredInState extends Declared {
  readonly urn: string;
  /** As reports name it. */
  readonly type: string;
  readonly definition: Resource;
  readonly id: string;
  /** What the program said, and what the state remembers, in our words. */
  readonly properties: ValueMap;
  readonly outputs: ValueMap;
  readonly keeps: readonly string[];
  /** Properties that must not be shown, and those that cannot be compared. */
  readonly secret: ReadonlySet<string>;
  readonly hidden: Hidden;
  readonly access: Access;
  /** What the record itself says about where it is. */
  readonly place: RecordedPlace;
  readonly source: DeclaredAt;
  /** What the state alone tells: interrupted, half replaced. */
  readonly remarks: readonly Remark[];
  /** The tool whose commands change it. */
  readonly tool: "pulumi" | "terraform";
}

export interface Stack {
  readonly name: string;
  readonly declared: readonly DeclaredInState[];
  /** Types that have to do with ECR and are not read, with how many there are. */
  readonly notCovered: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
}

/** Reads an export. `name` stands for the stack in the report, `what` for what is read
 * in messages. Throws as `readStateFile` does. */
export async function readStack(
  catalog: Catalog,
  name: string,
  chunks: AsyncIterable<Buffer>,
  overrides: Overrides,
  what = name,
): Promise<Stack> {
  const file = await readStateFile(
    what,
    chunks,
    (type) => isEcrType(type) || /^pulumi:providers:(ecr|aws|aws-native)$/.test(type),
    keeping(catalog),
  );
  return stackOf(name, file, overrides);
}

function stackOf(name: string, file: StateFile<Kept>, overrides: Overrides): Stack {
  const accessTo = accesses(name, file, overrides);
  const notCovered = new Map<string, number>();
  const remarks = remarksOf(file);
  const declared: DeclaredInState[] = [];
  const stack: DeclaredAt = { stack: name };
  for (const resource of file.resources) {
    if (!isManaged(resource)) continue;
    const { type, inputs, outputs, place, parts, sourcePosition } = resource;
    if (parts.length === 0) notCovered.set(type, (notCovered.get(type) ?? 0) + 1);
    const access = accessTo.to(resource.provider, place);
    for (const { part, definition } of parts) {
      const words = partInOurWords(type, part, definition, inputs, outputs, access.settings);
      if (words === undefined) continue;
      declared.push({
        urn: resource.urn,
        type: part.suffix === undefined ? type : `${type}${part.suffix}`,
        kind: definition.name,
        name: nameOf(definition, words.properties),
        definition,
        id: resource.id,
        ...words,
        keeps:
          resource.ignoreChanges.length === 0
            ? nothing
            : resource.ignoreChanges.map((path) => renamedPath(path, part.renamed)),
        access,
        place,
        source: sourcePosition === "" ? stack : sourceOf(name, sourcePosition),
        remarks: remarks.get(resource.urn) ?? nothing,
        tool: "pulumi",
      });
    }
  }
  return { name, declared, notCovered, problems: [...file.problems, ...accessTo.problems] };
}

/** What most resources have of most things. */
const nothing: readonly never[] = [];

/** Many resources have one provider and one place; what of a provider cannot be used is a problem of the stack, once. */
function accesses(stack: string, file: StateFile<Kept>, overrides: Overrides) {
  const problems = new Set<string>();
  const providers = new Map<string, Kept>();
  for (const resource of file.resources)
    if (resource.type.startsWith("pulumi:providers:")) providers.set(`${resource.urn}::${resource.id}`, resource);
  const regions = regionsOf(file.resources);
  const known = new Map<string, Map<RecordedPlace, Access>>();
  const make = (reference: string, place: RecordedPlace): Access => {
    const provider = providers.get(reference);
    const name = printable(reference.split("::").at(-2) ?? reference, 100);
    if (!provider && reference !== "") problems.add(`${stack}: the provider "${name}" is not in the state`);
    const region = place.region ?? regions.get(reference);
    const { access, problems: found } = accessOf(
      provider?.type ?? "",
      provider?.inputs ?? nothingSaid,
      { ...place, region },
      overrides,
    );
    for (const problem of found) problems.add(`${stack}: the provider "${name}": ${problem}`);
    return access;
  };
  const to = (reference: string, place: RecordedPlace): Access => {
    const ofProvider = known.get(reference) ?? new Map<RecordedPlace, Access>();
    known.set(reference, ofProvider);
    const access = ofProvider.get(place) ?? make(reference, place);
    ofProvider.set(place, access);
    return access;
  };
  return { to, problems };
}

/** The region of all resources of a provider where they agree: a policy's record does not say where it is, its repository's does. */
function regionsOf(resources: readonly Kept[]): ReadonlyMap<string, string> {
  const regions = new Map<string, string | undefined>();
  for (const { provider, place } of resources) {
    if (place.region === undefined) continue;
    regions.set(provider, regions.has(provider) && regions.get(provider) !== place.region ? undefined : place.region);
  }
  return new Map([...regions].flatMap(([provider, region]) => (region === undefined ? [] : [[provider, region]])));
}

function partInOurWords(
  type: string,
  part: Part,
  definition: Resource,
  inputs: StateProperties,
  outputs: StateProperties,
  settings: Settings,
): Pick<DeclaredInState, "properties" | "outputs" | "secret" | "hidden"> | undefined {
  const rows = definition.properties as Rows;
  if (nameIn(type) !== undefined) {
    return {
      properties: inputs.values,
      outputs: outputs.values,
      secret: union(inputs.secret, outputs.secret),
      hidden: inputs.hidden,
    };
  }
  // `tagsAll` is made of the provider's default tags, which are added here as Check does it.
  const { tagsAll: _, ...said } = inputs.values;
  const declared = inOurWords(part, rows, valueMap(Object.entries(said)));
  if (!declared) return undefined;
  const { [`__inputs`]: __, ...shown } = outputs.values;
  return {
    properties: completed(rows, declared, settings),
    outputs: inOurWords(part, rows, valueMap(Object.entries(shown))) ?? valueMap(),
    secret: ourNames(part, rows, union(inputs.secret, outputs.secret)),
    hidden: hiddenOf(part, rows, inputs.hidden),
  };
}

function union(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return right.size === 0 ? left : new Set([...left, ...right]);
}

/** What Check would make of the inputs. */
export function completed(rows: Rows, inputs: ValueMap, settings: Settings): ValueMap {
  const result = valueMap(Object.entries(inputs));
  for (const [name, row] of Object.entries(rows)) {
    const value = row.complete?.(result[name], settings);
    if (value !== undefined) result[name] = value as never;
  }
  return result;
}

/** The path that a program wrote in the other provider's words, as far as only its first word differs. */
function renamedPath(path: string, renamed: Readonly<Record<string, string>> = {}): string {
  const [, ours] = Object.entries(renamed)
    .map(([name, theirs]) => [theirs, name] as const)
    .find(([theirs]) => path === theirs || path.startsWith(`${theirs}.`) || path.startsWith(`${theirs}[`)) ?? ["", ""];
  return ours === "" ? path : ours;
}

/** `project:///src/index.ts#12,3`. */
export function sourceOf(stack: string, position: string): DeclaredAt {
  const [, path, line, column] = /^project:\/\/\/([^#]{1,4000})#(\d{1,9})(?:,(\d{1,9}))?$/.exec(position) ?? [];
  // What is outside the project, such as the sources of the engine's own language hosts, is no place in a program.
  const parts = decoded(path ?? "").split(/[\\/]/);
  const isHost = parts.some((part) => part === ".." || /^pulumi-yaml(@|$)/.test(part));
  if (path === undefined || Number(line) < 1 || isHost) return { stack };
  return {
    stack,
    file: decoded(path),
    line: Number(line),
    ...(column === undefined || Number(column) < 1 ? {} : { column: Number(column) }),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What concerns a stack as a whole: what it declares and is not read. */
export function stackFindings(stacks: readonly Stack[]): DriftFinding[] {
  return stacks.flatMap(({ name, notCovered }) =>
    [...notCovered]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, count]) =>
        finding("not-covered", `${printable(name)} declares ${count} of ${printable(type)}, which is not read`, {
          account: "",
          region: "",
          type,
          id: name,
          live: count,
        }),
      ),
  );
}
