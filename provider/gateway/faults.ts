/** AWS errors → ProviderError, the only place where AWS's error names meet our codes. */

import { type ErrorCode, ProviderError } from "../text/errors.ts";

const codes: Readonly<Record<string, ErrorCode>> = {
  AccessDeniedException: "AccessDenied",
  AccessDenied: "AccessDenied",
  UnauthorizedOperation: "AccessDenied",
  UnrecognizedClientException: "Unauthenticated",
  InvalidClientTokenId: "Unauthenticated",
  InvalidSignatureException: "Unauthenticated",
  SignatureDoesNotMatch: "Unauthenticated",
  MissingAuthenticationTokenException: "Unauthenticated",
  IncompleteSignatureException: "Unauthenticated",
  ExpiredTokenException: "Unauthenticated",
  ExpiredToken: "Unauthenticated",
  CredentialsProviderError: "Unauthenticated",
  TokenProviderError: "Unauthenticated",
  ThrottlingException: "Throttled",
  TooManyRequestsException: "Throttled",
  RequestLimitExceeded: "Throttled",
  LimitExceededException: "Throttled",
  ServerException: "Unavailable",
  InternalFailure: "Unavailable",
  ServiceUnavailableException: "Unavailable",
  InvalidParameterException: "InvalidInput",
  ValidationException: "InvalidInput",
  SerializationException: "InvalidInput",
  InvalidTagParameterException: "InvalidInput",
  TooManyTagsException: "InvalidInput",
  KmsException: "InvalidInput",
  RepositoryNotEmptyException: "Conflict",
  ImageTagAlreadyExistsException: "Conflict",
  BlockedByOrganizationPolicyException: "Conflict",
};

/** What a user can do about a failure that has nothing to do with the inputs. */
const remedies: Readonly<Record<string, string>> = {
  ExpiredTokenException: "the credentials have expired; renew them (for example `aws sso login`) and run again",
  ExpiredToken: "the credentials have expired; renew them (for example `aws sso login`) and run again",
  UnrecognizedClientException: "AWS does not know these credentials; check accessKey, profile or AWS_PROFILE",
  InvalidClientTokenId: "AWS does not know these credentials; check accessKey, profile or AWS_PROFILE",
  InvalidSignatureException: "the secret key does not fit the access key; check secretKey, profile or AWS_PROFILE",
  SignatureDoesNotMatch: "the secret key does not fit the access key; check secretKey, profile or AWS_PROFILE",
  MissingAuthenticationTokenException: "the request carried no credentials; set profile, AWS_PROFILE or access keys",
  CredentialsProviderError: "set the provider's profile or accessKey and secretKey, or AWS_PROFILE, or log in",
  TokenProviderError: "log in again with `aws sso login`",
  BlockedByOrganizationPolicyException:
    "a policy of your AWS organization governs this setting, and trying again does not help; ask the organization's administrators, or take the resource out of the program",
  RepositoryNotFoundException: "check the name and the provider's region, or declare the repository first",
  PullThroughCacheRuleNotFoundException:
    "check the prefix and the region, or declare a PullThroughCacheRule with this prefix first",
  ReplicationBackfillInProgressException:
    "`pulumi-ecr backfill status` shows it; wait for its end, or end it with `pulumi-ecr backfill stop`",
  ReplicationBackfillNotFoundException: "check the id and the region; getReplicationBackfills lists those of 90 days",
  LimitExceededException: "this is a quota, waiting does not help; ask AWS for a higher one or remove something",
  ThrottlingException: "AWS still refused after all retries; lower --parallel or the provider's maxConcurrency",
};

const network = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPROTO",
]);

interface SdkError {
  name?: string;
  message?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number };
  $response?: { statusCode?: number; headers?: Record<string, string> };
  errors?: readonly unknown[];
}

/** The end of a wait, as the SDK reports it and `http.ts` completes it. */
interface Timeout extends Error {
  /** The server that was waited for, where that is not ECR. */
  endpoint?: string;
  /** Not even a connection could be made. */
  unreachable?: boolean;
}

/** The SDK gives the same name to connections that were reset; those have a code of their own. */
export function isTimeout(error: unknown): error is Timeout {
  const { name, code, errno } = (error ?? {}) as SdkError & { errno?: unknown };
  return name === "TimeoutError" && (code === undefined || (code === "ETIMEDOUT" && errno === undefined));
}

/** The failure of one call, with AWS's message, its fault name and what to do about it where that is known. */
export function translate(error: unknown, operation: string, where: { endpoint?: string | undefined }): ProviderError {
  if (error instanceof ProviderError) return error;
  const { name = "", code: systemCode = "", $metadata, $response, errors } = (error ?? {}) as SdkError;
  const message = plainMessage(error);
  const target = where.endpoint ? ` at ${where.endpoint}` : "";
  const inner = (errors?.[0] ?? {}) as SdkError;
  const cause = { cause: error };
  if (name === "AbortError") return new ProviderError("Cancelled", `${operation} was cancelled`, cause);
  if (isTimeout(error)) {
    const { endpoint = where.endpoint ?? "ECR", unreachable } = error;
    const attempts = $metadata?.attempts ?? 1;
    return new ProviderError(
      "Unavailable",
      `${operation}: ${endpoint} ${unreachable ? "could not be reached" : "did not answer"} in time${attempts > 1 ? `, in ${attempts} attempts` : ""}; check the endpoint, the network and any proxy, then run again`,
      { ...cause, retried: attempts > 1 },
    );
  }
  if (network.has(systemCode) || network.has(inner.code ?? "")) {
    return new ProviderError(
      "Unavailable",
      `${operation} could not reach ECR${target}: ${message || systemCode}; check the endpoint, the region and the network`,
      cause,
    );
  }
  if (error instanceof SyntaxError) {
    const kind = $response?.headers?.["content-type"];
    return new ProviderError(
      "Unavailable",
      `${operation} got an answer that is not ECR's${target}${kind ? ` (${kind})` : ""}, HTTP status ${$response?.statusCode ?? $metadata?.httpStatusCode ?? "unknown"}; check the provider's endpoint and any proxy`,
      cause,
    );
  }
  if (name === "EndpointError") {
    return new ProviderError(
      "InvalidInput",
      `${operation}: ${message}; a custom endpoint goes neither with AWS_USE_FIPS_ENDPOINT nor with AWS_USE_DUALSTACK_ENDPOINT, so unset the one or the other`,
      cause,
    );
  }
  if (message === "Region is missing" || message.startsWith('Region not accepted: region=""')) {
    return new ProviderError(
      "InvalidInput",
      "no region is set; set the provider's region, AWS_REGION or a profile that has one",
      cause,
    );
  }
  if (message.startsWith("Region not accepted")) {
    return new ProviderError(
      "InvalidInput",
      `${message}; correct the provider's region, AWS_REGION or the profile's`,
      cause,
    );
  }
  const status = $metadata?.httpStatusCode;
  const code =
    codes[name] ??
    (name.endsWith("NotFoundException") || name === "TemplateNotFoundException"
      ? "NotFound"
      : name.endsWith("AlreadyExistsException")
        ? "AlreadyExists"
        : status === 403
          ? "AccessDenied"
          : status !== undefined && status >= 500
            ? "Unavailable"
            : undefined);
  const told = remedies[name];
  const remedy = told ? `; ${told}` : "";
  if (!code) {
    return status === undefined
      ? ProviderError.from(error, operation)
      : new ProviderError("InvalidInput", `${operation} was refused: ${name}: ${message}${remedy}`, {
          ...cause,
          fault: name,
        });
  }
  return new ProviderError(code, `${operation}: ${name}: ${message}${remedy}`, {
    ...cause,
    fault: name,
    retried: ($metadata?.attempts ?? 1) > 1,
  });
}

/** The message on one line, without control characters and without anything after the SDK's own hints. */
function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split("\n", 1)[0] ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return line.replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, " ").slice(0, 2_000);
}
