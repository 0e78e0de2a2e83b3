/** Provider configuration on the wire: SDK classes put JSON text into strings, with wrapped values inside it. */

import { configuration } from "../config.ts";
import type { Rows } from "../define/property.ts";
import { isUnknown, type Value, valueMap } from "../text/value.ts";
import { signatureKey } from "../values/pulumi.ts";
import { decode, isSpecial, secret, type Wire, type WireMap } from "./codec.ts";
import { type Revealed, reveal } from "./secrets.ts";
import { structs } from "./struct.ts";

/**
 * Plain values, with the wrappers taken off inside JSON text as well. Secret is what is marked, what has a mark inside its JSON text,
 * and every credential, because stack configuration in plain text marks nothing.
 */
export function configurationOf(wire: WireMap): Revealed {
  const { values, secrets } = reveal(wire);
  const marked = new Set(secrets.map(([name]) => name));
  const found = [...secrets];
  const plain = valueMap(
    Object.entries(values).map(([name, value]) => {
      const inside = unwrapped(value);
      if (!marked.has(name) && (inside.isSecret || isCredential(name))) found.push([name]);
      return [name, inside.value] as const;
    }),
  );
  return { values: plain, secrets: found };
}

/** The same configuration with everything that is secret marked, whichever way it came. */
export function concealedConfiguration(wire: WireMap, { secrets }: Revealed): WireMap {
  const concealed: Record<string, Wire> = Object.create(null);
  for (const [name, value] of Object.entries(wire)) {
    const isWhole = secrets.some((path) => path.length === 1 && path[0] === name);
    concealed[name] = isWhole && !isSpecial(value) && !isUnknown(value) ? secret(value) : value;
  }
  return concealed;
}

function isCredential(name: string): boolean {
  return Object.hasOwn(configuration, name) && (configuration as Rows)[name]?.secret === true;
}

function unwrapped(value: Value): { readonly value: Value; readonly isSecret: boolean } {
  if (typeof value !== "string" || !value.includes(signatureKey)) return { value, isSecret: false };
  try {
    const parsed: unknown = JSON.parse(value);
    const struct = structs.Struct.fromJavaScript({ value: parsed as structs.JavaScriptValue });
    const { values, secrets } = reveal(decode(struct));
    return { value: values["value"] ?? null, isSecret: secrets.length > 0 };
  } catch {
    return { value, isSecret: false };
  }
}
