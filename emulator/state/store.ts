/**
 * What the registries hold, in memory, with an optional file. Knows no operation and no error of AWS.
 *
 * Lives here: what the registries hold: records, bytes of layers, the clock.
 * May not live here: an operation (`operations/`), an error of AWS (`wire/`), a rule about documents (`documents/`).
 */

import { type Blobs, createBlobs } from "./blobs.ts";
import type {
  Backfill,
  Job,
  LifecyclePreview,
  Replication,
  Scan,
  ScanOutcome,
  Signing,
  UpstreamImage,
} from "./records.ts";
import type {
  ExclusionFilter,
  PullThroughRule,
  ReplicationRule,
  ScanningConfiguration,
  SigningConfiguration,
  Template,
} from "./registry-records.ts";

export type * from "./registry-records.ts";

export interface Image {
  digest: string;
  manifest: string;
  mediaType: string;
  /** Bytes of the manifest and of everything it names. */
  size: number;
  /** Epoch milliseconds. */
  pushedAt: number;
  tags: string[];
  status: "ACTIVE" | "ARCHIVED" | "ACTIVATING";
  /** Epoch milliseconds, each absent until it happens. */
  archivedAt?: number;
  activatedAt?: number;
  pulledAt?: number;
  /** Digest that the manifest's `subject` names. */
  subject?: string;
  /** The subject was there and was deleted. */
  lostSubject?: boolean;
  /** The manifest's own, or the media type of its config. */
  artifactType?: string;
  /** Digests of the manifests that an index lists. */
  children?: string[];
  /** When a pull-through rule last looked at the upstream, in epoch milliseconds. */
  checkedAt?: number;
  scan?: Scan;
  replications?: Replication[];
  signings?: Signing[];
}

/** A thing that readers do not see yet. */
export interface Hidden {
  digest: string;
  /** The tag is not seen on this image yet, but on the one it moved from; without it the image is not seen at all. */
  tag?: string;
  from?: string;
  /** Epoch milliseconds of the machine, not of the registry. */
  until: number;
}

export interface Repository {
  name: string;
  createdAt: number;
  /** Reads before this time do not find it yet. */
  visibleAt: number;
  /** Deleted, but still found by this many describing calls. */
  lingers?: number;
  mutability: string;
  exclusionFilters?: ExclusionFilter[];
  scanOnPush: boolean;
  encryption: { encryptionType: string; kmsKey?: string };
  tags: Record<string, string>;
  policy?: string;
  lifecyclePolicy?: string;
  lastEvaluatedAt?: number;
  images: Image[];
  /** Digests of the layers (and configs) that may be used here, with their sizes in bytes; no prototype. */
  layers: Record<string, number>;
  hidden?: Hidden[];
  lifecyclePreview?: LifecyclePreview;
}

/** One account in one region. What is absent has AWS's default. */
export interface Registry {
  account: string;
  region: string;
  repositories: Record<string, Repository>;
  policy?: string;
  replicationRules: ReplicationRule[];
  scanningConfiguration?: ScanningConfiguration;
  /** By prefix, without a trailing slash; `ROOT` is the catch-all. */
  templates?: Record<string, Template>;
  /** By `ecrRepositoryPrefix`, without a trailing slash. */
  pullThroughRules?: Record<string, PullThroughRule>;
  /** Values by name, of the settings that were put. */
  accountSettings?: Record<string, string>;
  signingConfiguration?: SigningConfiguration;
  /** Principals whose pulls leave no pull time, in the order of their registration. */
  pullTimeExclusions?: string[];
  backfills?: Backfill[];
  /** Work that is not at its end. */
  jobs?: Job[];
  /** Seeded by tests. */
  scanOutcomes?: ScanOutcome[];
  upstreamImages?: UpstreamImage[];
}

function holdsSomething({ account, region, jobs, ...held }: Registry): boolean {
  return Object.values(held).some((value) =>
    typeof value === "object" ? Object.keys(value).length > 0 : value !== undefined,
  );
}

/** A file that outlives the process, read and written by whoever runs the emulator. */
export interface StateFile {
  readonly name: string;
  /** Undefined when it does not exist. */
  read(): string | undefined;
  /** Replaces all of it or nothing; throws when it cannot. */
  write(text: string): void;
}

export class Store {
  /** The bytes of the layers; beside the state file when there is one. */
  readonly blobs: Blobs;
  #registries = new Map<string, Registry>();
  readonly #file: StateFile | undefined;
  readonly #complain: (message: string) => void;
  #scheduled: NodeJS.Timeout | undefined;

  /** Loads the file when it exists; throws when it is there and cannot be read. `complain` hears of writes that fail. */
  constructor(file: StateFile | undefined, complain: (message: string) => void) {
    this.#file = file;
    this.#complain = complain;
    this.blobs = createBlobs(file === undefined ? undefined : `${file.name}.blobs`);
    if (file) this.#load(file);
  }

  registry(account: string, region: string): Registry {
    const key = `${account}/${region}`;
    let registry = this.#registries.get(key);
    if (!registry) {
      registry = { account, region, repositories: Object.create(null), replicationRules: [] };
      this.#registries.set(key, registry);
    }
    return registry;
  }

  /** Registries in which work goes on. */
  working(): Registry[] {
    return [...this.#registries.values()].filter(({ jobs = [] }) => jobs.length > 0);
  }

  /** Removes the bytes of a layer that no repository has any more. */
  release(digest: string): void {
    for (const { repositories } of this.#registries.values())
      for (const name in repositories) if (repositories[name]?.layers[digest] !== undefined) return;
    this.blobs.remove(digest);
  }

  /** Everything, sorted, without registries that hold nothing. */
  all(): Registry[] {
    return [...this.#registries.values()]
      .filter(holdsSomething)
      .sort((a, b) => (`${a.account}/${a.region}` < `${b.account}/${b.region}` ? -1 : 1));
  }

  reset(): void {
    this.#registries.clear();
    this.blobs.reset();
    this.changed();
  }

  /** Saves soon. Many changes in a row are one write. */
  changed(): void {
    if (!this.#file || this.#scheduled) return;
    this.#scheduled = setTimeout(() => this.save(), 200);
    this.#scheduled.unref();
  }

  /** Saves now. */
  save(): boolean {
    clearTimeout(this.#scheduled);
    this.#scheduled = undefined;
    if (!this.#file) return true;
    try {
      this.#file.write(`${JSON.stringify({ version: 1, registries: this.all() }, undefined, 1)}\n`);
      return true;
    } catch (error) {
      this.#complain(
        `${error instanceof Error ? error.message : String(error)}; the file is as it was before, and the emulator goes on in memory`,
      );
      return false;
    }
  }

  #load(file: StateFile): void {
    const text = file.read();
    if (text === undefined) return;
    try {
      const { registries } = JSON.parse(text) as { registries: Registry[] };
      for (const registry of registries) {
        const repositories: Record<string, Repository> = Object.assign(Object.create(null), registry.repositories);
        for (const repository of Object.values(repositories))
          repository.layers = Object.assign(Object.create(null), repository.layers);
        this.#registries.set(`${registry.account}/${registry.region}`, { ...registry, repositories });
      }
    } catch (error) {
      throw new Error(
        `loading the state from ${file.name}: it is not a state file of this emulator (${error instanceof Error ? error.message : String(error)}); move it away or choose another --state`,
      );
    }
  }
}
