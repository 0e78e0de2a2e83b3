/** The environment of a quiet engine for demo, bench and tests: nothing leaves the machine, nothing is asked. */

import { join } from "node:path";

/** `folder` holds `home` and `state`; ECR is at `endpoint`; the CLI is in `bin`. */
export function engineEnvironment(folder: string, endpoint: string, bin: string): Record<string, string> {
  return {
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    HOME: folder,
    PULUMI_HOME: join(folder, "home"),
    // Without the sidecar files, which are not written atomically: a killed engine can leave an empty one.
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_CREDENTIAL_STORE: "plaintext",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    PULUMI_OPTION_NON_INTERACTIVE: "true",
    PULUMI_OPTION_COLOR: "never",
    PULUMI_OPTION_SUPPRESS_PROGRESS: "true",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_ECR: endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
