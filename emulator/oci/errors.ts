/** How errors look in the protocol of OCI registries: a code of its own beside the status. */

import { AwsError } from "../wire/protocol.ts";

/** Status and code for the errors of ECR that can come up under `/v2/`. */
const known: Readonly<Record<string, readonly [status: number, code: string]>> = {
  RepositoryNotFoundException: [404, "NAME_UNKNOWN"],
  ImageNotFoundException: [404, "MANIFEST_UNKNOWN"],
  LayerNotFound: [404, "BLOB_UNKNOWN"],
  UploadNotFoundException: [404, "BLOB_UPLOAD_UNKNOWN"],
  LayersNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  ReferencedImagesNotFoundException: [400, "MANIFEST_BLOB_UNKNOWN"],
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  ImageDigestDoesNotMatchException: [400, "DIGEST_INVALID"],
  InvalidLayerException: [400, "DIGEST_INVALID"],
  InvalidLayerPartException: [416, "BLOB_UPLOAD_INVALID"],
  InvalidParameterException: [400, "MANIFEST_INVALID"],
  LimitExceededException: [400, "TAG_INVALID"],
  AccessDeniedException: [403, "DENIED"],
  ExpiredTokenException: [403, "DENIED"],
  MissingAuthenticationTokenException: [401, "UNAUTHORIZED"],
  ThrottlingException: [429, "TOOMANYREQUESTS"],
  UnsupportedOperation: [405, "UNSUPPORTED"],
};

export interface OciError {
  status: number;
  body: string;
}

/** The answer for an error; what is not known keeps its status and says UNKNOWN. */
export function ociError(error: unknown): OciError {
  const message = error instanceof Error ? error.message : String(error);
  const fault = error instanceof AwsError ? error.fault : "";
  const [status, code] = known[fault] ?? [error instanceof AwsError ? error.status : 500, "UNKNOWN"];
  return { status, body: JSON.stringify({ errors: [{ code, message }] }) };
}
