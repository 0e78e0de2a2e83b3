/** Checks and differences as the engine wants them. */

import proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { Change, Difference } from "../operations/diff.ts";
import type { CheckFailure } from "../operations/problems.ts";
import { formatPath, type Path, parsePath } from "../text/path.ts";
import { obeyedByNothing } from "../text/printable.ts";
import { encode, type WireMap } from "./codec.ts";
import type { CallSecrets, Revealed } from "./secrets.ts";

/** The engine prints the value of a property that a failure names, so where something in it is secret the reason names it instead. */
export function failure({ property, reason }: CheckFailure, secrets: CallSecrets): proto.CheckFailure {
  const message = new proto.CheckFailure();
  const path = parsePath(property);
  const isSecret = secrets.has(path[0]);
  if (!isSecret) message.setProperty(obeyedByNothing(property));
  message.setReason(
    obeyedByNothing(`${isSecret ? `${formatPath(secrets.place(path))}: ` : ""}${secrets.text(reason)}`),
  );
  return message;
}

export function checkResponse(
  inputs: WireMap,
  failures: readonly CheckFailure[],
  secrets: CallSecrets,
): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(encode(inputs));
  response.setFailuresList(failures.map((one) => failure(one, secrets)));
  return response;
}

const kinds = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** `diffs`, `replaces` and the detailed diff are three views of the same changes. What changes inside a secret is not named. */
export function diffResponse(
  { changes: all, deleteBeforeReplace, stables }: Difference,
  secrets: CallSecrets,
  news: Revealed,
): proto.DiffResponse {
  const changes = placed(all, (path) => secrets.place(path, news));
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

/** Changes at their places; several within one secret are one. */
function placed(changes: readonly Change[], place: (path: Path) => Path): readonly Change[] {
  const places = new Map<string, Change>();
  for (const change of changes) {
    const path = place(change.path);
    const key = formatPath(path);
    const known = places.get(key);
    const kind = path.length === change.path.length ? change.kind : "update";
    places.set(key, { ...change, path, kind, replaces: change.replaces || known?.replaces === true });
  }
  return [...places.values()];
}
