/** What AWS has now, as the side before a change; the only part of a review that needs credentials. */

import { type Declared, resourceId } from "../../../../declared/declared.ts";
import type { Gateway } from "../../../../gateway/gateway.ts";
import { readAllImages, readListedImages } from "../../../../gateway/images.ts";
import { type LifecycleImage, manifestListTypes } from "../../../../lifecycle/images.ts";
import type { Change } from "../../../../review/rule/subject.ts";
import { hasFault, ProviderError } from "../../../../text/errors.ts";
import { printable } from "../../../../text/printable.ts";
import { valueMap } from "../../../../text/value.ts";
import { type ConnectionOptions, gatewayFor } from "../../../shared/connection.ts";
import type { Gathered } from "./gathered.ts";

const absent = [
  "RepositoryNotFoundException",
  "RepositoryPolicyNotFoundException",
  "LifecyclePolicyNotFoundException",
  "RegistryPolicyNotFoundException",
];

type Reader = (gateway: Gateway, repositoryName: string) => Promise<Readonly<Record<string, string | undefined>>>;

const readers: Readonly<Record<string, Reader>> = {
  async RepositoryPolicy(gateway, repositoryName) {
    const { policyText } = await gateway.call("GetRepositoryPolicy", { repositoryName });
    return { policyText };
  },
  async LifecyclePolicy(gateway, repositoryName) {
    const { lifecyclePolicyText } = await gateway.call("GetLifecyclePolicy", { repositoryName });
    return { lifecyclePolicyText };
  },
  async RegistryPolicy(gateway) {
    const { policyText } = await gateway.call("GetRegistryPolicy", {});
    return { policyText };
  },
};

/** The same changes, with what is live as the documents before. Throws ProviderError for what cannot be read. */
export async function withLive(gathered: Gathered, options: ConnectionOptions): Promise<Gathered> {
  const gateway = gatewayFor(options);
  const changes: Change[] = [];
  for (const change of gathered.changes) changes.push(await liveChange(change, gateway));
  const recorded = new Set(gathered.changes.map(({ before }) => before));
  const same = gathered.before.filter((declared) => !recorded.has(declared));
  return { ...gathered, changes, before: [...same, ...changes.flatMap((change) => change.before ?? [])] };
}

async function liveChange(change: Change, gateway: Gateway): Promise<Change> {
  const declared = change.after ?? change.before;
  const read = declared && Object.hasOwn(readers, declared.kind) ? readers[declared.kind] : undefined;
  if (!declared || !read || declared.name === undefined) return change;
  const { before: _, ...rest } = change;
  try {
    const documents = Object.entries(await read(gateway, declared.name));
    const { locate: __, ...same } = change.before ?? declared;
    const known = documents.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
    const before: Declared = {
      ...same,
      properties: { ...(change.before ?? declared).properties, ...valueMap(known) },
    };
    return { ...rest, before };
  } catch (error) {
    if (hasFault(error, absent)) return rest;
    throw unreadable(error, declared);
  }
}

function unreadable(error: unknown, declared: Declared): unknown {
  if (!(error instanceof ProviderError)) return error;
  const remedy = error.code === "AccessDenied" ? "; allow that, or review without --live" : "";
  const what = printable(resourceId(declared), 300);
  return new ProviderError(error.code, `reading what is live of ${what}: ${error.message}${remedy}`, { cause: error });
}

/** All images of the repositories that are there. */
export async function liveImages(
  repositories: readonly string[],
  options: ConnectionOptions,
): Promise<ReadonlyMap<string, readonly LifecycleImage[]>> {
  const gateway = gatewayFor(options);
  const found = new Map<string, readonly LifecycleImage[]>();
  for (const name of new Set(repositories)) {
    try {
      const images = await readAllImages(gateway, name);
      const listed = await readListedImages(gateway, name, images, manifestListTypes);
      found.set(
        name,
        images.map((image) => {
          const children = listed.get(image.imageDigest ?? "");
          return children ? { ...image, children } : image;
        }),
      );
    } catch (error) {
      if (!hasFault(error, absent)) throw error;
    }
  }
  return found;
}
