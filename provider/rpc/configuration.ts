/** Provider configuration on the wire: SDK classes put JSON text into strings, with wrapped values inside it. */

import { type Value, valueMap } from "../text/value.ts";
import { signatureKey } from "../values/pulumi.ts";
import { decode, type WireMap } from "./codec.ts";
import { type Revealed, reveal } from "./secrets.ts";
import { structs } from "./struct.ts";

/** Plain values, with the wrappers taken off inside JSON text as well. */
export function configurationOf(wire: WireMap): Revealed {
  const { values, secrets } = reveal(wire);
  const plain = valueMap(Object.entries(values).map(([name, value]) => [name, unwrapped(value)] as const));
  return { values: plain, secrets };
}

function unwrapped(value: Value): Value {
  if (typeof value !== "string" || !value.includes(signatureKey)) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    const struct = structs.Struct.fromJavaScript({ value: parsed as structs.JavaScriptValue });
    return reveal(decode(struct)).values["value"] ?? null;
  } catch {
    return value;
  }
}
