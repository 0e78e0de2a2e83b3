/**
 * Builders of property rows: plain JSON Schema with the static type riding along, plus the columns in which a row
 * differs from the usual. They cannot express what Pulumi's schema cannot.
 */

import type { Finding } from "../text/finding.ts";

declare const type: unique symbol;

/** A JSON Schema whose values have the TypeScript type `T`; the type exists at compile time only. */
export interface Schema<T = unknown> {
  readonly [type]?: T;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | false;
  /** Values that AWS documents today. Another one is a warning, never an error: the service may know more than we do. */
  readonly knownValues?: Readonly<Record<string, string>>;
  readonly pattern?: string;
  readonly patternMessage?: string;
  readonly [facet: string]: unknown;
}

export type TypeOf<S> = S extends Schema<infer T> ? T : never;

interface StringFacets {
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  /** What the pattern asks for, in words that follow the property's name: `must be …`. */
  patternMessage?: string;
}

export function string(description: string, facets: StringFacets = {}): Schema<string> {
  return { type: "string", description, ...facets };
}

export function boolean(description: string): Schema<boolean> {
  return { type: "boolean", description };
}

export function number(description: string): Schema<number> {
  return { type: "number", description };
}

export function integer(description: string, facets: { minimum?: number; maximum?: number } = {}): Schema<number> {
  return { type: "integer", description, ...facets };
}

/**
 * A set of strings that the SDKs offer. AWS's sets are open: others pass with a warning. Sets of our own are `closed`:
 * others are errors.
 */
export function enumeration(
  title: string,
  description: string,
  knownValues: Readonly<Record<string, string>>,
  { closed = false } = {},
): Schema<string> {
  return { type: "string", title, description, knownValues, ...(closed ? { enum: Object.keys(knownValues) } : {}) };
}

export function list<T>(
  items: Schema<T>,
  description: string,
  facets: { minItems?: number; maxItems?: number } = {},
): Schema<T[]> {
  return { type: "array", items, description, ...facets };
}

export function map<T>(
  values: Schema<T>,
  description: string,
  facets: { maxProperties?: number; propertyNames?: object } = {},
): Schema<Record<string, T>> {
  return { type: "object", additionalProperties: values, description, ...facets };
}

type Members = Readonly<Record<string, Schema>>;
type ObjectOf<R extends Members, O extends Members> = { [K in keyof R]: TypeOf<R[K]> } & {
  [K in keyof O]?: TypeOf<O[K]> | undefined;
};

/** A named object with members that must be there and members that may be left out; of `oneOf` exactly one is given. */
export function object<R extends Members = Record<never, Schema>, O extends Members = Record<never, Schema>>(
  title: string,
  description: string,
  members: { required?: R; optional?: O; oneOf?: readonly (keyof O & string)[] },
): Schema<ObjectOf<R, O>> {
  return {
    type: "object",
    title,
    description,
    properties: { ...members.required, ...members.optional },
    required: Object.keys(members.required ?? {}),
    additionalProperties: false,
    ...(members.oneOf
      ? { oneOf: members.oneOf.map((name) => ({ properties: { [name]: {} }, required: [name] })) }
      : {}),
  };
}

export type Document = string | Record<string, unknown>;

/** A JSON document, given as text or as an object, and kept the way it was given. */
export function document(description: string): Schema<Document> {
  return { type: ["string", "object"], description };
}

/**
 * What the provider's configuration says about every resource's properties, handed on as it is. The layer that knows the words of
 * the service adds the members (`config.ts`).
 */
// biome-ignore lint/suspicious/noEmptyInterface: its members are declared where they are known
export interface Settings {}

/** How a value is protected that others may write as well. */
export interface Guard<T> {
  /** The parts of `live` that are neither recorded nor wanted and that writing `desired` would destroy, each in words. */
  foreign(live: T, recorded: T | undefined, desired: T | undefined): string[];
  /** The part of `live` that may be removed with the resource: it is as recorded, or nobody's; undefined when nothing is. */
  stillOurs(live: T, recorded: T | undefined): T | undefined;
}

/** A name made from the resource's logical name when the program gives none. */
export interface Autoname {
  readonly maxLength: number;
  /** Makes any text fit the grammar of the name, without its random ending. */
  fit(text: string): string;
}

export interface Row<T = unknown> {
  readonly schema: Schema<T>;
  /** `input`: sent and read back · `output`: read only · `control`: steers the provider, never sent to AWS. */
  readonly role: "input" | "output" | "control";
  readonly required?: boolean;
  /** The inputs of which the import id is made. */
  readonly identity?: boolean;
  /** What kind of thing the value is the name of, where several kinds of resources are about one such thing. */
  readonly names?: string;
  /** The language of the document that the value is. */
  readonly document?: string;
  /** Every change of it needs a new resource; or only its removal, where the service cannot take the value away. */
  readonly replaces?: boolean | "whenRemoved";
  /** AWS's own default: what a removed input is set back to, and what import leaves out. */
  readonly default?: T;
  /** The live value stands in the outputs even where the program does not declare it. */
  readonly computed?: boolean;
  /** An output that can change in an update; a list: only when one of these inputs changes. */
  readonly volatile?: boolean | readonly string[];
  /** An output that no call answers, such as what was made here: a refresh keeps what is recorded. */
  readonly kept?: boolean;
  /** A control: with this value, writing may destroy what somebody else wrote. */
  readonly takesOver?: T;
  /** A control: with this value, deleting the resource leaves everything as it is. */
  readonly retains?: T;
  /** The output that says when AWS created the resource, as ISO 8601 text. */
  readonly creationTime?: boolean;
  readonly secret?: boolean;
  readonly deprecated?: string;
  readonly autoname?: Autoname;
  /**
   * When two values mean the same; by default, when they are the same JSON. `"unprovable"`: they may or may not, and the
   * difference may then not destroy anything. `recorded`: the outputs of the resource as recorded with `left`, where there are any.
   */
  equal?(left: T | undefined, right: T | undefined, recorded?: Recorded): boolean | "unprovable";
  /**
   * Whether a live value is what a declared one asks for, where AWS fills in what a declaration leaves open; by default, whether
   * they are equal. `"unprovable"` keeps what is declared.
   */
  fulfills?(live: T, declared: T, recorded: Recorded): boolean | "unprovable";
  /** Completes what the program wrote, in Check. */
  complete?(value: T | undefined, settings: Settings): T | undefined;
  /** The part of a live value that this resource may see. `recorded` is undefined at import. */
  visible?(live: T, recorded: T | undefined, settings: Settings): T | undefined;
  readonly guard?: Guard<T>;
  /** What is wrong with a value beyond its schema. */
  validate?(value: T, settings: Settings): Finding[];
  /** What a change means, in sentences, for the preview. `recorded`: all properties of the resource as recorded. */
  describe?(before: T | undefined, after: T | undefined, recorded: Recorded, settings: Settings): string[];
  /** What a difference of it is about, where that is more than a setting: who may do what, what is kept, or mere words. */
  readonly concerns?: "access" | "retention" | "text";
  /** What a change sets off outside the resource, as warnings: in the preview, and when a deletion puts `default` back. */
  caution?(before: T | undefined, after: T | undefined, recorded: Recorded, settings: Settings): string[];
}

export type Recorded = Readonly<Record<string, unknown>>;

export type Rows = Readonly<Record<string, Row>>;
export type Columns<T> = Partial<Omit<Row<T>, "schema" | "role">>;

export function input<T, C extends Columns<T>>(schema: Schema<T>, columns?: C): Row<T> & { role: "input" } & C {
  return { schema, role: "input", ...(columns as C) };
}

export function output<T, C extends Columns<T>>(schema: Schema<T>, columns?: C): Row<T> & { role: "output" } & C {
  return { schema, role: "output", ...(columns as C) };
}

/** A row that only comes back for each schema of a record, so that the members of an object can stand as rows as well. */
export function outputs<M extends Members>(
  schemas: M,
): { [K in keyof M]: Row<TypeOf<M[K]>> & { readonly role: "output" } } {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, output(schema)])) as {
    [K in keyof M]: Row<TypeOf<M[K]>> & { readonly role: "output" };
  };
}

export function control<T, C extends Columns<T>>(schema: Schema<T>, columns?: C): Row<T> & { role: "control" } & C {
  return { schema, role: "control", ...(columns as C) };
}

export type RowType<R> = R extends Row<infer T> ? T : never;
type RequiredKeys<R> = { [K in keyof R]: R[K] extends { required: true } ? K : never }[keyof R];

/** The values of the rows; those that are required always, the others perhaps. */
// biome-ignore lint/suspicious/noExplicitAny: rows without their static types have values of any type
export type Shape<R extends Rows> = 0 extends 1 & R ? Record<string, any> : RequiredPart<R> & OptionalPart<R>;
type RequiredPart<R extends Rows> = { [K in RequiredKeys<R>]: RowType<R[K]> };
type OptionalPart<R extends Rows> = { [K in Exclude<keyof R, RequiredKeys<R>>]?: RowType<R[K]> | undefined };

/** Some of the values, as AWS has them; a member that is undefined is not set there. */
export type Live<R extends Rows> = 0 extends 1 & R
  ? // biome-ignore lint/suspicious/noExplicitAny: as above
    Record<string, any>
  : { [K in keyof R]?: RowType<R[K]> | undefined };
