import { createServer } from "node:http";
import express from "express";
import { Server } from "socket.io";
import { serve } from "./sockets.js";

const app = express();
const httpServer = createServer(app);
serve(new Server(httpServer));

app.get("/hello", (_request, response) => {
  response.send("hello from express");
});
app.post("/double", express.json(), (request, response) => {
  response.json(request.body.number * 2);
});

httpServer.listen(process.env.PORT, () => console.log("listening"));
