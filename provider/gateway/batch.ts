/**
 * Reads of single repositories in few calls. `DescribeRepositories` answers up to 1,000 repositories a page, yet fails as
 * a whole when one of several names is missing; so a few reads are asked for by name, and many by listing everything.
 */

import type { Repository } from "@aws-sdk/client-ecr";
import { hasFault, ProviderError } from "../text/errors.ts";

interface Calls {
  byName(repositoryNames: string[]): Promise<Repository[]>;
  page(nextToken: string | undefined): Promise<{ repositories: Repository[]; nextToken: string | undefined }>;
}

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
  #queue: { name: string; resolve: (found: Repository | undefined) => void; reject: (error: unknown) => void }[] = [];
  #listing: { since: number; repositories: Promise<ReadonlyMap<string, Repository>> } | undefined;
  readonly #written = new Map<string, number>();
  #namedCalls = 0;
  #mayList = true;
  readonly #snapshot: boolean;

  /** A snapshot lists at the first question, however many repositories there are, and its listing never gets old. */
  constructor(calls: Calls, snapshot = false) {
    this.#calls = calls;
    this.#snapshot = snapshot;
  }

  /** All repositories by name, in the order of the listing. Throws what listing them throws. */
  async all(): Promise<ReadonlyMap<string, Repository>> {
    const listing = this.#listing ?? { since: Date.now(), repositories: this.#pages() };
    this.#listing = listing;
    return listing.repositories;
  }

  /** The repository, or undefined when there is none of that name. */
  async read(name: string): Promise<Repository | undefined> {
    const listing = await this.#usableListing(name);
    if (listing) return listing.get(name);
    return new Promise((resolve, reject) => {
      this.#queue.push({ name, resolve, reject });
      if (this.#queue.length === 1) setImmediate(() => this.#flush());
    });
  }

  /** What was known of the repository no longer holds. */
  forget(name: string): void {
    this.#written.set(name, Date.now());
  }

  async #usableListing(name: string): Promise<ReadonlyMap<string, Repository> | undefined> {
    if (this.#snapshot) return this.all().catch(() => undefined);
    if (!this.#listing || Date.now() - this.#listing.since > listingAge) return undefined;
    const written = this.#written.get(name);
    if (written !== undefined && written >= this.#listing.since) return undefined;
    return this.#listing.repositories.catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const waiting = this.#queue;
    this.#queue = [];
    const names = [...new Set(waiting.map(({ name }) => name))];
    try {
      const found =
        !this.#mayList || this.#namedCalls < callsByName || names.every((name) => this.#written.has(name))
          ? await this.#byName(names)
          : ((await this.#list()) ?? (await this.#byName(names)));
      for (const { name, resolve } of waiting) resolve(found.get(name));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  async #byName(names: string[]): Promise<ReadonlyMap<string, Repository>> {
    if (names.length > namesPerCall) return this.#halves(names);
    this.#namedCalls++;
    try {
      return indexed(await this.#calls.byName(names));
    } catch (error) {
      if (!hasFault(error, ["RepositoryNotFoundException"])) throw error;
      return names.length === 1 ? new Map() : this.#halves(names);
    }
  }

  async #halves(names: string[]): Promise<ReadonlyMap<string, Repository>> {
    const middle = Math.ceil(names.length / 2);
    const [left, right] = await Promise.all([this.#byName(names.slice(0, middle)), this.#byName(names.slice(middle))]);
    return new Map([...left, ...right]);
  }

  /** Undefined when the registry is too large or the caller may only read single repositories. */
  async #list(): Promise<ReadonlyMap<string, Repository> | undefined> {
    const repositories = this.#pages();
    this.#listing = { since: Date.now(), repositories };
    try {
      return await repositories;
    } catch (error) {
      this.#listing = undefined;
      if (!(error instanceof ProviderError && error.code === "AccessDenied") && error !== tooLarge) throw error;
      this.#mayList = false;
      return undefined;
    }
  }

  async #pages(): Promise<ReadonlyMap<string, Repository>> {
    const all: Repository[] = [];
    const seen = new Set<string>();
    let nextToken: string | undefined;
    do {
      if (seen.size >= pagesPerListing && !this.#snapshot) throw tooLarge;
      const page = await this.#calls.page(nextToken);
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

function indexed(repositories: readonly Repository[]): ReadonlyMap<string, Repository> {
  return new Map(repositories.map((repository) => [repository.repositoryName ?? "", repository]));
}
