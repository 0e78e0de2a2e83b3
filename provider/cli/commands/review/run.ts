/** A review from the options of the command: inputs, configuration and context together, and the report of it. */

import { type LifecycleImage, readImages } from "../../../lifecycle/images.ts";
import type { AccessContext } from "../../../policy/access/rules/context.ts";
import { accessOf, type DocumentKind, defaultConfig, type ReviewConfig } from "../../../review/config.ts";
import { exitCodes, type ReviewReport } from "../../../review/report.ts";
import { review } from "../../../review/review.ts";
import { failures } from "../../../review/verdict.ts";
import { ProviderError } from "../../../text/errors.ts";
import { printable } from "../../../text/printable.ts";
import { placeOf } from "../../shared/bytes.ts";
import { type ContextOptions, contextOf } from "../../shared/context.ts";
import { readText } from "../../shared/files.ts";
import { readImagesByRepository, readInUse } from "../../shared/image-files.ts";
import { withoutSecrets } from "../../shared/secrets.ts";
import type { Coverage } from "./inputs/accounting.ts";
import { gatherDocuments } from "./inputs/documents.ts";
import { apart, type Gathered } from "./inputs/gathered.ts";

export interface ReviewOptions extends ContextOptions {
  readonly kind: DocumentKind | "stack";
  readonly before?: string;
  readonly after?: string;
  readonly repo: string;
  readonly base?: string;
  readonly head?: string;
  readonly preview: readonly string[];
  /** Folders of the programs that the previews, or the plan, are of. */
  readonly program: readonly string[];
  readonly export?: string;
  readonly plan?: string;
  readonly live?: boolean;
  readonly stack?: string;
  readonly config?: string;
  readonly configFrom: "base" | "head";
  readonly images?: string;
  readonly inUse?: string;
  readonly at?: number;
  readonly failOn?: readonly string[];
  readonly undecided: "pass" | "fail";
  readonly profile?: string;
  readonly endpoint?: string;
}

/** Throws for options and files that cannot be used; what is wrong with a document is a finding. */
export async function runReview(
  files: readonly string[],
  options: ReviewOptions,
): Promise<{ report: ReviewReport; exitCode: number }> {
  const gathered = await gather(files, options);
  const { isChange } = gathered;
  const failOn = options.failOn ?? ["error", ...(isChange ? ["outside-gain"] : [])];
  const wrong = failOn.find((name) => !(failures as readonly string[]).includes(name) && !name.startsWith("ECR-"));
  if (wrong !== undefined)
    throw new ProviderError(
      "InvalidInput",
      `reading --fail-on: "${printable(wrong, 60)}" is none of ${failures.join(", ")} or the id of a rule`,
    );
  const { config, file } = gathered.config ?? (await trustedConfig(options));
  const images = await imagesFor(gathered, options);
  const at = options.at ?? Date.now();
  const report = review({
    ...gathered,
    changes: gathered.changes.flatMap(apart),
    config,
    ...(file === undefined ? {} : { configFile: file }),
    failOn: options.undecided === "fail" ? [...failOn, "undecided"] : failOn,
    surroundings: {
      access: accessContext(config, contextOf(options)),
      expects: config.expects,
      before: gathered.before,
      after: gathered.after,
      isWhole: gathered.isWhole,
      ...(images ? { images } : {}),
      inUse: options.inUse === undefined ? [] : readInUse(options.inUse),
      at,
    },
  });
  return { report: withoutSecrets(report), exitCode: exitCodes[report.verdict] };
}

async function gather(files: readonly string[], options: ReviewOptions): Promise<Gathered> {
  const { before, after, base, head, preview, program, plan, kind, stack } = options;
  const given = {
    "--base and --head": base ?? head,
    "--preview": preview[0],
    "--plan": plan,
    "--before or --after": before ?? after,
    documents: files[0],
  };
  const named = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  refuse(named.length === 0, `give one of ${Object.keys(given).join(", ")}`);
  const together = named.length === 2 && base !== undefined && (preview[0] ?? plan) !== undefined;
  refuse(named.length > 1 && !together, `${named.join(" and ")} do not go together`);
  refuse((base === undefined) !== (head === undefined), "--base and --head go together");
  refuse(
    options.export !== undefined && preview.length !== 1,
    "--export goes with one --preview, and is what is before",
  );
  refuse(options.live === true && preview.length === 0 && plan === undefined, "--live goes with --preview or --plan");
  refuse(options.program.length > 0 && !together, "--program goes with --base, --head and --preview or --plan");
  const pairs = preview.length < 2 || program.length === preview.length;
  refuse(!pairs, "with several --preview, give --program after each, once for each preview");
  const parts: Gathered[] = [];
  if (base !== undefined && head !== undefined) {
    const { gatherRevisions } = await import("./inputs/revisions.ts");
    const { repo, config = "review.yaml", configFrom } = options;
    parts.push(gatherRevisions({ repo, base, head, config, configFrom, covered: coveredBy(options) }));
  }
  if (preview.length > 0 || plan !== undefined) {
    const [files] = parts;
    const covered = coveredBy(options);
    const { located } = await import("./inputs/located.ts");
    for (const [index, found] of (await deployments(options)).entries())
      parts.push(files ? located(found, files, covered[index]) : found);
  } else if (kind === "stack" && parts.length === 0) {
    const { gatherExports } = await import("./inputs/preview.ts");
    refuse(files.length > 0, "exports are given as --before and --after");
    parts.push(await gatherExports(before, after, stack));
  } else if (parts.length === 0 && kind !== "stack") {
    const repository = options.repository ?? (await repositoryOfImages(options));
    parts.push(
      gatherDocuments(files, {
        kind,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(repository === undefined ? {} : { repository }),
      }),
    );
  }
  const [first, ...others] = parts as [Gathered, ...Gathered[]];
  return others.reduce(bothOf, first);
}

/** The one that a document's images are of, where they say so: else the document would be judged without them. */
async function repositoryOfImages({ kind, images, account }: ReviewOptions): Promise<string | undefined> {
  if (kind !== "lifecycle-policy" || images === undefined) return undefined;
  refuse(images === "live", "--images live goes with --repository, which says whose images");
  const names = [...readImagesByRepository(images, { account }).keys()].filter((name) => name !== undefined);
  const why = names.length === 0 ? "does not say whose images it has" : "has images of several repositories";
  refuse(names.length !== 1, `${printable(images, 200)} ${why}; give --repository`);
  return names[0];
}

function refuse(isWrong: boolean, why: string): void {
  if (isWrong) throw new ProviderError("InvalidInput", `reviewing: ${why}`);
}

/** Which programs the previews or the plan tell about; with one of them, all folders that are named are its own. */
function coveredBy({ preview, plan, program }: ReviewOptions): Coverage[] {
  if (plan !== undefined) return [{ option: "--plan", programs: program }];
  if (preview.length < 2) return preview.map(() => ({ option: "--preview", programs: program }));
  return program.map((folder) => ({ option: "--preview", programs: [folder] }));
}

async function deployments(options: ReviewOptions): Promise<Gathered[]> {
  const { preview, plan, stack, export: exported } = options;
  const found: Gathered[] = [];
  if (plan !== undefined) found.push(await (await import("./inputs/plan.ts")).gatherPlan(plan));
  else {
    const { gatherPreview } = await import("./inputs/preview.ts");
    const expected = { ...(stack === undefined ? {} : { stack }), ...(exported === undefined ? {} : { exported }) };
    for (const file of preview) found.push(await gatherPreview(file, expected));
  }
  if (!options.live) return found;
  const { withLive } = await import("./inputs/live.ts");
  return Promise.all(found.map((one) => withLive(one, options)));
}

/** The files of a pull request and what a preview says of its programs. */
function bothOf(files: Gathered, programs: Gathered): Gathered {
  return {
    ...programs,
    ...files,
    changes: [...files.changes, ...programs.changes],
    before: [...files.before, ...programs.before],
    after: [...files.after, ...programs.after],
    isWhole: programs.isWhole && (files.ledger !== undefined || files.isWhole),
    notRead: [...files.notRead, ...programs.notRead],
    notes: [...files.notes, ...programs.notes],
  };
}

/** Outside a repository the configuration is a file that whoever runs this trusts, and only one that is named. */
async function trustedConfig({ config }: ReviewOptions): Promise<{ config: ReviewConfig; file?: string }> {
  if (config === undefined) return { config: defaultConfig };
  const { parseConfig } = await import("./inputs/config-file.ts");
  const what = "the configuration";
  return { config: parseConfig(readText(config, what), `reading ${placeOf(config, what)}`), file: config };
}

/** What the command line says goes before the file. */
function accessContext(config: ReviewConfig, given: AccessContext): AccessContext {
  const configured = accessOf(config);
  return {
    ...configured,
    ...given,
    trusted: [...(configured.trusted ?? []), ...(given.trusted ?? [])],
    accounts: { ...configured.accounts, ...given.accounts },
  };
}

async function imagesFor(
  { changes }: Gathered,
  options: ReviewOptions,
): Promise<ReadonlyMap<string, readonly LifecycleImage[]> | undefined> {
  if (options.images === undefined) return undefined;
  const repositories = changes.flatMap(({ before, after }) => {
    const { kind, name } = after ?? before ?? {};
    return kind === "LifecyclePolicy" && name !== undefined ? [name] : [];
  });
  if (options.images === "live") return (await import("./inputs/live.ts")).liveImages(repositories, options);
  const { account, repository = repositories[0] } = options;
  const found = new Map<string, readonly LifecycleImage[]>();
  for (const [name, images] of readImagesByRepository(options.images, { account, repository }))
    if (name !== undefined) found.set(name, images);
  for (const images of found.values()) readImages(images);
  return found;
}
