/**
 * What a resource type is: a table of properties, the aspects that observe and write them, and its endpoints.
 *
 * Lives here: the table: builders of rows, resources, functions and documents; and what follows from it: the validator, the
 *   package schema.
 * May not live here: a call, one resource or its rules (`resources/`, `policy/`), what a verb does (`operations/`).
 */

import type { Unknown } from "../text/value.ts";
import type { Live, Rows, RowType, Settings, Shape } from "./property.ts";
import type { Problem } from "./validator.ts";

/** Waiting for something that settles by itself. Instances live beside the retry loop, in `gateway/retry`. */
export interface Settle {
  /** What is waited for, as the status column says it. */
  readonly waitingFor: string;
  readonly seconds: number;
  /** It can only happen right after something was created; an update does not wait for it. */
  readonly createOnly?: boolean;
  /** Whether this failure of a write of `desired` may pass by itself. */
  matches(error: unknown, desired: Readonly<Record<string, unknown>>): boolean;
}

/** What an aspect or endpoint works with. `G` is the gateway of the service. */
export interface Scope<G> {
  readonly gateway: G;
  readonly settings: Settings;
  /** Tells the user something that is worth knowing but no failure. */
  warn(message: string): void;
}

/** A group of properties that one API call reads and at most one call writes. */
export interface Aspect<R extends Rows, G> {
  /** The word for it in messages. */
  readonly name: string;
  readonly sets: readonly (keyof R & string)[];
  /** Rows that only come back, beside those that it sets. */
  readonly shows?: readonly (keyof R & string)[];
  /** The create endpoint has already written it. */
  readonly atCreate?: boolean;
  /** IAM actions; they name what a denied call needs and make up the printed policy. */
  readonly permissions: { readonly observe: readonly string[]; readonly put?: readonly string[] };
  readonly settles?: readonly Settle[];
  /** The live values, given the identity and what earlier aspects saw; undefined where it is not set. */
  observe(scope: Scope<G>, known: Shape<R>): Promise<Live<R> | undefined>;
  /**
   * What would make the service refuse the write, in sentences. Asked before anything is written, where it ends the
   * operation, and in previews, where it warns: the run itself may take an obstacle away. Never asked about unknowns.
   */
  obstacles?(scope: Scope<G>, desired: Shape<R>): Promise<string[]>;
  /** Writes the rows of `sets`; a row undefined in `desired` goes back to its default. Answers what the call returned. */
  put?(scope: Scope<G>, desired: Shape<R>, before: Live<R>): Promise<Live<R> | undefined>;
}

/** What `check` of a resource refuses, as a validator does: an error, unless it says that it only warns. */
export type Objection = Problem &
  (
    | { readonly level: "warning" }
    /** Who says that AWS, or this package, refuses it for certain; shown behind the message. */
    | { readonly level?: "error"; readonly source: string }
  );

/** Problems as errors that have one source. */
export function objections(source: string, problems: readonly Problem[]): Objection[] {
  return problems.map((problem) => ({ ...problem, source }));
}

/** One live resource in a listing. */
export interface Listed {
  /** The import id. */
  readonly id: string;
  /** What it is called, unique among those of its type: the name of what it belongs to, then a word for what it is. */
  readonly name: string;
}

/** Which of the live resources are asked for. */
export interface ListQuery {
  /** Only those whose name starts with it. Empty: all. An endpoint may save calls by it; the operation filters anyway. */
  readonly prefix: string;
  /** Ids that are known to whoever asks: an endpoint that would make a call for each leaves them out. */
  readonly isKnown?: (id: string) => boolean;
}

export interface Endpoints<R extends Rows, G> {
  /** Creates with one call and answers what it returned. Absent: the aspects' own puts create. */
  create?(scope: Scope<G>, inputs: Shape<R>): Promise<Live<R>>;
  /** Removes what is recorded; an error of `absent` counts as done. */
  remove(scope: Scope<G>, recorded: Shape<R>): Promise<void>;
  /**
   * Asked before the engine replaces the recorded resource, while everything that depends on it still exists: what keeps it from
   * being removed, in sentences with the ways to go on; undefined where nothing does. Warns of what a removal destroys.
   */
  unremovable?(scope: Scope<G>, recorded: Shape<R>): Promise<string | undefined>;
  /**
   * Where several resources share an identity: the recorded values without what the running program declares, be it in this
   * resource's own replacement. `declared`: the inputs of each.
   */
  undeclared?(recorded: Shape<R>, declared: readonly Live<R>[]): Shape<R>;
  /**
   * All of them that exist, lazily and in the same order each time. A setting that is at AWS's default is not there.
   * Absent where each would be a part of another resource, such as the tags of a repository.
   */
  list?(scope: Scope<G>, query: ListQuery): AsyncIterable<Listed>;
  readonly identify: {
    /** How an import id is written, for error messages. */
    readonly form: string;
    format(scope: Scope<G>, shape: Shape<R>): Promise<string>;
    /** The identity in an id; throws InvalidInput for an id that cannot be one. */
    parse(scope: Scope<G>, id: string): Promise<Live<R>>;
  };
  /** AWS faults that mean "not there". */
  readonly absent: readonly string[];
  /** IAM actions of create, remove, list and foresee. */
  readonly permissions: {
    readonly create?: readonly string[];
    readonly remove: readonly string[];
    readonly list?: readonly string[];
    readonly foresee?: readonly string[];
  };
  /**
   * In the preview of a write with known inputs that differ from what is recorded: looks for what the write will set off
   * beyond the resource, and warns of it, or throws to refuse it.
   */
  foresee?(scope: Scope<G>, desired: Shape<R>, before: Live<R>): Promise<void>;
  /** Rules that concern several inputs. Values may be unknown in a preview (`isUnknown`); a rule does not apply then. */
  check?(inputs: Live<R>, settings: Settings): Objection[];
  /**
   * Completes valid inputs in Check by looking at what they point to, such as the digest of a file, so that a change there
   * is a difference. `recorded` are the inputs of the last time. Throws InvalidInput, with a path, for what cannot be read.
   */
  complete?(scope: Scope<G>, inputs: Live<R>, recorded: Live<R>): Promise<Completion<R>>;
  /**
   * What is wrong with the resource now that it is there, each a reason: it is recorded, the step fails, and the next update
   * looks again at what is live. For resources that are gates. Any change of an input or control asks anew.
   */
  judge?(values: Shape<R>): string[];
}

/** Values found out in Check; `unknown` where they depend on what is not there yet. */
export type Completion<R extends Rows> = { [K in keyof R]?: RowType<R[K]> | Unknown | undefined };

export interface ResourceDefinition<R extends Rows, G> {
  /** Name in the token `ecr:index:NAME`. */
  readonly name: string;
  /** Markdown for the reference, its first sentence a summary. */
  readonly description: string;
  readonly properties: R;
  readonly aspects: readonly Aspect<R, G>[];
  readonly endpoints: Endpoints<R, G>;
  /** Held once per account and region. */
  readonly singleton?: boolean;
  /** Several of one program may share an identity, each with a part of its own. */
  readonly shared?: boolean;
}

/**
 * Types a definition: `defineResource<Gateway>()({...})`. The first call names the gateway, so that the rows can be
 * inferred by the second.
 */
export function defineResource<G>() {
  return <const R extends Rows>(definition: ResourceDefinition<R, G>): ResourceDefinition<R, G> => definition;
}

/** A definition as the operations see it: rows and values without their static types. */
// biome-ignore lint/suspicious/noExplicitAny: the phantom types of the rows end here, in one place
export type AnyResource<G> = ResourceDefinition<any, G>;
