/** Managed signing: an image that is pushed gets one signature for each rule whose filters match its repository. */

import type { Context } from "../call/context.ts";
import { imageFrom } from "../documents/manifest.ts";
import { matchesWildcard } from "../documents/match.ts";
import { copyImage } from "../repositories/copy-image.ts";
import type { Job } from "../state/records.ts";
import type { Image, Repository } from "../state/store.ts";
import { imageOfJob, startJob } from "./jobs.ts";

/** Signatures and other artifacts that name a subject are not signed themselves. */
export function signOnPush(context: Context, repository: Repository, image: Image): void {
  if (image.subject !== undefined) return;
  for (const { signingProfileArn, repositoryFilters } of context.registry.signingConfiguration?.rules ?? []) {
    const matches = repositoryFilters?.some(({ filter }) => matchesWildcard(filter, repository.name)) ?? true;
    if (!matches || image.signings?.some((signing) => signing.signingProfileArn === signingProfileArn)) continue;
    image.signings = [...(image.signings ?? []), { signingProfileArn, status: "IN_PROGRESS" }];
    startJob(context, {
      kind: "signing",
      repository: repository.name,
      digest: image.digest,
      target: signingProfileArn,
    });
  }
}

export function stepSigning(context: Context, job: Job): boolean {
  const { repository, image } = imageOfJob(context, job) ?? {};
  const signing = image?.signings?.find(({ signingProfileArn }) => signingProfileArn === job.target);
  if (!repository || !image || !signing) return true;
  if (job.steps < 2) return false;
  const { failures } = context.settings;
  const profile = signing.signingProfileArn;
  const failureCode = Object.hasOwn(failures, profile) ? failures[profile] : undefined;
  if (failureCode !== undefined) {
    Object.assign(signing, { status: "FAILED", failureCode, failureReason: "The signing profile could not be used." });
  } else {
    signing.status = "COMPLETE";
    storeSignature(context, repository, image, profile);
  }
  return true;
}

/** A referrer in the form of Notation's signatures; its envelope names the profile and proves nothing. */
function storeSignature({ store, clock }: Context, repository: Repository, image: Image, profile: string): void {
  const envelope = Buffer.from(JSON.stringify({ signedBy: profile, digest: image.digest }));
  const empty = Buffer.from("{}");
  const described = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: store.blobs.put(bytes),
    size: bytes.length,
  });
  const layer = described("application/jose+json", envelope);
  const config = described("application/vnd.oci.empty.v1+json", empty);
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: "application/vnd.cncf.notary.signature",
    config,
    layers: [layer],
    subject: { mediaType: image.mediaType, digest: image.digest, size: Buffer.byteLength(image.manifest) },
  };
  const now = clock.now().getTime();
  const signature = imageFrom(JSON.stringify(manifest), undefined, now);
  const layers = { [layer.digest]: layer.size, [config.digest]: config.size };
  if (signature) copyImage(signature, [], layers, repository, now);
}
