import { asRawData, type PacketOptions, protocol, type RawData } from "@hawser/engine-codec/frames";
import type { EngineOptions } from "./options.ts";
import type { Environment } from "./session/environment.ts";
import { memory } from "./session/ladder.ts";
import { Session } from "./session/session.ts";

const DEFAULT_TRANSPORTS = ["polling", "websocket", "webtransport"];

/** One engine session, with what `engine.io-client` has beside it. */
export class EngineSocket extends Session {
  static readonly protocol = protocol;

  /** Whether the last session that opened did so over a WebSocket, or changed to one. */
  static get priorWebsocketSuccess(): boolean {
    return memory.priorWebsocketSuccess;
  }

  static set priorWebsocketSuccess(value: boolean) {
    memory.priorWebsocketSuccess = value;
  }

  /** @param uri of the server; without one, that of the page */
  constructor(environment: Environment, uri?: string | EngineOptions, opts?: EngineOptions) {
    const [source, options = {}] = typeof uri === "object" ? [undefined, uri] : [uri, opts];
    super(environment, source, options);
  }

  /** Sends a message: bytes, or the text of anything else. `sent` is called once it has been handed over. */
  override send(data: RawData, options?: PacketOptions | null, sent?: () => void): this {
    return super.send(asRawData(data), options, sent);
  }

  get hostname(): string {
    return this.opts.hostname;
  }

  get port(): string | number {
    return this.opts.port;
  }

  get secure(): boolean {
    return this.opts.secure;
  }

  /** Names of those that it may use, in order. */
  get transports(): string[] {
    const { transportImplementations, transports } = this.opts;
    return (transportImplementations ?? transports ?? DEFAULT_TRANSPORTS).map((transport) =>
      typeof transport === "string" ? transport : transport.prototype.name,
    );
  }
}
