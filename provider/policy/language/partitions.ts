/** The partitions of AWS: how their regions start and what their hosts end in (AWS's SDKs, `partitions.json`). */

interface Partition {
  /** What the names of its regions start with. */
  readonly regions: readonly string[];
  readonly dnsSuffix: string;
}

/** By the name that stands in ARNs. */
export const partitions: Readonly<Record<string, Partition>> = {
  aws: {
    regions: ["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"],
    dnsSuffix: "amazonaws.com",
  },
  "aws-cn": { regions: ["cn-"], dnsSuffix: "amazonaws.com.cn" },
  "aws-us-gov": { regions: ["us-gov-"], dnsSuffix: "amazonaws.com" },
  "aws-iso": { regions: ["us-iso-"], dnsSuffix: "c2s.ic.gov" },
  "aws-iso-b": { regions: ["us-isob-"], dnsSuffix: "sc2s.sgov.gov" },
  "aws-iso-e": { regions: ["eu-isoe-"], dnsSuffix: "cloud.adc-e.uk" },
  "aws-iso-f": { regions: ["us-isof-"], dnsSuffix: "csp.hci.ic.gov" },
  "aws-eusc": { regions: ["eusc-de-"], dnsSuffix: "amazonaws.eu" },
};

export const partitionNames: readonly string[] = Object.keys(partitions);

/** The endings of hosts and of service principals, longest first. */
export const dnsSuffixes: readonly string[] = [
  ...new Set(Object.values(partitions).map(({ dnsSuffix }) => dnsSuffix)),
].sort((a, b) => b.length - a.length);

/** What a property that names a region has to look like: columns of a row of text. */
export const regionForm = {
  pattern: "^[a-z]{2,10}(-[a-z]{2,12}){1,3}-[0-9]{1,2}$",
  patternMessage: "must be a region such as eu-central-1",
  maxLength: 25,
};

const form = new RegExp(regionForm.pattern);

/** Whether a text can name a region, of whatever partition. */
export function isRegion(text: string): boolean {
  return text.length <= regionForm.maxLength && form.test(text);
}

/** The partition of a region, by the longest start that fits; undefined for a region of none that is known. */
export function partitionOf(region: string | undefined): string | undefined {
  if (region === undefined || !isRegion(region)) return undefined;
  let [found, most]: [string | undefined, number] = [undefined, 0];
  for (const [name, { regions }] of Object.entries(partitions))
    for (const start of regions)
      if (start.length > most && region.startsWith(start)) [found, most] = [name, start.length];
  // The rest is one word and a number: us-new-west-1 is not of the partition of us-west-1.
  return region.slice(most).split("-").length === 2 ? found : undefined;
}

/** What is wrong with a region whose partition has to be known, in words that follow its name; undefined when nothing is. */
export function regionProblem(region: string): string | undefined {
  if (partitionOf(region) !== undefined) return undefined;
  return `is not a region of a known partition of AWS (${partitionNames.join(", ")})`;
}
