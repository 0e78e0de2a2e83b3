/**
 * google.protobuf.Struct ↔ Wire values. The engine's special values are objects with a signature key or magic strings
 * (`sdk/go/common/resource/plugin/rpc.go` in pulumi/pulumi); here each has a type of its own. Never
 * `Struct.toJavaScript` or `fromJavaScript`: they lose `__proto__` keys and throw on undefined.
 */

import { ProviderError } from "../text/errors.ts";
import { type Unknown, unknown } from "../text/value.ts";
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

export const signatureKey = "4dabf18193072939515e22adb298388d";
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  reference: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  bytes: "803fd3297a5875dc03ca845dda5d2a98",
} as const;
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknowns: ReadonlySet<string> = new Set([
  unknownString,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

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
      return unknowns.has(text) ? unknown : text;
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
  else if (typeof value === "symbol") encoded.setStringValue(unknownString);
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
