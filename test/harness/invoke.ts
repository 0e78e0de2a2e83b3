/** Calls a function of the plugin as the engine does. */

import { decode, encode, type Plugin, plain, proto } from "./client.ts";
import { wire } from "./session.ts";

export interface Invoked {
  readonly results: Record<string, unknown>;
  /** `property: reason`, each. */
  readonly failures: string[];
}

export async function invokeOn(plugin: Plugin, name: string, args: object): Promise<Invoked> {
  const request = new proto.InvokeRequest();
  request.setTok(`ecr:index:${name}`);
  request.setArgs(encode(wire(args)));
  const response = await plugin.call<proto.InvokeResponse>("invoke", request);
  return {
    results: plain(decode(response.getReturn())) as Record<string, unknown>,
    failures: response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`),
  };
}
