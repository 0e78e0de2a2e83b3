/**
 * One declared resource against what is live: the table's own read and diff, and what the difference means.
 *
 * Lives here: one declared resource against the live one: what differs, what it means, what caused it, what is tolerated.
 * May not live here: an equality (a column of the row), listings (`coverage/`), what a user accepts (`accept/`).
 */

import { repositoryOf } from "../../declared/columns.ts";
import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import { type DriftFinding, finding, type Remark, type RuleId } from "../../declared/remark.ts";
import type { Rows } from "../../define/property.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { type Read, read } from "../../operations/read.ts";
import type { AccessContext } from "../../policy/access/rules/context.ts";
import { ProviderError } from "../../text/errors.ts";
import { formatPath } from "../../text/path.ts";
import { printable } from "../../text/printable.ts";
import { secretText } from "../../values/pulumi.ts";
import { fixOf } from "../report/fix.ts";
import type { DriftResource, FieldDrift } from "../report/report.ts";
import { causeOf } from "./cause.ts";
import { hiddenCauses, identified, withUnknowns } from "./hidden.ts";
import { impactOn } from "./images.ts";
import { danglingPrincipals, inWords, meaningOf } from "./meaning.ts";
import { patchOf } from "./patch.ts";
import type { Place, Trusted } from "./place.ts";
import { settledValue, shownValue } from "./shown.ts";
import { type Drifted, type ThreeWays, threeWays } from "./three-way.ts";
import type { Tolerated } from "./tolerate.ts";

export interface Looking {
  readonly gateway: Gateway;
  readonly place: Place;
  readonly trusted: Trusted;
  readonly tolerated: Tolerated;
  /** Read the images of a repository whose lifecycle policy differs, and say what happens to them. */
  readonly images: boolean;
}

/** What was found, and why parts of it could not be read. */
export interface Detected {
  readonly resource: DriftResource;
  /** Each a cause; the same words for the same cause. */
  readonly incomplete: readonly string[];
  /** Found live. */
  readonly isLive: boolean;
  /** Why nothing is known. */
  readonly failure?: ProviderError;
}

/** Looks at one resource. Never throws. */
export async function detect(item: DeclaredInState, looking: Looking): Promise<Detected> {
  let declared = item;
  const denials: string[] = [];
  const operation = {
    urn: declared.urn,
    gateway: looking.gateway,
    settings: declared.access.settings,
    warn: (message: string) => denials.push(message),
  };
  try {
    declared = await identified(item, operation);
    const live = await read(declared.definition, operation, {
      id: declared.id,
      inputs: withUnknowns(declared.properties, declared.hidden),
      outputs: declared.outputs,
    });
    if (live === undefined) return missing(declared, looking.place);
    const tolerated = looking.tolerated(declared, live, looking.place);
    return await compared(declared, tolerated.live, looking, [...tolerated.remarks], denials);
  } catch (error) {
    return unreadable(declared, looking.place, ProviderError.from(error));
  }
}

async function compared(
  declared: DeclaredInState,
  live: Read,
  looking: Looking,
  remarks: Remark[],
  denials: readonly string[],
): Promise<Detected> {
  const { definition, urn, hidden, secret } = declared;
  const ways = threeWays(definition, {
    urn,
    declared: declared.properties,
    recorded: declared.outputs,
    live,
    ignoreChanges: declared.keeps,
    hidden,
  });
  const context = contextOf(declared, looking);
  const fields: FieldDrift[] = [];
  for (const difference of ways.differences) {
    const told = meaningOf(difference, context);
    const path = formatPath(difference.path);
    const isSecret = secret.has(String(difference.path[0]));
    fields.push({ path, ...shownSides(difference, isSecret), moved: difference.moved, meaning: told.meaning });
    const mark = isSecret ? undefined : settledValue(difference.row, difference.live);
    const message = `${path} differs, and is secret`;
    const secretly: readonly Remark[] = [{ ruleId: told.remarks[0]?.ruleId ?? "setting", message }];
    for (const { data = mark, ...remark } of isSecret ? secretly : told.remarks)
      remarks.push({ ...remark, path, data });
    if (looking.images && told.meaning === "retention")
      remarks.push(...(await impactOn(declared, difference, looking.gateway)));
  }
  remarks.push(...furtherRemarks(declared, ways, live));
  const incomplete = [...denials, ...hiddenCauses(declared)];
  remarks.push(
    ...[...denials, ...incomplete.slice(denials.length)].map((message) => ({ ruleId: "unreadable" as const, message })),
  );
  const changed = fields.some(({ moved }) => moved !== "converged");
  const kind = changed ? "changed" : incomplete.length > 0 ? "unreadable" : "in-sync";
  const resource = resourceOf(declared, looking.place, kind, fields, remarks);
  const patch = patchOf(declared, live, ways.differences);
  return { resource: patch.length === 0 ? resource : { ...resource, patch }, incomplete, isLive: true };
}

function contextOf(declared: DeclaredInState, { place, trusted }: Looking): AccessContext {
  const { definition, properties: inputs } = declared;
  const repository = repositoryOf(definition, inputs);
  return {
    kind: definition.singleton ? "registry" : "repository",
    owner: place.account,
    region: place.region,
    trusted: trusted.trusted,
    ...(repository === undefined ? {} : { repository }),
  };
}

function shownSides({ row, declared, recorded, live }: Drifted, isSecret: boolean) {
  if (isSecret) {
    const told = (value: unknown) => (value === undefined || value === null ? null : secretText);
    return { declared: told(declared), recorded: told(recorded), live: told(live) };
  }
  return {
    declared: shownValue(row, declared, declared),
    recorded: shownValue(row, recorded, declared),
    live: shownValue(row, live, declared),
  };
}

/** What there is to know beside the differences. */
function furtherRemarks(
  { definition, secret, remarks: state }: DeclaredInState,
  ways: ThreeWays,
  live: Read,
): Remark[] {
  const dangling = Object.entries(definition.properties as Rows).flatMap(([name, row]) =>
    secret.has(name)
      ? []
      : danglingPrincipals(row, live.outputs[name]).map((principal) => ({
          ruleId: "dangling-principal" as const,
          path: name,
          data: principal,
          message: `${name} names ${printable(principal, 60)}, a user or role that was deleted; the policy cannot be set again as it is`,
        })),
  );
  return [
    ...dangling,
    ...ways.ignored.map((path) => ({
      ruleId: "ignored-by-declaration" as const,
      path: formatPath(path),
      message: `${formatPath(path)} differs, and the program ignores changes of it`,
    })),
    ...ways.undeclared.map(({ path, row, recorded, live }) => ({
      ruleId: "undeclared" as const,
      path: formatPath(path),
      data: settledValue(row, live),
      message: `${formatPath(path)} is not declared, and is ${inWords(live)} where ${inWords(recorded)} was recorded`,
    })),
    ...state.map(({ ruleId, message }) => ({ ruleId, message: printable(message, 2_000) })),
  ];
}

function missing(declared: DeclaredInState, place: Place): Detected {
  const remarks: Remark[] = [
    { ruleId: "missing", message: `${declared.definition.name} "${printable(declared.id)}" is declared and not there` },
    ...declared.remarks,
  ];
  return { resource: resourceOf(declared, place, "missing", [], remarks), incomplete: [], isLive: false };
}

/** A resource about which nothing is known, for this reason. */
export function unreadable(
  declared: DeclaredInState,
  place: Place,
  failure: ProviderError,
  id: RuleId = "unreadable",
): Detected {
  const cause = causeOf(declared.definition, failure);
  const remarks: Remark[] = [
    { ruleId: id, message: printable(failure.message, 2_000), data: cause },
    ...declared.remarks,
  ];
  return {
    resource: resourceOf(declared, place, "unreadable", [], remarks),
    incomplete: [cause],
    isLive: false,
    failure,
  };
}

function resourceOf(
  declared: DeclaredInState,
  place: Place,
  kind: DriftResource["class"],
  fields: readonly FieldDrift[],
  remarks: readonly Remark[],
): DriftResource {
  const { urn, type, id, source } = declared;
  const findings = remarks.map(
    ({ ruleId, message, path, data: live }): DriftFinding =>
      finding(ruleId, message, { ...place, type, id, ...(path === undefined ? {} : { path }), live }),
  );
  return { urn, type, id, ...place, class: kind, fields, findings, fix: fixOf(declared, kind, fields), source };
}
