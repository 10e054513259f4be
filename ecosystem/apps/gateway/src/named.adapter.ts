import { IoAdapter } from "@nestjs/platform-socket.io";
import type { Server, ServerOptions } from "socket.io";

/** Every gateway's server, with the application's own options, and a name for everybody. */
export class NamedAdapter extends IoAdapter {
  override createIOServer(port: number, options?: ServerOptions) {
    const server: Server = super.createIOServer(port, {
      ...options,
      pingInterval: 12_345,
    } as ServerOptions);
    server.use((socket, next) => {
      const { name } = socket.handshake.auth;
      socket.data.name = name;
      next(name ? undefined : new Error("who are you?"));
    });
    return server;
  }
}
