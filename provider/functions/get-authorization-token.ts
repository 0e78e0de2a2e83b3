/** `ecr:index:getAuthorizationToken`: a credential for `docker login`, valid for 12 hours. */

import { defineFunction } from "../define/function.ts";
import { output, string } from "../define/property.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { ProviderError } from "../text/errors.ts";

export const getAuthorizationToken = defineFunction<Gateway>()({
  name: "getAuthorizationToken",
  description:
    "A credential for every registry that the caller may use, valid for 12 hours. It is secret and changes at each call, so do not make a resource depend on it.",
  args: {},
  results: {
    authorizationToken: output(string("Base64 of `USER:PASSWORD`, as a registry client expects it."), {
      required: true,
      secret: true,
    }),
    userName: output(string("User name of the credential, always `AWS`."), { required: true }),
    password: output(string("Password of the credential."), { required: true, secret: true }),
    proxyEndpoint: output(string("URL of the registry."), { required: true }),
    expiresAt: output(string("When the credential ends, as ISO 8601 text in UTC."), { required: true }),
  },
  permissions: ["ecr:GetAuthorizationToken"],
  async call({ gateway }) {
    const { authorizationData = [] } = await gateway.call("GetAuthorizationToken", {});
    const { authorizationToken, proxyEndpoint, expiresAt } = authorizationData[0] ?? {};
    if (!authorizationToken || !proxyEndpoint || !expiresAt) {
      throw new ProviderError("Unavailable", "GetAuthorizationToken answered without a token; run again");
    }
    const [userName = "", ...password] = Buffer.from(authorizationToken, "base64").toString("utf8").split(":");
    return {
      authorizationToken,
      userName,
      password: password.join(":"),
      proxyEndpoint,
      expiresAt: expiresAt.toISOString(),
    };
  },
});
