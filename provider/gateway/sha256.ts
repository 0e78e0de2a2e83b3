/**
 * SHA-256 for the signer of the AWS SDK. Node takes longer to make a key of bytes than to sign with it (measured, Node 24), and
 * the SDK signs every call with the same key, so keys are made once.
 */

import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from "node:crypto";

type Secret = string | ArrayBuffer | ArrayBufferView;

/** Goes with the bytes, which the SDK keeps for as long as it signs with them. */
const keys = new WeakMap<object, KeyObject>();

/** What the SDK's option `sha256` wants: a hash, or with a secret an HMAC. */
export class Sha256 {
  readonly #secret: Secret | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: Secret) {
    this.#secret = secret;
    this.#hash = begun(secret);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = begun(this.#secret);
  }
}

function begun(secret: Secret | undefined): Hash | Hmac {
  if (secret === undefined) return createHash("sha256");
  return createHmac("sha256", typeof secret === "string" ? secret : keyOf(secret));
}

function keyOf(secret: ArrayBuffer | ArrayBufferView): KeyObject {
  const bytes = ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
  const key = keys.get(secret) ?? createSecretKey(bytes);
  keys.set(secret, key);
  return key;
}
