const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");

const page = readFileSync(`${__dirname}/index.html`);

const httpServer = createServer((request, response) => {
  if (request.url !== "/") return response.writeHead(404).end("Not found\n");
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
});
const io = require("@hawser/server")(httpServer);

io.on("connection", (socket) => {
  console.log(`connected ${socket.id}`);

  let count = 0;
  const timer = setInterval(() => socket.emit("hello", ++count), 1000);

  socket.on("hey", (value) => console.log(`hey ${JSON.stringify(value)}`));

  socket.on("disconnect", (reason) => {
    clearInterval(timer);
    console.log(`disconnected ${socket.id}: ${reason}`);
  });
});

httpServer.listen(process.env.PORT || 3000, () => {
  console.log(`http://localhost:${httpServer.address().port}`);
});
