/** One thin handler per RPC: decode, ask the provider, encode. Long because the protocol has so many of them. */

import { type handleUnaryCall, status } from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { Provider } from "../provider.ts";
import { ProviderError } from "../text/errors.ts";
import { valueMap } from "../text/value.ts";
import { Answer, calls, type Flight } from "./calls.ts";
import { decode, encode, type WireMap } from "./codec.ts";
import { configurationOf } from "./configuration.ts";
import type { EngineHost } from "./engine.ts";
import { listing } from "./listing.ts";
import { checkResponse, diffResponse, failure } from "./responses.ts";
import { conceal, type Revealed, reveal } from "./secrets.ts";
import { incomplete } from "./status.ts";

export function handlers(provider: Provider, host: EngineHost) {
  const { answered, signal: cancelled, begin, cancel } = calls(() => host.drained());
  const inFlight = (urn: string, flight: Flight) => ({ urn, signal: flight.signal });

  return {
    handshake: answered((request: proto.ProviderHandshakeRequest) => {
      host.connect(request.getEngineAddress());
      begin();
      provider.begin();
      const response = new proto.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(true);
      response.setSupportsAutonamingConfiguration(true);
      response.setAcceptsByteString(true);
      return response;
    }),

    attach: answered((request: plugins.PluginAttach) => {
      host.connect(request.getAddress());
      return new empties.Empty();
    }),

    getPluginInfo: answered(() => {
      const info = new plugins.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),

    getSchema: answered((request: proto.GetSchemaRequest) => {
      if (request.getVersion() !== 0) {
        throw new ProviderError(
          "InvalidInput",
          `serving the schema: version ${request.getVersion()} of the schema format is not supported; use a Pulumi that asks for version 0`,
        );
      }
      const response = new proto.GetSchemaResponse();
      response.setSchema(provider.schema());
      return response;
    }),

    checkConfig: answered((request: proto.CheckRequest) => {
      const news = decode(request.getNews());
      const { failures } = provider.checkConfig(configurationOf(news).values);
      return checkResponse(news, failures);
    }),

    diffConfig: answered(async (request: proto.DiffRequest, { signal }) => {
      const olds = decode(request.getOldInputs() ?? request.getOlds());
      return diffResponse(
        await provider.diffConfig(
          configurationOf(olds).values,
          configurationOf(decode(request.getNews())).values,
          signal,
        ),
      );
    }),

    configure: answered((request: proto.ConfigureRequest) => {
      const args = request.getArgs();
      const prefix = "ecr:config:";
      const variables = request
        .getVariablesMap()
        .toArray()
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value] as const);
      provider.configure(configurationOf(args ? decode(args) : (valueMap(variables) as WireMap)).values);
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setAcceptoutputs(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),

    check: answered(async (request: proto.CheckRequest, flight) => {
      const news = reveal(decode(request.getNews()));
      const autonaming = request.getAutonaming();
      const checked = await provider.check(typeOf(request), inFlight(request.getUrn(), flight), {
        name: request.getName() || (request.getUrn().split("::").at(-1) ?? ""),
        olds: reveal(decode(request.getOlds())).values,
        news: news.values,
        randomSeed: request.getRandomseed_asU8(),
        autonaming: autonaming && {
          proposedName: autonaming.getProposedName(),
          mode: modes[autonaming.getMode()] ?? "propose",
        },
      });
      return checkResponse(conceal(checked.inputs, news), checked.failures);
    }),

    diff: answered((request: proto.DiffRequest) => {
      const olds = reveal(decode(request.getOlds())).values;
      const oldInputs = request.getOldInputs();
      return diffResponse(
        provider.diff(typeOf(request), {
          urn: request.getUrn(),
          olds,
          oldInputs: oldInputs ? reveal(decode(oldInputs)).values : olds,
          news: reveal(decode(request.getNews())).values,
          ignoreChanges: request.getIgnorechangesList(),
        }),
      );
    }),

    create: answered(
      async (request: proto.CreateRequest, flight) => {
        const inputs = reveal(decode(request.getProperties()));
        const created = await provider.create(
          typeOf(request),
          inFlight(request.getUrn(), flight),
          inputs.values,
          request.getPreview(),
        );
        const properties = conceal(created.outputs, inputs);
        refuseIncomplete(created.id, properties, conceal(inputs.values, inputs), created);
        const response = new proto.CreateResponse();
        response.setId(created.id);
        response.setProperties(encode(properties));
        return response;
      },
      (request) => request.getTimeout(),
    ),

    read: answered(
      async (request: proto.ReadRequest, flight) => {
        const [inputs, outputs] = [request.getInputs(), request.getProperties()].map(
          (struct) => struct && reveal(decode(struct)),
        );
        const found = await provider.read(typeOf(request), inFlight(request.getUrn(), flight), {
          id: request.getId(),
          inputs: inputs?.values,
          outputs: outputs?.values,
        });
        const response = new proto.ReadResponse();
        if (!found) return response;
        const secrets = [inputs, outputs].filter((part): part is Revealed => part !== undefined);
        response.setId(found.id);
        response.setInputs(encode(conceal(found.inputs, ...secrets)));
        response.setProperties(encode(conceal(found.outputs, ...secrets)));
        return response;
      },
      (request) => request.getTimeout(),
    ),

    update: answered(
      async (request: proto.UpdateRequest, flight) => {
        const olds = reveal(decode(request.getOlds()));
        const news = reveal(decode(request.getNews()));
        const oldInputs = request.getOldInputs();
        const updated = await provider.update(
          typeOf(request),
          inFlight(request.getUrn(), flight),
          {
            id: request.getId(),
            olds: olds.values,
            oldInputs: oldInputs ? reveal(decode(oldInputs)).values : olds.values,
            news: news.values,
            ignoreChanges: request.getIgnorechangesList(),
          },
          request.getPreview(),
        );
        const properties = conceal(updated.outputs, news);
        refuseIncomplete(request.getId(), properties, conceal(news.values, news), updated);
        const response = new proto.UpdateResponse();
        response.setProperties(encode(properties));
        return response;
      },
      (request) => request.getTimeout(),
    ),

    delete: answered(
      async (request: proto.DeleteRequest, flight) => {
        const oldInputs = request.getOldInputs();
        await provider.delete(typeOf(request), inFlight(request.getUrn(), flight), {
          olds: reveal(decode(request.getProperties())).values,
          oldInputs: reveal(oldInputs ? decode(oldInputs) : {}).values,
        });
        return new empties.Empty();
      },
      (request) => request.getTimeout(),
    ),

    invoke: answered(async (request: proto.InvokeRequest, flight) => {
      const args = reveal(decode(request.getArgs()));
      const { failures, results, secrets } = await provider.invoke(request.getTok(), inFlight("", flight), args.values);
      const response = new proto.InvokeResponse();
      response.setFailuresList(failures.map(failure));
      response.setReturn(encode(conceal(results, { values: results, secrets: secrets.map((name) => [name]) })));
      return response;
    }),

    list: listing(provider, cancelled),

    getMapping: answered((request: proto.GetMappingRequest) => {
      const response = new proto.GetMappingResponse();
      const data = provider.mapping(request.getKey(), request.getProvider());
      if (data === undefined) return response;
      response.setProvider(request.getProvider());
      response.setData(Buffer.from(data));
      return response;
    }),

    getMappings: answered((request: proto.GetMappingsRequest) => {
      const response = new proto.GetMappingsResponse();
      response.setProvidersList(provider.mapping(request.getKey(), "aws") === undefined ? [] : ["aws"]);
      return response;
    }),

    cancel: answered(() => {
      cancel();
      return new empties.Empty();
    }),

    parameterize: unimplemented("Parameterize"),
    construct: unimplemented("Construct"),
    call: unimplemented("Call"),
  };
}

function unimplemented(name: string): handleUnaryCall<unknown, unknown> {
  return (_, callback) =>
    callback({ code: status.UNIMPLEMENTED, details: `${name} is not something this provider has` });
}

const modes: Readonly<Record<number, "propose" | "enforce" | "disable">> = {
  [proto.CheckRequest.AutonamingOptions.Mode.PROPOSE]: "propose",
  [proto.CheckRequest.AutonamingOptions.Mode.ENFORCE]: "enforce",
  [proto.CheckRequest.AutonamingOptions.Mode.DISABLE]: "disable",
};

/** `ecr:index:Repository`; older engines send it in the URN only. */
function typeOf(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
}

function refuseIncomplete(
  id: string,
  properties: WireMap,
  inputs: WireMap,
  result: { incomplete?: { reasons: readonly string[] } },
): void {
  if (result.incomplete) throw new Answer(incomplete(id, properties, inputs, result.incomplete.reasons));
}
