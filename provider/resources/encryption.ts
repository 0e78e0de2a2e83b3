/** Encryption at rest: its schema, and when two descriptions are of the same key. */

import { enumeration, object, string, type TypeOf } from "../define/property.ts";
import type { Problem } from "../define/validator.ts";

export const encryptionType = enumeration("EncryptionType", "Kind of encryption.", {
  AES256: "Keys managed by ECR; AWS's default.",
  KMS: "A key in AWS KMS.",
  KMS_DSSE: "Two layers of encryption with a key in AWS KMS.",
});

export const encryptionSchema = object("EncryptionConfiguration", "How the images are encrypted at rest.", {
  required: {
    encryptionType,
  },
  optional: {
    kmsKey: string("Key id, alias or ARN of the KMS key, in the same region; AWS's own key for ECR when left out.", {
      minLength: 1,
      maxLength: 2048,
    }),
  },
});
export type Encryption = TypeOf<typeof encryptionSchema>;

export function encryptionProblems(inputs: { encryptionConfiguration?: Encryption | undefined }): Problem[] {
  const { encryptionConfiguration } = inputs;
  return encryptionConfiguration?.encryptionType === "AES256" && encryptionConfiguration.kmsKey !== undefined
    ? [{ path: ["encryptionConfiguration", "kmsKey"], message: "goes only with encryptionType KMS or KMS_DSSE" }]
    : [];
}

/** AWS's answer in the words of the row. */
export function encryptionOf(
  live: { encryptionType?: string | undefined; kmsKey?: string | undefined } | undefined,
): Encryption {
  return { encryptionType: live?.encryptionType ?? "AES256", ...(live?.kmsKey ? { kmsKey: live.kmsKey } : {}) };
}

/** AWS answers a key ARN for whatever was sent. Absent is AES256; a KMS key left out is AWS's choice, whichever it is. */
export function encryptionEquivalent(
  left: Encryption | undefined,
  right: Encryption | undefined,
): boolean | "unprovable" {
  const [a, b] = [left ?? { encryptionType: "AES256" }, right ?? { encryptionType: "AES256" }];
  if (a.encryptionType !== b.encryptionType) return false;
  if (a.encryptionType === "AES256" || a.kmsKey === undefined || b.kmsKey === undefined) return true;
  // A key of a preview may not be known yet.
  if (typeof a.kmsKey !== "string" || typeof b.kmsKey !== "string") return false;
  const [keyA, keyB] = [keyName(a.kmsKey), keyName(b.kmsKey)];
  if (a.kmsKey === b.kmsKey || (keyA === keyB && !(a.kmsKey.startsWith("arn:") && b.kmsKey.startsWith("arn:"))))
    return true;
  return keyA.startsWith("alias/") || keyB.startsWith("alias/") ? "unprovable" : false;
}

/** `arn:…:key/ID` → `ID`, `arn:…:alias/NAME` → `alias/NAME`. */
function keyName(key: string): string {
  const resource = key.startsWith("arn:") ? key.split(":").slice(5).join(":") : key;
  return resource.startsWith("key/") ? resource.slice("key/".length) : resource;
}
