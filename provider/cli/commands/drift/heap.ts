/**
 * How V8 and Node manage memory while drift reads. Exports and answers are garbage as soon as they are read; a heap that grows
 * with them would only keep more of it, and what it has grown by is not given back. The figures are measured (tools/bench/drift.ts).
 */

import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** The young generation takes this much, in bytes; smaller, answers that are under way would be taken for old. */
const youngest = 16 * 1024 * 1024;
/** Node cuts small buffers from larger ones, and one of them that gets old keeps all of its like. */
const bufferPool = 8 * 1024;
/** How often the size of the young generation is looked at, in ms. */
const steered = 10;

/**
 * For the rest of the process; to be called once. V8 takes a limit of the young generation only when it starts, so its growth is
 * ended whenever it has the size.
 */
export function keepHeapSmall(): void {
  Buffer.poolSize = bufferPool;
  setFlagsFromString("--heap-growing-percent=30");
  const steer = () => {
    const size = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
    setFlagsFromString(`--semi-space-growth-factor=${size < youngest ? 2 : 1}`);
  };
  steer();
  setInterval(steer, steered).unref();
}
