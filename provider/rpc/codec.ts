/**
 * google.protobuf.Struct ↔ Wire values. The engine's special values are objects with a signature key or magic strings
 * (`sdk/go/common/resource/plugin/rpc.go` in pulumi/pulumi); here each has a type of its own. Never
 * `Struct.toJavaScript` or `fromJavaScript`: they lose `__proto__` keys and throw on undefined.
 */

import { ProviderError } from "../text/errors.ts";
import { type Unknown, unknown } from "../text/value.ts";
import { isUnknownText, signatureKey, signatures, unknownText } from "../values/pulumi.ts";
import { forEachMember, setMember, structs } from "./struct.ts";

export type Wire =
  | null
  | boolean
  | number
  | string
  | Unknown
  | readonly Wire[]
  | WireMap
  | Secret
  | Output
  | Reference
  | Asset
  | Bytes;
export interface WireMap {
  readonly [key: string]: Wire;
}

/** The special kinds; `kind` is a symbol key so that no user's object can look like one. */
export const kind: unique symbol = Symbol("kind");
export interface Secret {
  readonly [kind]: "secret";
  readonly value: Wire;
}
export interface Output {
  readonly [kind]: "output";
  /** Absent: not known yet. */
  readonly value?: Wire;
  readonly secret: boolean;
  readonly dependencies: readonly string[];
}
export interface Reference {
  readonly [kind]: "reference";
  readonly urn: string;
  /** Absent for components; unknown while the resource is being created. */
  readonly id?: string | Unknown;
  readonly packageVersion?: string;
}
/** Assets and archives pass through: no property of ours takes one. */
export interface Asset {
  readonly [kind]: "asset" | "archive";
  readonly members: WireMap;
}
/** A string that is not UTF-8. */
export interface Bytes {
  readonly [kind]: "bytes";
  readonly base64: string;
}
export type Special = Secret | Output | Reference | Asset | Bytes;

export function secret(value: Wire): Secret {
  return { [kind]: "secret", value };
}

export function isSpecial(value: Wire | undefined): value is Special {
  return typeof value === "object" && value !== null && kind in value;
}

/** The members of a Struct; an absent Struct is an empty map. Throws InvalidInput for a signature that is unknown. */
export function decode(struct: structs.Struct | undefined): WireMap {
  return decodeMembers(struct, 0);
}

/** Nesting that no program of a person reaches; deeper values would overflow the stack. */
const deepest = 500;

function decodeMembers(struct: structs.Struct | undefined, depth: number): WireMap {
  if (depth > deepest)
    throw new ProviderError("InvalidInput", `decoding a value: it is nested more than ${deepest} levels deep`);
  const members: Record<string, Wire> = Object.create(null);
  if (struct) {
    forEachMember(struct, (value, key) => {
      members[key] = decodeValue(value, depth);
    });
  }
  return members;
}

function decodeValue(value: structs.Value, depth: number): Wire {
  switch (value.getKindCase()) {
    case structs.Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case structs.Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case structs.Value.KindCase.STRING_VALUE: {
      const text = value.getStringValue();
      return isUnknownText(text) ? unknown : text;
    }
    case structs.Value.KindCase.LIST_VALUE: {
      if (depth > deepest)
        throw new ProviderError("InvalidInput", `decoding a value: it is nested more than ${deepest} levels deep`);
      return (value.getListValue()?.getValuesList() ?? []).map((item) => decodeValue(item, depth + 1));
    }
    case structs.Value.KindCase.STRUCT_VALUE:
      return special(decodeMembers(value.getStructValue(), depth + 1));
    default:
      return null;
  }
}

function special(members: WireMap): Wire {
  const signature = members[signatureKey];
  if (signature === undefined) return members;
  switch (signature) {
    case signatures.secret:
      return secret(members["value"] ?? null);
    case signatures.output:
      return {
        [kind]: "output",
        ...("value" in members && members["value"] !== undefined ? { value: members["value"] } : {}),
        secret: members["secret"] === true,
        dependencies: strings(members["dependencies"]),
      };
    case signatures.reference: {
      const id = members["id"];
      return {
        [kind]: "reference",
        urn: text(members["urn"]),
        ...(id === undefined ? {} : { id: id === "" || id === unknown ? unknown : text(id) }),
        ...(typeof members["packageVersion"] === "string" ? { packageVersion: members["packageVersion"] } : {}),
      };
    }
    case signatures.bytes:
      return { [kind]: "bytes", base64: text(members["value"]) };
    case signatures.asset:
    case signatures.archive: {
      const { [signatureKey]: _, ...rest } = members;
      return {
        [kind]: signature === signatures.asset ? "asset" : "archive",
        members: { __proto__: null, ...rest } as WireMap,
      };
    }
    default:
      throw new ProviderError(
        "InvalidInput",
        `decoding a value: the engine sent one of an unknown kind (${String(signature).slice(0, 40)}); a newer pulumi-ecr may know it`,
      );
  }
}

function strings(value: Wire | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function text(value: Wire | undefined): string {
  return typeof value === "string" ? value : "";
}

export function encode(members: WireMap): structs.Struct {
  const struct = new structs.Struct();
  for (const [key, value] of Object.entries(members))
    if (value !== undefined) setMember(struct, key, encodeValue(value));
  return struct;
}

function encodeValue(value: Wire): structs.Value {
  const encoded = new structs.Value();
  if (value === null) encoded.setNullValue(structs.NullValue.NULL_VALUE);
  else if (typeof value === "boolean") encoded.setBoolValue(value);
  else if (typeof value === "number") encoded.setNumberValue(value);
  else if (typeof value === "string") encoded.setStringValue(value);
  else if (typeof value === "symbol") encoded.setStringValue(unknownText);
  else if (isSpecial(value)) encoded.setStructValue(encode(signed(value)));
  else if (Array.isArray(value)) {
    const list = new structs.ListValue();
    list.setValuesList(value.map(encodeValue));
    encoded.setListValue(list);
  } else encoded.setStructValue(encode(value as WireMap));
  return encoded;
}

function signed(value: Special): WireMap {
  switch (value[kind]) {
    case "secret":
      return { [signatureKey]: signatures.secret, value: value.value };
    case "output":
      return {
        [signatureKey]: signatures.output,
        ...(value.value === undefined ? {} : { value: value.value }),
        secret: value.secret,
        dependencies: value.dependencies,
      };
    case "reference":
      return {
        [signatureKey]: signatures.reference,
        urn: value.urn,
        ...(value.id === undefined ? {} : { id: value.id }),
        ...(value.packageVersion === undefined ? {} : { packageVersion: value.packageVersion }),
      };
    case "bytes":
      return { [signatureKey]: signatures.bytes, value: value.base64 };
    default:
      return { __proto__: null, ...value.members, [signatureKey]: signatures[value[kind]] } as unknown as WireMap;
  }
}
