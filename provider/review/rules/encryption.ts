import { printable } from "../../text/printable.ts";
import { isMap, isUnknown } from "../../text/value.ts";
import { defineRule } from "../rule/rule.ts";

export const encryption = defineRule({
  id: "ECR-E3",
  title: "Encryption without a key of one's own",
  kinds: [
    { level: "note", when: "review.yaml has no kmsKeys", source: "ECR user guide: encryption at rest" },
    {
      level: "warning",
      when: "review.yaml has kmsKeys and the key is not one of them",
      source: "kmsKeys of review.yaml",
    },
  ],
  about:
    "Encryption other than KMS, KMS with AWS's key, and, as a warning, keys that are not in kmsKeys of review.yaml.",
  fix: "Set encryptionConfiguration to KMS with a key of your own before the repository is made; changing it later replaces the repository.",
  others:
    "checkov CKV_AWS_136, trivy AWS-0033, KICS, Security Hub ECR.5, terrascan and Pulumi's policy packs; only Security Hub takes a list of keys.",
  resource({ after, surroundings: { expects } }) {
    if (!after || !["Repository", "RepositoryCreationTemplate"].includes(after.kind)) return [];
    const written = after.properties["encryptionConfiguration"];
    if (isUnknown(written)) return [];
    const { encryptionType = "AES256", kmsKey } = isMap(written) ? (written as Readonly<Record<string, unknown>>) : {};
    if (isUnknown(encryptionType) || isUnknown(kmsKey)) return [];
    const path = ["encryptionConfiguration"];
    const isListed = expects.kmsKeys.length > 0;
    const level = isListed ? ("warning" as const) : ("note" as const);
    if (encryptionType === "AES256") return [{ path, message: "uses a key of Amazon S3, not KMS", level }];
    if (typeof kmsKey !== "string") return [{ path, message: "uses AWS's key for ECR, not one of your own", level }];
    if (!isListed || expects.kmsKeys.includes(kmsKey)) return [];
    return [
      {
        path: [...path, "kmsKey"],
        message: `is ${printable(kmsKey, 200)}, which is not among the keys that repositories may use`,
        level,
      },
    ];
  },
});
