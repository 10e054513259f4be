import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

interface Link {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A TCP proxy between a client and a server on this machine that can fail in the ways a network
 * does: stop delivering while staying open, cut, delay, close one direction, refuse.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #targetPort: number;
  #frozen = false;
  #refusing = false;
  #delay = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    // Half-open links are the point of halfClose(), so an end is forwarded, not completed.
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#serverOnConnection(near));
  }

  static async start(targetPort: number, port = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(port, "127.0.0.1", resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Open connections through the proxy. */
  get connections(): number {
    return this.#links.size;
  }

  /** New connections go to another port from now on. */
  retarget(port: number): void {
    this.#targetPort = port;
  }

  /** Nothing is delivered in either direction any more; every connection stays open. */
  freeze(): void {
    this.#frozen = true;
    for (const { near, far } of this.#links) {
      near.pause();
      far.pause();
    }
  }

  /** Delivers what was held back, and carries on. */
  thaw(): void {
    this.#frozen = false;
    for (const { near, far } of this.#links) {
      near.resume();
      far.resume();
    }
  }

  /** Holds every chunk back for `ms` in both directions; order is kept. */
  delay(ms: number): void {
    this.#delay = ms;
  }

  /** Resets every connection; new ones are accepted. */
  cut(): void {
    for (const { near, far } of this.#links) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Ends the direction towards the client; what the client sends still arrives. */
  halfClose(): void {
    for (const { near } of this.#links) near.end();
  }

  /** Resets new connections at once (`true`), or accepts them again. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  #serverOnConnection(near: Socket): void {
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const link = { near, far };
    this.#links.add(link);
    near.setNoDelay(true);
    far.setNoDelay(true);
    this.#forward(near, far, link);
    this.#forward(far, near, link);
    if (this.#frozen) {
      near.pause();
      far.pause();
    }
  }

  #forward(from: Socket, to: Socket, link: Link): void {
    const later = (action: () => void) => {
      if (this.#delay > 0) setTimeout(action, this.#delay);
      else action();
    };
    from.on("data", (chunk) => later(() => to.writable && to.write(chunk)));
    from.on("end", () => later(() => to.end()));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#links.delete(link);
      later(() => to.destroy());
    });
  }
}
