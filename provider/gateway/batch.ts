/**
 * Reads of single repositories in few calls. `DescribeRepositories` answers up to 1,000 repositories a page, yet fails as
 * a whole when one of several names is missing; so a few reads are asked for by name, and many by listing everything.
 */

import type { Repository } from "@aws-sdk/client-ecr";
import { hasFault, ProviderError } from "../text/errors.ts";
import { Shared } from "./shared.ts";

interface Calls {
  byName(repositoryNames: string[], signal: AbortSignal): Promise<Repository[]>;
  page(
    nextToken: string | undefined,
    signal: AbortSignal,
  ): Promise<{ repositories: Repository[]; nextToken: string | undefined }>;
}

type Found = ReadonlyMap<string, Repository>;

/** After this many calls by name, reading goes on from a listing. */
const callsByName = 2;
/** How long a listing may answer reads, in ms: a refresh is a snapshot, but not an old one. */
const listingAge = 10_000;
const namesPerCall = 100;
/** A registry that needs more pages than this is read by name after all. */
const pagesPerListing = 20;

const tooLarge = new Error("the registry has too many repositories to list them all");

/** Coalesces concurrent reads. Anything that this process wrote is read anew. */
export class RepositoryReader {
  readonly #calls: Calls;
  #next: { readonly names: Set<string>; readonly batch: Promise<Shared<Found>> } | undefined;
  #listing: { since: number; repositories: Shared<Found> } | undefined;
  readonly #written = new Map<string, number>();
  #namedCalls = 0;
  #mayList = true;
  readonly #snapshot: boolean;

  /** A snapshot lists at the first question, however many repositories there are, and its listing never gets old. */
  constructor(calls: Calls, snapshot = false) {
    this.#calls = calls;
    this.#snapshot = snapshot;
  }

  /** All repositories by name, in the order of the listing. Throws what listing them throws, also when asked again. */
  async all(signal: AbortSignal): Promise<Found> {
    if (!this.#listing || this.#listing.repositories.isAbandoned)
      this.#listing = { since: Date.now(), repositories: new Shared((end) => this.#pages(end)) };
    return this.#listing.repositories.wait(signal);
  }

  /** The repository, or undefined when there is none of that name. Ends with `signal`, and with no other reader's. */
  async read(name: string, signal: AbortSignal): Promise<Repository | undefined> {
    signal.throwIfAborted();
    const listing = await this.#usableListing(name, signal);
    if (listing) return listing.get(name);
    signal.throwIfAborted();
    const batch = await this.#batched(name);
    return (await batch.wait(signal)).get(name);
  }

  /** What was known of the repository no longer holds. */
  forget(name: string): void {
    this.#written.set(name, Date.now());
  }

  async #usableListing(name: string, signal: AbortSignal): Promise<Found | undefined> {
    if (this.#snapshot) return this.all(signal).catch(() => undefined);
    const listing = this.#listing;
    if (!listing || listing.repositories.isAbandoned || Date.now() - listing.since > listingAge) return undefined;
    const written = this.#written.get(name);
    if (written !== undefined && written >= listing.since) return undefined;
    return listing.repositories.wait(signal).catch(() => undefined);
  }

  /** The calls that answer this name and all others that are asked for until the event loop turns. */
  #batched(name: string): Promise<Shared<Found>> {
    if (!this.#next) {
      const names = new Set<string>();
      const batch = new Promise<Shared<Found>>((resolve) =>
        setImmediate(() => {
          this.#next = undefined;
          resolve(new Shared((signal) => this.#found([...names], signal)));
        }),
      );
      this.#next = { names, batch };
    }
    this.#next.names.add(name);
    return this.#next.batch;
  }

  async #found(names: string[], signal: AbortSignal): Promise<Found> {
    const byName = !this.#mayList || this.#namedCalls < callsByName || names.every((name) => this.#written.has(name));
    return (byName ? undefined : await this.#list(signal)) ?? this.#byName(names, signal);
  }

  async #byName(names: string[], signal: AbortSignal): Promise<Found> {
    if (names.length > namesPerCall) return this.#halves(names, signal);
    this.#namedCalls++;
    try {
      return indexed(await this.#calls.byName(names, signal));
    } catch (error) {
      if (!hasFault(error, ["RepositoryNotFoundException"])) throw error;
      return names.length === 1 ? new Map() : this.#halves(names, signal);
    }
  }

  async #halves(names: string[], signal: AbortSignal): Promise<Found> {
    const middle = Math.ceil(names.length / 2);
    const [left, right] = await Promise.all([
      this.#byName(names.slice(0, middle), signal),
      this.#byName(names.slice(middle), signal),
    ]);
    return new Map([...left, ...right]);
  }

  /** Undefined when the registry is too large or the caller may only read single repositories. */
  async #list(signal: AbortSignal): Promise<Found | undefined> {
    const listing = { since: Date.now(), repositories: new Shared((end) => this.#pages(end)) };
    this.#listing = listing;
    try {
      return await listing.repositories.wait(signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (this.#listing === listing) this.#listing = undefined;
      if (!(error instanceof ProviderError && error.code === "AccessDenied") && error !== tooLarge) throw error;
      this.#mayList = false;
      return undefined;
    }
  }

  async #pages(signal: AbortSignal): Promise<Found> {
    const all: Repository[] = [];
    const seen = new Set<string>();
    let nextToken: string | undefined;
    do {
      if (seen.size >= pagesPerListing && !this.#snapshot) throw tooLarge;
      const page = await this.#calls.page(nextToken, signal);
      all.push(...page.repositories);
      nextToken = page.nextToken;
      if (nextToken !== undefined && seen.has(nextToken)) {
        throw new ProviderError("Unavailable", "listing the repositories: ECR repeated a page; run again");
      }
      if (nextToken !== undefined) seen.add(nextToken);
    } while (nextToken !== undefined);
    return indexed(all);
  }
}

function indexed(repositories: readonly Repository[]): Found {
  return new Map(repositories.map((repository) => [repository.repositoryName ?? "", repository]));
}
