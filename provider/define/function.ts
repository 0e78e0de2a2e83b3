/** What a function is: a table of arguments, a table of results, and one call. */

import type { Rows, Shape } from "./property.ts";
import type { Scope } from "./resource.ts";

export interface FunctionDefinition<A extends Rows, R extends Rows, G> {
  /** Name in the token `ecr:index:NAME`. */
  readonly name: string;
  readonly description: string;
  readonly args: A;
  readonly results: R;
  readonly permissions: readonly string[];
  call(scope: Scope<G>, args: Shape<A>): Promise<Shape<R>>;
}

export function defineFunction<G>() {
  return <const A extends Rows, const R extends Rows>(
    definition: FunctionDefinition<A, R, G>,
  ): FunctionDefinition<A, R, G> => definition;
}

// biome-ignore lint/suspicious/noExplicitAny: the phantom types of the rows end here, in one place
export type AnyFunction<G> = FunctionDefinition<any, any, G>;
