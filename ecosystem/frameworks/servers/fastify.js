import Fastify from "fastify";
import { Server } from "socket.io";
import { serve } from "./sockets.js";

const fastify = Fastify();
serve(new Server(fastify.server));

fastify.get("/hello", async () => "hello from fastify");
fastify.post("/double", async (request) => request.body.number * 2);

await fastify.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
console.log("listening");
