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
  /** Calls in flight at once; 16 when absent. */
  maxConcurrency?: number | undefined;
  /** Refuses every operation that could change something, before it is sent. */
  readOnly?: boolean | undefined;
  /** One moment is asked about: repositories are listed once, however many there are, and reads answer from it. */
  snapshot?: boolean | undefined;
}
