/** Makes OCI layouts for tests: small or large, right or wrong. */

import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const digestOf = (bytes: Uint8Array | string) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

export interface Written {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";

/** A folder that becomes a layout piece by piece. */
export class LayoutFolder {
  readonly path: string;
  readonly entries: object[] = [];

  constructor(path: string) {
    this.path = path;
    mkdirSync(join(path, "blobs/sha256"), { recursive: true });
    writeFileSync(join(path, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    this.#index();
  }

  blob(bytes: Uint8Array | string, mediaType = "application/vnd.oci.image.layer.v1.tar+gzip"): Written {
    const digest = digestOf(bytes);
    writeFileSync(this.file(digest), bytes);
    return { mediaType, digest, size: Buffer.byteLength(bytes) };
  }

  file(digest: string): string {
    return join(this.path, "blobs/sha256", digest.slice("sha256:".length));
  }

  /** The manifest of an image with these layers; `more` goes into the manifest. */
  manifest(layers: readonly (Uint8Array | string)[], more: object = {}): Written {
    const config = this.blob(JSON.stringify({ architecture: "amd64", os: "linux", layers: layers.length }), configType);
    return this.json({
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: layers.map((layer) => this.blob(layer)),
      ...more,
    });
  }

  index(manifests: readonly object[]): Written {
    return this.json({ schemaVersion: 2, mediaType: indexType, manifests });
  }

  json(content: { mediaType: string; [member: string]: unknown }): Written {
    return this.blob(JSON.stringify(content), content.mediaType);
  }

  /** Lists an image in `index.json`. */
  add(image: object, ref?: string): this {
    this.entries.push({ ...image, ...(ref ? { annotations: { "org.opencontainers.image.ref.name": ref } } : {}) });
    this.#index();
    return this;
  }

  #index(): void {
    writeFileSync(join(this.path, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: this.entries }));
  }
}

const configType = "application/vnd.oci.image.config.v1+json";

/** A layout with one image of layers with this content. */
export function simpleLayout(
  path: string,
  ...layers: (Uint8Array | string)[]
): { digest: string; layout: LayoutFolder } {
  const layout = new LayoutFolder(path);
  const image = layout.manifest(layers);
  layout.add(image);
  return { digest: image.digest, layout };
}

/** Files by path: text, or an OCI layout with one image of layers with these texts. */
export type Layouts = Readonly<Record<string, string | { layers: string[] }>>;

export function writeFiles(folder: string, files: Layouts): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    rmSync(path, { recursive: true, force: true });
    if (typeof content === "string") writeFileSync(path, content);
    else simpleLayout(path, ...content.layers);
  }
}

/** Bytes that no compression and no cache makes less of. */
export function noise(size: number): Buffer {
  return randomBytes(size);
}
