/** The speeds of images: a push of 1 GiB by the plugin's own process, and a promotion of what is there. */

import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectPlugin } from "../../test/harness/client.ts";
import { Session, wire } from "../../test/harness/session.ts";
import { LayoutFolder, type Written } from "../../test/images/layouts.ts";

const mebibyte = 2 ** 20;
const layerSizes = [512, 256, 128, 64, 64];

interface Measured {
  /** MB a second. */
  readonly pushed: number;
  /** MiB of the plugin's process at its highest. */
  readonly resident: number;
  readonly layersSent: number;
  readonly promotionCalls: number;
}

/** Pushes to the emulator at `url` with the plugin at `plugin`, in a process of its own, and promotes. */
export async function measureImages(
  url: string,
  plugin: string,
  firstLine: (child: ChildProcess) => Promise<string>,
  calls: () => Promise<string[]>,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "ecr-bench-"));
  const child = spawn(process.execPath, [plugin], { stdio: ["ignore", "pipe", "inherit"] });
  const client = await connectPlugin(Number(await firstLine(child)), { endpoint: url });
  try {
    const layout = new LayoutFolder(folder);
    const layers = layerSizes.map((size) => randomLayer(layout, size));
    layout.add(layout.manifest([], { layers }));
    for (const name of ["team/app", "prod/app"]) await repository(client, name);
    const pushing = new Session(client, "Image", "app");
    const started = performance.now();
    await pushing.up(wire({ repositoryName: "team/app", imageTags: ["v1"], source: { layout: folder } }));
    const seconds = (performance.now() - started) / 1_000;
    const resident = highWater(child);
    const promote = async (name: string) =>
      new Session(client, "Image", name).up(
        wire({ repositoryName: "prod/app", imageTags: [name], source: { repositoryName: "team/app", imageTag: name } }),
      );
    await promote("v1");
    layout.entries.length = 0;
    layout.add(layout.manifest([], { layers, annotations: { build: "2" } }));
    const source = { layout: folder };
    await new Session(client, "Image", "second").up(wire({ repositoryName: "team/app", imageTags: ["v2"], source }));
    const before = (await calls()).length;
    await promote("v2");
    const promotion = (await calls()).slice(before);
    return {
      pushed: layers.reduce((sum, { size }) => sum + size, 0) / 1e6 / seconds,
      resident,
      layersSent: promotion.filter((name) => name === "InitiateLayerUpload").length,
      promotionCalls: promotion.length,
    };
  } finally {
    await client.close();
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function repository(client: Awaited<ReturnType<typeof connectPlugin>>, repositoryName: string): Promise<void> {
  await new Session(client, "Repository", repositoryName).up(wire({ repositoryName, forceDelete: true }));
}

/** A layer of so many MiB, which is never whole in memory. */
function randomLayer(layout: LayoutFolder, size: number): Written {
  const hash = createHash("sha256");
  const temporary = join(layout.path, "layer");
  const file = openSync(temporary, "w");
  const bytes = Buffer.alloc(mebibyte);
  for (let written = 0; written < size; written++) {
    hash.update(randomFillSync(bytes));
    writeSync(file, bytes);
  }
  closeSync(file);
  const digest = `sha256:${hash.digest("hex")}`;
  renameSync(temporary, layout.file(digest));
  return { mediaType: "application/vnd.oci.image.layer.v1.tar", digest, size: size * mebibyte };
}

function highWater(child: ChildProcess): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
