/**
 * The emulated ECR without its HTTP: performs operations for callers, keeps the journal, and is disturbed on request.
 *
 * Lives here: the performing of calls: the journal, faults, writes by others, and what tests seed.
 * May not live here: an operation (`operations/`), HTTP (`http/`).
 */

import { type Context, politeDefaults, type Settings } from "../call/context.ts";
import { admits } from "../documents/admission.ts";
import { catchUp, tick } from "../effects/index.ts";
import { operations } from "../operations/catalog.ts";
import { type Clock, createClock } from "../state/clock.ts";
import { type Registry, type StateFile, Store } from "../state/store.ts";
import { createDownloads, type Downloads } from "../wire/addresses.ts";
import { AwsError, type Caller, type Json } from "../wire/protocol.ts";
import { createFaults, type FaultRule } from "./faults.ts";
import { type Seed, seed } from "./seeds.ts";

/** One call, as tests assert on it. */
export interface JournalEntry {
  readonly sequence: number;
  readonly account: string;
  readonly region: string;
  readonly operation: string;
  readonly input: Json;
  /** AWS's fault name, or what happened instead of an answer. */
  error?: string;
}

/** A write by somebody else, right before the next call of `before`. */
export interface ForeignWrite {
  readonly before?: string;
  readonly account?: string;
  readonly region?: string;
  readonly operation: string;
  readonly input: Json;
}

/** What a call gets: an output, late or not at all where a fault says so, or no answer of the operation. */
export type Performed<Output = Json> =
  | { output: Output; delay?: number; lost?: "drop-after" | "truncate" }
  | { reset: true }
  | { html: true };

export interface Registries {
  readonly defaultAccount: string;
  readonly clock: Clock;
  readonly downloads: Downloads;
  /**
   * Path of the file with the layer that an address of `downloads` stands for; throws AwsError when it is void. In the
   * journal, and for faults, it is the operation `(download)`.
   */
  download(path: string): Performed<string>;
  /** Performs one call and writes it to the journal. Throws AwsError; answers troubles that are no answer at all. */
  perform(caller: Caller, operation: string, input: Json): Performed;
  /** The same for work that is no operation of the API, under a name of its own in the journal and for faults. */
  attend<Output>(caller: Caller, operation: string, input: Json, work: (context: Context) => Output): Performed<Output>;
  /** Delays that the call must suffer first, in milliseconds. */
  journal(): readonly JournalEntry[];
  clearJournal(): void;
  addFaults(rules: readonly FaultRule[]): void;
  clearFaults(): void;
  settings: Settings;
  /** Performs as somebody else, without the journal; or schedules it, with `before`. */
  asForeigner(write: ForeignWrite): Json | undefined;
  /** Puts into a registry what no operation can. */
  seed(what: Seed): void;
  /** Brings scans, replication and other work to its end and runs every lifecycle policy; how many images they took. */
  tick(): { expired: number; archived: number };
  state(): Registry[];
  reset(): void;
  save(): boolean;
  /** Removes temporary files; nothing may be performed after it. */
  discard(): void;
}

/** Payloads are told by their length. */
function journalled(input: Json): Json {
  const blob = input["layerPartBlob"];
  if (blob === undefined) return input;
  return { ...input, layerPartBlob: blob instanceof Uint8Array ? blob.length : String(blob).length };
}

const longestJournal = 200_000;

export function createRegistries(options: {
  account: string;
  state?: StateFile | undefined;
  complain: (message: string) => void;
}): Registries {
  const store = new Store(options.state, options.complain);
  const clock = createClock();
  const faults = createFaults();
  const downloads = createDownloads();
  let journal: JournalEntry[] = [];
  let sequence = 0;
  let reads = 0;
  let scheduled: ForeignWrite[] = [];

  function run(caller: Caller, name: string, input: Json): Json {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new AwsError("UnknownOperationException", `${name} is not an operation of Amazon ECR.`);
    const context = { ...contextOf(caller), registry: addressed(caller, name, input) };
    catchUp(context);
    return operation(context, input);
  }

  /** The caller's registry, or another account's where the policy of the repository that is asked for lets the caller in. */
  function addressed({ account, region }: Caller, operation: string, input: Json): Registry {
    const { registryId = account, repositoryName } = input;
    const isElsewhere = registryId !== account && /^[0-9]{12}$/.test(String(registryId));
    if (isElsewhere && typeof repositoryName === "string") {
      const theirs = store.registry(String(registryId), region);
      if (admits(theirs.repositories[repositoryName]?.policy, account, `ecr:${operation}`)) return theirs;
    }
    return store.registry(account, region);
  }

  /** Writes a call to the journal, lets others write first, and does the work as far as no fault says otherwise. */
  function attempt<Output>(
    caller: Caller,
    operation: string,
    input: Json,
    work: (repeats: boolean) => Output,
  ): Performed<Output> {
    const { account, region } = caller;
    const entry: JournalEntry = { sequence: ++sequence, account, region, operation, input: journalled(input) };
    journal.push(entry);
    if (journal.length > longestJournal) journal = journal.slice(longestJournal / 2);
    const due = scheduled.filter(({ before }) => before === operation);
    scheduled = scheduled.filter(({ before }) => before !== operation);
    for (const write of due) foreigner(write);
    try {
      const [trouble] = faults.next(operation, input);
      if (trouble && "error" in trouble) throw trouble.error;
      if (trouble && ("reset" in trouble || "html" in trouble)) {
        entry.error = "reset" in trouble ? "(reset)" : "(html)";
        return trouble;
      }
      const output = work(trouble !== undefined && "repeats" in trouble);
      if (trouble && "lost" in trouble) entry.error = `(${trouble.lost})`;
      return { ...trouble, output };
    } catch (error) {
      entry.error = error instanceof AwsError ? error.fault : "InternalFailure";
      throw error;
    }
  }

  function contextOf(caller: Caller): Context {
    const registry = store.registry(caller.account, caller.region);
    return { store, registry, caller, clock, settings: own.settings, downloads, turn: () => reads++ };
  }

  const somebody = ({ account = options.account, region = "us-east-1" }: Pick<Seed, "account" | "region">): Caller => ({
    account,
    region,
    accessKey: "foreigner",
  });

  const foreigner = ({ operation, input, ...where }: ForeignWrite) => run(somebody(where), operation, input);

  const own: Registries = {
    defaultAccount: options.account,
    clock,
    downloads,
    download(path) {
      const asked = downloads.verify(path);
      if (!asked) throw new AwsError("SignatureDoesNotMatch", "The address was not signed by this registry.", 403);
      const { account, region, repository: repositoryName, digest: layerDigest } = asked;
      const caller = { account, region, accessKey: "" };
      return attempt(caller, "(download)", { repositoryName, layerDigest }, () => {
        if (asked.expires <= clock.now().getTime()) throw new AwsError("AccessDenied", "Request has expired", 403);
        const repository = store.registry(account, region).repositories[repositoryName];
        const blob = repository?.layers[layerDigest] === undefined ? undefined : store.blobs.find(layerDigest);
        if (!blob) throw new AwsError("NoSuchKey", "The layer does not exist any more.", 404);
        return blob.path;
      });
    },
    settings: { ...politeDefaults },
    perform: (caller, operation, input) =>
      attempt(caller, operation, input, (repeats) => {
        if (!repeats) return run(caller, operation, input);
        const { nextToken: _, ...first } = input;
        return { ...run(caller, operation, first), nextToken: "again" };
      }),
    attend: (caller, operation, input, work) =>
      attempt(caller, operation, input, () => {
        const context = contextOf(caller);
        catchUp(context);
        return work(context);
      }),
    journal: () => journal,
    clearJournal() {
      journal = [];
    },
    addFaults: (rules) => faults.add(rules),
    clearFaults: () => faults.clear(),
    asForeigner(write) {
      if (write.before === undefined) return foreigner(write);
      scheduled.push(write);
      return undefined;
    },
    seed(what) {
      seed(contextOf(somebody(what)), what);
      store.changed();
    },
    tick: () => tick(contextOf(somebody({}))),
    state: () => store.all(),
    reset() {
      store.reset();
      faults.clear();
      scheduled = [];
      journal = [];
      own.settings = { ...politeDefaults };
      clock.set(new Date());
    },
    save: () => store.save(),
    discard: () => store.blobs.close(),
  };
  return own;
}
