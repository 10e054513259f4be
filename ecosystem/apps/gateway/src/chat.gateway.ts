import {
  Ack,
  ConnectedSocket,
  MessageBody,
  OnGatewayConnection,
  OnGatewayDisconnect,
  OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
  WsResponse,
} from "@nestjs/websockets";
import { concatMap, from, Observable, of } from "rxjs";
import { Server, Socket } from "socket.io";

@WebSocketGateway({ cors: { origin: "http://page.example" } })
export class ChatGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  @WebSocketServer()
  private readonly server!: Server;
  private isReady = false;

  afterInit(server: Server) {
    this.isReady = server instanceof Server;
  }

  handleConnection(socket: Socket) {
    socket.emit("welcome", { name: socket.data.name, ready: this.isReady });
  }

  handleDisconnect(socket: Socket) {
    this.server.emit("left", socket.data.name);
  }

  rooms() {
    return [...this.server.sockets.adapter.rooms.keys()].filter((room) => room.startsWith("#"));
  }

  @SubscribeMessage("enter")
  async enter(@ConnectedSocket() socket: Socket, @MessageBody() room: string) {
    await socket.join(`#${room}`);
    socket.to(`#${room}`).emit("entered", { name: socket.data.name, room });
    return [...socket.rooms].filter((name) => name !== socket.id);
  }

  @SubscribeMessage("say")
  say(
    @ConnectedSocket() socket: Socket,
    @MessageBody("room") room: string,
    @MessageBody("text") text: string,
    @Ack() delivered: (count: number) => void,
  ) {
    if (!socket.rooms.has(`#${room}`)) {
      throw new WsException(`you are not in ${room}`);
    }
    this.server.to(`#${room}`).emit("said", { name: socket.data.name, text });
    delivered(this.server.sockets.adapter.rooms.get(`#${room}`)?.size ?? 0);
  }

  @SubscribeMessage("count")
  count(@MessageBody() to: number): Observable<WsResponse<number>> {
    const numbers = Array.from({ length: to }, (_, index) => index + 1);
    return from(numbers).pipe(concatMap((data) => of({ event: "counted", data })));
  }

  @SubscribeMessage("size")
  size(@MessageBody() picture: Buffer): WsResponse<{ bytes: number; first: number }> {
    return { event: "sized", data: { bytes: picture.length, first: picture.readUInt8(0) } };
  }
}
