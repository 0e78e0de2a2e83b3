/**
 * The bytes of layers, in files: each content once, named by its digest, and uploads that are under way. Nothing of them is
 * held in memory. Which repository has which layer is the store's to know.
 */

import { createHash, type Hash, randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A layer that arrives in parts. */
export interface Upload {
  readonly id: string;
  /** Whose it is: account, region and repository in one text. */
  readonly owner: string;
  /** Bytes received, and the number of parts they came in. */
  size: number;
  parts: number;
  /** Size of the smallest part before the last one. */
  smallest: number;
  /** Size of the last part. */
  last: number;
  readonly hash: Hash;
}

export interface Blobs {
  begin(owner: string): Upload;
  /** The upload under way with this id, if it is the owner's. */
  upload(id: string, owner: string): Upload | undefined;
  /** Adds bytes at the end. Throws what the file system throws; the upload is then as long as before. */
  append(upload: Upload, bytes: Uint8Array): void;
  /** The digest of what was received so far. */
  digestOf(upload: Upload): string;
  /** Ends an upload: its bytes become the blob of their digest, which is returned. */
  finish(upload: Upload): string;
  discard(upload: Upload): void;
  /** Stores bytes at once; returns their digest. */
  put(bytes: Uint8Array): string;
  /** Path of the file with a blob's bytes, and its size; undefined when there is none. */
  find(digest: string): { path: string; size: number } | undefined;
  remove(digest: string): void;
  /** Removes everything. */
  reset(): void;
  /** Removes what is temporary: everything, or only the uploads when a folder was given to keep blobs in. */
  close(): void;
}

/** Uploads that nobody went on with are dropped when so many others have begun since. */
const mostUploads = 10_000;

/** Blobs in `folder`, which outlives the process; without it in a temporary one that `close` removes. */
export function createBlobs(folder?: string): Blobs {
  let home = folder;
  const uploads = new Map<string, Upload>();

  function at(name: string): string {
    home ??= mkdtempSync(join(tmpdir(), "ecr-emulator-"));
    mkdirSync(home, { recursive: true, mode: 0o700 });
    if (lstatSync(home).isSymbolicLink())
      throw new Error(`keeping layers in ${home}: it is a link, which is not followed; delete it`);
    return join(home, name);
  }
  const blobAt = (digest: string) => at(digest.replace(":", "-"));
  const uploadAt = (id: string) => at(`upload-${id}`);

  const own: Blobs = {
    begin(owner) {
      const [oldest] = uploads.values();
      if (oldest && uploads.size >= mostUploads) own.discard(oldest);
      const upload: Upload = {
        id: randomUUID(),
        owner,
        size: 0,
        parts: 0,
        smallest: Number.POSITIVE_INFINITY,
        last: Number.POSITIVE_INFINITY,
        hash: createHash("sha256"),
      };
      uploads.set(upload.id, upload);
      return upload;
    },
    upload(id, owner) {
      const upload = uploads.get(id);
      return upload?.owner === owner ? upload : undefined;
    },
    append(upload, bytes) {
      const file = openSync(uploadAt(upload.id), "a+");
      try {
        for (let written = 0; written < bytes.length; )
          written += writeSync(file, bytes, written, bytes.length - written, upload.size + written);
      } finally {
        closeSync(file);
      }
      upload.hash.update(bytes);
      upload.size += bytes.length;
      upload.parts++;
      upload.smallest = Math.min(upload.smallest, upload.last);
      upload.last = bytes.length;
    },
    digestOf: ({ hash }) => `sha256:${hash.copy().digest("hex")}`,
    finish(upload) {
      if (upload.parts === 0) own.append(upload, new Uint8Array());
      const digest = own.digestOf(upload);
      if (own.find(digest)) own.discard(upload);
      else {
        renameSync(uploadAt(upload.id), blobAt(digest));
        uploads.delete(upload.id);
      }
      return digest;
    },
    discard({ id }) {
      uploads.delete(id);
      rmSync(uploadAt(id), { force: true });
    },
    put(bytes) {
      const upload = own.begin("");
      own.append(upload, bytes);
      return own.finish(upload);
    },
    find(digest) {
      if (!isDigest(digest)) return undefined;
      const path = blobAt(digest);
      return existsSync(path) ? { path, size: statSync(path).size } : undefined;
    },
    remove(digest) {
      if (isDigest(digest)) rmSync(blobAt(digest), { force: true });
    },
    reset() {
      uploads.clear();
      if (home === undefined || !existsSync(home)) return;
      for (const name of readdirSync(home))
        if (name.startsWith("upload-") || name.startsWith("sha256-")) rmSync(join(home, name), { force: true });
    },
    close() {
      for (const upload of uploads.values()) own.discard(upload);
      if (folder !== undefined || home === undefined) return;
      rmSync(home, { recursive: true, force: true });
      home = undefined;
    },
  };
  return own;
}

/** Whether a text is the digest of something: `sha256:` and 64 hexadecimal digits in lower case. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && /^sha256:[0-9a-f]{64}$/.test(text);
}
