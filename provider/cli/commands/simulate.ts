/** `pulumi-ecr simulate`: what a lifecycle policy does to images, before AWS does it. */

import { Command, Option } from "commander";
import { printable } from "../../define/printable.ts";
import { ProviderError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { readAllImages, readListedImages } from "../../gateway/images.ts";
import { analyzeLifecyclePolicy } from "../../lifecycle/analyze.ts";
import { isManifestList, type LifecycleImage, manifestListTypes, readImages } from "../../lifecycle/images.ts";
import { atRisk, type Guard, unknownReferences } from "../../lifecycle/risk.ts";
import { compareLifecycle, simulate as run } from "../../lifecycle/simulate.ts";
import { validateLifecyclePolicy } from "../../lifecycle/validate.ts";
import { type ConnectionOptions, gatewayFor, withConnection } from "../connection.ts";
import { documentFormats, type OutputOptions, withOutput, writeReport } from "../report/output.ts";
import { crossCheck } from "../simulate/cross-check.ts";
import { momentOption, readImageFile, readInUse, readText } from "../simulate/inputs.ts";
import { type Found, simulationDocument, simulationJson } from "../simulate/report.ts";

interface Options extends ConnectionOptions, OutputOptions {
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

export const simulate = withOutput(withConnection(new Command("simulate")), documentFormats)
  .description("Show what a lifecycle policy does to each image, and why; nothing is changed.")
  .requiredOption("--policy <file>", "the lifecycle policy as JSON; - is standard input")
  .option("--against <file>", "the policy that it replaces: what changes is shown")
  .option("--images <file>", "images as `aws ecr describe-images` prints them; - is standard input")
  .option("--repository <name>", "read the images of this repository")
  .option("--at <time>", "the moment of the run: a time, or +30d from now; otherwise now", momentOption)
  .option("--protect <pattern>", "tags that must not go, such as prod-*; repeatable", gather, [])
  .option("--in-use <file>", "images that something runs and that must not go, one a line")
  .addOption(
    new Option("--children <mode>", "whether the images of manifest lists are counted; AWS does not say")
      .choices(["exclude", "count"])
      .default("exclude"),
  )
  .option("--cross-check", "with --repository: run AWS's own preview and report every difference")
  .addHelpText(
    "after",
    "\nExit codes: 0 · 1 error · 2 a protected or used image would go · 3 AWS's own preview differs",
  )
  .action(async (options: Options) => {
    const found = await find(options);
    const report = { document: () => simulationDocument(found), json: () => simulationJson(found) };
    writeReport(report, documentFormats, options);
    process.exitCode = found.risks.length > 0 ? 2 : (found.differences?.length ?? 0) > 0 ? 3 : 0;
  });

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function find(options: Options): Promise<Found> {
  refuseCombinations(options);
  const { children, protect, repository } = options;
  const now = options.at ?? Date.now();
  const policy = readText(options.policy, "the policy");
  const before = options.against === undefined ? undefined : readText(options.against, "the policy to compare with");
  const inUse = options.inUse === undefined ? [] : readInUse(options.inUse);
  const gateway = gatewayFor(options);
  const read =
    repository === undefined ? readImageFile(options.images ?? "-") : await readRepository(repository, gateway);
  const images = youngestFirst(read);
  const at = new Date(now);
  const change = before === undefined ? undefined : compareLifecycle(before, policy, images, at, { children });
  const result = change?.after ?? run(policy, images, at, { children });
  const manifestLists = images.some(({ imageManifestMediaType }) => isManifestList(imageManifestMediaType));
  return {
    policy,
    images,
    now,
    result,
    change,
    risks: atRisk(result.images, { protect, inUse, repository }),
    findings: [...validateLifecyclePolicy(policy), ...analyzeLifecyclePolicy(policy, { protect, manifestLists })],
    differences:
      options.crossCheck && repository !== undefined
        ? await crossCheck(gateway, repository, policy, result.images)
        : undefined,
    notes: [...result.notes, ...missing(images, { inUse, repository })],
  };
}

/** A reference that means none of the images is perhaps misspelt. */
function missing(images: readonly LifecycleImage[], guard: Guard): string[] {
  const unknown = unknownReferences(images, guard).map(({ text }) => printable(text, 100));
  return unknown.length === 0
    ? []
    : [
        `in use, but not among these images: ${unknown.slice(0, 10).join(", ")}${unknown.length > 10 ? ` and ${unknown.length - 10} more` : ""}`,
      ];
}

function refuseCombinations({ images, repository, policy, against, inUse, crossCheck: check, at }: Options): void {
  const refuse = (why: string): never => {
    throw new ProviderError("InvalidInput", why);
  };
  if ((images === undefined) === (repository === undefined))
    refuse("give --images FILE or --repository NAME, to say which images");
  if (check && repository === undefined) refuse("--cross-check needs --repository, because AWS previews a repository");
  if (check && at !== undefined) refuse("--cross-check goes without --at, because AWS previews the present");
  if ([policy, against, images, inUse].filter((file) => file === "-").length > 1)
    refuse("standard input can be read once; give the other files by name");
}

async function readRepository(repository: string, gateway: Gateway): Promise<readonly LifecycleImage[]> {
  const images = await readAllImages(gateway, repository);
  const listed = await readListedImages(gateway, repository, images, manifestListTypes);
  return images.map((image) => {
    const children = listed.get(image.imageDigest ?? "");
    return children ? { ...image, children } : image;
  });
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
