/** One thin handler per RPC: decode, ask the provider, encode. Long because the protocol has so many of them. */

import { type handleUnaryCall, status } from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { Provider } from "../provider.ts";
import { ProviderError } from "../text/errors.ts";
import { valueAt } from "../text/path.ts";
import { valueMap } from "../text/value.ts";
import { Answer, calls, type Flight } from "./calls.ts";
import { decode, encode, type WireMap } from "./codec.ts";
import { concealedConfiguration, configurationOf } from "./configuration.ts";
import type { EngineHost } from "./engine.ts";
import { listing } from "./listing.ts";
import { checkResponse, diffResponse, failure } from "./responses.ts";
import type { Revealed } from "./secrets.ts";
import { incomplete } from "./status.ts";

export function handlers(provider: Provider, host: EngineHost) {
  /** Secret values of the configuration, which a message of AWS about any resource may quote. */
  let configured: readonly unknown[] = [];
  const standing = () => configured;
  const { answered, signal: cancelled, begin, cancel } = calls(() => host.drained(), standing);
  const inFlight = (urn: string, { signal, secrets }: Flight) => ({
    urn,
    signal,
    text: secrets.text,
    secret: secrets.whole,
  });

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

    checkConfig: answered((request: proto.CheckRequest, { secrets }) => {
      const news = decode(request.getNews());
      const parsed = secrets.keep(configurationOf(news));
      const { failures } = provider.checkConfig(parsed.values);
      return checkResponse(concealedConfiguration(news, parsed), failures, secrets);
    }),

    diffConfig: answered(async (request: proto.DiffRequest, { signal, secrets }) => {
      const olds = secrets.keep(configurationOf(decode(request.getOldInputs() ?? request.getOlds())));
      const news = secrets.keep(configurationOf(decode(request.getNews())));
      return diffResponse(await provider.diffConfig(olds.values, news.values, signal), secrets, news);
    }),

    configure: answered((request: proto.ConfigureRequest, { secrets }) => {
      const args = request.getArgs();
      const prefix = "ecr:config:";
      const variables = request
        .getVariablesMap()
        .toArray()
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value] as const);
      const parsed = secrets.keep(configurationOf(args ? decode(args) : (valueMap(variables) as WireMap)));
      configured = parsed.secrets.map((path) => valueAt(parsed.values, path));
      provider.configure(parsed.values);
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setAcceptoutputs(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),

    check: answered(async (request: proto.CheckRequest, flight) => {
      const olds = flight.secrets.reveal(decode(request.getOlds())).values;
      const news = flight.secrets.reveal(decode(request.getNews()));
      const autonaming = request.getAutonaming();
      const checked = await provider.check(typeOf(request), inFlight(request.getUrn(), flight), {
        name: request.getName() || (request.getUrn().split("::").at(-1) ?? ""),
        olds,
        news: news.values,
        randomSeed: request.getRandomseed_asU8(),
        autonaming: autonaming && {
          proposedName: autonaming.getProposedName(),
          mode: modes[autonaming.getMode()] ?? "propose",
        },
      });
      return checkResponse(flight.secrets.conceal(checked.inputs, news), checked.failures, flight.secrets);
    }),

    diff: answered((request: proto.DiffRequest, { secrets }) => {
      const olds = secrets.reveal(decode(request.getOlds())).values;
      const oldInputs = request.getOldInputs();
      const news = secrets.reveal(decode(request.getNews()));
      return diffResponse(
        provider.diff(typeOf(request), {
          urn: request.getUrn(),
          olds,
          oldInputs: oldInputs ? secrets.reveal(decode(oldInputs)).values : olds,
          news: news.values,
          ignoreChanges: request.getIgnorechangesList(),
        }),
        secrets,
        news,
      );
    }),

    create: answered(
      async (request: proto.CreateRequest, flight) => {
        const { reveal, conceal } = flight.secrets;
        const inputs = reveal(decode(request.getProperties()));
        const created = await provider.create(
          typeOf(request),
          inFlight(request.getUrn(), flight),
          inputs.values,
          request.getPreview(),
        );
        const properties = conceal(created.outputs, inputs);
        refuseIncomplete(created.id, properties, conceal(inputs.values, inputs), created, flight);
        const response = new proto.CreateResponse();
        response.setId(created.id);
        response.setProperties(encode(properties));
        return response;
      },
      (request) => request.getTimeout(),
    ),

    read: answered(
      async (request: proto.ReadRequest, flight) => {
        const { reveal, conceal } = flight.secrets;
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
        const { reveal, conceal } = flight.secrets;
        const [olds, news] = [reveal(decode(request.getOlds())), reveal(decode(request.getNews()))];
        const oldInputs = request.getOldInputs();
        const former = oldInputs ? reveal(decode(oldInputs)).values : olds.values;
        const updated = await provider.update(
          typeOf(request),
          inFlight(request.getUrn(), flight),
          {
            id: request.getId(),
            olds: olds.values,
            oldInputs: former,
            news: news.values,
            ignoreChanges: request.getIgnorechangesList(),
          },
          request.getPreview(),
        );
        const properties = conceal(updated.outputs, news);
        refuseIncomplete(request.getId(), properties, conceal(news.values, news), updated, flight);
        const response = new proto.UpdateResponse();
        response.setProperties(encode(properties));
        return response;
      },
      (request) => request.getTimeout(),
    ),

    delete: answered(
      async (request: proto.DeleteRequest, flight) => {
        const oldInputs = request.getOldInputs();
        const input = {
          olds: flight.secrets.reveal(decode(request.getProperties())).values,
          oldInputs: flight.secrets.reveal(oldInputs ? decode(oldInputs) : {}).values,
        };
        await provider.delete(typeOf(request), inFlight(request.getUrn(), flight), request.getId(), input);
        return new empties.Empty();
      },
      (request) => request.getTimeout(),
    ),

    invoke: answered(async (request: proto.InvokeRequest, flight) => {
      const args = flight.secrets.reveal(decode(request.getArgs()));
      const { failures, results, secrets } = await provider.invoke(request.getTok(), inFlight("", flight), args.values);
      const response = new proto.InvokeResponse();
      const marked = { values: results, secrets: secrets.map((name) => [name]) };
      response.setFailuresList(failures.map((one) => failure(one, flight.secrets)));
      response.setReturn(encode(flight.secrets.conceal(results, marked, args)));
      return response;
    }),

    list: listing(provider, cancelled, standing),

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
  { secrets }: Flight,
): void {
  if (result.incomplete)
    throw new Answer(incomplete(id, properties, inputs, result.incomplete.reasons.map(secrets.text)));
}
