/** What lifecycle policies do to images, as cases (test/cases/lifecycle/simulate.json). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { LifecycleImage } from "../../provider/lifecycle/images.ts";
import { simulate } from "../../provider/lifecycle/simulate.ts";

/** An image by its letter; ages in days before the moment of the run. */
interface CaseImage {
  tags?: string[];
  days: number;
  pulled?: number;
  archived?: number;
  activated?: number;
  status?: string;
  children?: string;
  subject?: string;
  mediaType?: string;
}

interface Case {
  name: string;
  rules: object[];
  children?: "exclude" | "count";
  images: Record<string, CaseImage>;
  /** `ACTION [PRIORITY] [DOUBT…]`, by letter. */
  verdicts: Record<string, string>;
  /** Part of the reason, by letter. */
  says?: Record<string, string>;
  /** Days before the run at which the criterion was met, by letter. */
  when?: Record<string, number>;
}

const at = Date.parse("2026-11-25T12:00:00Z");
const ago = (days: number | undefined) => (days === undefined ? undefined : new Date(at - days * 86_400_000));
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function imageOf(letter: string, image: CaseImage): LifecycleImage {
  return {
    imageDigest: digest(letter),
    imageTags: image.tags,
    imagePushedAt: ago(image.days),
    lastRecordedPullTime: ago(image.pulled),
    lastArchivedAt: ago(image.archived),
    lastActivatedAt: ago(image.activated),
    imageStatus: image.status,
    imageManifestMediaType: image.mediaType,
    children: image.children === undefined ? undefined : [...image.children].map(digest),
    subjectManifestDigest: image.subject === undefined ? undefined : digest(image.subject),
  };
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "cases", "lifecycle", "simulate.json"), "utf8"),
) as Case[];

describe("what a lifecycle policy does to images", () => {
  for (const item of cases) {
    test(item.name, () => {
      const images = Object.entries(item.images).map(([letter, image]) => imageOf(letter, image));
      const options = item.children ? { children: item.children } : {};
      const { images: verdicts } = simulate({ rules: item.rules }, images, new Date(at), options);
      const letters = Object.keys(item.images);
      const brief = verdicts.map(({ action, rulePriority, hangsOn = [] }, index) => [
        letters[index],
        [action, rulePriority, ...hangsOn].filter((word) => word !== null).join(" "),
      ]);
      assert.deepEqual(Object.fromEntries(brief), item.verdicts);
      for (const [letter, text] of Object.entries(item.says ?? {})) {
        const { reason = "" } = verdicts[letters.indexOf(letter)] ?? {};
        assert.ok(reason.includes(text), reason);
      }
      for (const [letter, days] of Object.entries(item.when ?? {}))
        assert.equal(Date.parse(verdicts[letters.indexOf(letter)]?.when ?? ""), ago(days)?.getTime(), letter);
      const backwards = simulate({ rules: item.rules }, images.toReversed(), new Date(at), options);
      assert.deepEqual(backwards.images.toReversed(), verdicts, "the order of the images does not count");
    });
  }
});
