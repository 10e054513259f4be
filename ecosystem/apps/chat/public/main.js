/* global io */
var socket = io();

function byId(id) {
  return document.getElementById(id);
}

function add(list, text) {
  var item = document.createElement("li");
  item.textContent = text;
  byId(list).appendChild(item);
}

byId("login").addEventListener("submit", function (event) {
  event.preventDefault();
  socket.emit("add user", byId("name").value, function (free) {
    byId("problem").textContent = free ? "" : "This name is taken";
    byId("login").hidden = free;
  });
});

byId("text").addEventListener("input", function () {
  socket.emit(byId("text").value ? "typing" : "stop typing");
});

// "/w NAME TEXT" is for one person only.
byId("say").addEventListener("submit", function (event) {
  event.preventDefault();
  var text = byId("text").value;
  var whisper = /^\/w (\S+) (.+)$/.exec(text);
  if (whisper) {
    socket.emit("private message", whisper[1], whisper[2], function (problem) {
      byId("problem").textContent = problem || "";
    });
  } else {
    socket.emit("chat message", text);
  }
  socket.emit("stop typing");
  byId("text").value = "";
});

socket.on("users", function (names) {
  byId("users").textContent = "";
  names.forEach(function (name) {
    add("users", name);
  });
});
socket.on("chat message", function (message) {
  add("messages", message.from + ": " + message.text);
});
socket.on("private message", function (message) {
  add("messages", message.from + " (to you): " + message.text);
});
socket.on("user joined", function (name) {
  add("messages", name + " joined");
});
socket.on("user left", function (name) {
  add("messages", name + " left");
});
socket.on("typing", function (name) {
  byId("typing").textContent = name + " is typing";
});
socket.on("stop typing", function () {
  byId("typing").textContent = "";
});
