var express = require("express");
var app = express();
var http = require("http").Server(app);
var io = require("socket.io")(http);
var port = process.env.PORT || 3000;

app.use(express.static(__dirname + "/public"));

var users = {};

io.on("connection", function (socket) {
  socket.on("add user", function (name, reply) {
    if (users[name]) {
      return reply(false);
    }
    socket.username = name;
    users[name] = socket.id;
    reply(true);
    socket.broadcast.emit("user joined", name);
    io.emit("users", Object.keys(users));
  });

  socket.on("chat message", function (text) {
    io.sockets.emit("chat message", { from: socket.username, text: text });
  });

  socket.on("typing", function () {
    socket.broadcast.emit("typing", socket.username);
  });

  socket.on("stop typing", function () {
    socket.broadcast.emit("stop typing", socket.username);
  });

  socket.on("private message", function (name, text, reply) {
    if (!users[name]) {
      return reply("nobody here is called " + name);
    }
    socket.to(users[name]).emit("private message", { from: socket.username, text: text });
    reply(null);
  });

  socket.on("disconnect", function () {
    if (socket.username) {
      delete users[socket.username];
      socket.broadcast.emit("user left", socket.username);
      io.emit("users", Object.keys(users));
    }
  });
});

http.listen(port, function () {
  console.log("listening on *:" + port);
});
