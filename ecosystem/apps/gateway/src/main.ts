import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.js";
import { NamedAdapter } from "./named.adapter.js";

const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
app.useWebSocketAdapter(new NamedAdapter(app));
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
console.log("listening");
