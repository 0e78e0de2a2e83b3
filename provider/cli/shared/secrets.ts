/** What a command may show of a report: nothing that the states it has read mark as secret. */

import { readSecrets } from "../../values/secrets.ts";

/** Members whose values are words of this package, ids of rules, hashes, or where a run looked. */
const own: ReadonlySet<string> = new Set([
  ...[
    "class",
    "moved",
    "meaning",
    "type",
    "level",
    "ruleId",
    "kind",
    "change",
    "relation",
    "verdict",
    "fingerprint",
    "op",
  ],
  ...["fate", "refusal", "policy", "region", "urn", "schemaVersion"],
]);

/** Members that are so beside another one: the id of a finding has a fingerprint, the account of a registry a region. */
const besides: Readonly<Record<string, string>> = { id: "fingerprint", account: "region" };

/** A copy without secret values. Verdicts and exit codes are those of the report itself, so make them first. */
export function withoutSecrets<R extends object>(report: R): R {
  return readSecrets.redaction().data(report, (name, members) => {
    const beside = besides[name];
    return own.has(name) || (beside !== undefined && Object.hasOwn(members, beside));
  });
}
