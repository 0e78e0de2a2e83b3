/**
 * The provider without its transport: token → definition → operation. Speaks plain values; protobuf stays in `rpc/`,
 * and what a resource is stays in its definition. Long because every request passes here, each in a few lines.
 *
 * Lives here: the provider as a whole: its RPCs as functions, the catalog of definitions, its configuration, claims and
 *   package facts.
 * May not live here: protobuf (`rpc/`), what one resource or function does (`resources/`, `functions/`), options and files
 *   of the command (`cli/`).
 */

import type { Catalog } from "./catalog.ts";
import { type Claims, createClaims } from "./claims.ts";
import { accountInputs, type Configuration, configuration, parseConfiguration, unconfigured } from "./config.ts";
import type { AnyFunction } from "./define/function.ts";
import { packageSchema } from "./define/package-schema.ts";
import type { Rows } from "./define/property.ts";
import type { Listed, ListQuery } from "./define/resource.ts";
import { tokenOf } from "./define/token.ts";
import { Connection, Gateway } from "./gateway/gateway.ts";
import { terraformMapping } from "./migration/terraform.ts";
import type { CheckRequest } from "./operations/autoname.ts";
import { type Checked, check } from "./operations/check.ts";
import { type Created, create, previewCreate } from "./operations/create.ts";
import { label, merged, type Operation, pick, type Resource, rows } from "./operations/definition.ts";
import { type DeleteRequest, remove } from "./operations/delete.ts";
import { type Difference, type DiffRequest, diff } from "./operations/diff.ts";
import { type Invoked, invoke } from "./operations/invoke.ts";
import { list } from "./operations/list.ts";
import { inPlace, recordedPlace, withPlace } from "./operations/place.ts";
import type { CheckFailure } from "./operations/problems.ts";
import { type Read, type ReadRequest, read } from "./operations/read.ts";
import { refuseReplacement } from "./operations/replacement.ts";
import { type Unconfirmed, unconfirmedNotes } from "./operations/unconfirmed.ts";
import { describeChanges, previewUpdate, type Updated, type UpdateRequest, update } from "./operations/update.ts";
import { metadata } from "./package.ts";
import { ProviderError } from "./text/errors.ts";
import { formatPath } from "./text/path.ts";
import { isUnknown, sameValue, type ValueMap } from "./text/value.ts";

/** Where messages for the user go. */
export interface Host {
  log(severity: "info" | "warning", message: string, urn: string): void;
  /** A passing word in the status column. */
  status(message: string, urn: string): void;
}

/** One request: which resource, and until when. */
export interface Request {
  readonly urn: string;
  readonly signal: AbortSignal;
  /** A sentence without the secret values of the request, which every message to the host passes. */
  text?(sentence: string): string;
  /** Properties that are secret as a whole, of which no sentence is made. */
  readonly secret?: ReadonlySet<string>;
}

export class Provider {
  readonly #catalog: Catalog;
  readonly #version: string;
  readonly #host: Host;
  readonly #claims: Claims = createClaims();
  #configuration: Configuration = unconfigured;
  #connection: Connection | undefined;
  /** Where the recorded resources are, when this provider replaces one of another region or account. */
  #former: Connection | undefined;
  #unconfirmed: Unconfirmed | undefined;
  #schema: string | undefined;

  constructor(catalog: Catalog, version: string, host: Host) {
    this.#catalog = catalog;
    this.#version = version;
    this.#host = host;
  }

  get version(): string {
    return this.#version;
  }

  /** The package schema as JSON text, made once. */
  schema(): string {
    this.#schema ??= JSON.stringify(
      packageSchema({
        name: "ecr",
        version: this.#version,
        configuration,
        ...metadata,
        resources: this.#catalog.resources,
        functions: this.#catalog.functions,
      }),
    );
    return this.#schema;
  }

  /** Terraform's `aws` in our words, as JSON text; undefined for any other ecosystem or provider. */
  mapping(ecosystem: string, provider: string): string | undefined {
    if (ecosystem !== "terraform" || provider !== "aws") return undefined;
    const { resources, functions } = this.#catalog;
    return JSON.stringify(
      terraformMapping({
        version: this.#version,
        configuration,
        resources: resources.map(({ name, properties }) => ({ name, rows: properties as Rows })),
        functions: functions.map(({ name, args, results }) => ({ name, rows: { ...results, ...args } as Rows })),
      }),
    );
  }

  /** Keeps the user's representation; environment and profile never get into it. */
  checkConfig(news: ValueMap): Checked {
    const { problems } = parseConfiguration(news);
    return {
      inputs: news,
      failures: problems.map(({ path, message }) => ({ property: formatPath(path), reason: message })),
    };
  }

  /** Only another region or another account replaces the provider, and with it everything it manages. */
  async diffConfig(oldInputs: ValueMap, news: ValueMap, signal: AbortSignal): Promise<Difference> {
    const names = [...new Set([...Object.keys(oldInputs), ...Object.keys(news)])].filter(
      (name) => name in configuration && !sameValue(oldInputs[name], news[name]),
    );
    const known = (name: string) => !isUnknown(news[name]);
    const moved =
      names.includes("region") && oldInputs["region"] !== undefined && news["region"] !== undefined && known("region");
    const credentials = names.filter((name) => (accountInputs as readonly string[]).includes(name));
    const replaced = moved
      ? ["region"]
      : credentials.length > 0 && credentials.every(known) && (await this.#isOtherAccount(oldInputs, news, signal))
        ? credentials
        : [];
    if (replaced.length > 0)
      this.#former ??= new Connection(parseConfiguration(oldInputs).configuration.connection, this.#version);
    return {
      changes: names.map((name) => ({
        path: [name],
        kind: oldInputs[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update",
        replaces: replaced.includes(name),
        inputDiff: true,
      })),
      deleteBeforeReplace: false,
      stables: [],
    };
  }

  /** Asks both sides; where one does not answer, nothing says that the account is another one. */
  async #isOtherAccount(oldInputs: ValueMap, news: ValueMap, signal: AbortSignal): Promise<boolean> {
    const accountOf = async (inputs: ValueMap) => {
      const { connection } = parseConfiguration(inputs).configuration;
      const probe = new Connection(
        { ...connection, maxRetries: 1, allowedAccountIds: [], forbiddenAccountIds: [] },
        this.#version,
      );
      return probe.account(AbortSignal.any([signal, AbortSignal.timeout(10_000)])).finally(() => probe.close());
    };
    const [before, after] = await Promise.allSettled([accountOf(oldInputs), accountOf(news)]);
    return before.status === "fulfilled" && after.status === "fulfilled" && before.value !== after.value;
  }

  /** Another program begins: an attached process serves one engine after the other. */
  begin(): void {
    this.#claims.clear();
    this.#former = undefined;
  }

  /** Takes configuration as it comes, checked or not; nothing is sent to AWS before the first call needs it. */
  configure(args: ValueMap): void {
    const { configuration: parsed, problems } = parseConfiguration(args);
    if (problems.length > 0) {
      const reasons = problems.map(({ path, message }) => `${formatPath(path)} ${message}`).join("; ");
      throw new ProviderError(
        "InvalidInput",
        `configuring the provider: ${reasons}; correct it in the program or with \`pulumi config set ecr:NAME VALUE\``,
      );
    }
    this.#configuration = parsed;
    this.#connection = new Connection(parsed.connection, this.#version);
    this.#connection.prepare();
    this.#unconfirmed = unconfirmedNotes(
      `${process.env["PULUMI_BACKEND_URL"] ?? ""} ${parsed.connection.endpoint ?? ""}`,
    );
    this.#claims.clear();
  }

  async check(token: string, request: Request, input: CheckRequest): Promise<Checked> {
    const definition = this.#resource(token);
    const checked = await check(definition, this.#operation(request), input);
    if (checked.failures.length > 0) return checked;
    const refused =
      this.#claim(definition, request.urn, checked.inputs, input.olds) ??
      (await this.#refuseReplacement(definition, request, checked.inputs, input.olds));
    return refused ? { inputs: checked.inputs, failures: [refused] } : checked;
  }

  /**
   * The engine checks a resource anew, without its record, when it has decided to replace it, whatever the cause: a changed
   * property, `replaceOnChanges`, or the provider's region, for which it does not ask Diff.
   */
  #refuseReplacement(definition: Resource, request: Request, inputs: ValueMap, olds: ValueMap) {
    const recorded = Object.keys(olds).length > 0 ? undefined : this.#claims.recorded(request.urn);
    return recorded && refuseReplacement(definition, this.#operation(request, this.#former), recorded, inputs);
  }

  #claim(definition: Resource, urn: string, inputs: ValueMap, olds: ValueMap): CheckFailure | undefined {
    if (Object.keys(olds).length > 0) this.#claims.remember(urn, olds);
    const identity = identityOf(definition, inputs);
    if (identity === undefined) return undefined;
    const owner = this.#claims.claim(definition.name, identity, { urn, inputs });
    if (owner === undefined || definition.shared) return undefined;
    const [property = ""] = rows(definition, "input").find(([, row]) => row.identity || row.guard) ?? [];
    return {
      property,
      reason: `${label(definition, inputs, urn)} is already managed by ${owner}; two resources would overwrite each other, so declare it once`,
    };
  }

  diff(token: string, request: DiffRequest): Difference {
    this.#seen(this.#resource(token), request.urn);
    return diff(this.#resource(token), request);
  }

  async create(token: string, request: Request, inputs: ValueMap, preview: boolean): Promise<Created> {
    const definition = this.#resource(token);
    const recorded = this.#replaced(definition, request.urn, inputs);
    const operation = this.#operation(request);
    await requireRegion(operation);
    if (preview) return previewCreate(definition, operation, inputs, recorded);
    const created = await create(definition, operation, { inputs, recorded }, this.#notes());
    const identity = identityOf(definition, inputs);
    if (identity !== undefined) this.#claims.made(definition.name, identity);
    return { ...created, outputs: await withPlace(definition, operation, created.id, created.outputs) };
  }

  async read(token: string, request: Request, input: ReadRequest): Promise<Read | undefined> {
    const definition = this.#resource(token);
    const operation = this.#operation(request);
    // What is imported has no record to be held to.
    const place = input.inputs ? recordedPlace(definition, input.id, input.outputs ?? {}) : {};
    const recorded = merged(input.outputs ?? {}, input.inputs);
    const found = await inPlace(definition, operation, place, recorded, (there) => read(definition, there, input));
    return found && { ...found, outputs: await withPlace(definition, operation, found.id, found.outputs, place) };
  }

  async update(token: string, request: Request, input: UpdateRequest, preview: boolean): Promise<Updated> {
    const definition = this.#resource(token);
    const operation = this.#operation(request);
    const place = recordedPlace(definition, input.id, input.olds);
    if (preview) {
      const changes = describeChanges(definition, operation, input);
      if (changes.length > 0) this.#log("info", changes.join("\n"), request);
    }
    const work = preview ? previewUpdate : update;
    const updated = await inPlace(definition, operation, place, input.olds, (there) => work(definition, there, input));
    if (preview) return updated;
    return { ...updated, outputs: await withPlace(definition, operation, input.id, updated.outputs, place) };
  }

  async delete(token: string, request: Request, id: string, input: DeleteRequest): Promise<void> {
    const definition = this.#resource(token);
    const rest = this.#undeclared(definition, request, input.olds);
    if (rest !== undefined) {
      const oldInputs = merged(input.oldInputs, pick(rest, Object.keys(input.oldInputs)));
      const place = recordedPlace(definition, id, input.olds);
      const sends = definition.endpoints.permissions.remove.length > 0;
      const work = (there: Operation) => remove(definition, there, { olds: rest, oldInputs });
      await inPlace(definition, this.#operation(request), place, input.olds, work, sends);
    }
    this.#seen(definition, request.urn);
  }

  /** What is recorded of the resource that this creation replaces in place; undefined where there is none. */
  #replaced(definition: Resource, urn: string, inputs: ValueMap): ValueMap | undefined {
    const recorded = definition.endpoints.create ? undefined : this.#claims.recorded(urn);
    return recorded && identityOf(definition, recorded) === identityOf(definition, inputs) ? recorded : undefined;
  }

  /**
   * What of the recorded values may be removed: nothing that the running program declares. Where creating is a put, the resource
   * itself counts as well, because the engine may have asked for its replacement; one with a create call counts once this run has
   * created it, and until then is deleted to be created anew.
   */
  #undeclared(definition: Resource, request: Request, olds: ValueMap): ValueMap | undefined {
    const { urn } = request;
    const identity = identityOf(definition, olds);
    const declared = (identity === undefined ? [] : this.#claims.of(definition.name, identity)).filter(
      (claim) =>
        claim.urn !== urn || !definition.endpoints.create || this.#claims.isMade(definition.name, identity ?? ""),
    );
    if (declared.length === 0) return olds;
    if (declared.some((claim) => claim.urn === urn)) this.#claims.remember(urn, olds);
    if (definition.shared) {
      const inputs = declared.map((claim) => claim.inputs);
      return definition.endpoints.undeclared ? merged({}, definition.endpoints.undeclared(olds, inputs)) : olds;
    }
    if (declared.some((claim) => claim.urn !== urn)) {
      this.#log(
        "warning",
        `${label(definition, olds, urn)} is managed by another resource of this program now, so it stays`,
        request,
      );
    }
    return undefined;
  }

  invoke(token: string, request: Request, args: ValueMap): Promise<Invoked> {
    return invoke(this.#function(token), this.#operation(request), args);
  }

  list(token: string, request: Request, query: ListQuery): AsyncGenerator<Listed> {
    return list(this.#resource(token), this.#operation(request), query);
  }

  /** The properties that an import id stands for. Throws InvalidInput for an id that cannot be one. */
  async identify(token: string, request: Request, id: string): Promise<ValueMap> {
    return merged({}, await this.#resource(token).endpoints.identify.parse(this.#operation(request), id));
  }

  /** The engine knows the resource: its creation needs no note any more. */
  #seen(definition: Resource, urn: string): void {
    if (definition.endpoints.create) this.#notes().confirm(urn);
  }

  #notes(): Unconfirmed {
    this.#unconfirmed ??= unconfirmedNotes("");
    return this.#unconfirmed;
  }

  #operation(request: Request, connection?: Connection): Operation {
    this.#connection ??= new Connection(this.#configuration.connection, this.#version);
    const { urn, signal, secret, text = (sentence) => sentence } = request;
    return {
      urn,
      gateway: new Gateway(connection ?? this.#connection, signal, (message) => this.#host.status(text(message), urn)),
      settings: this.#configuration.settings,
      warn: (message) => this.#log("warning", message, request),
      ...(secret ? { secret } : {}),
    };
  }

  #log(severity: "info" | "warning", message: string, { urn, text = (sentence) => sentence }: Request): void {
    this.#host.log(severity, text(message), urn);
  }

  #resource(token: string): Resource {
    const found = this.#catalog.resources.find(({ name }) => tokenOf(name) === token);
    if (!found) throw notOffered("resource", token, this.#catalog.resources);
    return found;
  }

  #function(token: string): AnyFunction<Gateway> {
    const found = this.#catalog.functions.find(({ name }) => tokenOf(name) === token);
    if (!found) throw notOffered("function", token, this.#catalog.functions);
    return found;
  }
}

/** Nothing can be made without a region, and the preview is to say so already. */
async function requireRegion({ gateway }: Operation): Promise<void> {
  try {
    await gateway.region();
  } catch (error) {
    const { code, message } = ProviderError.from(error);
    throw new ProviderError(code, `${message}; for example \`pulumi config set ecr:region eu-west-1\``, {
      cause: error,
    });
  }
}

/** What a claim is about: nothing for identities that a preview does not know yet. */
function identityOf(definition: Resource, values: ValueMap): string | undefined {
  const identity = rows(definition, "input")
    .filter(([, row]) => row.identity)
    .map(([name]) => values[name]);
  return identity.every((value) => typeof value === "string") ? identity.join("/") : undefined;
}

function notOffered(what: string, token: string, all: readonly { name: string }[]): ProviderError {
  const names = all.map(({ name }) => tokenOf(name)).join(", ");
  return new ProviderError(
    "InvalidInput",
    `there is no ${what} ${token} in this version of pulumi-ecr; it has ${names}`,
  );
}
