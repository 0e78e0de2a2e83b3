/** What a scan finds, as ECR words it, of basic and of enhanced scanning. Every member may be missing. */

import { integer, list, map, number, object, string } from "../define/property.ts";

const text = string;
const time = (description: string) => string(`${description}, as ISO 8601 text in UTC.`);

export const basicFinding = object("ImageScanFinding", "A finding of basic scanning.", {
  optional: {
    name: text("Name, such as `CVE-2026-0001`."),
    description: text("What it is about."),
    uri: text("Where more is to be read."),
    severity: text("Severity."),
    attributes: list(
      object("ImageScanFindingAttribute", "A further fact.", {
        optional: { key: text("Name, such as `package_name`."), value: text("Value.") },
      }),
      "Further facts, such as the package.",
    ),
  },
});

const vulnerability = object("PackageVulnerabilityDetails", "A flaw in a package.", {
  optional: {
    vulnerabilityId: text("Name, such as `CVE-2026-0001`."),
    source: text("Who published it."),
    sourceUrl: text("Where it was published."),
    vendorSeverity: text("Severity as the vendor has it."),
    vendorCreatedAt: time("When the vendor published it"),
    vendorUpdatedAt: time("When the vendor last changed it"),
    referenceUrls: list(text("A URL."), "Where more is to be read."),
    relatedVulnerabilities: list(text("A name."), "Names of related flaws."),
    cvss: list(
      object("CvssScore", "A CVSS score.", {
        optional: {
          baseScore: number("Base score."),
          scoringVector: text("Vector."),
          source: text("Who scored."),
          version: text("Version of CVSS."),
        },
      }),
      "CVSS scores.",
    ),
    vulnerablePackages: list(
      object("VulnerablePackage", "A package that has the flaw.", {
        optional: {
          name: text("Name."),
          version: text("Version."),
          fixedInVersion: text("Version without the flaw."),
          arch: text("Architecture."),
          epoch: integer("Epoch."),
          release: text("Release."),
          filePath: text("Where it is in the image."),
          packageManager: text("Its package manager."),
          sourceLayerHash: text("Digest of the layer that brought it."),
        },
      }),
      "Packages that have the flaw.",
    ),
  },
});

const container = object("ScannedContainerImage", "The image that a finding is about.", {
  optional: {
    repositoryName: text("Name of the repository."),
    registry: text("Account id of the registry."),
    imageHash: text("Digest of the image."),
    imageTags: list(text("A tag."), "Tags of the image."),
    architecture: text("Architecture."),
    platform: text("Platform."),
    author: text("Author."),
    pushedAt: time("When it was pushed"),
    lastInUseAt: time("When it was last in use"),
    inUseCount: integer("How many tasks and pods use it."),
  },
});

const scoreDetails = object("FindingScoreDetails", "How the score came about.", {
  optional: {
    cvss: object("FindingCvssDetails", "The CVSS score and Inspector's adjustments.", {
      optional: {
        score: number("Score."),
        scoreSource: text("Who scored."),
        scoringVector: text("Vector."),
        version: text("Version of CVSS."),
        adjustments: list(
          object("CvssScoreAdjustment", "An adjustment.", {
            optional: { metric: text("What was adjusted."), reason: text("Why.") },
          }),
          "Adjustments.",
        ),
      },
    }),
  },
});

export const enhancedFinding = object(
  "EnhancedImageScanFinding",
  "A finding of enhanced scanning (Amazon Inspector).",
  {
    optional: {
      findingArn: text("ARN of the finding."),
      awsAccountId: text("Account of the image."),
      title: text("Title."),
      description: text("What it is about."),
      type: text("Kind of the finding."),
      severity: text("Severity."),
      status: text("`ACTIVE`, `SUPPRESSED` or `CLOSED`."),
      score: number("Inspector's score."),
      scoreDetails,
      fixAvailable: text("`YES`, `NO` or `PARTIAL`."),
      exploitAvailable: text("`YES` or `NO`."),
      firstObservedAt: time("When it was first seen"),
      lastObservedAt: time("When it was last seen"),
      updatedAt: time("When it was last changed"),
      packageVulnerabilityDetails: vulnerability,
      remediation: object("FindingRemediation", "What can be done.", {
        optional: {
          recommendation: object("FindingRecommendation", "What to do.", {
            optional: { text: text("In words."), url: text("Where more is to be read.") },
          }),
        },
      }),
      resources: list(
        object("FindingResource", "What the finding is about.", {
          optional: {
            id: text("Its id."),
            type: text("Its kind."),
            tags: map(text("Value of a tag."), "Its tags."),
            details: object("FindingResourceDetails", "More about it.", {
              optional: { awsEcrContainerImage: container },
            }),
          },
        }),
        "What the finding is about.",
      ),
    },
  },
);
