import { CanActivate, ExecutionContext, Injectable, UseGuards } from "@nestjs/common";
import {
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from "@nestjs/websockets";
import { Namespace, Socket } from "socket.io";
import { ChatGateway } from "./chat.gateway.js";

@Injectable()
class OnlyBoss implements CanActivate {
  canActivate(context: ExecutionContext) {
    return context.switchToWs().getClient<Socket>().handshake.auth.name === "Boss";
  }
}

@WebSocketGateway({ namespace: "staff", cors: { origin: "http://page.example" } })
export class StaffGateway {
  @WebSocketServer()
  private readonly staff!: Namespace;

  constructor(private readonly chat: ChatGateway) {}

  @SubscribeMessage("who")
  async who() {
    return { namespace: this.staff.name, sockets: (await this.staff.fetchSockets()).length };
  }

  @UseGuards(OnlyBoss)
  @SubscribeMessage("tell all")
  tellAll(@MessageBody() text: string) {
    this.staff.emit("told", text);
    return this.chat.rooms();
  }
}
