/** Moments, images and references as people and AWS write them, and what a change means in one sentence. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildLifecyclePolicy } from "../../provider/lifecycle/build.ts";
import { imagesOf, readImages } from "../../provider/lifecycle/images.ts";
import { lifecycleImpact } from "../../provider/lifecycle/impact.ts";
import { atRisk, parseReference, unknownReferences } from "../../provider/lifecycle/risk.ts";
import { compileRules } from "../../provider/lifecycle/select.ts";
import { simulate } from "../../provider/lifecycle/simulate.ts";
import { isoText, millisecondsOf, readMoment } from "../../provider/text/moment.ts";
import { unknown } from "../../provider/text/value.ts";

test("moments are read in every form in which AWS and its command line write them", () => {
  const same = Date.parse("2026-01-31T12:30:00Z");
  for (const form of [
    "2026-01-31T12:30:00Z",
    "2026-01-31T12:30Z",
    "2026-01-31 12:30:00",
    "2026-01-31 12:30:00+00:00",
    "2026-01-31T13:30:00+01:00",
    "2026-01-31T13:30:00+0100",
    "2026-01-31T13:30:00+01",
    "2026-01-31T07:00:00.000-05:30",
    same / 1_000,
    new Date(same),
  ])
    assert.equal(readMoment(form), same, String(form));
  assert.equal(readMoment("2026-01-31"), Date.parse("2026-01-31T00:00:00Z"));
  assert.equal(readMoment("2026-01-31T00:00:00.000250Z"), Date.parse("2026-01-31T00:00:00Z") + 0.25);
  assert.equal(readMoment(1_700_000_000.123_456), 1_700_000_000_123.456);
  assert.equal(readMoment("2028-02-29"), Date.parse("2028-02-29"));
});

test("what is no moment is refused, and milliseconds are not taken for seconds", () => {
  for (const form of [
    "",
    "now",
    "2026",
    "2026-02-30",
    "2026-13-01",
    "2026-01-31T25:00:00Z",
    "31.01.2026",
    `2026-01-31${" ".repeat(100)}`,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1.7e12,
    new Date(Number.NaN),
    true,
    {},
    null,
  ])
    assert.equal(readMoment(form), undefined, String(form));
  assert.throws(
    () => millisecondsOf(1.7e12, "reading x"),
    /reading x: 1700000000000 is past the year 5000; give seconds/,
  );
  assert.throws(() => millisecondsOf("soon", "reading x"), /reading x: "soon" is no time; write it as/);
});

test("moments are written without a fraction that is zero, and not at all beyond what dates can say", () => {
  assert.equal(isoText(0), "1970-01-01T00:00:00Z");
  assert.equal(isoText(1), "1970-01-01T00:00:00.001Z");
  assert.equal(isoText(8.64e15), "+275760-09-13T00:00:00Z");
  assert.equal(isoText(8.64e15 + 1), undefined);
  assert.equal(isoText(Number.NaN), undefined);
});

const image = { imageDigest: "sha256:a", imagePushedAt: 100 };

test("an image is read as DescribeImages gives it", () => {
  const [plain, archived, restored] = readImages([
    {
      ...image,
      imageTags: ["x"],
      imageSizeInBytes: 7,
      subject: "sha256:s",
      imageManifestMediaType: "application/vnd.oci.image.index.v1+json",
    },
    {
      ...image,
      imageDigest: "sha256:b",
      imageStatus: "ARCHIVED",
      lastArchivedAt: 50,
      lastActivatedAt: 40,
      lastRecordedPullTime: 30,
    },
    { ...image, imageDigest: "sha256:c", lastActivatedAt: 150, lastRecordedPullTime: 149, imageStatus: "ACTIVE" },
  ]);
  assert.deepEqual(plain, {
    digest: "sha256:a",
    tags: ["x"],
    storageClass: "standard",
    restoring: false,
    pushed: 100_000,
    restored: false,
    used: 100_000,
    pulled: false,
    archived: undefined,
    bytes: 7,
    isList: true,
    children: undefined,
    subject: "sha256:s",
  });
  assert.deepEqual(
    [archived?.storageClass, archived?.pushed, archived?.archived, archived?.used, archived?.restored],
    ["archive", 100_000, 50_000, 30_000, false],
  );
  assert.deepEqual(
    [restored?.pushed, restored?.used, restored?.pulled, restored?.restored],
    [150_000, 150_000, false, true],
  );
});

test("what is no image is refused by its place", () => {
  const refused: [unknown, RegExp][] = [
    [null, /image 0: it is no object/],
    [{}, /image 0: it has no imageDigest/],
    [{ imageDigest: 1 }, /image 0: imageDigest must be text/],
    [{ imageDigest: "sha256:a" }, /image 0: sha256:a has no imagePushedAt/],
    [{ ...image, imagePushedAt: "x" }, /image 0: imagePushedAt: "x" is no time/],
    [{ ...image, imageTags: [1] }, /image 0: imageTags must be a list of text/],
    [{ ...image, children: "a" }, /image 0: children must be a list of text/],
    [{ ...image, imageStatus: "GONE" }, /image 0: imageStatus "GONE" is not known/],
  ];
  for (const [value, message] of refused) assert.throws(() => readImages([value as never]), message);
  assert.throws(() => readImages([image, image]), /image 1: sha256:a is image 0 already/);
  assert.deepEqual(imagesOf({ imageDetails: [image] }), [image]);
  assert.deepEqual(imagesOf([image]), [image]);
  for (const value of [{}, null, 7, { imageDetails: {} }]) assert.throws(() => imagesOf(value), /describe-images/);
});

test("an image in use is named as containers name it", () => {
  const parts = (text: string) => {
    const { repository, tag, digest } = parseReference(text);
    return [repository, tag, digest];
  };
  assert.deepEqual(parts("sha256:abc"), [undefined, undefined, "sha256:abc"]);
  assert.deepEqual(parts("v1"), [undefined, "v1", undefined]);
  assert.deepEqual(parts("app:v1"), ["app", "v1", undefined]);
  assert.deepEqual(parts("team/app"), ["team/app", "latest", undefined]);
  assert.deepEqual(parts("team/app@sha256:abc"), ["team/app", undefined, "sha256:abc"]);
  assert.deepEqual(parts("1.dkr.ecr.eu-central-1.amazonaws.com/team/app:v1@sha256:abc"), [
    "team/app",
    "v1",
    "sha256:abc",
  ]);
  assert.deepEqual(parts("localhost:5000/app:v1"), ["app", "v1", undefined]);
  assert.deepEqual(parts("localhost/app"), ["app", "latest", undefined]);
  for (const text of ["", "a b", "a@b@c", "a@"]) assert.throws(() => parseReference(text), /is not an image/);
});

const policy = (countNumber: number, action: object = { type: "expire" }) => ({
  rules: [{ rulePriority: 1, selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber }, action }],
});
const many = Array.from({ length: 8 }, (_, index) => ({
  imageDigest: `sha256:${index}`,
  imageTags: [`v${index}`],
  imagePushedAt: index,
}));

test("protected and used images are at risk only when they go, with every reason", () => {
  const { images } = simulate(policy(6), many, 1_000);
  const found = atRisk(images, {
    protect: ["v*", "v0", "v7"],
    inUse: ["v0", "v7", "a/b:v1", "c/d:v1", "sha256:1"].map((text) => parseReference(text)),
    repository: "a/b",
  });
  assert.deepEqual(
    found.map(({ imageDigest, action, rulePriority, because }) => [imageDigest, action, rulePriority, because]),
    [
      ["sha256:0", "expire", 1, ["tag v0 is protected by v*", "tag v0 is protected by v0", "in use as v0"]],
      ["sha256:1", "expire", 1, ["tag v1 is protected by v*", "in use as sha256:1", "in use as a/b:v1"]],
    ],
  );
  assert.deepEqual(atRisk(images, {}), []);
  const unknown = unknownReferences(many, {
    inUse: ["v0", "v9", "sha256:9", "a/b:v9", "c/d:v9", "a/b:v1@sha256:9"].map((text) => parseReference(text)),
    repository: "a/b",
  });
  assert.deepEqual(
    unknown.map(({ text }) => text),
    ["v9", "sha256:9", "a/b:v9", "a/b:v1@sha256:9"],
  );
});

test("what a change means for images is one sentence, or none when nothing newly goes", () => {
  const impact = lifecycleImpact(policy(7), policy(1), many, 1_000);
  assert.deepEqual([impact.newlyExpired, impact.newlyArchived], [6, 0]);
  assert.equal(impact.sentence, "of 8 images, the new policy newly expires 6 (v1, v2, v3, v4, v5 and 1 more)");
  const archive = { type: "transition", targetStorageClass: "archive" };
  const archiving = lifecycleImpact(undefined, policy(7, archive), many, 1_000);
  assert.equal(archiving.sentence, "of 8 images, the new policy newly archives 1 (v0)");
  assert.equal(lifecycleImpact(policy(1), policy(2), many, 1_000).sentence, undefined);
  const tied = [image, { ...image, imageDigest: "sha256:b" }];
  assert.equal(
    lifecycleImpact(undefined, policy(1), tied, 1_000).sentence,
    "of 2 images, the new policy newly expires 1 (sha256:a); 1 of them hang on what AWS does not define",
  );
});

test("a policy that AWS would refuse, or that is newer than this version, is not simulated", () => {
  assert.throws(() => simulate({ rules: [] }, [], 0), /AWS would refuse it:\n {2}- rules /);
  const newer = JSON.parse(JSON.stringify(policy(1)).replace("imageCountMoreThan", "sinceImageSigned"));
  newer.rules[0].selection.countUnit = "days";
  assert.throws(() => compileRules(newer), /rule 1 has "sinceImageSigned", which is newer than this version/);
  assert.throws(() => compileRules("{}"), /line 1, column 1/);
  assert.deepEqual([compileRules(undefined), compileRules(null)], [[], []]);
  assert.throws(() => compileRules({ rules: unknown }), /parts of it are not known yet/);
  const wrong = (count: number) => ({
    rules: Array.from({ length: count }, (_, index) => ({
      ...policy(1).rules[0],
      rulePriority: index + 1,
      selection: { tagStatus: "tagged", countType: "imageCountMoreThan", countNumber: 1 },
    })),
  });
  assert.throws(() => compileRules(wrong(7)), /( {2}- rules\[\d\]\.selection needs[^\n]*\n){5} {2}- and 2 more$/);
  assert.throws(
    () => compileRules(wrong(5)),
    ({ message }: Error) => !message.includes("more"),
  );
});

test("of a typed rule the rest follows: priority, unit, storage class, action and target", () => {
  const any = { tagStatus: "any", countNumber: 9 };
  const { rules } = buildLifecyclePolicy([
    { selection: { ...any, countType: "sinceImagePulled" } },
    { rulePriority: 20, description: "x", selection: { ...any, countType: "imageCountMoreThan" } },
    { rulePriority: 5, selection: { ...any, countType: "sinceImageTransitioned" } },
    {
      selection: { ...any, countType: "sinceImagePushed", countUnit: "weeks", storageClass: "standard" },
      action: { type: "transition", targetStorageClass: "x" },
    },
    { selection: { ...any, countType: "sinceImagePulled" }, action: { type: "expire" } },
  ]);
  assert.deepEqual(rules, [
    {
      rulePriority: 1,
      selection: { ...any, countType: "sinceImagePulled", countUnit: "days" },
      action: { type: "transition", targetStorageClass: "archive" },
    },
    {
      ...{ rulePriority: 20, description: "x" },
      ...{ selection: { ...any, countType: "imageCountMoreThan" }, action: { type: "expire" } },
    },
    {
      rulePriority: 5,
      selection: { ...any, countType: "sinceImageTransitioned", countUnit: "days", storageClass: "archive" },
      action: { type: "expire" },
    },
    {
      rulePriority: 21,
      selection: { ...any, countType: "sinceImagePushed", countUnit: "weeks", storageClass: "standard" },
      action: { type: "transition", targetStorageClass: "x" },
    },
    {
      rulePriority: 22,
      selection: { ...any, countType: "sinceImagePulled", countUnit: "days" },
      action: { type: "expire" },
    },
  ]);
});
