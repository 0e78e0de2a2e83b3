/** List: every live resource of a type, lazily; at most `limit`, where a limit below 1 means none. */

import type { Listed } from "../define/resource.ts";
import { ProviderError } from "../errors.ts";
import type { Operation, Resource } from "./request.ts";

export async function* list(definition: Resource, operation: Operation, limit: number): AsyncGenerator<Listed> {
  if (!definition.endpoints.list) {
    throw new ProviderError("InvalidInput", `listing ${definition.name}: ECR has no way to list these`);
  }
  let count = 0;
  try {
    for await (const item of definition.endpoints.list(operation)) {
      yield item;
      if (limit > 0 && ++count >= limit) return;
    }
  } catch (error) {
    throw ProviderError.from(error, `listing ${definition.name}`);
  }
}
