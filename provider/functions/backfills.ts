/** What a replication backfill is: the copying of images that were there before a replication rule. */

import { integer, list, object, string } from "../define/property.ts";

const progress = object("ReplicationBackfillProgress", "How far a backfill is.", {
  optional: {
    totalReplicationCount: integer("Images to copy."),
    completedReplicationCount: integer("Images copied."),
    failedReplicationCount: integer("Images that could not be copied."),
    failureCodes: list(string("A failure code."), "Why images could not be copied."),
  },
});

const destination = object("ReplicationBackfillDestination", "The registry that receives copies.", {
  optional: { region: string("Region of the destination."), registryId: string("Account id of the destination.") },
});

export const facts = {
  replicationBackfillId: string("Id of the backfill."),
  destination,
  status: string("`PREPARING`, `IN_PROGRESS`, `COMPLETE`, `FAILED`, `STOPPING` or `STOPPED`."),
  failureCode: string("Why the backfill failed."),
  progress,
  startedAt: string("When it was started, as ISO 8601 text in UTC."),
  endedAt: string("When it ended, as ISO 8601 text in UTC."),
};
