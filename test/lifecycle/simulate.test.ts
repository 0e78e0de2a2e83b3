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
  /** The reason, by letter. */
  says: Record<string, string>;
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
      const reasons = verdicts.map(({ reason }, index) => [letters[index], reason]);
      assert.deepEqual(Object.fromEntries(reasons), item.says);
      for (const [letter, days] of Object.entries(item.when ?? {}))
        assert.equal(Date.parse(verdicts[letters.indexOf(letter)]?.when ?? ""), ago(days)?.getTime(), letter);
      const backwards = simulate({ rules: item.rules }, images.toReversed(), new Date(at), options);
      assert.deepEqual(backwards.images.toReversed(), verdicts, "the order of the images does not count");
    });
  }
});

test("the summary counts images and their bytes by what happens to them, and those whose outcome hangs on something", () => {
  const image = (letter: string, days: number, imageSizeInBytes?: number, more: object = {}) => ({
    ...{ imageDigest: digest(letter), imagePushedAt: ago(days), imageSizeInBytes },
    ...more,
  });
  const rule = (rulePriority: number, selection: object, action: object = { type: "expire" }) => ({
    ...{ rulePriority, selection: { tagStatus: "untagged", ...selection }, action },
  });
  const archive = rule(
    1,
    { countType: "sinceImagePushed", countUnit: "days", countNumber: 50 },
    { type: "transition", targetStorageClass: "archive" },
  );
  const few = rule(2, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 4 });
  const images = [
    ...[image("a", 60, 1), image("b", 70), image("c", 80, 10)],
    ...[image("d", 20, 100, { imageTags: ["x"] }), image("e", 10, 1_000), image("f", 30, 10_000, { imageTags: ["y"] })],
    ...[image("0", 25, 0, { imageTags: ["z"] }), image("1", 25, 0, { imageTags: ["w"] })],
  ];
  const { summary, at: moment } = simulate({ rules: [archive, few] }, images, new Date(at));
  assert.equal(moment, "2026-11-25T12:00:00Z");
  assert.deepEqual(summary, {
    ...{ images: 8, keep: 4, expire: 1, transition: 3 },
    ...{ expireBytes: 10_000, transitionBytes: 11, uncertain: 0 },
  });
  const tied = simulate(
    { rules: [rule(1, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 })] },
    images,
    at / 1_000,
  );
  assert.deepEqual([tied.summary.uncertain, tied.summary.expireBytes], [2, 10_011]);
});

test("manifest lists that do not say what belongs to them are noted", () => {
  const index = "application/vnd.oci.image.index.v1+json";
  const list = (letter: string, more: object = {}) => ({
    ...{ imageDigest: digest(letter), imagePushedAt: ago(1), imageManifestMediaType: index, ...more },
  });
  const notes = (...images: LifecycleImage[]) => simulate(undefined, images, new Date(at)).notes;
  const rest = "so those are judged like any other; AWS keeps them as long as their list";
  assert.deepEqual(notes(list("a", { children: [] }), list("b", { imageManifestMediaType: "x" })), []);
  assert.deepEqual(notes(list("a"), list("b", { children: [] })), [
    `1 manifest list does not say which images belong to it (children), ${rest}`,
  ]);
  assert.deepEqual(notes(list("a"), list("b")), [
    `2 manifest lists do not say which images belong to them (children), ${rest}`,
  ]);
});
