/** Addresses that hand out a layer without credentials for a while, as ECR's pre-signed ones of S3 do. */

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

export const downloadPrefix = "/_layer/";

/** What an address stands for. `expires` in epoch milliseconds of the registry's clock. */
export interface Download {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
  readonly expires: number;
}

export interface Downloads {
  /** Base of the addresses; the server sets it when it knows its port. */
  origin: string;
  sign(download: Download): string;
  /** What an address stands for; undefined when this process has not signed it. Does not look at the time. */
  verify(path: string): Download | undefined;
}

/** Signs with a key of its own: addresses die with the process. */
export function createDownloads(): Downloads {
  const key = randomBytes(32);
  const signatureOf = (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  const own: Downloads = {
    origin: "",
    sign(download) {
      const claim = Buffer.from(JSON.stringify(download)).toString("base64url");
      return `${own.origin}${downloadPrefix}${download.digest}?X-Ecr-Claim=${claim}&X-Ecr-Signature=${signatureOf(claim)}`;
    },
    verify(path) {
      const { pathname, searchParams } = new URL(path, "http://emulator");
      const claim = searchParams.get("X-Ecr-Claim") ?? "";
      const [given, expected] = [searchParams.get("X-Ecr-Signature") ?? "", signatureOf(claim)].map((text) =>
        Buffer.from(text),
      );
      if (!given || !expected || given.length !== expected.length || !timingSafeEqual(given, expected))
        return undefined;
      const download = JSON.parse(Buffer.from(claim, "base64url").toString("utf8")) as Download;
      return pathname === `${downloadPrefix}${download.digest}` ? download : undefined;
    },
  };
  return own;
}
