/** The rows of a resource as what a function answers: one thing with all of them, or a list of things. */

import { output, type Row, type Schema } from "../define/property.ts";

type RowsOf = Readonly<Record<string, Row>>;

/** All rows as outputs; those that ECR always has are required. `always` names further ones. */
export function asResults<R extends RowsOf>(
  rows: R,
  always: readonly (keyof R & string)[] = [],
): { [K in keyof R]: Omit<R[K], "role"> & { role: "output" } } {
  return Object.fromEntries(
    Object.entries(rows).map(([name, { schema, computed, required, role, volatile }]) => {
      // An output that comes and goes with an input is not always there.
      const isThere = role === "output" && !Array.isArray(volatile);
      return [
        name,
        output(schema, { required: computed === true || required === true || isThere || always.includes(name) }),
      ];
    }),
  ) as { [K in keyof R]: Omit<R[K], "role"> & { role: "output" } };
}

/** The schemas of the rows, as members of an object in a list. */
export function schemasOf<R extends RowsOf>(rows: R): { [K in keyof R]: R[K]["schema"] } {
  return Object.fromEntries(Object.entries(rows).map(([name, { schema }]): [string, Schema] => [name, schema])) as {
    [K in keyof R]: R[K]["schema"];
  };
}
