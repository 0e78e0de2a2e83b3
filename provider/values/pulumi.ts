/**
 * How Pulumi marks values that are more than JSON (pulumi/pulumi, sdk/go/common/resource/sig and plugin/rpc.go): in the protocol,
 * in states and in previews alike.
 *
 * Lives here: the marks themselves, each once.
 * May not live here: what a reader makes of them (`../rpc/codec.ts`, `../declared/pulumi/`).
 */

/** The member by which an object says that it is one of `signatures`. */
export const signatureKey = "4dabf18193072939515e22adb298388d";

export const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  reference: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  bytes: "803fd3297a5875dc03ca845dda5d2a98",
} as const;

/** A string that is not known yet; what an unknown value is written as. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const unknownTexts: ReadonlySet<string> = new Set([
  unknownText,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether a text stands for a value of any type that is not known yet. */
export function isUnknownText(text: string): boolean {
  return unknownTexts.has(text);
}

/** Stands for a secret wherever its value would be shown: by Pulumi in previews and by this package in reports. */
export const secretText = "[secret]";
