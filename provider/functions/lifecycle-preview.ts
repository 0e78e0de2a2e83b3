/** ECR's own preview of a lifecycle policy: started, awaited and read as one, whoever else starts another one meanwhile. */

import type { Settle } from "../define/resource.ts";
import type { OutputOf } from "../gateway/client.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { lifecycleEquivalent } from "../lifecycle/policy.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";
import { collect, pageSize } from "./images.ts";

type Page = OutputOf<"GetLifecyclePolicyPreview">;

interface PreviewPlace {
  readonly repositoryName: string;
  readonly registryId?: string | undefined;
}

export interface PreviewRequest {
  /** The policy as JSON text; the repository's own when absent. */
  readonly text?: string | undefined;
  readonly tagStatus?: string | undefined;
  readonly limit?: number | undefined;
}

export interface LifecyclePreview {
  readonly lifecyclePolicyText: string | undefined;
  readonly previewResults: NonNullable<Page["previewResults"]>;
  readonly summary: Page["summary"];
}

/** In seconds; AWS's own waiter gives up after 100. */
const patience = 300;
/** ECR keeps one preview of a repository: so often it is made again when another one has taken its place. */
const mostPreviews = 3;

const otherPreview: Settle = {
  waitingFor: "another preview of this repository's lifecycle policy to end",
  seconds: patience,
  matches: (error) => hasFault(error, ["LifecyclePolicyPreviewInProgressException"]),
};

const endings: Readonly<Record<string, string>> = {
  FAILED: "ECR could not make it; run again",
  EXPIRED: "its results have expired already; run again",
};

/**
 * What ECR says that the policy would do now. A preview that is under way is waited for; one of another policy is never taken for
 * this one. Throws Conflict when others keep starting previews, and Unavailable when ECR cannot make one.
 */
export async function previewed(
  gateway: Gateway,
  repository: PreviewPlace,
  request: PreviewRequest = {},
): Promise<LifecyclePreview> {
  for (let attempt = 0; attempt < mostPreviews; attempt++) {
    const started = await gateway.settled([otherPreview], {}, () =>
      gateway.call("StartLifecyclePolicyPreview", { ...repository, lifecyclePolicyText: request.text }),
    );
    const asked = request.text ?? started.lifecyclePolicyText;
    const isOurs = ({ lifecyclePolicyText: seen }: Page) =>
      asked === undefined || seen === undefined || lifecycleEquivalent(asked, seen);
    const found = (await ended(gateway, repository, isOurs))
      ? await results(gateway, repository, request, isOurs)
      : undefined;
    if (found) return { ...found, lifecyclePolicyText: found.lifecyclePolicyText ?? asked };
  }
  throw new ProviderError(
    "Conflict",
    `previewing the lifecycle policy of repository "${printable(repository.repositoryName)}": previews of other policies of this repository were started meanwhile; run again when they have ended`,
  );
}

/** Waits for the end of the preview; false when another one has taken its place. */
async function ended(gateway: Gateway, repository: PreviewPlace, isOurs: (page: Page) => boolean): Promise<boolean> {
  let status = "not there yet";
  let ours = true;
  await gateway.until(
    () => `the end of the preview (${status})`,
    patience,
    async () => {
      const seen = await gateway.call("GetLifecyclePolicyPreview", { ...repository, maxResults: 1 });
      ours = isOurs(seen);
      if (!ours) return true;
      status = seen.status ?? status;
      const ending = Object.hasOwn(endings, status) ? endings[status] : undefined;
      if (ending) {
        throw new ProviderError(
          "Unavailable",
          `the preview of repository "${printable(repository.repositoryName)}" ended as ${status}: ${ending}`,
        );
      }
      return status === "COMPLETE";
    },
    "run again",
  );
  return ours;
}

/** All pages, up to the limit; undefined when another preview has taken its place between two of them. */
async function results(
  gateway: Gateway,
  repository: PreviewPlace,
  { tagStatus, limit }: PreviewRequest,
  isOurs: (page: Page) => boolean,
): Promise<LifecyclePreview | undefined> {
  const filter = tagStatus ? { tagStatus } : undefined;
  let summary: Page["summary"];
  let lifecyclePolicyText: string | undefined;
  let whole = true;
  const previewResults = await collect(
    gateway.pages(async (nextToken) => {
      const page = await gateway.call("GetLifecyclePolicyPreview", {
        ...repository,
        filter,
        maxResults: pageSize(100, limit),
        nextToken,
      });
      if (isOurs(page) && (page.status ?? "COMPLETE") === "COMPLETE") return page;
      whole = false;
      return { ...page, previewResults: [], nextToken: undefined };
    }),
    (page) => {
      summary = page.summary ?? summary;
      lifecyclePolicyText = page.lifecyclePolicyText ?? lifecyclePolicyText;
      return page.previewResults;
    },
    limit,
  );
  return whole ? { lifecyclePolicyText, previewResults, summary } : undefined;
}
