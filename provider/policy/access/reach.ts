/** How far a difference reaches: to someone who is not trusted, or to whoever wants it. */

import { parseRange } from "../language/addresses.ts";
import { isAccountId } from "../language/principals.ts";
import type { KeyValue } from "../language/tests.ts";
import type { Cause } from "./decision/diagram.ts";
import type { AccessContext } from "./rules/context.ts";
import type { Principal } from "./rules/principals.ts";
import { isTrustedAccount, questionsOf } from "./rules/trust.ts";

/** Whether someone who is not trusted is among those that a difference is about. */
export function isOutside(principal: Principal, cause: Cause, context: AccessContext): boolean {
  if (principal.kind === "federated") return true;
  if ("account" in principal && principal.kind !== "anyAccount" && isTrustedAccount(principal.account, context))
    return false;
  return !questionsOf(isService(principal)).some(([key, isTrusted]) =>
    alwaysOf(cause, key, (value) => isTrusted(value, context)),
  );
}

/** The values of a request that shows the difference; where it is external, none that is trusted if there is another. */
export function exampleOf(principal: Principal, cause: Cause, outside: boolean, context: AccessContext) {
  const questions = new Map(outside ? questionsOf(isService(principal)) : []);
  return [...cause.context].map(([key, value]) => {
    const isTrusted = questions.get(key);
    const isKnown = (values: KeyValue) => values?.some((one) => isTrusted?.(one, context)) ?? false;
    if (!isTrusted || !isKnown(value)) return [key, value] as const;
    const other = cause.used.get(key)?.values.find((values) => values !== undefined && !isKnown(values));
    return [key, other ?? value] as const;
  });
}

function isService({ kind }: Principal): boolean {
  return kind === "service" || kind === "anyService";
}

/** Whether the key is there in all of the difference and each of its values passes. */
function alwaysOf(cause: Cause, key: string, passes: (text: string) => boolean): boolean {
  const seen = cause.used.get(key)?.values;
  return (
    seen !== undefined &&
    seen.length > 0 &&
    seen.every((value) => value !== undefined && value.length > 0 && value.every(passes))
  );
}

const identityKeys = [
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:userid",
];
const sourceKeys = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];
const networkKeys = [
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourcevpcarn",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
];

/**
 * Whether an account that the policy says nothing about can have it, from the internet: no condition ties it to an
 * organization, an account, a network endpoint or a narrow range of addresses. What the caller sets itself ties nothing.
 * A service is public when it may act on behalf of anybody: nothing ties it to a source.
 */
export function isPublic(principal: Principal, cause: Cause): boolean {
  const isTied = (keys: readonly string[]) =>
    keys.some((key) => {
      const starts = beginnings(cause, key);
      const accounts = accountsAskedFor(cause, key);
      return alwaysOf(
        cause,
        key,
        (text) => starts.some((start) => text.startsWith(start)) || accounts.has(text.split(":")[4] ?? ""),
      );
    });
  if (principal.kind === "service" || principal.kind === "anyService") return !isTied(sourceKeys);
  if (principal.kind !== "anyAccount") return false;
  return (
    !isTied([...identityKeys, ...networkKeys]) &&
    !alwaysOf(cause, "aws:sourceip", (text) => isInNarrowRange(cause, text))
  );
}

/** The accounts of the ARNs that the document asks for, as far as they are written out. */
function accountsAskedFor({ granting, denying }: Cause, key: string): ReadonlySet<string> {
  const values = [granting, ...denying].flatMap(({ tests }) => tests.filter((test) => test.key === key));
  return new Set(values.flatMap((test) => test.values.map((value) => value.split(":")[4] ?? "").filter(isAccountId)));
}

/** What the values that the document asks for begin with: all of one without wildcards, else a whole part of it. */
function beginnings({ granting, denying }: Cause, key: string): string[] {
  return [granting, ...denying]
    .flatMap(({ tests }) => tests)
    .filter((test) => test.key === key)
    .flatMap(({ values }) => values)
    .flatMap((value) => {
      const wildcard = Math.min(
        ...["*", "?", "${"].map((character) => value.indexOf(character)).map((at) => (at < 0 ? value.length : at)),
      );
      if (wildcard === value.length) return [value];
      const start = value.slice(0, wildcard);
      const whole = start.slice(0, Math.max(start.lastIndexOf("/"), start.lastIndexOf(":")) + 1);
      return whole.length > 4 && !whole.startsWith("arn:") ? [whole] : [];
    });
}

/** As narrow as AWS asks of a range that is not public. */
function isInNarrowRange({ granting, denying }: Cause, text: string): boolean {
  const address = parseRange(text);
  return [granting, ...denying]
    .flatMap(({ tests }) => tests)
    .filter(({ family }) => family === "ip")
    .flatMap(({ values }) => values.flatMap((value) => parseRange(value) ?? []))
    .some(({ version, first, last }) => {
      const narrow = last - first < (version === 4 ? 1n << 24n : 1n << 96n);
      return (
        narrow &&
        address !== undefined &&
        version === address.version &&
        first <= address.first &&
        address.first <= last
      );
    });
}
