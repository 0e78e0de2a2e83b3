import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decode, encode, isSpecial, kind, secret, type Wire, type WireMap } from "../../provider/rpc/codec.ts";
import { configurationOf } from "../../provider/rpc/configuration.ts";
import { conceal, reveal } from "../../provider/rpc/secrets.ts";
import { structs } from "../../provider/rpc/struct.ts";
import { unknown } from "../../provider/text/value.ts";
import { signatureKey } from "../../provider/values/pulumi.ts";
import { runs } from "../harness/runs.ts";

const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString", "a.b", ""));
const map = (value: fc.Arbitrary<Wire>): fc.Arbitrary<WireMap> =>
  fc
    .array(
      fc.tuple(
        key.filter((name) => name !== signatureKey),
        value,
      ),
      { maxLength: 5 },
    )
    .map((entries) => {
      const members: Record<string, Wire> = Object.create(null);
      for (const [name, member] of entries) members[name] = member;
      return members;
    });
const wire = fc.letrec<{ value: Wire }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.double({ noNaN: true }), fc.string(), fc.constant<Wire>(unknown)),
    fc.array(tie("value"), { maxLength: 4 }),
    map(tie("value")),
    tie("value").map((value) => secret(value)),
    fc
      .record({
        value: fc.option(tie("value"), { nil: undefined }),
        secret: fc.boolean(),
        dependencies: fc.array(fc.string(), { maxLength: 2 }),
      })
      .map(({ value, ...rest }): Wire => ({ [kind]: "output", ...(value === undefined ? {} : { value }), ...rest })),
    fc
      .record({
        urn: fc.string(),
        id: fc.option(
          fc.oneof(
            fc.string({ minLength: 1 }).filter((text) => text !== ""),
            fc.constant(unknown),
          ),
          { nil: undefined },
        ),
      })
      .map(({ urn, id }): Wire => ({ [kind]: "reference", urn, ...(id === undefined ? {} : { id }) })),
    fc.base64String().map((base64): Wire => ({ [kind]: "bytes", base64 })),
    map(tie("value")).map((members): Wire => ({ [kind]: "asset", members })),
  ),
})).value;

/** The bytes that really travel. */
function overTheWire(members: WireMap): WireMap {
  return decode(structs.Struct.deserializeBinary(encode(members).serializeBinary()));
}

test("every kind of value survives the wire, at any depth, with keys such as __proto__", () => {
  fc.assert(
    fc.property(map(wire), (members) => {
      assert.deepEqual(overTheWire(members), members);
    }),
    runs,
  );
});

test("null stays apart from absent, and undefined members are not sent", () => {
  assert.deepEqual(Object.keys(overTheWire({ a: null, b: undefined as never })), ["a"]);
});

test("all seven kinds of unknown are recognized", () => {
  for (const text of [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  ]) {
    assert.equal(overTheWire({ a: text })["a"], unknown);
  }
});

test("a kind of value that is not known is refused, and so is nesting without end", () => {
  assert.throws(() => overTheWire({ a: { [signatureKey]: "something else" } }), /unknown kind/);
  let deep: Wire = 1;
  for (let level = 0; level < 600; level++) deep = { a: deep };
  assert.throws(() => decode(encode({ deep })), /nested more than/);
});

/** Every plain value that stands under a secret. */
function secretTexts(value: Wire, inside = false): string[] {
  if (isSpecial(value)) {
    if (value[kind] === "secret") return secretTexts(value.value, true);
    return [];
  }
  if (Array.isArray(value)) return value.flatMap((item: Wire) => secretTexts(item, inside));
  if (typeof value === "object" && value !== null)
    return Object.values(value as WireMap).flatMap((item) => secretTexts(item, inside));
  return inside ? [JSON.stringify(typeof value === "symbol" ? "unknown" : value)] : [];
}

test("revealing and concealing gives back what was secret, where it was", () => {
  const simple = fc.letrec<{ value: Wire }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.boolean(), fc.string(), fc.constant<Wire>(unknown)),
      fc.array(tie("value"), { maxLength: 3 }),
      map(tie("value")),
      fc.string().map((text) => secret(text)),
    ),
  })).value;
  fc.assert(
    fc.property(map(simple), (members) => {
      const revealed = reveal(members);
      const concealed = conceal(revealed.values, revealed);
      const before = secretTexts(members).sort();
      const after = secretTexts(concealed).sort();
      for (const text of before) assert.ok(after.includes(text), `${text} must be secret again`);
      assert.deepEqual(reveal(concealed).values, revealed.values);
    }),
    runs,
  );
});

test("a property that changed around a secret is secret as a whole", () => {
  const source = reveal({ tags: { a: secret("hidden"), b: "1" } });
  const concealed = conceal(reveal({ tags: { moved: "hidden" } }).values, source);
  assert.deepEqual(concealed["tags"], secret(reveal({ x: { moved: "hidden" } }).values["x"] as Wire));
});

test("a reference is reduced to the id, to the URN without one, and to unknown before there is one", () => {
  const { values } = reveal({
    known: { [kind]: "reference", urn: "urn:a", id: "id" },
    component: { [kind]: "reference", urn: "urn:a" },
    pending: { [kind]: "reference", urn: "urn:a", id: unknown },
  });
  assert.deepEqual({ ...values }, { known: "id", component: "urn:a", pending: unknown });
});

test("provider configuration may be JSON text with a wrapped secret in it", () => {
  const text = JSON.stringify({ a: { [signatureKey]: "1b47061264138c4ac30d75fd1eb44270", value: "x" } });
  assert.deepEqual(JSON.parse(JSON.stringify(configurationOf({ defaultTags: text }).values)), {
    defaultTags: { a: "x" },
  });
});
