/**
 * A second evaluator of lifecycle policies, written from AWS's published rules as sets and fixed points, slow and without
 * reasons. It shares no code with the first.
 */

interface Rule {
  rulePriority: number;
  selection: {
    tagStatus: string;
    tagPatternList?: string[];
    tagPrefixList?: string[];
    storageClass?: string;
    countType: string;
    countNumber: number;
  };
  action: { type: string };
}

export interface Image {
  imageDigest: string;
  imageTags: string[];
  imagePushedAt: number;
  imageStatus: string;
  lastRecordedPullTime?: number;
  lastArchivedAt?: number;
  lastActivatedAt?: number;
  children?: string[];
  subjectManifestDigest?: string;
}

export type Fate = { action: string; rule: number | null };

const day = 24 * 60 * 60;

/** Character by character, trying both ways at each star. */
export function globMatches(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  if (pattern[0] === "*")
    return globMatches(pattern.slice(1), text) || (text !== "" && globMatches(pattern, text.slice(1)));
  return text !== "" && pattern[0] === text[0] && globMatches(pattern.slice(1), text.slice(1));
}

const classOf = ({ imageStatus }: Image) => (imageStatus === "ARCHIVED" ? "archive" : "standard");
const pushed = (image: Image) =>
  classOf(image) === "standard" && image.lastActivatedAt !== undefined ? image.lastActivatedAt : image.imagePushedAt;

function selected({ selection }: Rule, { imageTags }: Image): boolean {
  const { tagStatus, tagPatternList = [], tagPrefixList = [] } = selection;
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return imageTags.length === 0;
  return (
    tagPatternList.every((pattern) => imageTags.some((tag) => globMatches(pattern, tag))) &&
    tagPrefixList.every((prefix) => imageTags.some((tag) => tag.slice(0, prefix.length) === prefix))
  );
}

function marks({ selection }: Rule, identified: Image[], at: number): Set<Image> {
  const { countType, countNumber } = selection;
  if (countType === "imageCountMoreThan") {
    const newer = (a: Image, b: Image) =>
      pushed(a) > pushed(b) || (pushed(a) === pushed(b) && a.imageDigest > b.imageDigest);
    return new Set(
      identified.filter((image) => identified.filter((other) => newer(other, image)).length >= countNumber),
    );
  }
  const since = (image: Image) => {
    if (countType === "sinceImagePushed") return pushed(image);
    if (countType === "sinceImageTransitioned") return image.lastArchivedAt ?? Number.POSITIVE_INFINITY;
    const pull = image.lastRecordedPullTime;
    const restored = classOf(image) === "standard" ? image.lastActivatedAt : undefined;
    return pull === undefined || (restored !== undefined && pull < restored) ? pushed(image) : pull;
  };
  return new Set(identified.filter((image) => at - since(image) > countNumber * day));
}

/** The first rule after the one that identified a kept image which would take it, by the image's digest. */
export function shields(rules: Rule[], images: Image[], at: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const image of images) {
    const mine = [...rules]
      .sort((a, b) => a.rulePriority - b.rulePriority)
      .filter((rule) => (rule.selection.storageClass ?? "standard") === classOf(image) && selected(rule, image));
    const takes = mine.map((rule) => {
      const others = images.filter((other) => classOf(other) === classOf(image) && selected(rule, other));
      return marks(rule, others, at).has(image);
    });
    const next = takes.indexOf(true);
    if (next > 0) found.set(image.imageDigest, mine[next]?.rulePriority ?? -1);
  }
  return found;
}

/** The fate of each image by its digest. Times are in seconds. */
export function reference(rules: Rule[], images: Image[], at: number, mode: "exclude" | "count"): Map<string, Fate> {
  const parentsOf = (image: Image) =>
    images.filter((list) => list !== image && (list.children ?? []).includes(image.imageDigest));
  const counts = (image: Image) =>
    mode === "count" || !parentsOf(image).some((list) => classOf(list) === classOf(image));
  const inOrder = [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
  const fates = new Map<string, Fate>(images.map(({ imageDigest }) => [imageDigest, { action: "keep", rule: null }]));
  const shield = new Set<Image>();
  for (const rule of inOrder) {
    const storage = rule.selection.storageClass ?? "standard";
    const identified = images.filter((image) => classOf(image) === storage && counts(image) && selected(rule, image));
    const marked = marks(rule, identified, at);
    for (const image of identified.filter((one) => !shield.has(one)))
      fates.set(image.imageDigest, { action: marked.has(image) ? rule.action.type : "keep", rule: rule.rulePriority });
    for (const image of identified) shield.add(image);
  }
  const actionOf = ({ imageDigest }: Image) => fates.get(imageDigest)?.action ?? "keep";
  const mayGo = (image: Image, action: string) =>
    parentsOf(image).every(
      (list) =>
        actionOf(list) === "expire" ||
        (action === "transition" && (actionOf(list) === "transition" || classOf(list) === "archive")),
    );
  const repeat = (step: () => boolean) => {
    while (step());
  };
  repeat(() => {
    const stuck = images.find((image) => actionOf(image) !== "keep" && !mayGo(image, actionOf(image)));
    if (stuck) fates.set(stuck.imageDigest, { action: "keep", rule: fates.get(stuck.imageDigest)?.rule ?? null });
    return stuck !== undefined;
  });
  const force = (action: string) => ["keep", "transition", "expire"].indexOf(action);
  for (const action of ["expire", "transition"])
    repeat(() => {
      for (const image of images) {
        const subject = images.find(
          ({ imageDigest }) => imageDigest === image.subjectManifestDigest && imageDigest !== image.imageDigest,
        );
        if (!subject || actionOf(subject) !== action || !mayGo(image, action)) continue;
        if (force(action) <= force(actionOf(image)) || (action === "transition" && classOf(image) === "archive"))
          continue;
        fates.set(image.imageDigest, { action, rule: fates.get(subject.imageDigest)?.rule ?? null });
        return true;
      }
      return false;
    });
  return fates;
}
