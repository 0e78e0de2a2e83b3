/** How to reach ECR, as the provider's configuration or the command line says it. Everything else is the SDK's own chain. */
export interface ConnectionSettings {
  region?: string | undefined;
  profile?: string | undefined;
  accessKey?: string | undefined;
  secretKey?: string | undefined;
  token?: string | undefined;
  assumeRole?:
    | {
        roleArn: string;
        sessionName?: string | undefined;
        externalId?: string | undefined;
        durationSeconds?: number | undefined;
      }
    | undefined;
  assumeRoleWithWebIdentity?:
    | {
        roleArn: string;
        webIdentityTokenFile: string;
        sessionName?: string | undefined;
      }
    | undefined;
  endpoint?: string | undefined;
  allowedAccountIds?: readonly string[] | undefined;
  forbiddenAccountIds?: readonly string[] | undefined;
  /** Further attempts after a failed one; 10 when absent. */
  maxRetries?: number | undefined;
  /** For how long a server may be silent before a call or a download is given up, in ms; 60,000 when absent. */
  silence?: number | undefined;
  /** Calls in flight at once; 16 when absent. */
  maxConcurrency?: number | undefined;
  /** Refuses every operation that could change something, before it is sent. */
  readOnly?: boolean | undefined;
  /** One moment is asked about: repositories are listed once, however many there are, and reads answer from it. */
  snapshot?: boolean | undefined;
}

/** In ms. ECR answers within seconds; a server that is silent for so long will not answer. */
export const usualSilence = 60_000;
