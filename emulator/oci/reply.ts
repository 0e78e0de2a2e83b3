/** What a request under `/v2/` is answered, before faults and HTTP have their part. */

import type { OutgoingHttpHeaders } from "node:http";

export interface Reply {
  status: number;
  headers?: OutgoingHttpHeaders;
  body?: string;
}
