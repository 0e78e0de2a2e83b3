/** What `simulate` reads from files: policies, images, images in use. */

import { imagesOf, type LifecycleImage } from "../../lifecycle/images.ts";
import { parseReference, type Reference } from "../../lifecycle/risk.ts";
import { ProviderError } from "../../text/errors.ts";
import { printable } from "../../text/printable.ts";
import { readText } from "./files.ts";

/** The images of a file as `aws ecr describe-images` prints them. */
export function readImageFile(file: string): readonly LifecycleImage[] {
  return imagesOf(parse(readText(file, { what: "the images" }), `reading the images from ${printable(file, 200)}`));
}

/** One image a line, or a JSON list of texts. */
export function readInUse(file: string): Reference[] {
  const text = readText(file, { what: "the images in use" });
  const value = text.trimStart().startsWith("[")
    ? parse(text, `reading the images in use from ${printable(file, 200)}`)
    : undefined;
  const entries = Array.isArray(value) ? value : text.split("\n").map((line) => line.trim());
  return entries.filter((entry) => entry !== "").map((entry) => parseReference(String(entry)));
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (error) {
    throw new ProviderError("InvalidInput", `${what}: it is no JSON (${printable((error as Error).message, 160)})`);
  }
}
