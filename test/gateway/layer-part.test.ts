/** Bodies of UploadLayerPart: the same JSON as the SDK would send, whatever pieces the bytes come in; and their buffers. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { PartBody, PartBuffers, partSize } from "../../provider/gateway/layer-part.ts";
import { noise } from "../images/layouts.ts";

const signal = new AbortController().signal;
const address = { repositoryName: "team/app", uploadId: 'id"with quote', partFirstByte: 7 };

for (const [name, sizes] of Object.entries({
  "one byte": [1],
  "pieces that are no multiples of three": [1, 1, 2, 5, 70_001, 3],
  "pieces around the length that is encoded at once": [49_151, 49_152, 49_153],
  "a whole part": [partSize],
  "nothing and something": [0, 4],
})) {
  test(`a body holds its bytes as base64: ${name}`, async () => {
    const bytes = noise(sizes.reduce((sum, size) => sum + size, 0));
    const buffers = new PartBuffers();
    const buffer = await buffers.borrow(bytes.length, signal);
    const body = new PartBody(buffer);
    let at = 0;
    for (const size of sizes) {
      body.add(bytes.subarray(at, at + size));
      at += size;
    }
    const { layerPartBlob, ...rest } = JSON.parse(body.finish(address).toString()) as { layerPartBlob: string };
    assert.ok(Buffer.from(layerPartBlob, "base64").equals(bytes));
    assert.equal(layerPartBlob, bytes.toString("base64"));
    assert.deepEqual(rest, { ...address, partLastByte: 6 + bytes.length });
  });
}

test("there are four buffers; whoever comes later waits, and who gives up does not keep the next from its turn", async () => {
  const buffers = new PartBuffers();
  const lent = [];
  for (let count = 0; count < 4; count++) lent.push(await buffers.borrow(partSize, signal));
  const impatient = new AbortController();
  const first = buffers.borrow(partSize, impatient.signal);
  const second = buffers.borrow(10, signal);
  impatient.abort(new Error("cancelled"));
  await assert.rejects(first, /cancelled/);
  const [returned] = lent;
  assert.ok(returned);
  buffers.giveBack(returned);
  assert.ok((await second).length < returned.length, "a small part takes a small buffer");
});

test("a buffer is used again while others are out", async () => {
  const buffers = new PartBuffers();
  const [one, two] = [await buffers.borrow(partSize, signal), await buffers.borrow(partSize, signal)];
  buffers.giveBack(one);
  assert.equal(await buffers.borrow(partSize, signal), one);
  buffers.giveBack(two);
});
