import type { DefaultEventsMap } from "socket.io";
import { type Namespace, Server, Socket } from "socket.io";

// Decorators of the kind that frameworks have.
declare function WebSocketGateway(
  port?: number,
  options?: { cors?: object | boolean; namespace?: string | RegExp },
): ClassDecorator;
declare function WebSocketServer(): PropertyDecorator;
declare function SubscribeMessage(event: string): MethodDecorator;
declare function ConnectedSocket(): ParameterDecorator;
declare function MessageBody(): ParameterDecorator;

interface OnGatewayConnection<T = any> {
  handleConnection(client: T, ...args: any[]): any;
}
interface OnGatewayInit<T = any> {
  afterInit(server: T): any;
}

interface FromServer {
  events: (items: number[]) => void;
}

@WebSocketGateway(80, { cors: { origin: "*" }, namespace: "events" })
export class EventsGateway implements OnGatewayConnection<Socket>, OnGatewayInit<Server> {
  @WebSocketServer()
  server!: Server;

  @WebSocketServer()
  namespace!: Namespace;

  @WebSocketServer()
  typed!: Server<DefaultEventsMap, FromServer, DefaultEventsMap, { userId: number }>;

  afterInit(server: Server): void {
    server.use((socket, next) => {
      socket.data.userId = Number(socket.handshake.query.userId);
      next();
    });
  }

  handleConnection(client: Socket, ..._args: any[]): void {
    const { sockets } = this.server.sockets;
    this.server.emit("size", sockets.size, client.id);
    client.join(client.handshake.query["room"] as string);
  }

  @SubscribeMessage("events")
  findAll(@MessageBody() data: number, @ConnectedSocket() client: Socket): boolean {
    this.typed.emit("events", [data]);
    this.typed.to("r").emit("events", [data]);
    client.emit("events", { name: "x" });
    return client.broadcast.emit("events", data);
  }

  @SubscribeMessage("count")
  async count(): Promise<number> {
    const remote = await this.typed.in("r").fetchSockets();
    return remote.filter(({ data }) => data.userId > 0).length;
  }
}
