import { useEffect, useState } from "react";
import { socket } from "./socket.js";

const append = (text) => (messages) => [...messages, { key: messages.length, text }];

export function App() {
  const [isConnected, setIsConnected] = useState(socket.connected);
  const [messages, setMessages] = useState([]);
  const [effects, setEffects] = useState(0);

  useEffect(() => {
    const onConnect = () => setIsConnected(true);
    const onDisconnect = () => setIsConnected(false);
    const onMessage = (text) => setMessages(append(text));

    setEffects((count) => count + 1);
    socket.on("connect", onConnect);
    socket.on("disconnect", onDisconnect);
    socket.on("message", onMessage);
    socket.connect();
    return () => {
      socket.off("connect", onConnect);
      socket.off("disconnect", onDisconnect);
      socket.off("message", onMessage);
      socket.disconnect();
    };
  }, []);

  function send(event) {
    event.preventDefault();
    const text = new FormData(event.target).get("text");
    socket.timeout(5000).emit("message", text, (error, number) => {
      setMessages(append(error ? "not sent" : `me: ${text} (${number})`));
    });
    event.target.reset();
  }

  return (
    <>
      <p id="state">{isConnected ? "connected" : "disconnected"}</p>
      <p id="effects">{effects}</p>
      <p id="listeners">{socket.listeners("message").length}</p>
      <ul>
        {messages.map(({ key, text }) => (
          <li key={key}>{text}</li>
        ))}
      </ul>
      <form onSubmit={send}>
        <input name="text" />
        <button type="submit">Send</button>
      </form>
    </>
  );
}
