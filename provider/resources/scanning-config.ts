/** `ecr:index:ScanningConfig`: scan on push of one repository, for repositories declared elsewhere. */

import { boolean, input } from "../define/property.ts";
import { defineResource } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { repositoryVisibility } from "../gateway/retry.ts";
import { repositoryIdentity } from "./repository-identity.ts";
import { registryId, repositoryName } from "./rows.ts";

export const scanningConfig = defineResource<Gateway>()({
  name: "ScanningConfig",
  description:
    "Whether images of one repository are scanned when they are pushed, for a repository that is declared elsewhere; on a `Repository` of the same program use its `imageScanningConfiguration` instead. Deleting it switches scanning off, which is AWS's default.",
  properties: {
    repositoryName,
    scanOnPush: input(boolean("Scan every image when it is pushed."), { required: true }),
    registryId,
  },
  aspects: [
    {
      name: "scan on push",
      sets: ["scanOnPush"],
      shows: ["registryId"],
      settles: [repositoryVisibility],
      permissions: { observe: ["ecr:DescribeRepositories"], put: ["ecr:PutImageScanningConfiguration"] },
      async observe({ gateway }, { repositoryName }) {
        const live = await gateway.repository(repositoryName);
        return (
          live && { scanOnPush: live.imageScanningConfiguration?.scanOnPush ?? false, registryId: live.registryId }
        );
      },
      async put({ gateway }, { repositoryName, scanOnPush }) {
        gateway.forget(repositoryName);
        const { registryId } = await gateway.call("PutImageScanningConfiguration", {
          repositoryName,
          imageScanningConfiguration: { scanOnPush },
        });
        return { registryId };
      },
    },
  ],
  endpoints: {
    absent: ["RepositoryNotFoundException"],
    permissions: { remove: ["ecr:PutImageScanningConfiguration"] },
    identify: repositoryIdentity,
    async remove({ gateway }, { repositoryName }) {
      gateway.forget(repositoryName);
      await gateway.call("PutImageScanningConfiguration", {
        repositoryName,
        imageScanningConfiguration: { scanOnPush: false },
      });
    },
  },
});
