/** `ecr:index:ImageScan`: a gate. A scan is found or started and awaited; above a threshold the deployment fails. */

import { control, enumeration, input, integer, list, map, object, output, string } from "../define/property.ts";
import { defineResource } from "../define/resource.ts";
import { imageName, readScan, type Scan } from "../gateway/findings.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { digestForm } from "../images/manifest.ts";
import { ProviderError } from "../text/errors.ts";
import type { Finding } from "../text/finding.ts";
import { isOver } from "../text/moment.ts";
import { dateOrTime, registryId, repositoryName } from "./rows.ts";
import { findingsOf, type Ignored, reasonsAgainst } from "./scan/verdict.ts";
import { scanned } from "./scan/waiting.ts";

const usualTimeout = 600;

const imageId = object("ScannedImage", "An image, by digest or by tag.", {
  optional: {
    imageDigest: string("Digest of the image.", {
      ...digestForm,
    }),
    imageTag: string("Tag of the image. When it moves to another image, change `triggers` to have that one scanned.", {
      minLength: 1,
      maxLength: 300,
    }),
  },
  oneOf: ["imageDigest", "imageTag"],
});

const severities = {
  CRITICAL: "The worst.",
  HIGH: "High or critical.",
  MEDIUM: "Medium or worse.",
  LOW: "Low or worse.",
  INFORMATIONAL: "Informational or worse.",
  UNDEFINED: "Any finding, also one without a severity.",
  UNTRIAGED: "The same, in the word of Amazon Inspector.",
};

// Closed although the words are AWS's: a misspelled one would let everything pass.
const failOn = object("ImageScanThreshold", "What the deployment fails on; either of the two is enough.", {
  optional: {
    severity: enumeration("FindingSeverity", "Fail on any finding of this severity or a worse one.", severities, {
      closed: true,
    }),
    counts: map(
      integer("A number from 1.", { minimum: 1 }),
      "For a severity, the number of findings from which the deployment fails, such as `HIGH: 10`.",
      { propertyNames: { type: "string", enum: Object.keys(severities) } },
    ),
  },
});

const ignore = list(
  object("IgnoredFinding", "A finding that does not count.", {
    required: {
      name: string("Name of the finding, such as `CVE-2026-0001`.", { minLength: 1 }),
      reason: string("Why it does not matter here.", { minLength: 1 }),
    },
    optional: {
      until: string("Last day on which it does not count, such as `2026-12-31`. Default: for ever.", dateOrTime),
    },
  }),
  "Findings that do not count towards `failOn`, each with a reason.",
);

function expiries(entries: readonly Ignored[]): Finding[] {
  return [...entries.entries()]
    .filter(([, entry]) => isOver(entry.until, Date.now()))
    .map(([index, { name, until }]) => ({
      ruleId: "ignore-expired",
      level: "warning",
      path: [index, "until"],
      message: `was over on ${until}, so ${name} counts again; renew or remove the entry`,
    }));
}

/** What is shown of a scan. */
function shown(scan: Scan) {
  return {
    registryId: scan.registryId,
    imageDigest: scan.imageId?.imageDigest,
    scanStatus: scan.imageScanStatus?.status,
    scanCompletedAt: scan.imageScanCompletedAt?.toISOString(),
    findingSeverityCounts: Object.fromEntries(
      Object.entries(scan.findingSeverityCounts ?? {}).filter(([, count]) => typeof count === "number"),
    ) as Record<string, number>,
    findings: findingsOf(scan).map(
      (finding) => Object.fromEntries(Object.entries(finding).filter(([, value]) => value)) as typeof finding,
    ),
  };
}

export const imageScan = defineResource<Gateway>()({
  name: "ImageScan",
  description:
    "A gate on the scan of an image. It finds the image's scan or starts one, waits for its end, and fails the deployment when there are more findings than `failOn` allows; the scan is recorded even so, and the next `up` looks again. With enhanced scanning it waits for Amazon Inspector. Deleting it changes nothing in ECR.",
  properties: {
    repositoryName,
    imageId: input(imageId, { required: true, identity: true, replaces: true }),
    triggers: input(
      map(string("Any text."), "Any values; a change of one scans the image again, at most once in 24 hours."),
    ),
    failOn: control(failOn),
    ignore: control(ignore, { validate: expiries }),
    timeout: control(
      integer(
        "For how many seconds the end of the scan is awaited. Default: 600. More than 1,800 also needs the resource option `customTimeouts`.",
        { minimum: 1, maximum: 86_400 },
      ),
      { default: usualTimeout },
    ),
    registryId,
    imageDigest: output(string("Digest of the scanned image."), { volatile: true }),
    scanStatus: output(string("`COMPLETE`, or `ACTIVE` where enhanced scanning goes on watching."), { volatile: true }),
    scanCompletedAt: output(string("When the scan ended, as ISO 8601 text in UTC."), { volatile: true }),
    findingSeverityCounts: output(map(integer("A number."), "How many findings there are of each severity."), {
      volatile: true,
    }),
    findings: output(
      list(
        object("ScanFinding", "A finding of a scan.", {
          required: { name: string("Name, such as `CVE-2026-0001`."), severity: string("Severity.") },
          optional: {
            packageName: string("The package that has the flaw."),
            packageVersion: string("Its version."),
            fixedInVersion: string("The version without the flaw; enhanced scanning only."),
            uri: string("Where more is to be read."),
          },
        }),
        "The findings, worst first, ignored ones included.",
      ),
      { volatile: true },
    ),
  },
  aspects: [
    {
      name: "scan",
      sets: ["triggers"],
      shows: ["registryId", "imageDigest", "scanStatus", "scanCompletedAt", "findingSeverityCounts", "findings"],
      atCreate: true,
      permissions: { observe: ["ecr:DescribeImageScanFindings"], put: ["ecr:StartImageScan"] },
      async observe({ gateway }, { repositoryName, imageId, triggers }) {
        return { ...shown(await readScan(gateway, { repositoryName, imageId })), triggers };
      },
      async put({ gateway, warn }, { repositoryName, imageId, timeout = usualTimeout }) {
        const image = { repositoryName, imageId };
        return shown(await scanned(gateway, image, { anew: true, seconds: timeout, warn }));
      },
    },
  ],
  endpoints: {
    absent: ["ScanNotFoundException", "ImageNotFoundException", "RepositoryNotFoundException"],
    permissions: { create: ["ecr:StartImageScan", "ecr:DescribeImageScanFindings"], remove: [] },
    identify: {
      form: "the repository's name with `@` and the digest, or with `:` and the tag, such as `team/api:1.0`",
      format: async (_, shape) => imageName(shape),
      async parse(_, id) {
        const [mark, name] = id.includes("@") ? (["@", "imageDigest"] as const) : ([":", "imageTag"] as const);
        const at = id.indexOf(mark);
        if (at < 1 || at === id.length - 1) {
          throw new ProviderError("InvalidInput", `"${id}" names no image; write NAME:TAG or NAME@sha256:DIGEST`);
        }
        return { repositoryName: id.slice(0, at), imageId: { [name]: id.slice(at + 1) } };
      },
    },
    async create({ gateway, warn }, { repositoryName, imageId, triggers, timeout = usualTimeout }) {
      const image = { repositoryName, imageId };
      return { ...shown(await scanned(gateway, image, { anew: false, seconds: timeout, warn })), triggers };
    },
    remove: async () => {},
    judge: ({ repositoryName, imageId, findings, failOn, ignore }) =>
      reasonsAgainst(imageName({ repositoryName, imageId }), findings ?? [], failOn ?? {}, ignore ?? []),
  },
  shared: true,
});
