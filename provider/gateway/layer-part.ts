/**
 * Bodies of UploadLayerPart, filled while the bytes are read. The SDK would hold each part four times over, as bytes, as
 * base64, as JSON text and as its encoding; here it is held once, and the buffers are few and used again.
 */

/** In bytes; ECR takes parts of 5 to 10 MiB (service quotas, "layer part size"). */
export const partSize = 10 * 1024 * 1024;
/** Parts in memory at once, of all uploads of a process: 56 MB. */
const mostBuffers = 4;
/** A multiple of 3, so that base64 goes on without padding, and small enough for the young generation of the heap. */
const stretch = 48 * 1024;
const room = 2048;

/** Which part of which upload. */
export interface PartAddress {
  readonly repositoryName: string;
  readonly uploadId: string;
  readonly partFirstByte: number;
}

/** Lends the buffers of which bodies are made; whoever borrows one gives it back. */
export class PartBuffers {
  readonly #idle: Buffer[] = [];
  #lent = 0;
  readonly #waiting: (() => void)[] = [];

  /** A buffer for a part of `size` bytes, as soon as one is free. */
  async borrow(size: number, signal: AbortSignal): Promise<Buffer> {
    while (this.#lent >= mostBuffers) await this.#freed(signal);
    if (signal.aborted) {
      // Whoever waits behind takes what would have been lent here.
      this.#waiting.shift()?.();
      throw signal.reason;
    }
    this.#lent++;
    const whole = bodySize(partSize);
    if (bodySize(size) * 2 < whole) return Buffer.allocUnsafeSlow(bodySize(size));
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(whole);
  }

  giveBack(buffer: Buffer): void {
    this.#lent--;
    if (buffer.length === bodySize(partSize)) this.#idle.push(buffer);
    this.#waiting.shift()?.();
    if (this.#lent === 0) this.#idle.length = 0;
  }

  #freed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        const at = this.#waiting.indexOf(go);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason);
      };
      this.#waiting.push(go);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}

function bodySize(bytes: number): number {
  return Math.ceil(bytes / 3) * 4 + room;
}

/** Writes the JSON of a part into `buffer` as its bytes come. */
export class PartBody {
  readonly #buffer: Buffer;
  #at: number;
  readonly #rest = Buffer.alloc(3);
  #pending = 0;
  /** Bytes of the part so far. */
  size = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    this.#at = buffer.write('{"layerPartBlob":"', "latin1");
  }

  add(bytes: Uint8Array): void {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.size += all.length;
    let from = 0;
    while (this.#pending > 0 && from < all.length) {
      this.#rest[this.#pending++] = all[from++] ?? 0;
      if (this.#pending === 3) {
        this.#write(this.#rest);
        this.#pending = 0;
      }
    }
    const whole = from + Math.floor((all.length - from) / 3) * 3;
    for (; from < whole; from += stretch) this.#write(all.subarray(from, Math.min(from + stretch, whole)));
    for (let at = whole; at < all.length; at++) this.#rest[this.#pending++] = all[at] ?? 0;
  }

  /** The finished body, a view of the buffer. */
  finish({ partFirstByte, ...address }: PartAddress): Buffer {
    this.#write(this.#rest.subarray(0, this.#pending));
    this.#pending = 0;
    const members = JSON.stringify({ ...address, partFirstByte, partLastByte: partFirstByte + this.size - 1 });
    this.#at += this.#buffer.write(`",${members.slice(1)}`, this.#at, "utf8");
    return this.#buffer.subarray(0, this.#at);
  }

  #write(bytes: Buffer): void {
    this.#at += this.#buffer.write(bytes.toString("base64"), this.#at, "latin1");
  }
}
