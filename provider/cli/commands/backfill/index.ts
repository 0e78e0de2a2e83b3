/**
 * `pulumi-ecr backfill`: copies images that were pushed before a replication rule, an errand and no desired state.
 *
 * Lives here: the options of `backfill`, the calls that start and follow a backfill, its output.
 * May not live here: what the schema says about backfills (`functions/`), options that other commands have too (`shared/`).
 */

import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import type { OutputOf } from "../../../gateway/client.ts";
import type { Gateway } from "../../../gateway/gateway.ts";
import { isRegion } from "../../../policy/language/partitions.ts";
import { isAccountId } from "../../../policy/language/principals.ts";
import { hasFault, ProviderError } from "../../../text/errors.ts";
import { printable } from "../../../text/printable.ts";
import { writeJson } from "../../report/json.ts";
import { type ConnectionOptions, gatewayFor, withConnection } from "../../shared/connection.ts";
import { exitCodes, exitCodesHelp } from "../../shared/exit-codes.ts";
import { pairOf } from "../../shared/option-parsers.ts";
import { note, print } from "../../shared/streams.ts";

type Results = OutputOf<"DescribeReplicationBackfillResults">;

const pollSeconds = 5;
const running = ["PREPARING", "IN_PROGRESS", "STOPPING"];

const start = withConnection(new Command("start"))
  .description("Start copying to a destination of the replication rules; prints the id of the backfill.")
  .argument("<destination>", "account id and region, as 123456789012/eu-central-1", place)
  .option("--wait", "wait for the end; exits with 2 if images could not be copied")
  .addHelpText("after", exitCodesHelp({ blocked: "with --wait: images could not be copied, or it did not complete" }))
  .action(async (destination: Place, options: ConnectionOptions & { wait?: true }) => {
    const gateway = gatewayFor(options);
    const { replicationBackfillId = "" } = await gateway
      .call("StartReplicationBackfill", { destination })
      .catch((error: unknown) => {
        throw withoutRule(error, destination);
      });
    print(replicationBackfillId);
    if (options.wait) judge(replicationBackfillId, await waitedFor(gateway, replicationBackfillId));
  });

const stop = withConnection(new Command("stop"))
  .description("Stop a backfill; what has been copied stays.")
  .argument("<id>", "id of the backfill")
  .action(async (replicationBackfillId: string, options: ConnectionOptions) => {
    await gatewayFor(options).call("StopReplicationBackfill", { replicationBackfillId });
  });

const status = withConnection(new Command("status"))
  .description("Say how far a backfill is, or list those of the last 90 days, as JSON.")
  .argument("[id]", "id of the backfill")
  .action(async (replicationBackfillId: string | undefined, options: ConnectionOptions) => {
    const gateway = gatewayFor(options);
    if (replicationBackfillId !== undefined) {
      const { $metadata: _, ...seen } = await asked(gateway, replicationBackfillId);
      return print(writeJson(seen));
    }
    const backfills = [];
    for await (const page of gateway.pages((nextToken) =>
      gateway.call("ListReplicationBackfills", { maxResults: 50, nextToken }),
    ))
      backfills.push(...(page.backfills ?? []));
    return print(writeJson(backfills));
  });

export const backfill = new Command("backfill").description("Copy images that are older than the replication rules.");
for (const command of [start, stop, status]) backfill.addCommand(command);

interface Place {
  registryId: string;
  region: string;
}

function place(text: string): Place {
  const [registryId = "", region = ""] = pairOf(text, "/") ?? [];
  if (!isAccountId(registryId) || !isRegion(region))
    throw new InvalidArgumentError("Give the account id and the region as 123456789012/eu-central-1.");
  return { registryId, region };
}

/** What keeps a backfill from being started is, most of the time, that no rule copies to its destination. */
function withoutRule(error: unknown, { registryId, region }: Place): unknown {
  if (!hasFault(error, ["ValidationException"])) return error;
  return new ProviderError(
    "InvalidInput",
    `starting a backfill to ${printable(`${registryId}/${region}`, 80)}: ${(error as ProviderError).message}; a backfill copies to destinations of the replication rules only, so put this one into the ReplicationConfiguration of the registry, deploy that and start again`,
    { cause: error },
  );
}

/** The whole answer, every page of results. */
async function asked(gateway: Gateway, replicationBackfillId: string): Promise<Results> {
  let whole: Results | undefined;
  const results: NonNullable<Results["results"]> = [];
  for await (const page of gateway.pages((nextToken) =>
    gateway.call("DescribeReplicationBackfillResults", { replicationBackfillId, maxResults: 1_000, nextToken }),
  )) {
    whole = page;
    results.push(...(page.results ?? []));
  }
  if (!whole) throw new Error(`reading the backfill ${replicationBackfillId}: ECR answered nothing; run again`);
  return { ...whole, results };
}

async function waitedFor(gateway: Gateway, id: string): Promise<Results> {
  for (let last = ""; ; await sleep(pollSeconds * 1_000)) {
    const seen = await asked(gateway, id);
    const { totalReplicationCount = 0, completedReplicationCount = 0 } = seen.progress ?? {};
    const progress = `${seen.status}, ${completedReplicationCount} of ${totalReplicationCount} images copied`;
    if (progress !== last) note(progress);
    last = progress;
    if (!running.includes(seen.status ?? "")) return seen;
  }
}

function judge(id: string, { status, failureCode, progress }: Results): void {
  const failed = progress?.failedReplicationCount ?? 0;
  if (status === "COMPLETE" && failed === 0) return;
  const why = failed > 0 ? `${failed} of the images could not be copied` : (failureCode ?? "it did not complete");
  note(`the backfill ended as ${status}: ${why}; \`pulumi-ecr backfill status ${id}\` tells of each`);
  process.exitCode = exitCodes.blocked;
}
