/** Drives one resource as the engine does: the order of the calls, what each is given, and what is kept in between. */

import assert from "node:assert/strict";
import { secret, type WireMap } from "../../provider/rpc/codec.ts";
import { unknown } from "../../provider/text/value.ts";
import {
  checkedDiff,
  type Diffed,
  decode,
  encode,
  hasUnknown,
  initFailure,
  type Plugin,
  plain,
  proto,
} from "./client.ts";

export interface State {
  id: string;
  inputs: WireMap;
  outputs: WireMap;
  initErrors: readonly string[];
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export class CheckFailed extends Error {
  readonly failures: readonly Failure[];
  constructor(failures: readonly Failure[]) {
    super(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    this.failures = failures;
  }
}

export interface UpOptions {
  ignoreChanges?: string[];
  timeout?: number;
}

/** A resource of a program, with the state that the engine would have for it. */
export class Session {
  readonly urn: string;
  readonly type: string;
  state: State | undefined;
  readonly #plugin: Plugin;
  readonly #seed = Buffer.alloc(32, 7);

  constructor(plugin: Plugin, type: string, name: string) {
    this.#plugin = plugin;
    this.type = `ecr:index:${type}`;
    this.urn = `urn:pulumi:test::test::${this.type}::${name}`;
  }

  async check(inputs: WireMap, olds: WireMap = this.state?.inputs ?? {}): Promise<WireMap> {
    const request = new proto.CheckRequest();
    this.#address(request);
    request.setOlds(encode(olds));
    request.setNews(encode(inputs));
    request.setRandomseed(this.#seed);
    const response = await this.#plugin.call<proto.CheckResponse>("check", request);
    const failures = response
      .getFailuresList()
      .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
    if (failures.length > 0) throw new CheckFailed(failures);
    return decode(response.getInputs());
  }

  async diff(
    news: WireMap,
    from: Pick<State, "inputs" | "outputs"> | undefined = this.state,
    ignoreChanges: string[] = [],
  ): Promise<Diffed> {
    assert.ok(from, "there is nothing to compare with");
    const request = new proto.DiffRequest();
    this.#address(request);
    request.setId(this.state?.id ?? "");
    request.setOlds(encode(from.outputs));
    request.setOldInputs(encode(from.inputs));
    request.setNews(encode(news));
    request.setIgnorechangesList(ignoreChanges);
    return checkedDiff(await this.#plugin.call<proto.DiffResponse>("diff", request));
  }

  /** What a preview would show, without its writes. */
  async preview(inputs: WireMap): Promise<{ diff: Diffed | undefined; outputs: WireMap }> {
    const news = await this.check(inputs);
    if (!this.state) return { diff: undefined, outputs: await this.#create(news, true) };
    const diff = await this.diff(news);
    return { diff, outputs: await this.#update(news, true) };
  }

  /** Preview, then the real thing; answers the diff, and makes sure that a second one would do nothing. */
  async up(inputs: WireMap, options: UpOptions = {}): Promise<Diffed | undefined> {
    const news = await this.check(inputs);
    if (!this.state) {
      await this.#create(news, true, options);
      await this.#create(news, false, options);
      await this.#settled(inputs);
      return undefined;
    }
    const diff = await this.diff(news, this.state, options.ignoreChanges);
    if (diff.replaces.length > 0) return this.#replace(inputs, diff, options);
    if (Object.keys(diff.changes).length === 0 && this.state.initErrors.length === 0) {
      this.state.inputs = news;
      return diff;
    }
    await this.#update(news, true, options);
    await this.#update(news, false, options);
    if (!options.ignoreChanges) await this.#settled(inputs);
    return diff;
  }

  async #replace(inputs: WireMap, diff: Diffed, options: UpOptions): Promise<Diffed> {
    const old = this.state;
    await this.#plugin.begin();
    const news = await this.check(inputs, {});
    if (diff.deleteBeforeReplace) await this.#delete(old);
    await this.#create(news, false, options);
    if (!diff.deleteBeforeReplace) await this.#delete(old);
    await this.#settled(inputs);
    return diff;
  }

  /** Updating to the same inputs again would be no change: the promise of the first issue. */
  async #settled(inputs: WireMap): Promise<void> {
    const again = await this.diff(await this.check(inputs));
    assert.deepEqual(again.changes, {}, "a second up must do nothing");
  }

  /** Answers what drifted as the engine would show it, and records what Read returned. Undefined: gone. */
  async refresh(): Promise<Diffed | undefined> {
    const recorded = this.state;
    assert.ok(recorded, "there is nothing to refresh");
    const found = await this.read(recorded.id, recorded);
    if (!found) {
      this.state = undefined;
      return undefined;
    }
    const diff = await this.diff(recorded.inputs, found);
    this.state = { ...found, initErrors: [] };
    return diff;
  }

  /** As `pulumi import`: Read by id alone, then Check with what it returned, which must find nothing to change. */
  async import(id: string): Promise<State> {
    const found = await this.read(id);
    assert.ok(found, `nothing to import at ${id}`);
    this.state = { ...found, initErrors: [] };
    const checked = await this.check(found.inputs, found.inputs);
    assert.deepEqual(plain(checked), plain(found.inputs), "Read must return inputs in the shape that Check gives");
    assert.deepEqual((await this.diff(checked)).changes, {}, "an imported resource must not differ from itself");
    return this.state;
  }

  async read(id: string, recorded?: Pick<State, "inputs" | "outputs">): Promise<Omit<State, "initErrors"> | undefined> {
    const request = new proto.ReadRequest();
    this.#address(request);
    request.setId(id);
    if (recorded) {
      request.setInputs(encode(recorded.inputs));
      request.setProperties(encode(recorded.outputs));
    }
    const response = await this.#plugin.call<proto.ReadResponse>("read", request);
    if (response.getId() === "") {
      assert.equal(response.getProperties(), undefined, "an absent resource has no properties message");
      return undefined;
    }
    const inputs = decode(response.getInputs());
    const outputs = decode(response.getProperties());
    assert.ok(!hasUnknown(inputs) && !hasUnknown(outputs), "Read must not answer unknowns");
    return { id: response.getId(), inputs, outputs };
  }

  async destroy(): Promise<void> {
    await this.#plugin.begin();
    await this.#delete(this.state);
    this.state = undefined;
  }

  async #delete(state: State | undefined): Promise<void> {
    if (!state) return;
    const request = new proto.DeleteRequest();
    this.#address(request);
    request.setId(state.id);
    request.setProperties(encode(state.outputs));
    request.setOldInputs(encode(state.inputs));
    await this.#plugin.call("delete", request);
  }

  async #create(inputs: WireMap, preview: boolean, options: UpOptions = {}): Promise<WireMap> {
    const request = new proto.CreateRequest();
    this.#address(request);
    request.setProperties(encode(inputs));
    request.setPreview(preview);
    request.setTimeout(options.timeout ?? 0);
    try {
      const response = await this.#plugin.call<proto.CreateResponse>("create", request);
      const outputs = decode(response.getProperties());
      this.#contains(outputs, inputs);
      if (!preview) {
        assert.notEqual(response.getId(), "", "a created resource has an id");
        assert.ok(!hasUnknown(outputs), "what was created is known");
        this.state = { id: response.getId(), inputs, outputs, initErrors: [] };
      }
      return outputs;
    } catch (error) {
      const failure = initFailure(error);
      if (failure) {
        this.state = {
          id: failure.getId(),
          inputs,
          outputs: decode(failure.getProperties()),
          initErrors: failure.getReasonsList(),
        };
      }
      throw error;
    }
  }

  async #update(news: WireMap, preview: boolean, options: UpOptions = {}): Promise<WireMap> {
    const state = this.state;
    assert.ok(state, "there is nothing to update");
    const request = new proto.UpdateRequest();
    this.#address(request);
    request.setId(state.id);
    request.setOlds(encode(state.outputs));
    request.setOldInputs(encode(state.inputs));
    request.setNews(encode(news));
    request.setPreview(preview);
    request.setTimeout(options.timeout ?? 0);
    request.setIgnorechangesList(options.ignoreChanges ?? []);
    try {
      const response = await this.#plugin.call<proto.UpdateResponse>("update", request);
      const outputs = decode(response.getProperties());
      this.#contains(outputs, news);
      if (!preview) {
        assert.ok(!hasUnknown(outputs), "what was updated is known");
        this.state = { id: state.id, inputs: news, outputs, initErrors: [] };
      }
      return outputs;
    } catch (error) {
      const failure = initFailure(error);
      if (failure) {
        this.state = {
          id: state.id,
          inputs: news,
          outputs: decode(failure.getProperties()),
          initErrors: failure.getReasonsList(),
        };
      }
      throw error;
    }
  }

  #contains(outputs: WireMap, inputs: WireMap): void {
    const shown = plain(outputs) as Record<string, unknown>;
    for (const [name, value] of Object.entries(plain(inputs) as Record<string, unknown>)) {
      assert.deepEqual(shown[name], value, `the outputs must repeat the input ${name}`);
    }
  }

  #address(request: {
    setUrn(urn: string): unknown;
    setType(type: string): unknown;
    setName(name: string): unknown;
  }): void {
    request.setUrn(this.urn);
    request.setType(this.type);
    request.setName(this.urn.split("::").at(-1) ?? "");
  }
}

/** JSON of a case file as wire values; `{"$secret": x}` and `{"$unknown": true}` are the special ones. */
export function wire(json: unknown): WireMap {
  return toWire(json) as WireMap;
}

function toWire(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(toWire);
  if (typeof json !== "object" || json === null) return json;
  if ("$secret" in json) return secret(toWire(json.$secret) as never);
  if ("$unknown" in json) return unknown;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, toWire(value)]));
}
