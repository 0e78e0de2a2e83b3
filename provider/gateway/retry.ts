/** The door of p-retry: waits for what settles by itself and which the AWS SDK does not retry. */

import pRetry, { AbortError } from "p-retry";
import type { Settle } from "../define/resource.ts";
import { hasFault, ProviderError } from "../text/errors.ts";

export interface Waiting {
  signal: AbortSignal;
  /** Shows progress in the status column. */
  status(message: string): void;
}

/**
 * Runs `write` until it succeeds, fails for another reason than those of `settles`, or the longest of their times is
 * over; then the original error is thrown. Delays grow from 0.5 s to 5 s.
 */
export async function settled<T>(
  settles: readonly Settle[],
  desired: Readonly<Record<string, unknown>>,
  waiting: Waiting,
  write: () => Promise<T>,
): Promise<T> {
  if (settles.length === 0) return write();
  const started = Date.now();
  try {
    return await pRetry(write, {
      retries: 1_000,
      factor: 1.5,
      minTimeout: 500,
      maxTimeout: 5_000,
      signal: waiting.signal,
      shouldRetry({ error }) {
        const settle = settles.find((candidate) => candidate.matches(error, desired));
        const passed = Math.round((Date.now() - started) / 1_000);
        if (!settle || passed >= settle.seconds) return false;
        waiting.status(`waiting for ${settle.waitingFor} (${passed} of at most ${settle.seconds} s)`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof AbortError) throw error.originalError;
    throw error;
  }
}

/**
 * Polls until `done` says so; after `seconds` the error names what was waited for and the remedy. A `waitingFor` that is a
 * function says how things stand after each poll.
 */
export async function until(
  waitingFor: string | (() => string),
  seconds: number,
  waiting: Waiting,
  done: () => Promise<boolean>,
  remedy = "run `pulumi refresh` and try again",
): Promise<void> {
  const words = typeof waitingFor === "string" ? () => waitingFor : waitingFor;
  let pending: ProviderError | undefined;
  const settle: Settle = {
    get waitingFor() {
      return words();
    },
    seconds,
    matches: (error) => error === pending,
  };
  await settled([settle], {}, waiting, async () => {
    if (await done()) return;
    pending = new ProviderError("TimedOut", `${words()} did not happen within ${seconds} s; ${remedy}`);
    throw pending;
  });
}

/**
 * IAM tells ECR about a new role or user with a delay, and ECR says "Principal not found" until then. The older wording,
 * "Invalid repository policy provided", is also what every real mistake gets; Check has ruled those out, so it counts
 * only for a document that names an IAM principal (hashicorp/terraform-provider-aws#3924 is what happens otherwise).
 * `property`: the one that holds the document.
 */
export function principalPropagation(property: string): Settle {
  return {
    waitingFor: "IAM to make the principals of the policy known to ECR",
    seconds: 120,
    matches: (error, desired) =>
      hasFault(error, ["InvalidParameterException"]) &&
      (messageOf(error).includes("Principal not found") ||
        (messageOf(error).includes("Invalid repository policy provided") && namesIamPrincipal(desired[property]))),
  };
}

/** A repository that was created a moment ago may not be visible to every call yet (terraform-provider-aws#3849). */
export const repositoryVisibility: Settle = {
  waitingFor: "the repository to become visible",
  seconds: 10,
  createOnly: true,
  matches: (error) => hasFault(error, ["RepositoryNotFoundException"]),
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

function namesIamPrincipal(policy: unknown): boolean {
  const text = typeof policy === "string" ? policy : JSON.stringify(policy ?? "");
  return text.includes(":role/") || text.includes(":user/");
}
