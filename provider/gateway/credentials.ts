/** The credentials that settings name, for any client of the AWS SDK; nothing where its own chain is to find them. */

import { fromIni, fromTemporaryCredentials, fromTokenFile } from "@aws-sdk/credential-providers";
import type { ConnectionSettings } from "./settings.ts";

export function credentials(settings: ConnectionSettings, region: string | undefined) {
  const { accessKey, secretKey, token, profile, assumeRole, assumeRoleWithWebIdentity: web } = settings;
  const base =
    accessKey && secretKey
      ? { accessKeyId: accessKey, secretAccessKey: secretKey, ...(token ? { sessionToken: token } : {}) }
      : profile
        ? fromIni({ profile })
        : undefined;
  if (web) {
    return {
      credentials: fromTokenFile({
        roleArn: web.roleArn,
        webIdentityTokenFile: web.webIdentityTokenFile,
        ...(web.sessionName ? { roleSessionName: web.sessionName } : {}),
        ...(region ? { clientConfig: { region } } : {}),
      }),
    };
  }
  if (assumeRole) {
    return {
      credentials: fromTemporaryCredentials({
        ...(base ? { masterCredentials: base } : {}),
        params: {
          RoleArn: assumeRole.roleArn,
          RoleSessionName: assumeRole.sessionName ?? "pulumi-ecr",
          ...(assumeRole.externalId ? { ExternalId: assumeRole.externalId } : {}),
          ...(assumeRole.durationSeconds ? { DurationSeconds: assumeRole.durationSeconds } : {}),
        },
        ...(region ? { clientConfig: { region } } : {}),
      }),
    };
  }
  return base ? { credentials: base } : {};
}
