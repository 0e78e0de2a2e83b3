/**
 * Statements that services of AWS write into policies by themselves. They are let pass by their exact shape, Sid, principal,
 * actions and conditions together: a name alone would hide whatever is written under it.
 */

import type { DeclaredInState } from "../../declared/pulumi/export.ts";
import type { Remark } from "../../declared/remark.ts";
import { documentValue } from "../../define/document.ts";
import type { Rows } from "../../define/property.ts";
import { has, type Resource } from "../../operations/definition.ts";
import type { Read } from "../../operations/read.ts";
import { policyEquivalent } from "../../policy/change/normalize.ts";
import { statementsOf } from "../../policy/language/document.ts";
import { partitionOf } from "../../policy/language/partitions.ts";
import { isMap, type Value, type ValueMap, valueMap } from "../../text/value.ts";
import type { Place } from "./place.ts";

/** The live values without the statements that are let pass, and a remark for each of those. */
export interface Tolerated {
  (
    declared: Pick<DeclaredInState, "definition" | "properties">,
    live: Read,
    place: Place,
  ): {
    readonly live: Read;
    readonly remarks: readonly (Remark & { readonly path: string })[];
  };
  /** No statement is let pass. */
  readonly isNothing: boolean;
}

/** A statement; `{account}` and `{region}` in its text stand for those of the registry. */
export interface Shape {
  readonly name: string;
  readonly statement: ValueMap;
}

const lambdaStatement = (actions: readonly string[], condition: object) => ({
  Sid: "LambdaECRImageRetrievalPolicy",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: [...actions],
  ...condition,
});
const functionsHere = (key: string) => ({
  Condition: { StringLike: { [key]: "arn:{partition}:lambda:{region}:{account}:function:*" } },
});
const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const pullAndPolicy = [...pull, "ecr:SetRepositoryPolicy", "ecr:DeleteRepositoryPolicy", "ecr:GetRepositoryPolicy"];

/** What services are known to write, by the name that the configuration gives. */
export const serviceStatements: Readonly<Record<string, readonly object[]>> = {
  // AWS Lambda, when a function is made from an image (AWS's knowledge center, "lambda-ecr-image", and what its console writes).
  lambda: [
    lambdaStatement(pull, {}),
    lambdaStatement(pull, functionsHere("aws:sourceArn")),
    lambdaStatement(pullAndPolicy, functionsHere("aws:sourceArn")),
    lambdaStatement(pullAndPolicy, {}),
  ],
};

/** Lets these shapes pass wherever the declared policy does not have them. */
export function tolerating(shapes: readonly Shape[]): Tolerated {
  const tolerated = (...[declared, live, place]: Parameters<Tolerated>): ReturnType<Tolerated> => {
    const remarks: (Remark & { readonly path: string })[] = [];
    if (shapes.length === 0) return { live, remarks };
    const inputs = valueMap(Object.entries(live.inputs));
    for (const [name, row] of Object.entries(declared.definition.properties as Rows)) {
      if (row.concerns !== "access" || !has(inputs, name)) continue;
      const { policy, passed } = without(inputs[name], declared.properties[name], shapes, place);
      if (passed.length === 0) continue;
      // What is left may be what is declared, which then keeps its own text.
      inputs[name] = policyEquivalent(policy, declared.properties[name]) ? (declared.properties[name] ?? null) : policy;
      for (const shape of passed)
        remarks.push({
          ruleId: "tolerated",
          path: name,
          message: `${name} has a statement of the tolerated shape "${shape}"`,
        });
    }
    return { live: { ...live, inputs }, remarks };
  };
  return Object.assign(tolerated, { isNothing: shapes.length === 0 });
}

/** Whether a policy that is in no stack holds statements that are let pass and nothing else, as a remark of each. */
export function onlyTolerated(
  definition: Resource,
  live: Read,
  tolerated: Tolerated,
  place: Place,
): ReturnType<Tolerated>["remarks"] {
  const { live: rest, remarks } = tolerated({ definition, properties: valueMap() }, live, place);
  const isEmpty = remarks.every(({ path }) => statementsOf(documentValue(rest.inputs[path]))?.length === 0);
  return isEmpty ? remarks : [];
}

function without(
  live: Value | undefined,
  declared: Value | undefined,
  shapes: readonly Shape[],
  place: Place,
): { policy: Value; passed: string[] } {
  const document = documentValue(live);
  const statements = statementsOf(document);
  const own = statementsOf(documentValue(declared)) ?? [];
  if (!statements || !isMap(document)) return { policy: live ?? null, passed: [] };
  const passed: string[] = [];
  const rest = statements.filter((statement) => {
    const same = (other: unknown) => policyEquivalent({ Statement: [statement] }, { Statement: [other] });
    if (own.some(same)) return true;
    const shape = shapes.find((candidate) => same(placed(candidate.statement, place)));
    if (shape) passed.push(shape.name);
    return shape === undefined;
  });
  return { policy: valueMap([...Object.entries(document), ["Statement", rest as Value]]), passed };
}

function placed(value: Value, place: Place): Value {
  if (typeof value === "string")
    return value
      .replaceAll("{account}", place.account)
      .replaceAll("{region}", place.region)
      .replaceAll("{partition}", partitionOf(place.region) ?? "*");
  if (Array.isArray(value)) return value.map((item) => placed(item, place));
  if (!isMap(value)) return value;
  return valueMap(Object.entries(value).map(([key, member]) => [key, placed(member, place)]));
}
