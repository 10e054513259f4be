import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface PausingProxy {
  readonly port: number;
  /** Takes nothing more from clients, so that they have to wait. */
  pause(): void;
  resume(): void;
  /** Breaks all connections. */
  cut(): void;
}

/** Passes on to a port of this machine, and stops reading when it is told to. */
export async function pausingProxy(to: number): Promise<PausingProxy> {
  const clients = new Set<Socket>();
  let isPaused = false;
  const server = createServer((client) => {
    const target = connect(to, "127.0.0.1");
    clients.add(client);
    const end = () => {
      clients.delete(client);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      socket.on("error", end);
      socket.on("close", end);
    }
    target.on("data", (data) => client.write(data));
    client.on("data", (data) => target.write(data));
    if (isPaused) {
      client.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const client of clients) {
      client.destroy();
    }
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const all = (act: (client: Socket) => void): void => {
    for (const client of clients) {
      act(client);
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    pause() {
      isPaused = true;
      all((client) => client.pause());
    },
    resume() {
      isPaused = false;
      all((client) => client.resume());
    },
    cut,
  };
}
