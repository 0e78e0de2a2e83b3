/** A gate must not pass by accident: what is missing, unknown or not listed in the answer of ECR. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scan } from "../../../provider/gateway/findings.ts";
import { findingsOf, reasonsAgainst } from "../../../provider/resources/scan/verdict.ts";

const scan = (facts: object) => ({ findings: [], enhancedFindings: [], ...facts }) as Scan;
const verdict = (facts: object, threshold: object, ignore: { name: string; reason: string }[] = []) =>
  reasonsAgainst("app:1", findingsOf(scan(facts)), threshold, ignore);

test("findings with a null or nothing in every place still have a name and a severity", () => {
  const none = { name: null, severity: null, attributes: [null, { key: "package_name", value: null }] };
  assert.deepEqual(
    findingsOf(scan({ findings: [none, {}], enhancedFindings: [{}, { packageVulnerabilityDetails: null }] })).map(
      ({ name, severity }) => `${name} ${severity}`,
    ),
    ["unnamed UNDEFINED", "unnamed UNDEFINED", "unnamed UNTRIAGED", "unnamed UNTRIAGED"],
  );
});

test("findings that ECR counts but does not list count", () => {
  const counted = { findings: [{ name: "a", severity: "HIGH" }], findingSeverityCounts: { HIGH: 3, LOW: null } };
  assert.match(verdict(counted, { severity: "HIGH" })[0] ?? "", /has 3 findings \(a \(HIGH\), not listed by ECR/);
  assert.deepEqual(verdict(counted, { severity: "CRITICAL" }), []);
});

test("findings without a severity are at or above UNDEFINED, whichever word the scanner has for that", () => {
  const found = { findings: [{ name: "a", severity: "UNDEFINED" }], enhancedFindings: [{ title: "b" }] };
  for (const severity of ["UNDEFINED", "UNTRIAGED"])
    assert.match(verdict(found, { severity })[0] ?? "", /has 2 findings/);
});

test("a severity that is not known is taken for the worst", () => {
  assert.equal(verdict({ findings: [{ name: "a", severity: "APOCALYPTIC" }] }, { severity: "CRITICAL" }).length, 1);
});

test("an ignored name does not count in either kind of threshold, and both kinds are told", () => {
  const two = {
    findings: [
      { name: "a", severity: "HIGH" },
      { name: "b", severity: "HIGH" },
    ],
  };
  const ignore = [{ name: "a", reason: "unused" }];
  assert.equal(verdict(two, { severity: "LOW", counts: { HIGH: 2 } }).length, 2);
  assert.equal(verdict(two, { counts: { HIGH: 2 } }, ignore).length, 0);
});

test("only the first twenty findings are named, without anything that could steer a terminal", () => {
  const many = {
    findings: Array.from({ length: 30 }, (_, index) => ({ name: `\u001b[31m${index}`, severity: "LOW" })),
  };
  const [reason = ""] = verdict(many, { severity: "LOW" });
  assert.match(reason, /has 30 findings .* and 10 more\)/);
  assert.ok(!reason.includes("\u001b"));
});
