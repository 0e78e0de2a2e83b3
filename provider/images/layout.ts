/**
 * OCI image layouts, as a folder or as a tar archive of one (`docker buildx build --output type=oci`, `docker save`,
 * `skopeo copy … oci:`). Only three kinds of paths are ever opened: `oci-layout`, `index.json` and `blobs/sha256/…`.
 */

import { constants, type Stats } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { isMap } from "../text/value.ts";
import { type Descriptor, descriptorOf, largestManifest, parseManifest, parseObject, refuse } from "./manifest.ts";
import { manifestsOf, type Source } from "./source.ts";
import { indexTar, readExactly } from "./tar.ts";

const chunk = 1024 * 1024;

/** An open file of the layout, or a stretch of the archive. */
interface Extent {
  readonly file: FileHandle;
  readonly offset: number;
  readonly size: number;
}

interface Files {
  /** Undefined when there is no such file. */
  open(name: string): Promise<Extent | undefined>;
  release(extent: Extent): Promise<void>;
  close(): Promise<void>;
}

/** Which image of a layout. */
export interface Choice {
  /** `org.opencontainers.image.ref.name` of the entry. */
  readonly ref?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * Opens a layout, chooses one of its images and makes sure that everything it names is there, with the size it should
 * have; digests of blobs are checked when they are read. Throws InvalidInput.
 */
export async function openLayout(path: string, choice: Choice): Promise<Source> {
  const place = `the OCI layout ${printable(path)}`;
  const files = await openFiles(path, place);
  try {
    await checkVersion(files, place);
    const manifest = async (descriptor: Descriptor) =>
      parseManifest(
        await contents(files, blobName(descriptor.digest), place),
        `${blobName(descriptor.digest)} of ${place}`,
        descriptor.digest,
        descriptor.mediaType || undefined,
      );
    const source: Source = {
      root: await manifest(choose(await contents(files, "index.json", place), choice, place)),
      manifest,
      read: (blob, start) => readBlob(files, blob, start, place),
      close: () => files.close(),
    };
    for (const { blobs } of await manifestsOf(source)) for (const blob of blobs) await checkBlob(files, blob, place);
    return source;
  } catch (error) {
    await files.close();
    throw error;
  }
}

async function openFiles(path: string, place: string): Promise<Files> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    const why = found.code === "ENOENT" ? "nothing is there" : found.message;
    throw new ProviderError(
      "InvalidInput",
      `reading ${place}: ${why}; build the image before this run, or take the path from the resource that builds it`,
      { path: ["source", "layout"], cause: found },
    );
  }
  return found.isDirectory() ? folderFiles(path, place) : tarFiles(path, place, found);
}

async function folderFiles(path: string, place: string): Promise<Files> {
  const root = await realpath(path);
  return {
    async open(name) {
      const real = await realpath(join(root, name)).catch(() => undefined);
      if (real === undefined) return undefined;
      const inside = relative(root, real);
      if (inside.startsWith("..") || isAbsolute(inside))
        refuse(place, `has a link at ${name} that leads out of the folder; put the file itself there`);
      const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
      const status = await file.stat();
      if (status.isFile()) return { file, offset: 0, size: status.size };
      await file.close();
      refuse(place, `has something at ${name} that is no file`);
    },
    release: ({ file }) => file.close(),
    close: async () => {},
  };
}

async function tarFiles(path: string, place: string, status: Stats): Promise<Files> {
  if (!status.isFile()) refuse(place, "is neither a folder nor a file");
  const file = await open(path, "r");
  try {
    const entries = await indexTar(file, place);
    return {
      async open(name) {
        const entry = entries.get(name);
        if (entry && !entry.isFile) refuse(place, `has something at ${name} that is no file; links are not followed`);
        return entry && { file, offset: entry.offset, size: entry.size };
      },
      release: async () => {},
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function withFile<T>(files: Files, name: string, place: string, use: (extent: Extent) => Promise<T>): Promise<T> {
  const extent = await files.open(name);
  if (!extent) refuse(place, `has no ${name}; export the image as an OCI layout again`);
  try {
    return await use(extent);
  } finally {
    await files.release(extent);
  }
}

async function contents(files: Files, name: string, place: string): Promise<Buffer> {
  return withFile(files, name, place, async ({ file, offset, size }) => {
    if (size > largestManifest) refuse(place, `has ${name} with ${size} bytes; at most ${largestManifest} are read`);
    return readExactly(file, offset, size, place);
  });
}

async function checkVersion(files: Files, place: string): Promise<void> {
  const { imageLayoutVersion } = parseObject(await contents(files, "oci-layout", place), `oci-layout of ${place}`);
  if (typeof imageLayoutVersion !== "string" || !imageLayoutVersion.startsWith("1."))
    refuse(place, "is of another version than 1; export the image again");
}

/** The entry of `index.json` with the digest or ref that is asked for, or the only one. */
function choose(bytes: Buffer, { ref, digest }: Choice, place: string): Descriptor {
  const { manifests } = parseObject(bytes, `index.json of ${place}`);
  if (!Array.isArray(manifests)) refuse(place, "has an index.json without a list of manifests");
  const images = manifests.map((entry: unknown, index) => ({
    ...descriptorOf(entry, `index.json of ${place}, manifests[${index}],`),
    ref: refOf(entry),
  }));
  const fitting = images.filter(
    (image) => (digest === undefined || image.digest === digest) && (ref === undefined || image.ref === ref),
  );
  const [first] = fitting;
  if (first && fitting.every((image) => image.digest === first.digest)) return first;
  const names = images.map((image) => printable(image.ref ?? image.digest, 100)).slice(0, 10);
  const wanted = [ref === undefined ? [] : `ref "${printable(ref)}"`, digest ?? []].flat().join(" and ");
  if (images.length === 0) refuse(place, "holds no image");
  refuse(
    place,
    fitting.length === 0
      ? `has no image with ${wanted}; it has ${names.join(", ")}`
      : `holds ${images.length} images, ${names.join(", ")}; choose one with \`ref\``,
  );
}

function refOf(entry: unknown): string | undefined {
  const annotations = isMap(entry) ? entry["annotations"] : undefined;
  const name = isMap(annotations) ? annotations["org.opencontainers.image.ref.name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

async function checkBlob(files: Files, { digest, size }: Descriptor, place: string): Promise<void> {
  await withFile(files, blobName(digest), place, async (extent) => {
    if (extent.size !== size)
      refuse(place, `has ${extent.size} bytes at ${blobName(digest)} where the manifest says ${size}; build it again`);
  });
}

async function* readBlob(
  files: Files,
  { digest, size }: Descriptor,
  start: number,
  place: string,
): AsyncGenerator<Uint8Array> {
  const extent = await files.open(blobName(digest));
  if (!extent) refuse(place, `has lost ${blobName(digest)}`);
  try {
    for (let at = start; at < size; ) {
      const bytes = await readExactly(extent.file, extent.offset + at, Math.min(chunk, size - at), place);
      yield bytes;
      at += bytes.length;
    }
  } finally {
    await files.release(extent);
  }
}
