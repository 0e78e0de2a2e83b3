/** Checks and differences as the engine wants them. */

import proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { Difference } from "../operations/diff.ts";
import type { CheckFailure } from "../operations/problems.ts";
import { formatPath } from "../text/path.ts";
import { encode, type WireMap } from "./codec.ts";

export function failure({ property, reason }: CheckFailure): proto.CheckFailure {
  const message = new proto.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}

export function checkResponse(inputs: WireMap, failures: readonly CheckFailure[]): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(encode(inputs));
  response.setFailuresList(failures.map(failure));
  return response;
}

const kinds = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** `diffs`, `replaces` and the detailed diff are three views of the same changes. */
export function diffResponse({ changes, deleteBeforeReplace, stables }: Difference): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const heads = (all: Difference["changes"]) => [...new Set(all.map(({ path }) => String(path[0])))];
  response.setChanges(
    changes.length > 0 ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(heads(changes));
  response.setReplacesList(heads(changes.filter(({ replaces }) => replaces)));
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setStablesList([...stables]);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces, inputDiff } of changes) {
    const detail = new proto.PropertyDiff();
    detail.setKind(kinds[kind][replaces ? 1 : 0]);
    detail.setInputdiff(inputDiff);
    response.getDetaileddiffMap().set(formatPath(path), detail);
  }
  return response;
}
