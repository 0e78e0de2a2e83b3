/** Images that must not go: those with protected tags, and those that something still runs. */

import { ProviderError } from "../text/errors.ts";
import { matchesGlob, starGlob } from "../text/glob.ts";
import { printable } from "../text/printable.ts";
import type { LifecycleImage } from "./images.ts";
import type { Verdict } from "./simulate.ts";

/** How an image in use is named: by digest, by tag, or by both, where the digest counts. */
export interface Reference {
  readonly text: string;
  /** Host of the registry, where the reference has one. */
  readonly registry: string | undefined;
  /** Path of the repository without the registry, where the reference has one. */
  readonly repository: string | undefined;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export interface Risk {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly action: "expire" | "transition";
  readonly rulePriority: number | null;
  /** `tag prod-1 is protected by prod-*`, `in use as …`. */
  readonly because: readonly string[];
}

export interface Guard {
  /** Patterns of tags; `*` stands for any characters. */
  readonly protect?: readonly string[];
  readonly inUse?: readonly Reference[];
  /** Where the images are, as far as it is known; references to other registries and repositories are passed over. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly repository?: string | undefined;
}

/**
 * `sha256:…`, a tag, or an image as containers name it: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`. Throws InvalidInput for
 * what can be none of them.
 */
export function parseReference(text: string, place = "the images in use"): Reference {
  const [name = "", digest, ...more] = text.split("@");
  const bare = digest === undefined && name.startsWith("sha256:");
  if (text === "" || /\s/.test(text) || more.length > 0 || digest === "")
    throw new ProviderError(
      "InvalidInput",
      `reading ${place}: "${printable(text, 80)}" is not an image; write a digest, a tag, or REPOSITORY:TAG@DIGEST`,
    );
  if (bare) return { text, registry: undefined, repository: undefined, tag: undefined, digest: name };
  const slash = name.lastIndexOf("/");
  const colon = name.indexOf(":", slash + 1);
  const path = colon < 0 ? name : name.slice(0, colon);
  if (slash < 0 && colon < 0 && digest === undefined)
    return { text, registry: undefined, repository: undefined, tag: name, digest: undefined };
  const [first = "", ...rest] = path.split("/");
  // As Docker tells a registry from a repository.
  const hasRegistry = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
  return {
    text,
    registry: hasRegistry ? first : undefined,
    repository: (hasRegistry ? rest.join("/") : path) || undefined,
    // Docker pulls `latest` where neither is named.
    tag: colon < 0 ? (digest === undefined ? "latest" : undefined) : name.slice(colon + 1),
    digest,
  };
}

/** References to this repository that mean none of the images. */
export function unknownReferences(images: readonly LifecycleImage[], guard: Guard): Reference[] {
  const names = new Set(images.flatMap(({ imageDigest, imageTags }) => [imageDigest, ...(imageTags ?? [])]));
  return here(guard).filter(({ digest, tag }) => !names.has(digest ?? tag));
}

/** The references that are about these images, or may be: what is not known on one of the sides counts. */
function here({ inUse = [], account, region, repository }: Guard): Reference[] {
  const same = (left: string | undefined, right: string | undefined) => !left || !right || left === right;
  return inUse.filter((one) => {
    if (!same(one.repository, repository)) return false;
    if (one.registry === undefined || isLocal(one.registry)) return true;
    const found = registryOf(one.registry);
    return found !== undefined && same(found.account, account) && same(found.region, region);
  });
}

/** A stand-in for ECR, such as the emulator, whose host says nothing of account and region. */
function isLocal(host: string): boolean {
  const name = host.split(":")[0] ?? "";
  return name === "localhost" || name.startsWith("127.");
}

/** Account and region of a registry of ECR by its host, `ACCOUNT.dkr.ecr.REGION.…` or `ACCOUNT.dkr-ecr.REGION.…`. */
function registryOf(host: string): { account: string; region: string } | undefined {
  const [account = "", ...parts] = host.split(".");
  const rest = parts.join(".");
  const start = ["dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips."].find((one) => rest.startsWith(one));
  if (start === undefined || !/^\d+$/.test(account)) return undefined;
  return { account, region: rest.slice(start.length).split(".")[0] ?? "" };
}

/** Images that expire or move to the archive, from where they cannot be pulled, although they must not. */
export function atRisk(verdicts: readonly Verdict[], guard: Guard): Risk[] {
  const { protect = [] } = guard;
  const patterns = protect.map(starGlob);
  const named = new Map<string, Reference[]>();
  for (const one of here(guard)) {
    const name = one.digest ?? one.tag ?? "";
    named.set(name, [...(named.get(name) ?? []), one]);
  }
  return verdicts.flatMap(({ imageDigest, imageTags, action, rulePriority }) => {
    if (action === "keep") return [];
    const references = [imageDigest, ...imageTags].flatMap((name) => named.get(name) ?? []);
    const because = [
      ...patterns.flatMap((pattern) => {
        const tag = imageTags.find((own) => matchesGlob(pattern, own));
        return tag === undefined ? [] : `tag ${printable(tag, 80)} is protected by ${printable(pattern.text, 80)}`;
      }),
      ...references.map(({ text }) => `in use as ${printable(text, 300)}`),
    ];
    return because.length === 0 ? [] : [{ imageDigest, imageTags, action, rulePriority, because }];
  });
}
