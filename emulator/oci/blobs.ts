/** Blobs as OCI clients push and pull them: in one piece, in chunks, or mounted from another repository. */

import { type Context, repositoryOf } from "../call/context.ts";
import { repositoryForPush } from "../effects/index.ts";
import { uploadNotFound, uploadOwner } from "../repositories/uploads.ts";
import { isDigest, type Upload } from "../state/blobs.ts";
import type { Repository } from "../state/store.ts";
import { AwsError } from "../wire/protocol.ts";
import type { Reply } from "./reply.ts";

/** The file of a blob. Layers that no image has yet are found as well: clients look before they push. */
export function findBlob(context: Context, name: string, digest: string): { path: string; size: number } {
  const repository = repositoryOf(context, { repositoryName: name });
  const blob = repository.layers[digest] === undefined ? undefined : context.store.blobs.find(digest);
  if (!blob) throw new AwsError("LayerNotFound", `The layer with digest '${digest}' does not exist`);
  return blob;
}

/** Begins an upload; or mounts the blob where the registry's settings allow that and the other repository has it. */
export function beginUpload(context: Context, name: string, query: URLSearchParams): Reply | Upload {
  const repository = repositoryForPush(context, name);
  const [mount, from] = [query.get("mount") ?? "", query.get("from") ?? ""];
  const other = context.registry.repositories[from];
  const size = other?.layers[mount];
  if (size !== undefined && context.registry.accountSettings?.["BLOB_MOUNTING"] === "ENABLED") {
    repository.layers[mount] = size;
    context.store.changed();
    return stored(name, mount);
  }
  return context.store.blobs.begin(uploadOwner(context, repository));
}

export function uploadUnderWay(context: Context, name: string, id: string): Upload {
  const repository = repositoryOf(context, { repositoryName: name });
  const upload = context.store.blobs.upload(id, uploadOwner(context, repository));
  if (!upload) throw uploadNotFound(context, repository, id);
  return upload;
}

/** What follows `from`, of `bytes from-to` or `from-to`, must be what comes next. */
export function checkContinues(upload: Upload, contentRange: string | undefined): void {
  if (contentRange === undefined) return;
  const [from = ""] = contentRange.replace(/^bytes[ =]/, "").split("-");
  if (Number(from) !== upload.size)
    throw new AwsError("InvalidLayerPartException", `The upload has ${upload.size} bytes, the chunk starts at ${from}`);
}

/** How far an upload is. */
export function progress(name: string, upload: Upload, status: number): Reply {
  return {
    status,
    headers: {
      Location: `/v2/${name}/blobs/uploads/${upload.id}`,
      "Docker-Upload-UUID": upload.id,
      Range: `0-${Math.max(0, upload.size - 1)}`,
    },
  };
}

/** Makes an upload the blob that it must be. */
export function finishUpload(context: Context, name: string, upload: Upload, digest: string): Reply {
  const repository: Repository = repositoryOf(context, { repositoryName: name });
  const { blobs } = context.store;
  if (!isDigest(digest) || blobs.digestOf(upload) !== digest) {
    blobs.discard(upload);
    throw new AwsError("InvalidLayerException", `The digest of the upload is not '${digest}'`);
  }
  repository.layers[blobs.finish(upload)] = upload.size;
  context.store.changed();
  return stored(name, digest);
}

function stored(name: string, digest: string): Reply {
  return { status: 201, headers: { Location: `/v2/${name}/blobs/${digest}`, "Docker-Content-Digest": digest } };
}
