/** OCI layouts, good and bad: what is read from them, and what is said of those that cannot be pushed. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openLayout } from "../../provider/images/layout.ts";
import { type Descriptor, largestManifest, parseManifest } from "../../provider/images/manifest.ts";
import { manifestsOf, type Source } from "../../provider/images/source.ts";
import { digestOf, LayoutFolder, noise, simpleLayout } from "./layouts.ts";

let folder: string;
let count = 0;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "ecr-layouts-"));
});
after(() => rmSync(folder, { recursive: true }));

const fresh = () => join(folder, `layout${++count}`);

async function bytesOf(source: Source, blob: Descriptor, start = 0): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // A chunk holds only until the next one is asked for.
  for await (const chunk of source.read(blob, start)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function tarOf(layout: string, ...options: string[]): string {
  const file = `${layout}.tar`;
  execFileSync("tar", ["-cf", file, ...options, "-C", layout, "."]);
  return file;
}

for (const [form, options] of Object.entries({
  folder: undefined,
  "ustar archive": ["--format=ustar"],
  "pax archive": ["--format=pax"],
  "GNU archive": ["--format=gnu"],
})) {
  test(`a layout as ${form} gives the manifest byte for byte and every blob from any byte on`, async () => {
    const path = fresh();
    const layers = ["one", noise(3_000_001)];
    const { digest, layout } = simpleLayout(path, ...layers);
    const source = await openLayout(options ? tarOf(path, ...options) : path, {});
    try {
      assert.equal(source.root.digest, digest);
      assert.equal(source.root.text, readFileSync(layout.file(digest), "utf8"));
      const [, small, large] = source.root.blobs;
      assert.ok(small && large);
      assert.equal((await bytesOf(source, small)).toString(), "one");
      assert.equal(digestOf(await bytesOf(source, large)), large.digest);
      assert.deepEqual(await bytesOf(source, large, 2_999_999), (layers[1] as Buffer).subarray(2_999_999));
    } finally {
      await source.close();
    }
  });
}

test("names that are too long for a tar header are read from its extensions", async () => {
  const path = fresh();
  const { digest } = simpleLayout(path, "one");
  const deep = join(path, "x".repeat(120), "y".repeat(120));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, "z".repeat(200)), "nothing");
  for (const format of ["--format=pax", "--format=gnu"]) {
    const source = await openLayout(tarOf(path, format), {});
    assert.equal(source.root.digest, digest);
    await source.close();
  }
});

test("an index is walked to its leaves, each manifest once and children before parents", async () => {
  const layout = new LayoutFolder(fresh());
  const [amd, arm] = [layout.manifest(["amd"]), layout.manifest(["arm", "more"])];
  const index = layout.index([amd, arm, amd]);
  layout.add(index);
  const source = await openLayout(layout.path, {});
  assert.deepEqual(
    (await manifestsOf(source)).map(({ digest }) => digest),
    [amd.digest, arm.digest, index.digest],
  );
});

test("one image of several is chosen by ref or by digest", async () => {
  const layout = new LayoutFolder(fresh());
  const [one, two] = [layout.manifest(["one"]), layout.manifest(["two"])];
  layout.add(one, "v1").add(two, "v2");
  assert.equal((await openLayout(layout.path, { ref: "v2" })).root.digest, two.digest);
  assert.equal((await openLayout(layout.path, { digest: one.digest })).root.digest, one.digest);
  await assert.rejects(openLayout(layout.path, {}), /holds 2 images, v1, v2; choose one with `ref`/);
  await assert.rejects(openLayout(layout.path, { ref: "v3" }), /has no image with ref "v3"; it has v1, v2/);
});

test("layers that may not be distributed are not asked for", async () => {
  const layout = new LayoutFolder(fresh());
  const foreign = {
    mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar",
    digest: digestOf("elsewhere"),
    size: 9,
  };
  layout.add(layout.manifest(["one"], { layers: [foreign, layout.blob("one")] }));
  const { root } = await openLayout(layout.path, {});
  assert.deepEqual(
    root.blobs.slice(1).map(({ digest }) => digest),
    [digestOf("one")],
  );
});

/** How to spoil a good layout of two layers, and what is said of it. */
const spoiled: Record<string, { spoil: (layout: LayoutFolder, image: string) => void; says: RegExp }> = {
  "a missing blob": {
    spoil: (layout) => rmSync(layout.file(digestOf("two"))),
    says: /has no blobs\/sha256\/3fc4ccfe/,
  },
  "a blob of another size": {
    spoil: (layout) => writeFileSync(layout.file(digestOf("two")), "longer"),
    says: /has 6 bytes at blobs\/sha256\/3fc4\w+ where the manifest says 3; build it again/,
  },
  "a manifest that was changed": {
    spoil: (layout, image) => writeFileSync(layout.file(image), `${readFileSync(layout.file(image), "utf8")} `),
    says: /does not have the digest sha256:\w{64} by which it is named but sha256:\w{64}/,
  },
  "a blob that is a link out of the folder": {
    spoil(layout) {
      const file = layout.file(digestOf("two"));
      renameSync(file, join(dirname(layout.path), "outside"));
      symlinkSync(join(dirname(layout.path), "outside"), file);
    },
    says: /has a link at blobs\/sha256\/\w+ that leads out of the folder/,
  },
  "an index.json that is a link to a device": {
    spoil(layout) {
      rmSync(join(layout.path, "index.json"));
      symlinkSync("/dev/zero", join(layout.path, "index.json"));
    },
    says: /has a link at index.json that leads out of the folder/,
  },
  "a folder in the place of a blob": {
    spoil(layout) {
      rmSync(layout.file(digestOf("two")));
      mkdirSync(layout.file(digestOf("two")));
    },
    says: /is no file/,
  },
  "a digest that is a path": {
    spoil: (layout) =>
      writeFileSync(
        join(layout.path, "index.json"),
        JSON.stringify({ manifests: [{ digest: "sha256:../../../etc/passwd", size: 1 }] }),
      ),
    says: /manifests\[0\], has the digest "sha256:..\/..\/..\/etc\/passwd"|has the digest "sha256:\.\.\/\.\.\/\.\.\/etc\/passwd"/,
  },
  "an index.json that is no JSON": {
    spoil: (layout) => writeFileSync(join(layout.path, "index.json"), '{"manifests": ['),
    says: /index\.json of the OCI layout .*: it is not JSON/,
  },
  "an index.json without images": {
    spoil: (layout) => writeFileSync(join(layout.path, "index.json"), '{"manifests": []}'),
    says: /holds no image/,
  },
  "an index.json of 5 MB": {
    spoil: (layout) => writeFileSync(join(layout.path, "index.json"), `{"x":"${"x".repeat(5_000_000)}"}`),
    says: /has index.json with 5000008 bytes; at most 4194304 are read/,
  },
  "JSON nested 100,000 levels deep": {
    spoil: (layout) => writeFileSync(join(layout.path, "index.json"), `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    says: /is nested more than 64 levels deep/,
  },
  "no oci-layout file": {
    spoil: (layout) => rmSync(join(layout.path, "oci-layout")),
    says: /has no oci-layout/,
  },
  "another version": {
    spoil: (layout) => writeFileSync(join(layout.path, "oci-layout"), '{"imageLayoutVersion":"2.0.0"}'),
    says: /is of another version than 1/,
  },
};

describe("a layout that cannot be pushed is said to be so", { timeout: 60_000 }, () => {
  for (const [name, { spoil, says }] of Object.entries(spoiled)) {
    test(name, async () => {
      const { digest, layout } = simpleLayout(fresh(), "one", "two");
      spoil(layout, digest);
      await assert.rejects(openLayout(layout.path, {}), (error: { code?: string; message: string }) => {
        assert.equal(error.code, "InvalidInput", error.message);
        assert.match(error.message, says);
        return true;
      });
    });
  }

  test("an index of 100 indexes inside each other", async () => {
    const layout = new LayoutFolder(fresh());
    let inner = layout.manifest(["one"]);
    for (let level = 0; level < 100; level++) inner = layout.index([inner]);
    await assert.rejects(openLayout(layout.add(inner).path, {}), /nests indexes more than 8 levels deep/);
  });

  test("an index of more manifests than any image has", async () => {
    const layout = new LayoutFolder(fresh());
    const children = Array.from({ length: 1_001 }, (_, index) =>
      layout.manifest([], { annotations: { n: `${index}` } }),
    );
    await assert.rejects(openLayout(layout.add(layout.index(children)).path, {}), /more than 1000 manifests/);
  });

  test("archives that are compressed, cut off, or none", async () => {
    const path = fresh();
    simpleLayout(path, noise(100_000));
    const whole = readFileSync(tarOf(path));
    const file = join(folder, "bad.tar");
    const said = async (bytes: Uint8Array) => {
      writeFileSync(file, bytes);
      return openLayout(file, {}).then(
        () => assert.fail("it must fail"),
        (error: Error) => error.message,
      );
    };
    execFileSync("gzip", ["-kf", `${path}.tar`]);
    assert.match(await said(readFileSync(`${path}.tar.gz`)), /compressed with gzip; unpack it with gunzip first/);
    assert.match(await said(whole.subarray(0, 60_000)), /ends in the middle of a file/);
    assert.match(await said(noise(4_096)), /is no tar archive/);
    assert.match(await said(new Uint8Array()), /has no oci-layout/);
    const damaged = Buffer.from(whole);
    damaged.write("garbage", whole.indexOf("./blobs/sha256/"), "latin1");
    assert.match(await said(damaged), /is damaged at byte/);
  });

  test("an archive in which a blob is a link", async () => {
    const path = fresh();
    const { layout } = simpleLayout(path, "one");
    rmSync(layout.file(digestOf("one")));
    symlinkSync("/etc/hostname", layout.file(digestOf("one")));
    await assert.rejects(openLayout(tarOf(path), {}), /that is no file; links are not followed/);
  });
});

/** Manifests that are refused. */
const manifests: Record<string, { content: unknown; says: RegExp }> = {
  "no object": { content: [], says: /is not a JSON object/ },
  "schema version 1": { content: { schemaVersion: 1 }, says: /has schemaVersion 1; only version 2/ },
  "an unknown media type": {
    content: { schemaVersion: 2, mediaType: "text/html" },
    says: /"text\/html", which is no man/,
  },
  "no configuration": {
    content: { schemaVersion: 2, layers: [] },
    says: /config, is missing or no object|config.*is missing/,
  },
  "layers that are no list": { content: { schemaVersion: 2, layers: {} }, says: /has no list of layers/ },
  "a size that is no number": {
    content: { schemaVersion: 2, config: { digest: digestOf("x"), size: -1 } },
    says: /has the size -1; it must be a number of bytes/,
  },
  "another hash": {
    content: { schemaVersion: 2, config: { digest: "sha512:00", size: 1 } },
    says: /must be sha256: and 64/,
  },
};

for (const [name, { content, says }] of Object.entries(manifests)) {
  test(`a manifest with ${name} is refused`, () => {
    assert.throws(() => parseManifest(Buffer.from(JSON.stringify(content)), "the manifest"), says);
  });
}

test("a manifest larger than ECR stores, and bytes that are no text, are refused", () => {
  assert.throws(() => parseManifest(Buffer.alloc(largestManifest + 1), "x"), /ECR stores manifests of at most 4194304/);
  assert.throws(() => parseManifest(Buffer.from([0x22, 0xff, 0x22]), "x"), /is not JSON/);
});
