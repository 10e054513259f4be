import { io, type Socket } from "socket.io-client";

// The few of React's types that hooks of this kind use.
declare function useState<T>(initial: T | (() => T)): [T, (next: T | ((old: T) => T)) => void];
declare function useEffect(effect: () => void | (() => void), dependencies?: unknown[]): void;
declare function useRef<T>(initial: T | null): { current: T | null };
declare function createContext<T>(initial: T): { value: T };

interface Message {
  id: string;
  text: string;
}
interface FromServer {
  message: (message: Message) => void;
  typing: (who: string) => void;
}
interface FromClient {
  message: (text: string, sent: (id: string) => void) => void;
}

type ChatSocket = Socket<FromServer, FromClient>;

export const socket: ChatSocket = io("http://localhost:3000", { autoConnect: false });
export const SocketContext = createContext<ChatSocket>(socket);
export const MaybeSocket = createContext<Socket | undefined>(undefined);

export function useMessages(): { messages: Message[]; connected: boolean } {
  const [messages, setMessages] = useState<Message[]>([]);
  const [connected, setConnected] = useState(socket.connected);

  useEffect(() => {
    const onConnect = () => setConnected(true);
    const onDisconnect = () => setConnected(false);
    function onMessage(message: Message) {
      setMessages((all) => [...all, message]);
    }
    socket.on("connect", onConnect);
    socket.on("disconnect", onDisconnect);
    socket.on("message", onMessage);
    socket.connect();
    return () => {
      socket.off("connect", onConnect);
      socket.off("disconnect", onDisconnect);
      socket.off("message", onMessage);
      socket.off("typing");
      socket.disconnect();
    };
  }, []);
  return { messages, connected };
}

export function useSocket(url: string, token: string): Socket | null {
  const ref = useRef<Socket>(null);
  useEffect(() => {
    ref.current = io(url, { auth: { token }, transports: ["websocket"], reconnectionAttempts: 5 });
    ref.current.on("connect_error", (error) => console.error(error.message));
    return () => {
      ref.current?.disconnect();
    };
  }, [url, token]);
  return ref.current;
}

export function useEvent<E extends keyof FromServer>(event: E, listener: FromServer[E]): void {
  useEffect(() => {
    socket.on(event, listener as any);
    return () => void socket.off(event, listener as any);
  }, [event, listener]);
}
