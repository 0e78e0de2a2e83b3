/** Encryption at rest: its schema, and when two descriptions are of the same key. */

import { enumeration, object, string, type TypeOf } from "../define/property.ts";
import type { Objection } from "../define/resource.ts";

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

export function encryptionProblems(inputs: { encryptionConfiguration?: Encryption | undefined }): Objection[] {
  const { encryptionConfiguration } = inputs;
  return encryptionConfiguration?.encryptionType === "AES256" && encryptionConfiguration.kmsKey !== undefined
    ? [
        {
          path: ["encryptionConfiguration", "kmsKey"],
          message: "goes only with encryptionType KMS or KMS_DSSE",
          source: "ECR API reference: EncryptionConfiguration",
        },
      ]
    : [];
}

/** AWS's answer in the words of the row. */
export function encryptionOf(
  live: { encryptionType?: string | undefined; kmsKey?: string | undefined } | undefined,
): Encryption {
  return { encryptionType: live?.encryptionType ?? "AES256", ...(live?.kmsKey ? { kmsKey: live.kmsKey } : {}) };
}

/** The alias of the key that AWS takes where none is named. */
const defaultKey = "alias/aws/ecr";

/**
 * Whether two declarations are of the same key. No encryption is AES256, no key is AWS's own for ECR. `kmsKeyArn` of the record is
 * the key that the left one has led to. An alias and a key may be the same, which only KMS could say; of the left one, the record does.
 */
export function encryptionEquivalent(
  left: Encryption | undefined,
  right: Encryption | undefined,
  { kmsKeyArn }: { readonly kmsKeyArn?: unknown } = {},
): boolean | "unprovable" {
  const [a, b] = [left ?? { encryptionType: "AES256" }, right ?? { encryptionType: "AES256" }];
  if (a.encryptionType !== b.encryptionType) return false;
  if (a.encryptionType === "AES256") return true;
  const [one, other] = [a.kmsKey ?? defaultKey, b.kmsKey ?? defaultKey];
  // A key of a preview may not be known yet.
  if (typeof one !== "string" || typeof other !== "string") return false;
  const same = sameKey(one, other);
  return same === "unprovable" && typeof kmsKeyArn === "string" && !isAlias(other) ? sameKey(kmsKeyArn, other) : same;
}

/** AWS answers the ARN of a key, whatever was sent: a key left out is its choice, which the record knows once it was seen. */
export function encryptionFulfills(
  live: Encryption,
  declared: Encryption,
  { kmsKeyArn }: { readonly kmsKeyArn?: unknown },
): boolean | "unprovable" {
  if (live.encryptionType !== declared.encryptionType) return false;
  if (live.kmsKey === undefined || live.encryptionType === "AES256") return true;
  const { kmsKey } = declared;
  if (kmsKey !== undefined && (typeof kmsKey !== "string" || !isAlias(kmsKey))) return sameKey(live.kmsKey, kmsKey);
  return typeof kmsKeyArn === "string" ? sameKey(live.kmsKey, kmsKeyArn) : "unprovable";
}

function isAlias(key: string): boolean {
  return keyName(key).startsWith("alias/");
}

function sameKey(one: string, other: string): boolean | "unprovable" {
  const [a, b] = [keyName(one), keyName(other)];
  if (one === other || (a === b && !(one.startsWith("arn:") && other.startsWith("arn:")))) return true;
  // No alias of a customer leads to the key that AWS manages.
  if ((a === defaultKey && b.startsWith("alias/")) || (b === defaultKey && a.startsWith("alias/"))) return false;
  return a.startsWith("alias/") || b.startsWith("alias/") ? "unprovable" : false;
}

/** `arn:…:key/ID` → `ID`, `arn:…:alias/NAME` → `alias/NAME`. */
function keyName(key: string): string {
  const resource = key.startsWith("arn:") ? key.split(":").slice(5).join(":") : key;
  return resource.startsWith("key/") ? resource.slice("key/".length) : resource;
}
