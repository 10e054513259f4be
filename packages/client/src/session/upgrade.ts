import type { Packet } from "@hawser/engine-codec/frames";
import { HawserError } from "../errors.ts";
import type { Transport, TransportHandler } from "../transport/transport.ts";

/** What an upgrade needs of its session. */
export interface UpgradeHost extends TransportHandler {
  /** The one in use. */
  transport: Transport;
  /** Set while nothing may be sent. */
  switching: boolean;
  /** How many packets the transport in use has still to send. */
  readonly inFlight: number;
  emit(event: "upgrading" | "upgrade" | "upgradeError", about: Transport | UpgradeError): unknown;
}

export class UpgradeError extends HawserError {
  /** Name of the transport that was probed. */
  declare readonly transport: string;

  constructor(transport: string, cause: unknown) {
    super("UPGRADE_FAILED", `probe error${cause ? `: ${cause}` : ""}`);
    this.transport = transport;
  }
}

/**
 * Probes a transport beside the one in use, and switches over once it answers. Packets stay in
 * order, since the old transport is paused until nothing is under way before the switch.
 */
export class Upgrade implements TransportHandler {
  declare readonly transport: Transport;
  readonly #host: UpgradeHost;
  readonly #answered: (upgrade: Upgrade) => void;
  #probed = false;

  /** @param answered called when this one will be used if nothing goes wrong: others are of no use */
  constructor(host: UpgradeHost, transport: Transport, answered: (upgrade: Upgrade) => void) {
    this.#host = host;
    this.#answered = answered;
    this.transport = transport;
    transport.handler = this;
    transport.open();
  }

  /** Gives up; the host hears nothing more. */
  abort(): void {
    this.transport.handler = undefined;
    this.transport.close();
  }

  transportOpened(): void {
    this.transport.send([{ type: "ping", data: "probe" }]);
  }

  transportReceived(packet: Packet): void {
    if (this.#probed) {
      return;
    }
    if (packet.type !== "pong" || packet.data !== "probe") {
      this.#fail("");
      return;
    }
    this.#probed = true;
    const { transport } = this;
    this.#answered(this);
    const host = this.#host;
    host.switching = true;
    host.emit("upgrading", transport);
    host.transport.pause(() => {
      // The session may have ended, or the new transport failed, while the old one drained.
      if (transport.handler === this) {
        transport.handler = undefined;
        transport.send([{ type: "upgrade" }]);
        host.transport.handler = undefined;
        host.transport = transport;
        transport.handler = host;
        this.#resume(() => host.emit("upgrade", transport));
      }
    });
  }

  /** The session sends again. */
  #resume(tell: () => void): void {
    const host = this.#host;
    host.switching = false;
    tell();
    if (!host.inFlight) {
      host.transportDrained();
    }
  }

  transportDrained(): void {}

  transportFailed(error: Error): void {
    this.#fail(error);
  }

  transportClosed(): void {
    this.#fail("transport closed");
  }

  #fail(cause: unknown): void {
    this.abort();
    if (this.#probed) {
      this.#host.transport.resume();
    }
    this.#resume(() =>
      this.#host.emit("upgradeError", new UpgradeError(this.transport.name, cause)),
    );
  }
}
