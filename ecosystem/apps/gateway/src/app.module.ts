import { Controller, Get, Module } from "@nestjs/common";
import { ChatGateway } from "./chat.gateway.js";
import { StaffGateway } from "./staff.gateway.js";

@Controller()
class AppController {
  constructor(private readonly chat: ChatGateway) {}

  @Get("rooms")
  rooms() {
    return this.chat.rooms();
  }
}

@Module({ controllers: [AppController], providers: [ChatGateway, StaffGateway] })
export class AppModule {}
