/**
 * The only way to ECR. Knows operations, accounts and faults; knows no property table and no Pulumi word.
 * A `Connection` is shared by all calls of a process; a `Gateway` is one request's view of it, with its own signal. Long because
 * everything that a request may ask for passes here, each in a few lines.
 *
 * Lives here: clients by account and region, credentials, batches, retries, faults.
 * May not live here: a property table (`define/`), a word of Pulumi, the meaning of a document (`policy/`, `lifecycle/`).
 */

import { setTimeout } from "node:timers/promises";
import type { Settle } from "../define/resource.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { RepositoryReader } from "./batch.ts";
import type { Client, InputOf, OperationName, OutputOf } from "./client.ts";
import { download } from "./download.ts";
import { translate } from "./faults.ts";
import { type PartAddress, type PartBody, PartBuffers } from "./layer-part.ts";
import { forRegistry } from "./registry-id.ts";
import { settled, until } from "./retry.ts";
import type { ConnectionSettings } from "./settings.ts";
import { inOrder, type Shared, sharedOr } from "./shared.ts";

const defaultConcurrency = 16;
/** Names of operations that change nothing. */
const reads = /^(BatchCheck|BatchGet|Describe|Get|List)/;

/** For a caller that waits for as long as it takes. */
const endless = new AbortController().signal;

/** One client, one account check, one limit on calls in flight. What requests have in common ends with none of them alone. */
export class Connection {
  readonly settings: ConnectionSettings;
  readonly #version: string;
  #client: Promise<Client> | undefined;
  #account: Shared<string> | undefined;
  #permitted: Shared<void> | undefined;
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #elsewhere = new Map<string, Connection>();
  readonly #answers = new Map<string, Shared<unknown>>();
  readonly partBuffers = new PartBuffers();
  /** How many calls were sent, without the SDK's own retries. */
  calls = 0;
  readonly #readers = new Map<string | undefined, RepositoryReader>();

  constructor(settings: ConnectionSettings, version: string) {
    this.settings = settings;
    this.#version = version;
    this.#free = settings.maxConcurrency ?? defaultConcurrency;
  }

  /** The reader of this registry; of the one of the credentials when it is undefined. */
  repositoriesOf(registryId: string | undefined): RepositoryReader {
    const known = this.#readers.get(registryId);
    if (known) return known;
    const ask = (input: InputOf<"DescribeRepositories">, signal: AbortSignal) =>
      this.call("DescribeRepositories", forRegistry("DescribeRepositories", input, registryId), signal);
    const reader = new RepositoryReader(
      {
        byName: async (repositoryNames, signal) => (await ask({ repositoryNames }, signal)).repositories ?? [],
        page: async (nextToken, signal) => {
          const page = await ask({ maxResults: 1_000, nextToken }, signal);
          return { repositories: page.repositories ?? [], nextToken: page.nextToken };
        },
      },
      this.settings.snapshot,
    );
    this.#readers.set(registryId, reader);
    return reader;
  }

  /** What was known of the repository no longer holds. */
  forget(repositoryName: string): void {
    for (const reader of this.#readers.values()) reader.forget(repositoryName);
  }

  /** Sends one operation. Throws ProviderError, with AWS's fault name where AWS answered. */
  async call<N extends OperationName>(
    operation: N,
    input: InputOf<N>,
    signal: AbortSignal = endless,
    body?: Uint8Array,
  ): Promise<OutputOf<N>> {
    await this.#permit(signal);
    return this.#once(operation, input as object, signal, (end) => this.#send(operation, input, end, body));
  }

  /** In a snapshot, what concerns the registry as a whole is asked once. */
  #once<T>(
    operation: OperationName,
    input: object,
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (!this.settings.snapshot || "repositoryName" in input || "resourceArn" in input) return ask(signal);
    const key = `${operation} ${JSON.stringify(input)}`;
    const answer = sharedOr(this.#answers.get(key) as Shared<T> | undefined, ask);
    this.#answers.set(key, answer);
    return answer.wait(signal);
  }

  async #send<N extends OperationName>(
    operation: N,
    input: InputOf<N>,
    signal: AbortSignal,
    body?: Uint8Array,
  ): Promise<OutputOf<N>> {
    signal.throwIfAborted();
    if (this.settings.readOnly && !reads.test(operation))
      throw new ProviderError(
        "Internal",
        `${operation} could change something, and this connection only reads; please report it`,
      );
    const client = await this.#connected();
    await this.#admitted(signal);
    try {
      this.calls++;
      return (await client.send(operation, input as object, signal, body)) as OutputOf<N>;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw translate(error, operation, { endpoint: client.endpoint() ?? this.settings.endpoint });
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  /** Until fewer calls are in flight than may be. Throws the signal's reason, and then takes nobody's place. */
  #admitted(signal: AbortSignal): Promise<void> | void {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    return new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      this.#waiting.push(go);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Loads the AWS SDK ahead of the first call; nothing is sent. */
  prepare(): void {
    this.#connected().catch(() => {});
  }

  #connected(): Promise<Client> {
    this.#client ??= import("./client.ts").then(({ connect }) => connect(this.settings, this.#version));
    return this.#client;
  }

  async region(): Promise<string> {
    try {
      return await (await this.#connected()).region();
    } catch (error) {
      throw translate(error, "finding the region", {});
    }
  }

  /** The same credentials in another region, with a limit of its own on calls in flight. */
  inRegion(region: string): Connection {
    const known = this.#elsewhere.get(region) ?? new Connection({ ...this.settings, region }, this.#version);
    this.#elsewhere.set(region, known);
    return known;
  }

  /** The account that the credentials belong to, as `DescribeRegistry` answers it; asked once. */
  account(signal: AbortSignal = endless): Promise<string> {
    this.#account = sharedOr(this.#account, async (end) => {
      const ask = (shared: AbortSignal) => this.#send("DescribeRegistry", {}, shared);
      const { registryId } = await this.#once("DescribeRegistry", {}, end, ask);
      if (!registryId)
        throw new ProviderError("Unavailable", "DescribeRegistry: the answer has no registryId; run again");
      return registryId;
    });
    return this.#account.wait(signal);
  }

  /** `allowedAccountIds` and `forbiddenAccountIds`, checked before the first call and never again. */
  #permit(signal: AbortSignal): Promise<void> {
    const { allowedAccountIds: allowed = [], forbiddenAccountIds: forbidden = [] } = this.settings;
    if (allowed.length === 0 && forbidden.length === 0) return Promise.resolve();
    this.#permitted = sharedOr(this.#permitted, async (end) => {
      const account = await this.account(end);
      if (forbidden.includes(account) || (allowed.length > 0 && !allowed.includes(account))) {
        throw new ProviderError(
          "AccessDenied",
          `the credentials belong to account ${account}, which the provider's ${forbidden.includes(account) ? "forbiddenAccountIds excludes" : "allowedAccountIds does not list"}; use other credentials or change the list`,
        );
      }
    });
    return this.#permitted.wait(signal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#elsewhere.values()].map((connection) => connection.close()));
    (await this.#client)?.close();
  }
}

/** What one request may do with ECR. */
export class Gateway {
  readonly #connection: Connection;
  readonly #signal: AbortSignal;
  readonly #status: (message: string) => void;
  readonly #registryId: string | undefined;

  constructor(
    connection: Connection,
    signal: AbortSignal,
    status: (message: string) => void = () => {},
    registryId?: string,
  ) {
    this.#connection = connection;
    this.#signal = signal;
    this.#status = status;
    this.#registryId = registryId;
  }

  call<N extends OperationName>(operation: N, input: InputOf<N>): Promise<OutputOf<N>> {
    return this.#connection.call(operation, forRegistry(operation, input, this.#registryId), this.#signal);
  }

  /** The same request, in which every call that can names this registry, so that AWS refuses the credentials of another account. */
  ofRegistry(registryId: string): Gateway {
    return new Gateway(this.#connection, this.#signal, this.#status, registryId);
  }

  /** Sends a part of a layer, whose body has been filled already. */
  uploadPart(address: PartAddress, part: PartBody): Promise<OutputOf<"UploadLayerPart">> {
    const input = { ...address, partLastByte: address.partFirstByte, layerPartBlob: new Uint8Array() };
    return this.#connection.call("UploadLayerPart", input, this.#signal, part.finish(address));
  }

  /** A buffer for the body of a part; to be given back with `returnBuffer`. */
  borrowBuffer(size: number): Promise<Buffer> {
    return this.#connection.partBuffers.borrow(size, this.#signal);
  }

  returnBuffer(buffer: Buffer): void {
    this.#connection.partBuffers.giveBack(buffer);
  }

  /** The bytes of `what` (for messages) behind a pre-signed URL, from `start` on. */
  download(what: string, url: string, start: number): AsyncGenerator<Uint8Array> {
    return download(what, url, start, this.#signal, this.#connection.settings.silence);
  }

  /** The same request in another region; here when `region` is undefined. */
  inRegion(region: string | undefined): Gateway {
    return region === undefined
      ? this
      : new Gateway(this.#connection.inRegion(region), this.#signal, this.#status, this.#registryId);
  }

  /** Waits so many milliseconds, or throws when the request is cancelled meanwhile. */
  async pause(milliseconds: number): Promise<void> {
    await setTimeout(milliseconds, undefined, { signal: this.#signal }).catch(() => this.#signal.throwIfAborted());
  }

  /** Shows progress in the status column. */
  status(message: string): void {
    this.#status(message);
  }

  /**
   * Reads one repository, together with others that are asked for at the same time; undefined when it is not there. One of another
   * registry is asked for alone.
   */
  async repository(name: string, registryId?: string) {
    if (registryId === undefined) return this.#connection.repositoriesOf(this.#registryId).read(name, this.#signal);
    try {
      return (await this.call("DescribeRepositories", { registryId, repositoryNames: [name] })).repositories?.[0];
    } catch (error) {
      if (hasFault(error, ["RepositoryNotFoundException"])) return undefined;
      throw error;
    }
  }

  /** All repositories, page by page and only as far as they are asked for; in a snapshot, as they were listed. */
  async *repositories() {
    if (this.#connection.settings.snapshot) {
      yield [...(await this.#connection.repositoriesOf(this.#registryId).all(this.#signal)).values()];
      return;
    }
    const pages = this.pages((nextToken) => this.call("DescribeRepositories", { maxResults: 1_000, nextToken }));
    for await (const { repositories = [] } of pages) yield repositories;
  }

  /** The URI of a repository, asked of ECR itself because the host's ending depends on the partition. */
  async repositoryUri(repositoryName: string, registryId?: string): Promise<string> {
    const found = await this.repository(repositoryName, registryId);
    if (!found?.repositoryUri)
      throw new ProviderError(
        "NotFound",
        `reading the URI of repository "${repositoryName}": it does not exist in this account and region; check the name and the region`,
      );
    return found.repositoryUri;
  }

  /** To be called after every write to a repository. */
  forget(repositoryName: string): void {
    this.#connection.forget(repositoryName);
  }

  account(): Promise<string> {
    return this.#connection.account(this.#signal);
  }

  region(): Promise<string> {
    return this.#connection.region();
  }

  settled<T>(
    settles: readonly Settle[],
    desired: Readonly<Record<string, unknown>>,
    write: () => Promise<T>,
  ): Promise<T> {
    return settled(settles, desired, this.#waiting(), write);
  }

  until(
    waitingFor: string | (() => string),
    seconds: number,
    done: () => Promise<boolean>,
    remedy?: string,
  ): Promise<void> {
    return until(waitingFor, seconds, this.#waiting(), done, remedy);
  }

  /** All pages of a listing, one call at a time and only as far as they are asked for. */
  async *pages<P extends { nextToken?: string | undefined }>(
    page: (nextToken: string | undefined) => Promise<P>,
  ): AsyncGenerator<P> {
    const seen = new Set<string>();
    let nextToken: string | undefined;
    do {
      const current = await page(nextToken);
      yield current;
      nextToken = current.nextToken || undefined;
      if (nextToken !== undefined && seen.has(nextToken)) {
        throw new ProviderError("Unavailable", "reading a listing of ECR page by page: ECR repeated a page; run again");
      }
      if (nextToken !== undefined) seen.add(nextToken);
    } while (nextToken !== undefined);
  }

  /** `work(item)` for every item of a listing, as many at once as calls may be in flight, answered in order. */
  inOrder<T, R>(items: AsyncIterable<T>, work: (item: T) => Promise<R>): AsyncGenerator<R> {
    return inOrder(items, this.#connection.settings.maxConcurrency ?? defaultConcurrency, work);
  }

  #waiting() {
    return { signal: this.#signal, status: this.#status };
  }
}
