/**
 * Rows and equalities that several resources have in common. A resource's own rows stand in its file.
 *
 * Lives here: one file per resource type, and rows that several resources share.
 * May not live here: a verb or a preview (`operations/`), a retry (`gateway/`), a word of Pulumi's protocol (`rpc/`).
 */

import {
  type Columns,
  type Document,
  document,
  type Guard,
  input,
  map,
  output,
  type Recorded,
  type Schema,
  type Settings,
  string,
} from "../define/property.ts";
import type { Finding } from "../text/finding.ts";
import { isMap, sameValue } from "../text/value.ts";

/** ECR's own pattern (service model of 2026); linear on hostile input (measured, 256 characters under 2 ms). */
const namePattern = "^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$";

export const repositoryNameSchema = string(
  "Name of the repository, 2 to 256 characters: lower-case letters and digits, separated by `.`, `_`, `__`, hyphens or `/`. Changing it replaces the resource.",
  {
    minLength: 2,
    maxLength: 256,
    pattern: namePattern,
    patternMessage:
      "must be lower-case letters and digits, with single separators (. _ __ - /) between them and none at either end",
  },
);

/** The repository that a resource belongs to. */
export const repositoryName = input(repositoryNameSchema, {
  required: true,
  identity: true,
  names: "repository",
  replaces: true,
});

export const registryId = output(string("The account that owns the registry."));

/** A JSON document of which the meaning counts: equal in meaning is no difference, and the text stays as written. */
export function documentRow<C extends Columns<Document>>(
  description: string,
  language: {
    equal: (left: Document | undefined, right: Document | undefined) => boolean;
    validate: (value: Document) => Finding[];
    describe: (
      before: Document | undefined,
      after: Document | undefined,
      recorded: Recorded,
      settings: Settings,
    ) => string[];
    /** A live object in the order and spelling of the recorded one. */
    align?: (live: Document, recorded: Document | undefined) => Document;
  },
  columns: C,
) {
  return input(document(description), {
    equal: (left: Document | undefined, right: Document | undefined) =>
      left === undefined || right === undefined ? left === right : language.equal(left, right),
    validate: language.validate,
    describe: language.describe,
    visible: (live: Document, recorded: Document | undefined) => {
      const represented = representedAs(live, recorded);
      return isMap(represented) && language.align ? language.align(represented, recorded) : represented;
    },
    ...columns,
  });
}

/** A live document in the form in which the program wrote it: as an object where it is one there. */
function representedAs(live: Document, recorded: Document | undefined): Document {
  if (typeof live !== "string" || !isMap(recorded)) return live;
  try {
    const parsed: unknown = JSON.parse(live);
    return isMap(parsed) ? parsed : live;
  } catch {
    return live;
  }
}

/** Facets of a text that is a day or a moment, in UTC. */
export const dateOrTime = {
  pattern:
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z)?$",
  patternMessage: "must be a date such as 2026-01-31 or a time such as 2026-01-31T08:00:00Z",
};

export type TagMap = Record<string, string>;

export const tagsSchema: Schema<TagMap> = map(
  string("Value of the tag, at most 256 characters.", { maxLength: 256 }),
  "Resource tags by key, at most 50. Only keys declared here are touched; other keys on the repository are left alone and are no difference.",
  {
    maxProperties: 50,
    propertyNames: {
      type: "string",
      minLength: 1,
      maxLength: 128,
      pattern: "^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$",
      patternMessage: "must hold only letters, digits, spaces and + - = . _ : / @",
    },
  },
);

/** Tags of which each key has one owner: what is not declared here belongs to somebody else. */
export const tagColumns = {
  equal: sameTags,
  complete: withDefaultTags,
  visible: ownTags,
  validate: reservedTags,
};

function sameTags(left: TagMap | undefined, right: TagMap | undefined): boolean {
  return sameValue(left ?? {}, right ?? {});
}

export function withDefaultTags(tags: TagMap | undefined, { defaultTags }: Settings): TagMap | undefined {
  if (Object.keys(defaultTags).length === 0 || (tags !== undefined && !isMap(tags))) return tags;
  return { ...defaultTags, ...tags };
}

/** AWS writes these itself and refuses them from others. */
export function isAwsTag(key: string): boolean {
  return key.toLowerCase().startsWith("aws:");
}

function reservedTags(tags: TagMap, settings: Settings): Finding[] {
  return Object.keys(tags).flatMap((key): Finding[] => {
    const reason = isAwsTag(key)
      ? "tag keys that start with aws: are reserved for AWS"
      : isIgnored(key, settings)
        ? "the provider's ignoreTags hides this key, so it cannot be managed; remove it here or there"
        : undefined;
    return reason ? [{ ruleId: "tag-key", level: "error", message: reason, path: [key] }] : [];
  });
}

/** The live tags as the owner of `recorded` sees them; at import all of them except AWS's own and ignored ones. */
function ownTags(live: TagMap, recorded: TagMap | undefined, settings: Settings): TagMap {
  return Object.fromEntries(
    Object.entries(live).filter(
      ([key]) =>
        !isAwsTag(key) && !isIgnored(key, settings) && (recorded === undefined || Object.hasOwn(recorded, key)),
    ),
  );
}

function isIgnored(key: string, { ignoreTags }: Settings): boolean {
  return ignoreTags.keys.includes(key) || ignoreTags.keyPrefixes.some((prefix) => key.startsWith(prefix));
}

/** A registry-wide setting is one value with one owner: any other live value is foreign as a whole. */
export function wholeGuard<T>(
  equal: (left: T | undefined, right: T | undefined) => boolean,
  inWords: (value: T) => string,
  /** Where a value is always there: AWS's own, which nobody wrote. */
  unset?: T,
): Guard<T> {
  const isUnset = (live: T) => unset !== undefined && equal(live, unset);
  return {
    foreign: (live, recorded, desired) =>
      isUnset(live) || equal(live, desired) || (recorded !== undefined && equal(live, recorded)) ? [] : [inWords(live)],
    stillOurs: (live, recorded) => (isUnset(live) ? live : equal(live, recorded) ? recorded : undefined),
  };
}
