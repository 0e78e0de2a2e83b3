/**
 * The door of CloudTrail: who called which operation of ECR, and when. Loaded only when it is asked for. CloudTrail answers
 * two questions a second for each account and region, so the SDK's retries do the waiting.
 */

import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { credentials } from "./credentials.ts";
import { translate } from "./faults.ts";
import { AbortableHandler, PatientRetryStrategy } from "./http.ts";
import type { ConnectionSettings } from "./settings.ts";

/** One call, as the trail has it. */
export interface TrailEvent {
  readonly operation: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** ARN of the caller where the trail has it, else a name. */
  readonly by: string;
  /** What the call was given; what is no object is none. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** CloudTrail of the region of these settings; its endpoint is that of AWS_ENDPOINT_URL_CLOUDTRAIL, if any. */
export function trailOf(settings: ConnectionSettings, region: string) {
  const client = new CloudTrailClient({
    region,
    ...(settings.profile ? { profile: settings.profile } : {}),
    ...credentials(settings, region),
    retryStrategy: new PatientRetryStrategy({ maxAttempts: 10 }),
    requestHandler: new AbortableHandler({ silence: settings.silence, sockets: 2 }),
  });
  return {
    /** The calls of one operation since a moment, the newest first, page by page. Throws ProviderError. */
    async *calls(operation: string, since: Date, signal: AbortSignal): AsyncGenerator<TrailEvent> {
      let nextToken: string | undefined;
      const seen = new Set<string>();
      do {
        const input = {
          LookupAttributes: [{ AttributeKey: "EventName" as const, AttributeValue: operation }],
          StartTime: since,
          MaxResults: 50,
          NextToken: nextToken,
        };
        const page = await client
          .send(new LookupEventsCommand(input), { abortSignal: signal })
          .catch((error: unknown) => {
            throw translate(error, "LookupEvents", {});
          });
        for (const event of page.Events ?? []) yield eventOf(operation, event);
        nextToken = page.NextToken || undefined;
        if (nextToken !== undefined && seen.has(nextToken)) return;
        if (nextToken !== undefined) seen.add(nextToken);
      } while (nextToken !== undefined);
    },
    close: () => client.destroy(),
  };
}

function eventOf(
  operation: string,
  event: { EventTime?: Date | undefined; Username?: string | undefined; CloudTrailEvent?: string | undefined },
): TrailEvent {
  const { userIdentity, requestParameters } = detailOf(event.CloudTrailEvent);
  const arn = (userIdentity as { arn?: unknown } | undefined)?.arn;
  const isObject = typeof requestParameters === "object" && requestParameters !== null;
  return {
    operation,
    at: event.EventTime?.toISOString() ?? "",
    by: typeof arn === "string" ? arn : (event.Username ?? ""),
    input: isObject ? (requestParameters as Record<string, unknown>) : {},
  };
}

function detailOf(text: string | undefined): { userIdentity?: unknown; requestParameters?: unknown } {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
