/** ProviderError → gRPC status, and "exists but is incomplete" → the error detail that the engine stores state from. */

import { Metadata, status } from "@grpc/grpc-js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anys from "google-protobuf/google/protobuf/any_pb.js";
import { type ErrorCode, ProviderError } from "../text/errors.ts";
import { obeyedByNothing } from "../text/printable.ts";
import { encode, type WireMap } from "./codec.ts";
import type { CallSecrets } from "./secrets.ts";

/** `UNKNOWN`, `INTERNAL` and `DATA_LOSS` make the engine doubt the resource's state, so only our bugs get one of them. */
const codes: Readonly<Record<ErrorCode, status>> = {
  InvalidInput: status.INVALID_ARGUMENT,
  NotFound: status.NOT_FOUND,
  AlreadyExists: status.ALREADY_EXISTS,
  Conflict: status.FAILED_PRECONDITION,
  AccessDenied: status.PERMISSION_DENIED,
  Unauthenticated: status.UNAUTHENTICATED,
  Throttled: status.RESOURCE_EXHAUSTED,
  Unavailable: status.UNAVAILABLE,
  Cancelled: status.CANCELLED,
  TimedOut: status.DEADLINE_EXCEEDED,
  Partial: status.FAILED_PRECONDITION,
  Internal: status.INTERNAL,
};

export interface Status {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

export function toStatus(error: unknown, secrets: Pick<CallSecrets, "text">): Status {
  const failure = error instanceof ProviderError ? error : ProviderError.from(error);
  return { code: codes[failure.code], details: obeyedByNothing(secrets.text(failure.message)) };
}

/**
 * The resource exists and failed afterwards. The engine records `properties`, fails the step with the reasons (it shows
 * nothing else), and asks for an update next time.
 */
export function incomplete(id: string, properties: WireMap, inputs: WireMap, reasons: readonly string[]): Status {
  const detail = new providerProto.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(encode(properties));
  detail.setInputs(encode(inputs));
  const shown = reasons.map((reason) => obeyedByNothing(reason));
  detail.setReasonsList(shown);
  const any = new anys.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = shown.join("; ");
  const rpc = new statusProto.Status();
  rpc.setCode(status.UNKNOWN);
  rpc.setMessage(message);
  rpc.setDetailsList([any]);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(rpc.serializeBinary()));
  return { code: status.UNKNOWN, details: message, metadata };
}
