/** What the settings of a registry look like in the store. Times are epoch milliseconds. */

export interface ExclusionFilter {
  filterType: string;
  filter: string;
}

export interface ReplicationRule {
  destinations: { region: string; registryId: string }[];
  repositoryFilters?: { filter: string; filterType: string }[];
}

export interface NameFilter {
  filter: string;
  filterType: string;
}

export interface ScanningConfiguration {
  scanType: string;
  rules: { scanFrequency: string; repositoryFilters: NameFilter[] }[];
}

/** A creation template as AWS answers it; times in epoch milliseconds. */
export interface Template {
  prefix: string;
  appliedFor: string[];
  description?: string;
  encryptionConfiguration?: { encryptionType: string; kmsKey?: string };
  resourceTags?: { Key: string; Value: string }[];
  imageTagMutability?: string;
  imageTagMutabilityExclusionFilters?: ExclusionFilter[];
  /** The texts as they were put. */
  repositoryPolicy?: string;
  lifecyclePolicy?: string;
  customRoleArn?: string;
  createdAt: number;
  updatedAt: number;
}

/** A pull-through cache rule as AWS answers it; times in epoch milliseconds. */
export interface PullThroughRule {
  ecrRepositoryPrefix: string;
  upstreamRegistryUrl: string;
  upstreamRegistry?: string;
  upstreamRepositoryPrefix?: string;
  credentialArn?: string;
  customRoleArn?: string;
  createdAt: number;
  updatedAt: number;
}

export interface SigningConfiguration {
  rules: { signingProfileArn: string; repositoryFilters?: NameFilter[] }[];
}
