/**
 * Scan findings in one shape, and whether they are more than a threshold allows.
 *
 * Lives here: what a scan says of an image: its findings, the verdict on them, and waiting until it has ended.
 * May not live here: the table of the resource (`../image-scan.ts`), how calls are made (`../../gateway/`).
 */

import type { Scan } from "../../gateway/findings.ts";
import { isOver } from "../../text/moment.ts";
import { printable } from "../../text/printable.ts";

/** One finding, of basic or of enhanced scanning. */
export interface ScanFinding {
  name: string;
  severity: string;
  packageName?: string | undefined;
  packageVersion?: string | undefined;
  fixedInVersion?: string | undefined;
  uri?: string | undefined;
}

/** What an operation may fail on: any finding at or above a severity, or so many of a severity. */
export interface Threshold {
  severity?: string | undefined;
  counts?: Readonly<Record<string, number>> | undefined;
}

export interface Ignored {
  name: string;
  reason: string;
  until?: string | undefined;
}

const ranks = new Map(
  [["UNDEFINED", "UNTRIAGED"], ["INFORMATIONAL"], ["LOW"], ["MEDIUM"], ["HIGH"], ["CRITICAL"]].flatMap(
    (severities, rank) => severities.map((severity) => [severity, rank] as const),
  ),
);

/** A severity that this version does not know is taken for the worst: a gate must not pass by accident. */
function rank(severity: string): number {
  return ranks.get(severity) ?? Math.max(...ranks.values());
}

/**
 * The findings of a scan, worst first. Where ECR counts more of a severity than it lists, the rest appear as findings
 * without a package, so that they are not lost.
 */
export function findingsOf({ findings, enhancedFindings, findingSeverityCounts }: Scan): ScanFinding[] {
  const found: ScanFinding[] = [
    ...findings.map(({ name, severity, uri, attributes }) => ({
      name: name ?? "unnamed",
      severity: severity ?? "UNDEFINED",
      packageName: attributes?.find((attribute) => attribute?.key === "package_name")?.value,
      packageVersion: attributes?.find((attribute) => attribute?.key === "package_version")?.value,
      uri,
    })),
    ...enhancedFindings.map(({ packageVulnerabilityDetails: details, title, findingArn, severity }) => {
      const [affected] = (details?.vulnerablePackages ?? []).filter((one) => one !== null);
      return {
        name: details?.vulnerabilityId ?? title ?? findingArn ?? "unnamed",
        severity: severity ?? "UNTRIAGED",
        packageName: affected?.name,
        packageVersion: affected?.version,
        fixedInVersion: affected?.fixedInVersion,
        uri: details?.sourceUrl,
      };
    }),
  ];
  for (const [severity, count] of Object.entries(findingSeverityCounts ?? {})) {
    const listed = found.filter((finding) => finding.severity === severity).length;
    const missing = Math.min((count ?? 0) - listed, mostUnlisted);
    for (let index = 0; index < missing; index++) found.push({ name: "not listed by ECR", severity });
  }
  return found.sort((a, b) => rank(b.severity) - rank(a.severity) || (a.name < b.name ? -1 : 1));
}

/** More than any threshold is about. */
const mostUnlisted = 10_000;

const mostNamed = 20;

/** Why the findings are too many, in sentences; none when they are not. */
export function reasonsAgainst(
  image: string,
  findings: readonly ScanFinding[],
  { severity, counts }: Threshold,
  ignore: readonly Ignored[],
): string[] {
  const expired = ignore.filter(({ until }) => isOver(until, Date.now()));
  const ignored = new Set(ignore.filter((entry) => !expired.includes(entry)).map(({ name }) => name));
  const counted = findings.filter(({ name }) => !ignored.has(name));
  const bar = severity === undefined ? Number.POSITIVE_INFINITY : rank(severity);
  const atOrAbove = counted.filter((finding) => rank(finding.severity) >= bar);
  const reasons: string[] = [];
  if (atOrAbove.length > 0) reasons.push(`${told(image, atOrAbove)} at or above ${severity}, where none may be`);
  for (const [name, number] of Object.entries(counts ?? {})) {
    const some = counted.filter((finding) => finding.severity === name);
    if (some.length >= number)
      reasons.push(`${told(image, some)} of severity ${name}, where fewer than ${number} may be`);
  }
  if (reasons.length === 0) return [];
  const again = expired.filter(({ name }) => counted.some((finding) => finding.name === name));
  return [
    ...reasons.map((reason) => `${reason}; use an image without them, or say in \`ignore\` why they do not matter`),
    ...again.map(
      ({ name, until }) => `the entry of \`ignore\` for ${printable(name)} ended on ${until}, so it counts again`,
    ),
  ];
}

function told(image: string, findings: readonly ScanFinding[]): string {
  const named = findings.slice(0, mostNamed).map(({ name, severity, packageName, packageVersion, fixedInVersion }) => {
    const version = packageVersion ? ` ${packageVersion}` : "";
    const place = packageName ? ` in ${packageName}${version}` : "";
    return printable(`${name} (${severity}${place}${fixedInVersion ? `, fixed in ${fixedInVersion}` : ""})`, 200);
  });
  const rest = findings.length - named.length;
  return `the scan of ${image} has ${findings.length} ${findings.length === 1 ? "finding" : "findings"} (${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""})`;
}
