/** What a function is: a table of arguments, a table of results, and one call. */

import type { Live, Rows, RowType, Settings, Shape } from "./property.ts";
import type { Scope } from "./resource.ts";
import type { Foreign } from "./shaped.ts";
import type { Problem } from "./validator.ts";

/** What a call answers, as AWS words it. `invoke` cuts it to the rows and sees to it that the required ones are there. */
export type Answer<R extends Rows> = { readonly [K in keyof R]?: Foreign<RowType<R[K]>> };

export interface FunctionDefinition<A extends Rows, R extends Rows, G> {
  /** Name in the token `ecr:index:NAME`. */
  readonly name: string;
  readonly description: string;
  readonly args: A;
  readonly results: R;
  /** IAM actions; none for a function that only computes. */
  readonly permissions: readonly string[];
  /** Rules that concern several arguments or what is made of them; not asked while an argument is unknown. */
  check?(args: Live<A>, settings: Settings): Problem[];
  call(scope: Scope<G>, args: Shape<A>): Promise<Answer<R>>;
}

export function defineFunction<G>() {
  return <const A extends Rows, const R extends Rows>(
    definition: FunctionDefinition<A, R, G>,
  ): FunctionDefinition<A, R, G> => definition;
}

// biome-ignore lint/suspicious/noExplicitAny: the phantom types of the rows end here, in one place
export type AnyFunction<G> = FunctionDefinition<any, any, G>;
