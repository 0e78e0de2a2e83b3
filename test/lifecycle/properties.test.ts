/** What must hold for every lifecycle policy and all images. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { analyzeLifecyclePolicy } from "../../provider/lifecycle/analyze.ts";
import { lifecycleEquivalent, normalizeLifecyclePolicy } from "../../provider/lifecycle/policy.ts";
import { compareLifecycle, simulate, type Verdict } from "../../provider/lifecycle/simulate.ts";
import { validateLifecyclePolicy } from "../../provider/lifecycle/validate.ts";
import { runs } from "../harness/runs.ts";
import { type Image, reference, shields } from "./reference.ts";

const at = 1_800_000_000;
const day = 86_400;
const tag = fc.constantFrom("a", "ab", "b", "ba", "abba", "dev-1", "dev-2", "prod-1", "prod-dev");
const pattern = fc.constantFrom("*", "a*", "*b", "a*b", "ab", "dev-*", "prod-*", "*-*", "*a*b*", "**", "d*-1");
const start = fc.constantFrom("a", "ab", "dev-", "prod-", "b", "p");
const expire = { type: "expire" };
const archive = { type: "transition", targetStorageClass: "archive" };

const counting = fc.oneof(
  fc.record({
    count: fc.record({ countType: fc.constant("imageCountMoreThan"), countNumber: fc.integer({ min: 1, max: 4 }) }),
    action: fc.constantFrom<object>(expire, archive),
  }),
  fc.record({
    count: fc.record({
      countType: fc.constant("sinceImagePushed"),
      countUnit: fc.constant("days"),
      countNumber: fc.integer({ min: 1, max: 9 }),
    }),
    action: fc.constantFrom<object>(expire, archive),
  }),
  fc.record({
    count: fc.record({
      countType: fc.constant("sinceImagePulled"),
      countUnit: fc.constant("days"),
      countNumber: fc.integer({ min: 1, max: 9 }),
    }),
    action: fc.constant<object>(archive),
  }),
  fc.record({
    count: fc.record({
      storageClass: fc.constant("archive"),
      countType: fc.constant("sinceImageTransitioned"),
      countUnit: fc.constant("days"),
      countNumber: fc.integer({ min: 90, max: 99 }),
    }),
    action: fc.constant<object>(expire),
  }),
);
const tagged = fc.oneof(
  fc.record({
    tagStatus: fc.constant("tagged"),
    tagPatternList: fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    tagStatus: fc.constant("tagged"),
    tagPrefixList: fc.uniqueArray(start, { minLength: 1, maxLength: 2 }),
  }),
  fc.constant({ tagStatus: "untagged" }),
  fc.constant({ tagStatus: "any" }),
);

type Rules = Parameters<typeof reference>[0];

/** Policies that AWS accepts: what it wants unique is, and `any` comes last. */
const policies: fc.Arbitrary<Rules> = fc
  .array(fc.record({ select: tagged, how: counting, gap: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => {
    let rulePriority = 0;
    const ordered = [...parts].sort(
      (a, b) => Number(a.select.tagStatus === "any") - Number(b.select.tagStatus === "any"),
    );
    const rules = ordered.map(({ select, how: { count, action }, gap }) => {
      rulePriority += gap;
      return { rulePriority, selection: { ...select, ...count }, action };
    });
    const seen = new Set<string>();
    return rules.filter(({ selection: { countType, ...rest } }) => {
      const list =
        "tagPrefixList" in rest ? [...rest.tagPrefixList].sort() : "tagPatternList" in rest ? rest.tagPatternList : [];
      const key = JSON.stringify([rest.tagStatus, "storageClass" in rest, list]);
      const fresh = !seen.has(key);
      seen.add(key);
      return fresh;
    }) as Rules;
  });

const digest = (index: number) => `sha256:${String.fromCharCode(97 + index).repeat(64)}`;
const ago = fc.integer({ min: 0, max: 12 }).map((days) => at - days * day);
const places = fc.integer({ min: 0, max: 9 });
const plainImage = fc.record(
  {
    imageTags: fc.uniqueArray(tag, { maxLength: 3 }),
    imagePushedAt: ago,
    imageStatus: fc.constantFrom("ACTIVE", "ACTIVE", "ACTIVE", "ARCHIVED"),
    lastRecordedPullTime: ago,
    lastArchivedAt: fc.integer({ min: 85, max: 105 }).map((days) => at - days * day),
    lastActivatedAt: ago,
  },
  { requiredKeys: ["imageTags", "imagePushedAt", "imageStatus"] },
);
const numbered = <T>(images: fc.Arbitrary<T[]>) =>
  images.map((list) => list.map((image, index) => ({ ...image, imageDigest: digest(index) })) as unknown as Image[]);
const strangers = numbered(fc.array(plainImage, { maxLength: 10 }));
const families = numbered(
  fc.array(
    fc
      .tuple(plainImage, fc.option(fc.array(places, { maxLength: 3 })), fc.option(places))
      .map(([image, children, subject]) => ({
        ...image,
        ...(children ? { children: children.map(digest) } : {}),
        ...(subject === null ? {} : { subjectManifestDigest: digest(subject) }),
      })),
    { maxLength: 10 },
  ),
);
const mode = fc.constantFrom("exclude" as const, "count" as const);

const fate = ({ action, rulePriority }: Verdict) => ({ action, rule: rulePriority });

test("the simulator and a second evaluator, written from AWS's rules alone, agree", () => {
  fc.assert(
    fc.property(policies, families, mode, (rules, images, children) => {
      const expected = reference(rules, images, at, children);
      const { images: verdicts } = simulate({ rules }, images, at, { children });
      for (const verdict of verdicts)
        assert.deepEqual(fate(verdict), expected.get(verdict.imageDigest), `${verdict.imageDigest}: ${verdict.reason}`);
    }),
    runs,
  );
});

test("every image has one verdict with a reason, whatever the order of images and rules", () => {
  fc.assert(
    fc.property(policies, families, (rules, images) => {
      const { images: verdicts, summary } = simulate({ rules }, images, at);
      assert.deepEqual(
        verdicts.map(({ imageDigest }) => imageDigest),
        images.map(({ imageDigest }) => imageDigest),
      );
      assert.equal(summary.keep + summary.expire + summary.transition, images.length);
      for (const { action, reason, rulePriority, when } of verdicts) {
        assert.ok(reason.startsWith({ keep: "kept: ", expire: "expired: ", transition: "archived: " }[action]), reason);
        if (action !== "keep") assert.ok(rulePriority !== null && Date.parse(when ?? "") <= at * 1_000, reason);
      }
      const other = simulate(JSON.stringify({ rules: rules.toReversed() }), images.toReversed(), at);
      assert.deepEqual(other.images.toReversed(), verdicts);
    }),
    runs,
  );
});

test("a reason names the rule that may not act on a kept image, and none where there is none", () => {
  fc.assert(
    fc.property(policies, strangers, (rules, images) => {
      const expected = shields(rules, images, at);
      for (const { imageDigest, reason } of simulate({ rules }, images, at).images) {
        const [, named] = /so rule (\d+) may not act on it/.exec(reason) ?? [];
        assert.equal(named, expected.get(imageDigest)?.toString(), reason);
      }
    }),
    runs,
  );
});

test("a further rule of lower priority changes nothing of what higher ones do", () => {
  fc.assert(
    fc.property(policies, strangers, (rules, images) => {
      const above = rules.slice(0, -1);
      if (above.length === 0) return;
      const [before, after] = [above, rules].map((some) => simulate({ rules: some }, images, at).images);
      for (const [index, verdict] of (before ?? []).entries())
        if (verdict.rulePriority !== null) assert.deepEqual(fate(after?.[index] as Verdict), fate(verdict));
    }),
    runs,
  );
});

test("an outcome that does not say so hangs neither on ties nor on how images of lists are counted", () => {
  const mirrored = (images: Image[]) =>
    images.map((image) => ({ ...image, imageDigest: digest(25 - (image.imageDigest.charCodeAt(7) - 97)) }));
  fc.assert(
    fc.property(policies, strangers, (rules, images) => {
      const [one, two] = [images, mirrored(images)].map((some) => simulate({ rules }, some, at).images);
      for (const [index, verdict] of (one ?? []).entries())
        if (!verdict.hangsOn?.includes("tie"))
          assert.deepEqual(fate(two?.[index] as Verdict), fate(verdict), verdict.reason);
    }),
    runs,
  );
  fc.assert(
    fc.property(policies, families, (rules, images) => {
      const [one, two] = (["exclude", "count"] as const).map(
        (children) => simulate({ rules }, images, at, { children }).images,
      );
      for (const [index, verdict] of (one ?? []).entries())
        if (!verdict.hangsOn?.includes("children")) assert.equal(two?.[index]?.action, verdict.action, verdict.reason);
    }),
    runs,
  );
});

test("the canonical form of a lifecycle policy is idempotent, knows no order and does the same", () => {
  fc.assert(
    fc.property(policies, strangers, (rules, images) => {
      const canonical = normalizeLifecyclePolicy({ rules });
      assert.deepEqual(normalizeLifecyclePolicy(canonical), canonical);
      const shuffled = {
        rules: rules.toReversed().map(({ action, selection, rulePriority }) => ({
          action,
          selection: {
            ...selection,
            storageClass: selection.storageClass ?? "standard",
            ...(selection.tagPatternList ? { tagPatternList: selection.tagPatternList.toReversed() } : {}),
            ...(selection.tagPrefixList ? { tagPrefixList: selection.tagPrefixList.toReversed() } : {}),
          },
          rulePriority,
        })),
      };
      assert.deepEqual(normalizeLifecyclePolicy(shuffled), canonical);
      assert.deepEqual(simulate(shuffled, images, at), simulate(canonical, images, at));
    }),
    runs,
  );
});

test("policies that differ in nothing but cosmetics are equal, and policies that treat images differently are not", () => {
  fc.assert(
    fc.property(policies, policies, strangers, (left, right, images) => {
      const [a, b] = [left, right].map((rules) => simulate({ rules }, images, at).images.map(fate));
      if (lifecycleEquivalent({ rules: left }, { rules: right })) assert.deepEqual(a, b);
    }),
    runs,
  );
});

test("a rule that is called dead never decides about an image", () => {
  fc.assert(
    fc.property(policies, strangers, (rules, images) => {
      const dead = analyzeLifecyclePolicy({ rules })
        .filter(({ ruleId }) => ruleId === "ECR-D3")
        .map(({ path }) => rules[Number(path[1])]?.rulePriority);
      for (const { rulePriority, reason } of simulate({ rules }, images, at).images)
        assert.ok(!dead.includes(rulePriority ?? -1), reason);
    }),
    runs,
  );
});

test("the policies that these tests make are ones that AWS accepts", () => {
  fc.assert(
    fc.property(policies, (rules) => {
      const errors = validateLifecyclePolicy({ rules }).filter(
        ({ level, ruleId }) => level === "error" && ruleId !== "ECR-A14",
      );
      assert.deepEqual(errors, []);
    }),
    runs,
  );
});

test("a difference names what changes, and there is none between a policy and itself", () => {
  fc.assert(
    fc.property(policies, policies, families, (left, right, images) => {
      const there = compareLifecycle({ rules: left }, { rules: right }, images, at);
      const back = compareLifecycle({ rules: right }, { rules: left }, images, at);
      const harmed = [...there.newlyExpired, ...there.newlyArchived].sort();
      assert.deepEqual(harmed, [...back.spared].sort());
      assert.deepEqual(compareLifecycle({ rules: left }, { rules: left }, images, at).spared, []);
    }),
    runs,
  );
});
