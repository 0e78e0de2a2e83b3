/** Answers a request with a file, or the range of it that was asked for. */

import { createReadStream, statSync } from "node:fs";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** `cutOff` ends the connection half-way. GET and HEAD; one range, as `bytes=1-2`, `bytes=1-` or `bytes=-2`. Several ranges get the whole file, which is allowed. */
export function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { headers = {}, cutOff = false }: { headers?: OutgoingHttpHeaders; cutOff?: boolean } = {},
): void {
  const { size } = statSync(path);
  const common = { "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", ...headers };
  const range = rangeOf(request.headers.range, size);
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...common, "Content-Length": 0, "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...common,
    "Content-Length": end - start + 1,
    ...(range ? { "Content-Range": `bytes ${start}-${end}/${size}` } : {}),
  });
  if (request.method === "HEAD" || size === 0) response.end();
  else send(path, start, cutOff ? Math.floor((start + end) / 2) : end, response, !cutOff);
}

function send(path: string, start: number, end: number, response: ServerResponse, complete: boolean): void {
  const file = createReadStream(path, { start, end, highWaterMark: 1 << 20 });
  file.on("error", () => response.destroy());
  file.on("end", () => complete || response.destroy());
  response.on("close", () => file.destroy());
  file.pipe(response, { end: complete });
}

function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return start >= size || start > end ? "unsatisfiable" : { start, end };
}
