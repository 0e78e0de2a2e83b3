/** The work of `simulate`: reads what it needs, judges, writes. */

import type { Gateway } from "../../../gateway/gateway.ts";
import { readAllImages, readListedImages } from "../../../gateway/images.ts";
import { analyzeLifecyclePolicy } from "../../../lifecycle/analyze.ts";
import { isManifestList, type LifecycleImage, manifestListTypes, readImages } from "../../../lifecycle/images.ts";
import { atRisk, type Guard, unknownReferences } from "../../../lifecycle/risk.ts";
import { compareLifecycle, simulate, type Verdict } from "../../../lifecycle/simulate.ts";
import { validateLifecyclePolicy } from "../../../lifecycle/validate.ts";
import { ProviderError } from "../../../text/errors.ts";
import { printable } from "../../../text/printable.ts";
import { type ConnectionOptions, gatewayFor } from "../../shared/connection.ts";
import { exitCodes } from "../../shared/exit-codes.ts";
import { readText } from "../../shared/files.ts";
import { readImageFile, readInUse } from "../../shared/image-files.ts";
import { documentFormats, type OutputOptions, writeReport } from "../../shared/output.ts";
import { crossCheck, type Disagreement, differenceFinding } from "./cross-check.ts";
import { type Found, simulationDocument, simulationJson } from "./report.ts";

/** What the command line says. */
export interface SimulateCommand extends ConnectionOptions, OutputOptions {
  readonly policy: string;
  readonly against?: string;
  readonly images?: string;
  readonly repository?: string;
  readonly at?: number;
  readonly protect: readonly string[];
  readonly inUse?: string;
  readonly children: "exclude" | "count";
  readonly crossCheck?: boolean;
}

/** Writes the reports and answers the exit code. Throws ProviderError for what cannot be read or combined. */
export async function runSimulate(options: SimulateCommand): Promise<number> {
  const found = await find(options);
  const report = { document: () => simulationDocument(found), json: () => simulationJson(found) };
  writeReport(report, documentFormats, options);
  if (found.risks.length > 0 || (found.differences?.length ?? 0) > 0) return exitCodes.blocked;
  return found.incomplete.length > 0 ? exitCodes.incomplete : exitCodes.passed;
}

async function find(options: SimulateCommand): Promise<Found> {
  refuseCombinations(options);
  const { children, protect } = options;
  const now = options.at ?? Date.now();
  const policy = readText(options.policy, "the policy");
  const before = options.against === undefined ? undefined : readText(options.against, "the policy to compare with");
  const inUse = options.inUse === undefined ? [] : readInUse(options.inUse);
  const gateway = gatewayFor(options);
  const read =
    options.images === undefined
      ? await readRepository(options.repository ?? "", gateway)
      : { ...readImageFile(options.images, options.repository), region: options.region };
  const { account, region, repository } = read;
  const images = youngestFirst(read.images);
  const guard = { protect, inUse, account, region, repository };
  const at = new Date(now);
  const change = before === undefined ? undefined : compareLifecycle(before, policy, images, at, { children });
  const result = change?.after ?? simulate(policy, images, at, { children });
  const manifestLists = images.some(({ imageManifestMediaType }) => isManifestList(imageManifestMediaType));
  const check =
    options.crossCheck && repository !== undefined
      ? await crossChecked(gateway, repository, policy, result.images)
      : { differences: undefined, incomplete: [] };
  return {
    policy,
    images,
    now,
    result,
    change,
    risks: atRisk(result.images, guard),
    findings: [
      ...differenceFinding(check.differences ?? []),
      ...validateLifecyclePolicy(policy),
      ...analyzeLifecyclePolicy(policy, { protect, manifestLists }),
    ],
    ...check,
    notes: [...result.notes, ...missing(images, guard)],
  };
}

/** A preview that AWS did not make leaves the rest of the report as it is, and incomplete. */
async function crossChecked(
  gateway: Gateway,
  repository: string,
  policy: string,
  verdicts: readonly Verdict[],
): Promise<{ differences: readonly Disagreement[] | undefined; incomplete: readonly string[] }> {
  try {
    return { differences: await crossCheck(gateway, repository, policy, verdicts), incomplete: [] };
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code === "Internal") throw error;
    return { differences: undefined, incomplete: [`AWS's own preview was not compared: ${error.message}`] };
  }
}

/** A reference that means none of the images is perhaps misspelled. */
function missing(images: readonly LifecycleImage[], guard: Guard): string[] {
  const unknown = unknownReferences(images, guard).map(({ text }) => printable(text, 100));
  return unknown.length === 0
    ? []
    : [
        `in use, but not among these images: ${unknown.slice(0, 10).join(", ")}${unknown.length > 10 ? ` and ${unknown.length - 10} more` : ""}`,
      ];
}

function refuseCombinations({
  images,
  repository,
  policy,
  against,
  inUse,
  crossCheck: check,
  at,
}: SimulateCommand): void {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", why);
  };
  if (images === undefined && repository === undefined)
    refuse("give --images FILE or --repository NAME, to say which images");
  if (check && (repository === undefined || images !== undefined))
    refuse("--cross-check needs --repository without --images, because AWS previews the images of a repository");
  if (check && at !== undefined) refuse("--cross-check goes without --at, because AWS previews the present");
  if ([policy, against, images, inUse].filter((file) => file === "-").length > 1)
    refuse("standard input can be read once; give the other files by name");
}

async function readRepository(repository: string, gateway: Gateway) {
  const images = await readAllImages(gateway, repository);
  const listed = await readListedImages(gateway, repository, images, manifestListTypes);
  const whole: readonly LifecycleImage[] = images.map((image) => {
    const children = listed.get(image.imageDigest ?? "");
    return children ? { ...image, children } : image;
  });
  return { images: whole, account: images[0]?.registryId, region: await gateway.region(), repository };
}

/** So that the report does not depend on the order of the file. */
function youngestFirst(images: readonly LifecycleImage[]): readonly LifecycleImage[] {
  const subjects = readImages(images);
  return images
    .map((image, index) => ({ image, subject: subjects[index] }))
    .sort(
      ({ subject: a }, { subject: b }) =>
        (b?.pushed ?? 0) - (a?.pushed ?? 0) || ((a?.digest ?? "") < (b?.digest ?? "") ? 1 : -1),
    )
    .map(({ image }) => image);
}
