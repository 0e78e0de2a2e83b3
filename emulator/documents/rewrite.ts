/**
 * What AWS does to the text of policies (`recorded request and response pairs`, published with cloud-custodian): its own
 * key order, a Java-style pretty print, lists of one made scalar, account ids made root ARNs, principals in another order
 * at each read. Shares nothing with the provider's own normalization, which it is there to test.
 */

type Json = Record<string, unknown>;

const documentOrder = ["Version", "Id", "Statement"];
const statementOrder = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** The document as it is stored, given what was put. `partition` of the region is always `aws` here. */
export function storedPolicy(document: Json): Json {
  const statements = Array.isArray(document["Statement"]) ? document["Statement"] : [document["Statement"]];
  return ordered(
    { ...document, Statement: statements.map((statement) => storedStatement(statement as Json)) },
    documentOrder,
  );
}

/** What a registry keeps of an access policy: the text as it was put, and the document as AWS would store it. */
export function keptPolicy(text: string, document: Json): string {
  return JSON.stringify({ text, document: storedPolicy(document) });
}

function storedStatement(statement: Json): Json {
  const stored: Json = { ...statement };
  for (const key of ["Principal", "NotPrincipal"]) {
    const principal = statement[key];
    if (typeof principal === "object" && principal !== null) {
      stored[key] = Object.fromEntries(
        Object.entries(principal).map(([type, values]) => [
          type,
          scalar([values].flat().map((value) => principalName(type, String(value)))),
        ]),
      );
    }
  }
  for (const key of ["Action", "NotAction", "Resource", "NotResource"])
    if (key in statement) stored[key] = scalar([statement[key]].flat());
  return ordered(stored, statementOrder);
}

function principalName(type: string, value: string): string {
  return type === "AWS" && /^[0-9]{12}$/.test(value) ? `arn:aws:iam::${value}:root` : value;
}

function scalar(values: unknown[]): unknown {
  return values.length === 1 ? values[0] : values;
}

function ordered(object: Json, order: readonly string[]): Json {
  const known = order.filter((key) => object[key] !== undefined);
  const rest = Object.keys(object).filter((key) => !order.includes(key));
  return Object.fromEntries([...known, ...rest].map((key) => [key, object[key]]));
}

/** The text of one read: `turn` decides the order of principals; `deleted` principals appear as their unique ids. */
export function readPolicy(document: Json, turn: number, deleted: ReadonlyMap<string, string>): string {
  const statements = (document["Statement"] as Json[]).map((statement) => {
    const shown: Json = { ...statement };
    for (const key of ["Principal", "NotPrincipal"]) {
      const principal = statement[key];
      if (typeof principal !== "object" || principal === null) continue;
      shown[key] = Object.fromEntries(
        Object.entries(principal).map(([type, values]) => {
          const names = [values].flat().map((value) => deleted.get(String(value)) ?? String(value));
          return [type, scalar(rotated(names, turn))];
        }),
      );
    }
    return shown;
  });
  return prettyPrint({ ...document, Statement: statements }, "");
}

function rotated<T>(values: T[], turn: number): T[] {
  const by = values.length === 0 ? 0 : turn % values.length;
  return [...values.slice(by), ...values.slice(0, by)];
}

/** Two spaces, `"Key" : value`, lists of scalars on one line, objects in lists as `[ {` … `}, {` … `} ]`. */
function prettyPrint(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return value.length === 0 ? "[ ]" : `[ ${value.map((item) => prettyPrint(item, indent)).join(", ")} ]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value);
    if (members.length === 0) return "{ }";
    return `{\n${members.map(([key, member]) => `${inner}${JSON.stringify(key)} : ${prettyPrint(member, inner)}`).join(",\n")}\n${indent}}`;
  }
  return JSON.stringify(value);
}

const ruleOrder = ["rulePriority", "description", "selection", "action"];
const selectionOrder = [
  "tagStatus",
  "tagPatternList",
  "tagPrefixList",
  "storageClass",
  "countType",
  "countUnit",
  "countNumber",
];

/** Lifecycle text as AWS stores it: without white space and in its own key order. */
export function storedLifecyclePolicy(document: Json): string {
  const rules = (document["rules"] as Json[]).map((rule) =>
    ordered({ ...rule, selection: ordered(rule["selection"] as Json, selectionOrder) }, ruleOrder),
  );
  return JSON.stringify({ ...document, rules });
}
